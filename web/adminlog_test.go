package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/web"
)

// TestEndedSessionsAreLogged: whose an administrator has ended, and who he is.
func TestEndedSessionsAreLogged(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	site := production(t, "http://"+server.Listener.Addr().String())
	server.Config.Handler = site
	server.Start()
	t.Cleanup(server.Close)
	site.user(t, "ada@example.com")
	site.user(t, "bob@example.com")
	if err := site.accounts.AddGroup(t.Context(), accounts.By{}, 1, web.Administrators); err != nil {
		t.Fatal(err)
	}
	ada := processtest.NewBrowser(t, server.URL)
	for _, b := range []*processtest.Browser{processtest.NewBrowser(t, server.URL), ada} {
		email := map[bool]string{true: "ada@example.com", false: "bob@example.com"}[b == ada]
		if p := b.Submit("/login", url.Values{"email": {email}, "password": {password}}); p.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d", email, p.Status)
		}
	}
	for _, form := range []url.Values{does("end-session", "session", "1"), does("end-session", "session", "1"), does("end-all")} {
		ada.Submit(userPath(2), form)
	}
	server.Close() // everything is written
	for words, times := range map[string]int{
		`"account: session ended" user=2 session=1 by=1`: 1,
		`"account: all sessions ended" user=2 by=1`:      1,
	} {
		if n := strings.Count(site.log.String(), words); n != times {
			t.Errorf("%s: %d times in %s", words, n, site.log)
		}
	}
}
