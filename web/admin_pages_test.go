package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/session"
)

// TestAdministratorInABrowser finds a user, sees his tabs, disables him, whose tab is nobody's then, and lets him in again.
func TestAdministratorInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.administrator("ada@example.com")
	bob := s.user("bob@example.com")
	bobs := s.tabsOf("bob@example.com", "/settings")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	document := tab.Document()
	tab.Click("header a[href='/admin']")
	tab.WaitText("main h1", "Users")
	tab.Fill("#q", "BOB@")
	tab.Submit("form[role=search]")
	tab.WaitURL("/admin?q=BOB%40")
	tab.Click("#users a")
	tab.WaitText("main h1", "bob@example.com")
	listed(tab, "2 open tabs")
	bobs[1].Close()
	tab.Hide()
	for len(s.sessions.Tabs()) > 2 {
		runtime.Gosched()
	}
	tab.Show() // she looks again
	listed(tab, "1 open tab")

	before := bobs[0].Document()
	tab.Submit("form:has([value=disable])")
	tab.WaitText(announced, "The account is disabled, and its sessions have ended.")
	bobs[0].WaitNewDocument(before)
	bobs[0].WaitURL("/")
	if connected(bobs[0]) || tab.Has("#user-sessions li") || tab.Document() != document {
		t.Error("he is still connected, or her tab is another one")
	}
	bobs[0].Goto(s.URL + "/login")
	for typed, words := range map[string]string{
		"not his password": "This e-mail and this password do not belong together.",
		password:           "This account was disabled. Who runs the site can say why.",
	} {
		bobs[0].Ready()
		bobs[0].Fill("[name=email]", "bob@example.com")
		bobs[0].Fill("[name=password]", typed)
		bobs[0].Submit("main form")
		bobs[0].WaitText("#password-error", words)
	}
	tab.Submit("form:has([value=enable])")
	tab.WaitText(announced, "The user can log in again.")
	bobs[0].Fill("[name=email]", "bob@example.com")
	s.fillIn(bobs[0], "bob@example.com")

	tab.Fill("#group", "admin")
	tab.Submit("#add-group")
	tab.WaitText("#user-groups li strong", "admin")
	bobs[0].Click("header a[href='/settings']") // the next page knows
	bobs[0].Click("header a[href='/admin']")
	bobs[0].WaitText("main h1", "Users")
	before = bobs[0].Document()
	tab.Submit("form:has([value=end-all])")
	bobs[0].WaitNewDocument(before)
	if s.groupsOf(bob) != "[admin]" {
		t.Errorf("he is in %s", s.groupsOf(bob))
	}
}

// TestAdministratorProvesInPlace: the dialog asks for the password, and what was pressed and typed goes on.
func TestAdministratorProvesInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.administrator("ada@example.com")
	bob := s.user("bob@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	tab.Goto(s.URL + userPath(bob))
	tab.Ready()
	s.later(tooLong)
	tab.Fill("#group", "editors")
	tab.Submit("#add-group")
	confirms(tab, password)
	tab.WaitText("#user-groups li strong", "editors")
	tab.WaitText(announced, "The user is in the group editors.")
}

// TestAdministratorWithoutJavaScript: all of it can be done with plain forms.
func TestAdministratorWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.administrator("ada@example.com")
	s.user("bob@example.com")
	bobs := s.visitorAs("bob@example.com")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/login?next=" + url.QueryEscape("/admin?q=bob"))
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Users")
	tab.Click("#users a")
	tab.WaitText("main h1", "bob@example.com")
	tab.Fill("#group", "Two words")
	tab.Submit("#add-group")
	tab.WaitText("#group-error", "A group's name has small letters, digits and hyphens, 40 at most, and begins with a letter.")
	tab.Fill("#group", "editors")
	tab.Submit("#add-group")
	tab.WaitText(stands, "The user is in the group editors.")
	s.later(tooLong)
	tab.Submit("form:has([value=end-session])")
	tab.Fill("main [type=password]", password)
	tab.Submit("main form:has([type=password])")
	tab.WaitText(stands, "The session has ended.")
	if who(bobs) != "" {
		t.Error("Bob is still connected")
	}
	tab.Submit("form:has([value=disable])")
	tab.WaitText(stands, "The account is disabled, and its sessions have ended.")
	tab.Click("main a[href='/admin']")
	tab.WaitText("main h1", "Users")
	tab.Fill("#email", "bob@example.com")
	tab.Submit("#invite")
	tab.WaitText("#email-error", "There is an account with this address already.")
}

// TestNoAdministratorAnyMore: who is taken out of the group while he looks is refused at once, by the page that is open too.
func TestNoAdministratorAnyMore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, bob := s.administrator("ada@example.com"), s.administrator("bob@example.com")
	adas := s.visitorAs("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "bob@example.com")
	tab.Goto(s.URL + userPath(ada))
	tab.Ready()
	document := tab.Document()
	if p := adas.Submit(userPath(bob), does("remove-group", "group", "admin")); p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	tab.Submit("form:has([value=disable])")
	tab.WaitText("main h1", "This is not open to you")
	if who(adas) != "ada@example.com" || tab.Document() != document {
		t.Errorf("Ada's browser is %q's, or the tab is another one", who(adas))
	}
	if tab.Has("header a[href='/admin']") || !connected(tab) {
		t.Error("he finds the link still, or is logged out")
	}
}

// TestNoBarriersForAdministrators, and their pages fit a telephone, whatever users are called.
func TestNoBarriersForAdministrators(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.administrator("ada@example.com")
	long := strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".example.com"
	bob := s.user(long)
	s.named(strings.Repeat("W", 100), "<b>Zoë</b>", strings.Repeat("🙂", 100), strings.Repeat("עדה ", 25), "\u200d", "")
	for _, group := range []string{"editors", strings.Repeat("g", 40)} {
		if err := s.accounts.AddGroup(t.Context(), accounts.By{}, bob, session.Group(group)); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		s.visitorAs(long)
	}
	if err := s.accounts.Wait(t.Context(), "w"+long[1:], accounts.Client{}); err != nil {
		t.Fatal(err)
	}
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	look := func(what string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			tab.ColorScheme(scheme)
			fits(t, tab, what+", "+scheme)
		}
		for _, width := range []int{360, 1280} {
			tab.Size(width, 740, browsertest.Desktop)
			barrierFree(t, tab, fmt.Sprintf("%s, %d wide", what, width))
		}
	}
	for _, path := range []string{"/admin", "/admin?before=9", "/admin?q=nobody+at+all", userPath(bob)} {
		tab.Goto(s.URL + path)
		tab.Ready()
		look(path)
	}
	tab.Fill("#group", "Two words")
	tab.Submit("#add-group")
	tab.Text("#group-error")
	look("a group that is none")
	thereStill(t, tab, userPath(bob))
	tab.Submit("form:has([value=disable])")
	tab.WaitText(announced, "The account is disabled, and its sessions have ended.")
	look("a disabled user")
	tab.Goto(s.URL + "/admin?q=aa")
	tab.Fill("#email", long)
	tab.Submit("#invite")
	tab.Text("#email-error")
	look("an invitation that is wrong")
	thereStill(t, tab, "/admin?q=aa")
}
