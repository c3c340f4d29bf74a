package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

// TestLogInRestartsManyTabs: each of the browser's others is loaded once, with the cookie. S010, peers 96
func TestLogInRestartsManyTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	tab := s.open(b, "/")
	var others []*browsertest.Tab
	for _, path := range []string{"/", "/login", "/signup", "/nothing"} {
		others = append(others, s.open(b, path))
	}
	before := documentsOf(others)
	s.logIn(tab, "ada@example.com")
	for i, other := range others {
		other.WaitNewDocument(before[i])
		other.Ready()
	}
	for i, other := range others {
		loaded := other.Requests()
		if last := loaded[len(loaded)-1]; len(loaded) > 3 || !last.HasCookie("dev-session") || !connected(other) {
			t.Errorf("tab %d: %v", i, loaded)
		}
	}
}

// TestOldCookie of a session that was logged out of is nobody's, on a page and in a hello, and an open tab is told.
// S011, peers 51, peers 90
func TestOldCookie(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	tab, page, kept := b.Open("/"), b.Get("/settings"), s.cookiesOf(b)
	p := b.Post("/logout", nil)
	if gone := cookie(p, "dev-session"); gone == nil || gone.MaxAge != -1 || gone.Value != "" {
		t.Errorf("log out: cookies %q", p.Header["Set-Cookie"])
	}
	if closed := tab.WaitClose(); closed.Code != int(process.Restart) {
		t.Errorf("the open tab: %v", closed)
	}

	s.give(b, kept...)
	if p := b.Get("/settings"); who(b) != "" || p.Status != http.StatusSeeOther {
		t.Errorf("the old cookie is %q; settings: %d", who(b), p.Status)
	}
	again := b.Dial(nil)
	again.Identity = page.IdentityTag()
	var end *processtest.Closed
	if err := again.Hello(page.Token(), ""); !errors.As(err, &end) || end.Code != int(process.Restart) {
		t.Errorf("the hello of a page from before: %v", err)
	}
	var failure *processtest.Failure
	if err := b.Open("/").Call("sessions.tabs", nil, nil); !errors.As(err, &failure) || failure.Data.Kind != "not_connected" {
		t.Errorf("a call for users, after the hello of a new page: %v", err)
	}
}

// TestBackAfterLogOut: the page before is loaded again, and is nobody's. S013, peers 50
func TestBackAfterLogOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	tab.Goto(s.URL + "/settings") // a document of its own
	tab.Ready()
	tab.Click("header a[href='/']") // in place
	tab.WaitURL("/")
	tab.Click("header a[href='/settings']")
	tab.WaitText("main h1", "Settings")
	leave(tab)
	tab.WaitURL("/")
	for _, path := range []string{"/login?next=%2Fsettings", "/", "/login?next=%2Fsettings"} {
		tab.Back()
		tab.WaitURL(path)
		tab.Ready()
		if connected(tab) || strings.Contains(tab.Text("body"), "ada@example.com") {
			t.Errorf("%s shows %s", path, tab.Text("body"))
		}
	}
}
