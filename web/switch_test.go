package web_test

import (
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// who waits until a tab shows who is connected; "" for nobody.
func (s *site) who(tab *browsertest.Tab, email string) {
	s.t.Helper()
	tab.Ready()
	if email == "" {
		tab.Wait(`!document.querySelector("header .who")`)
		return
	}
	tab.Wait(`document.querySelector("header .who")?.textContent === "` + email + `"`)
}

// TestAnotherUserInTheSameBrowser: what a tab showed of the first is gone when the second has logged in in another, and
// it asks for nothing as the second in between. S098
func TestAnotherUserInTheSameBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	b := browsertest.New(t)
	one, two := s.open(b, "/"), s.open(b, "/")
	s.logIn(one, "ada@example.com")
	s.who(two, "ada@example.com")
	two.Goto(s.URL + "/settings")
	two.Ready()

	one.Submit("header form[action='/logout']")
	s.who(two, "")
	s.who(one, "")
	s.logIn(one, "bob@example.com")
	s.who(two, "bob@example.com")
	two.Goto(s.URL + "/settings")
	two.Ready()
	if shown := two.Text("body"); !strings.Contains(shown, "bob@example.com") || strings.Contains(shown, "ada@example.com") {
		t.Errorf("it shows %q", shown)
	}
	if tabs := s.sessions.TabsOfUser(ada); len(tabs) > 0 {
		t.Errorf("%d tabs are still hers", len(tabs))
	}
}

// TestAccountGone: when an account is deleted, and that is said, every tab of its user goes to the main page and is
// nobody's. peers 91
func TestAccountGone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	bob := s.open(browsertest.New(t), "/")
	s.logIn(bob, "bob@example.com")
	tabs := append(s.tabsOf("ada@example.com", "/settings"), s.tabsOf("ada@example.com", "/")...)
	if _, err := s.db.Exec(t.Context(), `DELETE FROM users WHERE id = $1`, ada); err != nil {
		t.Fatal(err)
	}
	if err := s.sessions.Changed(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	for _, tab := range tabs {
		tab.WaitURL("/")
		s.who(tab, "")
	}
	s.who(bob, "bob@example.com")
}
