package authcheck

import (
	"net/http"
	"net/url"
	"slices"
)

// logOuts are the checks of logging out.
var logOuts = []Check{
	{"logout", []string{"A51"}, Letters, logsOut,
		"After a log-out the session goes on for who has its cookie, or the cookie stays."},
	{"logout-get", []string{"A52"}, Letters, logOutByGet,
		"A link or a picture logs people out."},
	{"logout-only-here", []string{"A54"}, Letters, logsOutHere,
		"A log-out ends sessions of other browsers."},
	{"logout-nobody", []string{"A51"}, Nothing, logOutOfNothing,
		"A log-out of nobody fails."},
}

func logsOut(s *Site) {
	me := s.member()
	stolen := me.copy()
	if !stolen.connected() {
		failf("a session is not carried by its cookies alone")
	}
	session := me.sessionCookies()
	p := me.logOut()
	behind := me.Follow(p)
	if me.connected() {
		failf("the browser is logged in")
	}
	for _, c := range me.cookies() {
		if slices.Contains(session, c.Name) {
			failf("the browser keeps the cookie %s", c.Name)
		}
	}
	if stolen.connected() {
		failf("the cookies from before the log-out are logged in")
	}
	if !p.redirects() || behind.URL.Path != s.Paths.Home || behind.said() == "" {
		failf("%v, which does not lead to %s and a word about it", p, s.Paths.Home)
	}
}

// sessionCookies are the names of the cookies that nobody has who is not logged in.
func (b *Browser) sessionCookies() (names []string) {
	nobody := b.site.Browser()
	nobody.Get(b.site.Paths.Home)
	for _, c := range b.cookies() {
		if !slices.ContainsFunc(nobody.cookies(), func(other *http.Cookie) bool { return other.Name == c.Name }) {
			names = append(names, c.Name)
		}
	}
	return names
}

func logOutByGet(s *Site) {
	me := s.member()
	me.Get(s.Paths.LogOut)
	me.do(http.MethodHead, s.Paths.LogOut, nil, nil)
	if !me.connected() {
		failf("GET %s logs out", s.Paths.LogOut)
	}
	me.do(http.MethodPost, s.Paths.LogOut, url.Values{}, evilSite)
	if !me.connected() {
		failf("another site's form logs out")
	}
	if me.logOut(); me.connected() {
		failf("the button does not log out")
	}
}

func logsOutHere(s *Site) {
	me := s.member()
	other := me.loggedIn()
	if me.logOut(); me.connected() || !other.connected() {
		failf("this browser is logged in: %t, the other one: %t", me.connected(), other.connected())
	}
}

func logOutOfNothing(s *Site) {
	b := s.Browser()
	b.Get(s.Paths.Home)
	p := b.Post(s.Paths.LogOut, url.Values{})
	if behind := b.Follow(p); behind.URL.Path != s.Paths.Home || behind.Status != http.StatusOK || b.connected() {
		failf("%v", p)
	}
}
