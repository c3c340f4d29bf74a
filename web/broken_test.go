package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestDatabaseDies in the middle of a request: the visitor gets a whole page that says so and has a code, which the
// log has too, and he is told nothing of what is inside. S187
func TestDatabaseDies(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	site := production(t, "http://"+server.Listener.Addr().String())
	dies := false
	site.sessions.OnConnectedRequest(func(context.Context, session.UserID) error {
		if dies {
			site.db.Close()
		}
		return nil
	})
	server.Config.Handler = site
	server.Start()
	t.Cleanup(server.Close)
	ada := processtest.NewBrowser(t, server.URL)
	site.user(t, "ada@example.com")
	ada.Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}})

	dies = true
	code := regexp.MustCompile(`<code>([A-Z2-7]{8})</code>`)
	for _, when := range []string{"while it is made", "before"} {
		p := ada.Get("/settings")
		found := code.FindStringSubmatch(p.Body)
		if p.Status != http.StatusInternalServerError || !strings.Contains(p.Body, `class="failure"`) ||
			!strings.HasSuffix(strings.TrimSpace(p.Body), "</html>") || found == nil {
			t.Fatalf("%s: %d %s", when, p.Status, p.Body)
		}
		if !strings.Contains(site.log.String(), "id="+found[1]) {
			t.Errorf("%s: the log does not have %s: %s", when, found[1], site.log)
		}
		for _, inside := range []string{"pool", "pgx", ".go:", "goroutine", "closed"} {
			if strings.Contains(p.Body, inside) {
				t.Errorf("%s: the page says %q", when, inside)
			}
		}
	}
}
