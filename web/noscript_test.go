package web_test

import (
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestVisitWithoutJavaScript is the whole visit in a real browser whose scripts are switched off. S012, S013, peers 50,
// peers 52
func TestVisitWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	b := browsertest.New(t)
	b.NoJavaScript()

	tab := b.Open(s.URL + "/settings")
	tab.WaitURL("/login?next=%2Fsettings")
	tab.Click("main .aside a[href^='/signup']") // instead
	tab.WaitURL("/signup?next=%2Fsettings")

	tab.Fill("[name=email]", "ada@example.com")
	tab.Submit("main form")
	tab.WaitURL("/sent")
	l.to("ada@example.com")
	tab.Click("main a[href='/dev/mail']")
	tab.Click("#mailbox li a")
	tab.Click("#mail-links a")
	tab.WaitURL("/link")

	tab.Fill("[name=name]", "Ada")
	tab.Fill("[name=password]", "too short")
	tab.Submit("main form")
	tab.WaitText("#password-error", "This password has fewer than 12 characters.")
	if name := browsertest.Eval[string](tab, `document.querySelector("[name=name]").value`); name != "Ada" {
		t.Errorf("the name is %q now", name)
	}
	if password := browsertest.Eval[string](tab, `document.querySelector("[name=password]").value`); password != "" {
		t.Errorf("the password is %q now", password)
	}

	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/")
	tab.WaitText("header .who", "ada@example.com")
	tab.Goto(s.URL + "/settings")
	tab.WaitText("main h1", "Settings")
	tab.WaitURL("/settings")
	if text := tab.Text("main"); !strings.Contains(text, "ada@example.com") {
		t.Errorf("settings: %s", text)
	}

	tab.Goto(s.URL + "/logout") // an address does nothing
	tab.WaitText(".failure .status", "405")
	if !connected(tab) {
		t.Error("logged out by an address")
	}
	tab.Goto(s.URL + "/nothing")
	tab.WaitText(".failure .status", "404")
	tab.Click(".failure .buttons a")
	tab.WaitURL("/")
	tab.WaitText("main h1", "Every open tab is a live program.")
	tab.Goto(s.URL + "/settings")
	tab.Submit("header form[action='/logout']")
	tab.WaitText("main h1", "Every open tab is a live program.")
	tab.WaitText(stands, "You are logged out.")
	if connected(tab) {
		t.Error("still logged in")
	}
	tab.Reload()
	if tab.Has(stands) {
		t.Error("it is said again")
	}

	tab.Back() // to a page that the user saw
	if connected(tab) {
		t.Error("the page before is shown as it was")
	}

	tab.Goto(s.URL + "/login")
	tab.Fill("[name=email]", "ADA@example.com")
	tab.Fill("[name=password]", "not her password")
	tab.Submit("main form")
	tab.WaitText("#password-error", "This e-mail and this password do not belong together.")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("header .who", "ada@example.com")

	tab.Goto(s.URL + "/settings")
	tab.Submit("form:has([value=log-out-everywhere])")
	tab.WaitText("main h1", "Every open tab is a live program.")
	tab.WaitText(stands, "You are logged out everywhere.")
	if connected(tab) {
		t.Error("still logged in, after everywhere")
	}
	if n := len(s.sessions.Tabs()); n != 0 {
		t.Errorf("%d processes, without JavaScript", n)
	}
}

// TestOldPageWithoutJavaScript: what it posts is not posted as somebody else. Logging out works from it.
func TestOldPageWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	b := browsertest.New(t)
	b.NoJavaScript()
	logIn := func(tab *browsertest.Tab, email string) {
		tab.Goto(s.URL + "/login")
		tab.Fill("[name=email]", email)
		tab.Fill("[name=password]", password)
		tab.Submit("main form")
		tab.WaitText("header .who", email)
	}
	old, now := b.Open(s.URL+"/"), b.Open(s.URL+"/")
	logIn(old, "ada@example.com")
	old.Goto(s.URL + "/settings")

	now.Goto(s.URL + "/settings")
	now.Submit("header form[action='/logout']")
	now.WaitText("main h1", "Every open tab is a live program.")
	logIn(now, "bob@example.com")

	old.Submit("form:has([value=log-out-everywhere])")
	old.WaitText("main h1", "The page was somebody else's")
	now.Reload()
	now.WaitText("header .who", "bob@example.com")

	old.Back()
	old.WaitText("header .who", "bob@example.com") // it was kept nowhere
}
