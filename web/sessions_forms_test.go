package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/web"
)

// end is the form that ends a session.
func end(id string) url.Values { return url.Values{"do": {"end-session"}, "session": {id}} }

// sessionOf is the one session of a user.
func (s *site) sessionOf(user session.UserID) string {
	s.t.Helper()
	all, err := s.sessions.SessionsOf(s.t.Context(), user)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("user %d has %v, %v", user, all, err)
	}
	return strconv.FormatInt(int64(all[0].ID), 10)
}

// anyTime is when something was: it goes on while pages are compared.
var anyTime = regexp.MustCompile(`datetime="[^"]*"`)

// TestSessionsOfOthersCannotBeEnded, nor be told from what does not exist. S019, peers 88
func TestSessionsOfOthersCannotBeEnded(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	bob := s.user("bob@example.com")
	ada, bobs := s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	his := s.sessionOf(bob)
	said := func(id string) string {
		p := ada.Submit("/settings", end(id))
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `role="alert"`) {
			t.Errorf("session %q: %d %s", id, p.Status, p.Body)
		}
		return anyTime.ReplaceAllString(strings.ReplaceAll(p.Body, p.Token(), "TOKEN"), "")
	}
	first := said("999999")
	for _, id := range []string{his, "", "0", "-1", "one", his + ".0", " " + his, "99999999999999999999", "0x1"} {
		if page := said(id); page != first {
			t.Errorf("session %q is told from none: %s", id, page)
		}
	}
	if who(bobs) != "bob@example.com" || who(ada) != "ada@example.com" {
		t.Errorf("now they are %q and %q", who(ada), who(bobs))
	}
	if p := ada.Post("/settings", end(s.sessionOf(bob))); p.Status != http.StatusConflict {
		t.Errorf("without a tag: %d", p.Status)
	}
	nobody := s.visitor()
	form := end(his)
	form.Set("_identity", nobody.Get("/login").IdentityTag())
	if p := nobody.Post("/settings", form); p.Status != http.StatusUnauthorized || who(bobs) == "" {
		t.Errorf("for nobody: %d", p.Status)
	}
}

// TestEndingOnesOwnSession is logging out.
func TestEndingOnesOwnSession(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	p := b.Submit("/settings", end(s.sessionOf(ada)))
	gone := cookie(p, "dev-session")
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" || gone == nil || gone.MaxAge != -1 {
		t.Errorf("%d %v", p.Status, p.Header)
	}
	if who(b) != "" {
		t.Error("still connected")
	}
}

// TestSessionsAreLimitedAsThePageSays: 30 days, and 14 when nobody is there. S016
func TestSessionsAreLimitedAsThePageSays(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	page := strings.Join(strings.Fields(b.Get("/settings").Body), " ")
	for _, words := range []string{"have not been here for 14 days", "30 days after you logged in", "You can have 100 of them"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	all, err := s.sessions.SessionsOf(t.Context(), ada)
	if err != nil || len(all) != 1 || all[0].Ends.Sub(all[0].Created) != web.SessionLifetime {
		t.Errorf("%+v, %v", all, err)
	}
}

// opened counts a browser's documents, whoever is connected.
var opened = session.NewRef("web_test.opened", session.PerBrowserUserIndep, 0)

// TestLogOutButtonsLeaveWhatIsUserIndependent: in whichever browsers they end the user's sessions, what these remember
// whoever is connected stays, and so it does in their tabs.
func TestLogOutButtonsLeaveWhatIsUserIndependent(t *testing.T) {
	for _, button := range []string{"log-out-others", "log-out-everywhere"} {
		s := newSite(t)
		s.user("ada@example.com")
		tabs := s.countVisits()
		var mu sync.Mutex // protects browsers
		var browsers []int
		s.sessions.OnStartProcess(func(ctx context.Context, _ session.Visitor) error {
			mu.Lock()
			defer mu.Unlock()
			browsers = append(browsers, opened.Update(ctx, func(n int) int { return n + 1 }))
			return nil
		})
		asking, phone := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")
		before := []*processtest.Tab{asking.Open("/"), phone.Open("/")}
		if p := asking.Submit("/settings", url.Values{"do": {button}}); p.Status != http.StatusSeeOther || who(phone) != "" {
			t.Errorf("%s: %d, and the other browser is %q's", button, p.Status, who(phone))
		}
		for i, b := range []*processtest.Browser{asking, phone} { // their tabs load documents
			p, tab := b.Get("/"), b.Dial(nil)
			if err := tab.Hello(p.Token(), before[i].ID); err != nil {
				t.Errorf("%s: browser %d: %v", button, i, err)
			}
		}
		mu.Lock()
		if want := []int{1, 1, 2, 2}; !slices.Equal(tabs(), want) || !slices.Equal(browsers, want) {
			t.Errorf("%s: the tabs counted %v, the browsers %v, want %v", button, tabs(), browsers, want)
		}
		mu.Unlock()
	}
}
