package web_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/session"
)

// TestNewServer: when the program has been started again, a quiet tab comes back by itself, as its user and where it
// was. One in which a form is half filled asks first; its text is offered, put back, and can be sent.
func TestNewServer(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{more: note})
	s.user("ada@example.com")
	b := browsertest.New(t)
	quiet := s.open(b, "/")
	s.logIn(quiet, "ada@example.com")
	quiet.Click("header a[href='/settings']")
	quiet.WaitText("main h1", "Settings")
	typing := s.open(b, "/note")
	typing.Fill("[name=text]", "typed by Ada")
	quietly, document := quiet.Document(), typing.Document()
	loads := len(quiet.Requests())

	s.restart(func() {})
	quiet.WaitNewDocument(quietly)
	quiet.WaitURL("/settings")
	quiet.WaitText("header .who", "ada@example.com")
	if n := len(quiet.Requests()); n != loads+1 || quiet.Has(".notice") {
		t.Errorf("the quiet tab has loaded %d documents", n-loads)
	}

	typing.Wait(`document.documentElement.dataset.process === "outdated"`)
	if typing.Document() != document || typing.Text(".notice span") == "" {
		t.Error("what was typed was taken away")
	}
	typing.Click(".notice button")
	typing.WaitNewDocument(document)
	typing.Text(".notice span")
	if value := browsertest.Eval[string](typing, `document.querySelector("[name=text]").value`); value != "" {
		t.Errorf("the form has %q before anybody was asked", value)
	}
	typing.Click(".notice button")
	typing.Wait(`document.querySelector("[name=text]").value === "typed by Ada"`)
	typing.Submit("#note")
	typing.WaitText("#kept", "typed by Ada")
	if n := len(s.sessions.Tabs()); n != 2 {
		t.Errorf("the new server has %d tabs", n)
	}
}

// TestNewServerForNobody: it is the same for who is not connected, but for his password, which is kept nowhere.
func TestNewServerForNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/login?next=%2Fsettings")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	document := tab.Document()
	s.restart(func() {})
	tab.Click(".notice button")
	tab.WaitNewDocument(document)
	tab.WaitURL("/login?next=%2Fsettings")
	tab.Click(".notice button")
	tab.Wait(`document.querySelector("[name=email]").value === "ada@example.com"`)
	if value := browsertest.Eval[string](tab, `document.querySelector("[name=password]").value`); value != "" {
		t.Errorf("the password is %q", value)
	}
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Settings")
}

// TestNewServerAfterALogOut: tabs of a user who was logged out meanwhile are covered, nobody is asked, and they go to
// the main page.
func TestNewServerAfterALogOut(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{more: note})
	ada := s.user("ada@example.com")
	b := browsertest.New(t)
	b.BeforeScripts(noteStates)
	quiet := s.open(b, "/")
	s.logIn(quiet, "ada@example.com")
	quiet.Click("header a[href='/settings']")
	quiet.WaitText("main h1", "Settings")
	typing := s.open(b, "/note")
	typing.Fill("[name=text]", "typed by Ada")
	tabs := []*browsertest.Tab{quiet, typing}
	documents := documentsOf(tabs)
	for _, tab := range tabs {
		states(tab)
	}

	s.restart(func() {
		if err := s.sessions.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
	})
	for i, tab := range tabs {
		tab.WaitNewDocument(documents[i])
		tab.WaitURL("/")
		if got, want := states(tab), "lost, restarting covered, starting, ready, "; got != want {
			t.Errorf("tab %d was %s, want %s", i, got, want)
		}
		if connected(tab) || tab.Has(".notice") {
			t.Errorf("tab %d shows %s", i, tab.Text("body"))
		}
	}
}
