package authcheck

import (
	"net/http"
	"strings"
)

// sockets are the checks of open tabs.
var sockets = []Check{
	{"socket-origin", []string{"A89"}, Nothing, socketOrigin,
		"Another site can open a tab's socket with the cookies of its visitors."},
	{"socket-token", []string{"A89"}, Letters, socketToken,
		"A tab is opened for a document that is another browser's, or none."},
	{"socket-log-out", []string{"A90"}, Letters, socketLogOut,
		"Open tabs go on after their session was logged out, or those of other sessions end too."},
	{"socket-password", []string{"A91"}, Letters, socketPassword,
		"Open tabs of other sessions go on after the password was changed, or those of this one do not."},
	{"socket-everywhere", []string{"A91"}, Letters, socketEverywhere,
		"Open tabs go on after the user has logged out everywhere else, or those of this session do not."},
	{"socket-call-after-log-out", []string{"A56", "A94"}, Letters, socketCall,
		"What a tab asks after its log-out, or for nobody, is done."},
	{"socket-another-user", []string{"A95"}, Letters, socketAnotherUser,
		"A tab of one user goes on under the cookies of another."},
	{"socket-log-in", []string{"A96"}, Letters, socketLogIn,
		"Tabs that were opened by nobody go on unaware after a log-in in their browser."},
}

func socketOrigin(s *Site) {
	b := s.Browser()
	b.Go(s.Paths.Home)
	otherScheme := map[string]string{"http": "https://", "https": "http://"}[s.at.Scheme] + s.at.Host
	for _, origin := range []string{
		"", "https://evil.example", "null", s.origin() + ".evil.example", s.at.Scheme + "://" + s.at.Hostname() + ":1", otherScheme,
	} {
		conn, answer, err := b.dial(origin)
		if err == nil {
			conn.Close()
			failf("with Origin %q it is opened", origin)
		}
		if answer == nil {
			failf("with Origin %q: %v", origin, err)
		}
		if answer.StatusCode == http.StatusNotFound {
			skipf("there is nothing at %s", s.Paths.Socket)
		}
		if answer.StatusCode != http.StatusForbidden {
			failf("with Origin %q: %s", origin, answer.Status)
		}
	}
	conn, _, err := b.dial(s.origin())
	if err != nil {
		failf("with the site's own Origin: %v", err)
	}
	conn.Close()
}

func socketToken(s *Site) {
	me, other := s.member(), s.member()
	theirs := other.Go(s.Paths.Settings).token()
	nobodys := s.Browser().Go(s.Paths.Home).token()
	for what, token := range map[string]string{
		"of another browser": theirs, "made up": strings.Repeat("A", 24), "of nobody": nobodys,
	} {
		if _, err := me.openAs(token); err == nil {
			failf("a tab is opened with a token %s", what)
		}
	}
	me.open(s.Paths.Settings)
}

func socketLogOut(s *Site) {
	me := s.member()
	other := me.loggedIn()
	one, two := me.open(s.Paths.Home), me.open(s.Paths.Settings)
	elsewhere := other.open(s.Paths.Home)
	me.logOut()
	one.mustEnd("a tab of the session")
	two.mustEnd("another tab of the session")
	if !elsewhere.alive() {
		failf("a tab of another session is closed")
	}
}

func socketPassword(s *Site) {
	me := s.member()
	mine, others := me.open(s.Paths.Home), me.loggedIn().open(s.Paths.Home)
	next := s.password()
	if p := me.changePassword(me.Password, next); !p.redirects() {
		failf("the password cannot be changed: %v", p)
	}
	others.mustEnd("a tab of another session, after the password was changed")
	if !mine.alive() {
		failf("a tab of the session that has changed the password is closed")
	}
	s.completeWith(s.Browser(), s.resetLink(me.Address), s.password())
	mine.mustEnd("a tab of a session from before the new password")
}

func socketEverywhere(s *Site) {
	me := s.member()
	mine, others := me.open(s.Paths.Home), me.loggedIn().open(s.Paths.Home)
	me.Press(me.settingsForm(everywhereElse), everywhereElse)
	others.mustEnd("a tab")
	if !mine.alive() {
		failf("a tab of this session is closed")
	}
}

// forUsers is a function that only users may call.
const forUsers = "sessions.tabs"

func socketCall(s *Site) {
	me := s.member()
	tab := me.open(s.Paths.Home)
	if _, err := tab.call(forUsers, struct{}{}); err != nil {
		skipf("tabs have no function %s: %v", forUsers, err)
	}
	me.logOut()
	if _, err := tab.call(forUsers, struct{}{}); err == nil {
		failf("the call is answered")
	}
	nobodys := s.Browser().open(s.Paths.Home)
	if _, err := nobodys.call(forUsers, struct{}{}); err == nil || !strings.Contains(err.Error(), "not_connected") {
		failf("nobody calls it, and the answer is no error not_connected but %v", err)
	}
}

func socketAnotherUser(s *Site) {
	me, other := s.member(), s.member()
	token := me.Go(s.Paths.Settings).token()
	was := me.cookies()
	me.client.Jar.SetCookies(s.at, other.cookies())
	if _, err := me.openAs(token); err == nil {
		failf("the document of one user is opened with the cookies of another")
	}
	me.client.Jar.SetCookies(s.at, was)
	if _, err := me.openAs(token); err != nil {
		failf("the document is not opened with its user's cookies: %v", err)
	}
}

func socketLogIn(s *Site) {
	me := s.member()
	b := s.Browser()
	tab := b.open(s.Paths.Home)
	if b.logIn(me.Address, me.Password); !b.connected() {
		failf("%s cannot log in", me.Address)
	}
	tab.mustEnd("a tab that nobody has opened")
}
