package web_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/process/processtest"
)

// listed waits until the page lists sessions of which so many tabs are open, in words: this browser's first.
func listed(tab *browsertest.Tab, tabs ...string) {
	tab.Wait(fmt.Sprintf(`[...document.querySelectorAll("[data-session]")].map((s) => s.textContent).join() === %q`,
		strings.Join(tabs, ",")))
}

// nth is the form that ends a session of the list.
func nth(n int) string { return fmt.Sprintf("#session-list > li:nth-child(%d) form", n) }

// others is the form that logs out everywhere else.
const others = "form:has([value=log-out-others])"

// tabsOf logs a user in in a browser of its own, and opens tabs there.
func (s *site) tabsOf(email string, paths ...string) []*browsertest.Tab {
	s.t.Helper()
	b := browsertest.New(s.t)
	first := s.open(b, "/")
	s.logIn(first, email)
	tabs := []*browsertest.Tab{first}
	for _, path := range paths {
		tabs = append(tabs, s.open(b, path))
	}
	return tabs
}

// TestSessionsAreListed, this browser's first, each with where it is and how many tabs are open. S019, peers 88
func TestSessionsAreListed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	s.visitorAs("bob@example.com")
	two, three := s.tabsOf("ada@example.com", "/"), s.tabsOf("ada@example.com", "/", "/settings")
	two[1].Goto(s.URL + "/settings")
	listed(two[1], "2 open tabs", "3 open tabs")
	listed(three[2], "3 open tabs", "2 open tabs")
	for n, wanted := range [][]string{
		{"Chrome", "This browser", "127.0.0.0/24", "Last seen now", "logged in"},
		{"Chrome", "127.0.0.0/24", "Last seen", "logged in"},
	} {
		said := two[1].Text(fmt.Sprintf("#session-list > li:nth-child(%d)", n+1))
		for _, words := range wanted {
			if !strings.Contains(said, words) {
				t.Errorf("session %d lacks %q: %s", n+1, words, said)
			}
		}
	}

	two[1].Hide()
	three[1].Close()
	for len(s.sessions.Tabs()) > 4 {
		runtime.Gosched()
	}
	two[1].Show() // the user looks at it again
	listed(two[1], "2 open tabs", "2 open tabs")
}

// TestEndingASession closes all its tabs, and no others: those of the browser that asked, and of other users, do
// nothing. S019, peers 88, peers 90
func TestEndingASession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	bob := s.open(browsertest.New(t), "/")
	s.logIn(bob, "bob@example.com")
	two, three := s.tabsOf("ada@example.com", "/"), s.tabsOf("ada@example.com", "/settings", "/")
	two[0].Goto(s.URL + "/settings")
	two[0].Ready()
	before, stay := documentsOf(three), append(slices.Clone(two), bob)
	untouched := documentsOf(stay)

	two[0].Submit(nth(2))
	for i, tab := range three {
		tab.WaitNewDocument(before[i])
		tab.WaitURL("/")
		if connected(tab) {
			t.Errorf("tab %d of the other browser is still logged in", i)
		}
	}
	listed(two[0], "2 open tabs")
	two[0].WaitURL("/settings#sessions")
	for i, tab := range stay {
		if !connected(tab) || documentsOf(stay)[i] != untouched[i] {
			t.Errorf("tab %d, which is none of the session's, was touched", i)
		}
	}
	if two[0].Has(others) {
		t.Error("there are no other sessions")
	}
}

// TestLogOutEverywhereElse: the browser that asks stays connected, with all its tabs. peers 54, peers 55
func TestLogOutEverywhereElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	phone := s.visitorAs("ada@example.com")
	two, three := s.tabsOf("ada@example.com", "/"), s.tabsOf("ada@example.com", "/settings", "/")
	two[0].Goto(s.URL + "/settings")
	two[0].Ready()
	before, untouched := documentsOf(three), documentsOf(two)
	listed(two[0], "2 open tabs", "3 open tabs", "no open tab")

	two[0].Submit(others)
	for i, tab := range three {
		tab.WaitNewDocument(before[i])
		tab.WaitURL("/")
		if connected(tab) {
			t.Errorf("tab %d of another browser is still logged in", i)
		}
	}
	listed(two[0], "2 open tabs")
	two[0].WaitText(announced, "You are logged out everywhere else.")
	if who(phone) != "" || !slices.Equal(documentsOf(two), untouched) || !connected(two[0]) || !connected(two[1]) {
		t.Errorf("a third browser is %q, and this one's tabs were %v, %v", who(phone), untouched, documentsOf(two))
	}

	leave(two[1]) // ends this session alone
	again := s.visitorAs("ada@example.com")
	if s.visitorAs("ada@example.com").Post("/logout", nil); who(again) != "ada@example.com" {
		t.Error("a log-out has ended another browser's session")
	}
}

// TestSessionThatHasEnded before its button was pressed: the user is told so, and finds his list.
func TestSessionThatHasEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	phone := s.visitorAs("ada@example.com")
	tab.Goto(s.URL + "/settings")
	listed(tab, "1 open tab", "no open tab")
	phone.Post("/logout", nil)

	tab.Submit(nth(2))
	tab.WaitText("main .message.error", "You have no such session, or it has ended already.")
	listed(tab, "1 open tab")
	barrierFree(t, tab, "a session that has ended")
	tab.ColorScheme("light")
	fits(t, tab, "a session that has ended")
	thereStill(t, tab, "/settings")
}

// TestSessionsWithoutJavaScript: all of it can be done with plain forms.
func TestSessionsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/login?next=%2Fsettings")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Settings")
	all := func() []*processtest.Browser {
		browsers := []*processtest.Browser{s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com")}
		tab.Goto(s.URL + "/settings")
		listed(tab, "1 open tab", "no open tab", "no open tab")
		return browsers
	}

	two := all()
	tab.Submit(nth(2)) // the one that was seen last
	listed(tab, "1 open tab", "no open tab")
	tab.WaitURL("/settings#sessions")
	tab.WaitText(stands, "You are logged out in that browser.")
	if who(two[0]) != "ada@example.com" || who(two[1]) != "" {
		t.Errorf("the other browsers are %q and %q", who(two[0]), who(two[1]))
	}
	two[0].Post("/logout", nil)
	tab.Submit(nth(2))
	tab.WaitText("main .message.error", "You have no such session, or it has ended already.")

	two = all()
	tab.Submit(others)
	listed(tab, "1 open tab")
	tab.WaitText(stands, "You are logged out everywhere else.")
	if who(two[0]) != "" || who(two[1]) != "" {
		t.Error("the other browsers are still connected")
	}
	tab.Submit(nth(1))
	tab.WaitText("main h1", "Every open tab is a live program.")
	if connected(tab) {
		t.Error("still connected")
	}
}

// TestManySessionsFitTheScreen, and keep nobody out.
func TestManySessionsFitTheScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	for range 5 {
		s.visitorAs("ada@example.com")
	}
	for _, scheme := range []string{"light", "dark"} {
		tab.ColorScheme(scheme)
		tab.Goto(s.URL + "/settings")
		tab.Ready()
		fits(t, tab, "six sessions, "+scheme)
	}
	for _, width := range []int{360, 1280} {
		tab.Size(width, 740, browsertest.Desktop)
		barrierFree(t, tab, fmt.Sprintf("six sessions, %d wide", width))
	}
}
