package web_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/session"
)

// journal notes the hooks that start processes, and opens and closes sessions, as they run.
func (s *site) journal() func() []string {
	var mu sync.Mutex
	var noted []string
	note := func(what string) error {
		mu.Lock()
		defer mu.Unlock()
		noted = append(noted, what)
		return nil
	}
	s.sessions.OnStartProcess(func(context.Context, session.Visitor) error { return note("start") })
	s.sessions.OnStartConnectedProcess(func(context.Context, session.UserID) error { return note("start connected") })
	s.sessions.OnStartUnconnectedProcess(func(context.Context) error { return note("start unconnected") })
	s.sessions.OnOpenSession(func(context.Context, session.UserID) error { return note("open") })
	s.sessions.OnPostCloseSession(func(context.Context, session.Closing) error { return note("close") })
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(noted)
	}
}

// processes are the ids of all open tabs.
func (s *site) processes() string {
	var ids []string
	for _, tab := range s.sessions.Tabs() {
		ids = append(ids, tab.ID())
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// TestOneProcessThroughTheSite: links, forms with errors, a log-in, back and forward, and a page that is not
// there: all of it is one document and one process.
func TestOneProcessThroughTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	hooks := s.journal()
	tab := s.open(browsertest.New(t), "/")
	document, process := tab.Document(), s.processes()

	tab.Click("header a[href='/login']")
	tab.WaitText("main h1", "Log in")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", "not her password")
	tab.Submit("main form")
	tab.WaitText("#password-error", "This e-mail and this password do not belong together.")
	s.fillIn(tab, "ada@example.com")
	tab.Click("header a[href='/settings']")
	tab.WaitText("main h1", "Settings")
	tab.Back()
	tab.WaitText("main h1", "Every open tab is a live program.")
	tab.Forward()
	tab.WaitText("main h1", "Settings")

	if tab.Document() != document || s.processes() != process {
		t.Errorf("document %s, process %s; they were %s, %s", tab.Document(), s.processes(), document, process)
	}
	if got, want := hooks(), []string{"start", "start unconnected", "open", "start connected"}; !slices.Equal(got, want) {
		t.Errorf("hooks %q, want %q", got, want)
	}
}

// TestLogOutLoadsADocument: whose page it was it is not any more.
func TestLogOutLoadsADocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	hooks := s.journal()
	tab := s.open(browsertest.New(t), "/login")
	s.fillIn(tab, "ada@example.com")
	leave(tab)
	tab.WaitURL("/")
	tab.Ready()
	tab.WaitText(announced, "You are logged out.")
	want := []string{"start", "start unconnected", "open", "start connected", "close", "start", "start unconnected"}
	if got := hooks(); !slices.Equal(got, want) || connected(tab) {
		t.Errorf("hooks %q, want %q", got, want)
	}
}

// TestNobodyIsSentToLogInInPlace, and back to where he wanted to go.
func TestNobodyIsSentToLogInInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	document := tab.Document()
	browsertest.Eval[bool](tab, `(navigation.navigate("/settings?a=b"), true)`)
	tab.WaitURL("/login?next=%2Fsettings%3Fa%3Db")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Settings")
	tab.WaitURL("/settings?a=b")
	if tab.Document() != document {
		t.Error("the document was loaded again")
	}
}

// TestHalfFilledFormIsAskedFor: a tab in which somebody types is not taken away when somebody logs in elsewhere.
func TestHalfFilledFormIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	typing, quiet := s.open(b, "/signup"), s.open(b, "/signup")
	typing.Fill("[name=email]", "grace@example.com")
	document, other := typing.Document(), quiet.Document()
	s.logIn(s.open(b, "/"), "ada@example.com")

	quiet.WaitNewDocument(other)
	typing.Wait(`document.documentElement.dataset.process === "outdated"`)
	if typing.Document() != document || typing.Text(".notice span") == "" {
		t.Error("what was typed is gone")
	}
	typing.Click(".notice button")
	typing.WaitNewDocument(document)
	typing.WaitText("header .who", "ada@example.com")
}

// TestNoFrame: another page cannot show one of ours in a frame, not even our own (S178).
func TestNoFrame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	b.AllowErrors()
	tab := s.open(b, "/")
	framed := browsertest.Eval[bool](tab, `new Promise((resolve) => {
		const frame = document.createElement("iframe")
		frame.onload = () => resolve(frame.contentDocument !== null && frame.contentDocument.querySelector("h1") !== null)
		frame.src = "/login"
		document.body.append(frame)
	})`)
	if framed {
		t.Error("a page was shown in a frame")
	}
}
