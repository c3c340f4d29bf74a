package web_test

import (
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// looked fails where a page keeps somebody out, or scrolls sideways, in light and dark.
func looked(t *testing.T, tab *browsertest.Tab, what string) {
	t.Helper()
	barrierFree(t, tab, what)
	for _, scheme := range []string{"dark", "light"} {
		tab.ColorScheme(scheme)
		fits(t, tab, what+", "+scheme)
	}
	tab.Size(1280, 740, browsertest.Desktop)
}

// readMail goes from the page that says that a message is on its way to that of its link, by the mailbox. The token stays
// in no history.
func readMail(t *testing.T, l *letters, tab *browsertest.Tab, address string) {
	t.Helper()
	tab.WaitURL("/sent")
	l.to(address)
	tab.Click("main a[href='/dev/mail']")
	tab.WaitURL("/dev/mail")
	tab.Click("#mailbox li:first-child a")
	tab.Click("#mail-links a")
	tab.WaitURL("/link")
	if entries := browsertest.Eval[string](tab, `navigation.entries().map(({ url }) => url).join(" ")`); strings.Contains(entries, "/link/") {
		t.Errorf("the history has %s", entries)
	}
}

// TestDoors is the way in and back in, in a real browser: one document from signing up to the end of it, and a transition
// between its pages.
func TestDoors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	l := s.letters()
	tab := s.open(browsertest.New(t), "/signup")
	tab.ReducedMotion(false)
	document := tab.Document()
	tab.Fill("[name=email]", "ada@example.com")
	tab.Submit("main form")
	readMail(t, l, tab, "ada@example.com")
	tab.WaitText("main h1", "Make your account")
	looked(t, tab, "the page of a link to sign up")
	tab.Fill("[name=name]", "Ada")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/")
	tab.WaitText("header .who", "ada@example.com")
	if tab.Document() != document {
		t.Error("the document was left")
	}

	leave(tab)
	tab.Ready()
	tab.Click("header a[href='/login']")
	tab.Click("main a[href='/forgot']")
	tab.WaitURL("/forgot")
	looked(t, tab, "the page of a forgotten password")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Submit("main form")
	tab.WaitURL("/sent")
	looked(t, tab, "the page after a letter was asked for")
	readMail(t, l, tab, "ada@example.com")
	tab.WaitText("main h1", "Choose a new password")
	looked(t, tab, "the page of a link to choose a password")
	tab.Fill("[name=password]", anotherPassword)
	tab.Submit("main form")
	tab.WaitURL("/login")
	tab.WaitText("main h1", "Log in")
	l.to("ada@example.com") // the notice
	if said := tab.Text("body"); !strings.Contains(said, "Your password is changed") {
		t.Errorf("the page says %s", said)
	}
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", anotherPassword)
	tab.Submit("main form")
	tab.WaitText("header .who", "ada@example.com")
}

// TestLinkPages can be read by everybody, on every screen: those that the others do not show.
func TestLinkPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	l := s.letters()
	tab := s.open(browsertest.New(t), "/login")
	looked(t, tab, "the page to log in")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Click("main button[value=link]") // without a password
	readMail(t, l, tab, "ada@example.com")
	tab.WaitText("main button.primary", "Log in as ada@example.com")
	looked(t, tab, "the page of a link to log in")
	tab.Submit("main form")
	tab.WaitText("header .who", "ada@example.com")

	if err := s.accounts.RequestAddress(t.Context(), ada, "ada@example.org"); err != nil {
		t.Fatal(err)
	}
	tab.Goto(s.URL + l.link("ada@example.org"))
	tab.Ready()
	tab.WaitText("main button.primary", "Add this address")
	looked(t, tab, "the page of a link to add an address")
	tab.Submit("main form")
	tab.WaitURL("/settings")

	askFor(t, s.visitor(), "/login", "bob@example.com", "do", "link")
	l.to("ada@example.com") // that an address was added
	tab.Goto(s.URL + l.link("bob@example.com"))
	tab.Ready()
	tab.WaitText("main h1", "This link is not for you")
	looked(t, tab, "the page of somebody else's link")
	tab.Goto(s.URL + "/link/x")
	tab.Ready()
	tab.WaitText("main h1", "This link does not work")
	looked(t, tab, "the page of a link that does not work")

	closed := newSiteAs(t, setup{closed: true})
	tab = closed.open(browsertest.New(t), "/signup")
	tab.WaitText("main button.primary", "Put me on the list")
	looked(t, tab, "the waiting list")
}
