package authcheck

import (
	"net/http"
	"net/url"
	"strings"
)

// returns are the checks of where a log-in leads.
var returns = []Check{
	{"login-return", []string{"A37"}, Letters, logInReturns,
		"Who logs in does not come back to the page that he asked for, or comes there each time."},
	{"login-return-of-posts", []string{"A38"}, Letters, postsDoNotReturn,
		"A form that was posted by nobody is done, or gone back to, after a log-in."},
	{"login-return-elsewhere", []string{"A39"}, Letters, nowhereElse,
		"After a log-in the visitor is sent to another site."},
	{"link-return-elsewhere", []string{"A39"}, Letters, linksNowhereElse,
		"The link of a letter leads to another site."},
}

func logInReturns(s *Site) {
	me := s.member()
	b := s.Browser()
	wanted := s.Paths.Settings + "?authcheck=1&and=2"
	asked := b.Go(wanted)
	back := b.Follow(b.Send(asked.form("to log in", Email, Password).fill(Email, me.Address).fill(Password, me.Password)))
	if back.URL.RequestURI() != wanted {
		failf("who asked for %s comes to %s", wanted, back.URL.RequestURI())
	}
	b.logOut()
	if p := b.Follow(b.logIn(me.Address, me.Password)); p.URL.Path != s.Paths.Home {
		failf("the next log-in leads to %s again", p.URL.RequestURI())
	}
}

func postsDoNotReturn(s *Site) {
	me := s.member()
	b := s.Browser()
	p := b.Post(s.Paths.Settings, url.Values{"authcheck": {"1"}})
	if p.Status < 300 || p.Status == http.StatusNotFound {
		failf("%v", p)
	}
	shown := b.Follow(p)
	f := shown.formIf(Email, Password)
	if f == nil {
		f = b.logInForm()
	}
	in := b.Send(f.fill(Email, me.Address).fill(Password, me.Password))
	if b.Follow(in).Status != http.StatusOK || strings.Contains(in.location(), "authcheck") || !b.connected() {
		failf("after the log-in: %v", in)
	}
}

// evil are addresses of another site, as they are hidden from those who look whether a path is local.
var evil = []string{
	"//evil.example", "https://evil.example/", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "/\n/evil.example",
	"///evil.example", "http:evil.example", "javascript:alert(1)", "/%5cevil.example/../../evil", " //evil.example",
	"/.//evil.example", "data:text/html,x", "//user@evil.example", "https:evil.example", "/\r\n/evil.example", "\x01//evil.example",
	"////evil.example", `/\/evil.example`, "//evil.example%2f..", "HTTPS://evil.example",
}

func nowhereElse(s *Site) {
	me := s.member()
	for _, next := range evil {
		b, asked := s.Browser(), "?next="+url.QueryEscape(next)
		f := b.Go(s.Paths.LogIn+asked).form("to log in", Email, Password)
		f.fill(Email, me.Address).fill(Password, me.Password)
		f.Values.Set("next", next)
		p := b.Send(f)
		s.refused(p)
		if s.staysHere(p, next); !b.connected() {
			failf("with next=%q nobody is logged in: %v", next, p)
		}
		for _, path := range []string{s.Paths.LogIn, s.Paths.SignUp} {
			s.staysHere(b.Get(path+asked), next)
		}
	}
}

func linksNowhereElse(s *Site) {
	next := evil[0]
	me := s.Browser()
	address, password := s.address(), s.password()
	f := me.chooses(s.signUpLink(address), password)
	f.Values.Set("next", next)
	if s.staysHere(me.Send(f), next); !me.connected() {
		failf("the link makes no account")
	}
	b := s.Browser()
	f = b.linkForm(s.logInLink(address))
	f.Values.Set("next", next)
	if s.staysHere(b.Send(f), next); !b.connected() {
		failf("the link does not log in")
	}
}

// staysHere fails when an answer leads to another site, as browsers read its Location.
func (s *Site) staysHere(p Page, next string) {
	at := browsersRead.Replace(strings.TrimSpace(p.Header.Get("Location")))
	to, err := p.URL.Parse(at)
	if at != "" && (err != nil || !s.own(to) || strings.HasPrefix(to.Path, "//")) {
		failf("with next=%q: %v", next, p)
	}
}

// browsersRead is how browsers read an address: they drop line breaks and tabs, and take \ for /.
var browsersRead = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/")
