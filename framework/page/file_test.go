package page_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// TestFile: a file comes as it is, under its name and the headers of pages; to nobody who may not have it, and not in the
// place of a message.
func TestFile(t *testing.T) {
	s := newSite(t, page.Config{Layout: withMessages})
	s.handle("GET /file", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		if err := page.Say(r.Context(), page.Message{Text: "It was made for you."}); err != nil {
			return page.Content{}, err
		}
		content, err := page.File(`my "été".json`, "application/json", []byte(`{"a": "<b>"}`))
		content.Header = http.Header{"X-Made-For": {"you"}}
		return content, err
	}))
	s.handle("GET /plain", page.Opt(who))
	if p := s.browser(0).Get("/file"); p.Status != http.StatusSeeOther {
		t.Errorf("nobody: %d", p.Status)
	}
	b := s.browser(7)
	p := b.Get("/file")
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Content-Disposition": "attachment; filename*=utf-8''my%20%22%C3%A9t%C3%A9%22.json",
		"Content-Length": "12", "Cache-Control": "no-store", "X-Made-For": "you",
	} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if p.Status != http.StatusOK || p.Body != `{"a": "<b>"}` {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := b.Get("/plain"); !strings.Contains(p.Body, "It was made for you.") {
		t.Errorf("what was said is lost: %s", p.Body)
	}
}
