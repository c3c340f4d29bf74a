package authcheck

import (
	"net/http"
	"net/url"
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
	me.logOut()
	if me.connected() {
		failf("the browser is logged in")
	}
	if stolen.connected() {
		failf("the cookies from before the log-out are logged in")
	}
}

func logOutByGet(s *Site) {
	me := s.member()
	me.Get(s.Paths.LogOut)
	me.do(http.MethodHead, s.Paths.LogOut, nil, nil)
	if !me.connected() {
		failf("GET %s logs out", s.Paths.LogOut)
	}
	evil := http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}
	me.do(http.MethodPost, s.Paths.LogOut, url.Values{}, evil)
	if !me.connected() {
		failf("another site's form logs out")
	}
}

func logsOutHere(s *Site) {
	me := s.member()
	other := me.loggedIn()
	if me.logOut(); !other.connected() {
		failf("the other browser is logged out as well")
	}
}

func logOutOfNothing(s *Site) {
	b := s.Browser()
	b.Get(s.Paths.Home)
	if p := b.Post(s.Paths.LogOut, url.Values{}); p.Status >= 500 {
		failf("%v", p)
	}
}
