package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// connected reports whether a page greets a user: it has the log-out form in its header.
func connected(tab *browsertest.Tab) bool { return tab.Has("header form[action='/logout']") }

// TestStartHooksOncePerDocument: (a) the hooks of a tab's start run once, and again after a reload.
func TestStartHooksOncePerDocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	starts := s.countStarts()
	b := browsertest.New(t)
	tab := s.open(b, "/")
	if n := starts.Load(); n != 1 {
		t.Errorf("after the first document: %d starts", n)
	}
	tab.Reload()
	tab.Ready()
	if n := starts.Load(); n != 2 {
		t.Errorf("after a reload: %d starts", n)
	}
	s.open(b, "/")
	if n := starts.Load(); n != 3 {
		t.Errorf("after a second tab: %d starts", n)
	}
	if n := len(s.sessions.Tabs()); n != 2 {
		t.Errorf("%d tabs are live, not two", n)
	}
}

// TestLogInRestartsTheBrowsersOtherTabs: (b) they come back as the user, fifty times, and never without the cookie;
// another browser does nothing.
func TestLogInRestartsTheBrowsersOtherTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b, other := browsertest.New(t), browsertest.New(t)
	const times, tabs = 10, 5
	tabA := s.open(b, "/")
	var tabsB []*browsertest.Tab
	for range tabs {
		tabsB = append(tabsB, s.open(b, "/"))
	}
	others := []*browsertest.Tab{s.open(other, "/"), s.open(other, "/login")}
	documents := documentsOf(others)

	for range times {
		old := documentsOf(tabsB)
		s.logIn(tabA, "ada@example.com")
		waitNewDocuments(tabsB, old)
		if slices.ContainsFunc(tabsB, func(tab *browsertest.Tab) bool { return !connected(tab) }) {
			t.Fatal("a tab came back as nobody")
		}
		old = documentsOf(tabsB)
		leave(tabA)
		waitNewDocuments(tabsB, old)
	}
	for n, tab := range tabsB {
		session := 0
		for _, r := range tab.Requests() {
			if r.HasCookie("dev-session") {
				session++
			}
		}
		// Each log-in brings it back once, with the cookie; each log-out once, with or without a dead one.
		if session < times || len(tab.Requests()) != 1+2*times {
			t.Errorf("tab %d loaded %d documents, %d of them with the cookie", n, len(tab.Requests()), session)
		}
	}
	if !slices.Equal(documents, documentsOf(others)) {
		t.Error("the other browser's tabs were loaded again")
	}
}

// TestLogOutRestartsAllTabs: (c) both tabs of the browser go to the main page, logged out.
func TestLogOutRestartsAllTabs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	tabA := s.open(b, "/")
	s.logIn(tabA, "ada@example.com")
	tabB := s.open(b, "/settings")
	old := tabB.Document()

	leave(tabA)
	tabB.WaitNewDocument(old)
	for name, tab := range map[string]*browsertest.Tab{"A": tabA, "B": tabB} {
		tab.WaitURL("/")
		if connected(tab) {
			t.Errorf("tab %s is still logged in", name)
		}
	}
}

// noteStates has a tab note what its process does, with what of the page can be seen then, through all its documents.
const noteStates = `{
	const note = () => {
		const state = document.documentElement.dataset.process
		const seen = document.querySelector("main").checkVisibility({ visibilityProperty: true, opacityProperty: true })
		const noted = sessionStorage.states ?? "", now = state + (seen ? "" : " covered") + ", "
		if (!noted.endsWith(now)) sessionStorage.states = noted + now
	}
	new MutationObserver(note).observe(document, { subtree: true, attributeFilter: ["data-process"] })
}`

// states are those that a tab has noted, and forgets.
func states(tab *browsertest.Tab) string {
	return browsertest.Eval[string](tab, `(({ states }) => (delete sessionStorage.states, states))(sessionStorage)`)
}

// TestLogOutCoversAHalfFilledForm in the user's other tab at once, and asks nobody: what was typed was his.
func TestLogOutCoversAHalfFilledForm(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{more: note})
	s.user("ada@example.com")
	b := browsertest.New(t)
	b.BeforeScripts(noteStates)
	tab := s.open(b, "/")
	s.logIn(tab, "ada@example.com")
	typing := s.open(b, "/note")
	typing.Fill("[name=text]", "typed by Ada")
	document := typing.Document()

	states(typing)
	leave(tab)
	typing.WaitNewDocument(document)
	typing.WaitURL("/")
	if got, want := states(typing), "restarting covered, starting, ready, "; got != want {
		t.Errorf("the tab was %s, want %s", got, want)
	}
	kept := browsertest.Eval[string](typing, "JSON.stringify(sessionStorage)")
	if connected(typing) || typing.Has(".notice") || strings.Contains(kept, "typed") {
		t.Errorf("of Ada's, this was kept: %s", kept)
	}
}

// TestLogOutEverywhere: (d) all four tabs of a user restart, logged out, and another user's tab is not
// touched. How long it takes is logged; what the machine does beside is no reason to fail.
func TestLogOutEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	one, two, bobs := browsertest.New(t), browsertest.New(t), browsertest.New(t)
	var tabs []*browsertest.Tab
	for _, b := range []*browsertest.Browser{one, two} {
		tab := s.open(b, "/")
		s.logIn(tab, "ada@example.com")
		tabs = append(tabs, tab, s.open(b, "/settings"))
	}
	bob := s.open(bobs, "/")
	s.logIn(bob, "bob@example.com")
	bobDocument := bob.Document()
	documents := documentsOf(tabs)

	asked := time.Now()
	tabs[1].Submit("form:has([value=log-out-everywhere])")
	for i, tab := range tabs {
		tab.WaitNewDocument(documents[i])
		tab.WaitURL("/")
		if connected(tab) {
			t.Errorf("tab %d is still logged in", i)
		}
	}
	t.Logf("four tabs were logged out and ready again after %v", time.Since(asked).Round(time.Millisecond))
	bob.Ready()
	if bob.Document() != bobDocument || !connected(bob) {
		t.Error("another user's tab was touched")
	}
}

// TestBackForwardCache: (e) going back to a page that the browser kept leaves one live tab, not two.
func TestBackForwardCache(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visits := s.countVisits()
	b := browsertest.New(t)
	tab := s.open(b, "/")
	first := tab.Document()
	tab.Goto(s.URL + "/login")
	tab.Ready()
	second := tab.Document()
	tab.Back()
	tab.WaitNewDocument(second)
	tab.WaitURL("/")
	if tab.Document() == first {
		tab.WaitNewDocument(first) // it woke from the cache, and loads itself again
	}
	tab.Ready()
	if n := len(s.sessions.Tabs()); n != 1 {
		t.Errorf("%d tabs are live, not one", n)
	}
	if got, want := visits(), []int{1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("the tab has counted %v, want %v", got, want)
	}
}

// TestRestartStaysOnTheSite: a path that begins with two slashes is a path still.
func TestRestartStaysOnTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	tab := b.Open(s.URL + "//elsewhere.example/log-in")
	tab.Ready()
	old := tab.Document()
	s.logIn(s.open(b, "/"), "ada@example.com")
	tab.WaitNewDocument(old)
	if got, want := tab.URL(), s.URL+"//elsewhere.example/log-in"; got != want {
		t.Errorf("the tab is at %s, want %s", got, want)
	}
}

// leave logs out with the form in the header, and waits for the page after it.
func leave(tab *browsertest.Tab) {
	old := tab.Document()
	tab.Submit("header form[action='/logout']")
	tab.WaitNewDocument(old)
}

func documentsOf(tabs []*browsertest.Tab) (documents []string) {
	for _, tab := range tabs {
		documents = append(documents, fmt.Sprint(tab.Document()))
	}
	return documents
}

// waitNewDocuments waits until each of some tabs has loaded another document than before.
func waitNewDocuments(tabs []*browsertest.Tab, before []string) {
	for i, tab := range tabs {
		tab.WaitNewDocument(before[i])
	}
}
