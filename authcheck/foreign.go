package authcheck

import (
	"net/http"
	"net/url"
)

// foreign are the checks of what other sites send with the cookies of their visitors.
var foreign = []Check{
	{"signup-foreign-form", []string{"A12"}, Letters, foreignForm,
		"A form is taken that another site, or another browser's page, has sent."},
	{"login-of-another-site", []string{"A12"}, Letters, logInFromElsewhere,
		"Another site can log a browser in, as somebody else."},
	{"settings-foreign-form", []string{"A12"}, Letters, settingsFromElsewhere,
		"Another site can change the account of a user."},
}

// evilSite is what browsers say of a form of another site.
var evilSite = http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}

func foreignForm(s *Site) {
	address := s.address()
	b, other := s.Browser(), s.Browser()
	f := b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address)
	theirs := other.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address)
	bare := url.Values{f.field(Email).name: {address}}
	post := func(h http.Header) Page { return b.do(http.MethodPost, f.Action, f.Values, h) }
	for what, p := range map[string]Page{
		"a form of another site":                     post(evilSite),
		"a form of another site, by its origin":      post(http.Header{"Origin": {"https://evil.example"}}),
		"a form without origin":                      post(http.Header{"Origin": {"null"}}),
		"a form of another browser":                  b.Post(f.Action, theirs.Values),
		"a form without what the page has hidden":    b.Post(f.Action, bare),
		"a form in a browser that has seen no page":  s.Browser().Post(f.Action, bare),
		"another's form in a browser without a page": s.Browser().Post(f.Action, theirs.Values),
	} {
		if p.Status < 400 {
			failf("%s is taken: %v", what, p)
		}
	}
	s.exactly(0, address)
	if p := b.Send(f); p.Status >= 400 {
		failf("the page's own form: %v", p)
	}
	s.exactly(1, address)
}

func logInFromElsewhere(s *Site) {
	me := s.member()
	b := s.Browser()
	f := b.logInForm().fill(Email, me.Address).fill(Password, me.Password)
	if b.do(http.MethodPost, f.Action, f.with(nil), evilSite); b.connected() {
		failf("a form of another site has logged in")
	}
	bare := url.Values{f.field(Email).name: {me.Address}, f.field(Password).name: {me.Password}}
	if b.Post(f.Action, bare); b.connected() {
		failf("a form without what the page has hidden has logged in")
	}
	if p := b.Send(f); !b.connected() {
		failf("the page's own form does not log in: %v", p)
	}
}

func settingsFromElsewhere(s *Site) {
	me, another, next := s.member(), s.address(), s.password()
	f := me.settingsForm(addAddressButton).fill(Email, another)
	me.do(http.MethodPost, f.Action, f.with(f.button(addAddressButton)), evilSite)
	if f := me.Go(s.Paths.Settings).formIf(NewPassword); f != nil {
		me.do(http.MethodPost, f.Action, f.fillIf(Password, me.Password).fill(NewPassword, next).with(nil), evilSite)
	}
	s.exactly(0, another)
	if b := s.elsewhere(); b.accepts(me.Address, next) {
		failf("a form of another site has changed the password")
	}
	if b := s.elsewhere(); !b.accepts(me.Address, me.Password) {
		failf("after forms of another site the password does not log in")
	}
}
