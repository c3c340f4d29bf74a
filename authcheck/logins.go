package authcheck

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// logIns are the checks of logging in.
var logIns = []Check{
	{"login-page", []string{"A30"}, Nothing, logInPage,
		"The page to log in does not ask for an e-mail and a password."},
	{"login-works", []string{"A31"}, Letters, logInWorks,
		"Who types his e-mail and his password is not logged in, or does not find what is his."},
	{"login-failures-alike", []string{"A32", "S112"}, Letters, failuresAlike,
		"A failed log-in says what was wrong: so it says who has an account."},
	{"login-connected", []string{"A48"}, Letters, logInConnected,
		"A user who is logged in is asked to log in."},
	{"login-return", []string{"A37"}, Letters, logInReturns,
		"Who logs in does not come back to the page that he asked for, or comes there each time."},
	{"login-return-of-posts", []string{"A38"}, Letters, postsDoNotReturn,
		"A form that was posted by nobody is done, or gone back to, after a log-in."},
	{"login-return-elsewhere", []string{"A39"}, Letters, nowhereElse,
		"After a log-in the visitor is sent to another site."},
	{"login-keep", []string{"A40"}, Letters, keepLoggedIn,
		"A session outlives its browser although that was not asked for, or does not although it was."},
	{"login-no-hints", []string{"S147"}, Letters, noHints,
		"A password is shown again, or a hint about it."},
	{"login-default-accounts", []string{"S154"}, Nothing, defaultAccounts,
		"There is an account that everybody can log in to."},
	{"login-of-another-site", []string{"A12"}, Letters, logInFromElsewhere,
		"Another site can log a browser in, as somebody else."},
}

func logInPage(s *Site) {
	if p := s.Browser().Get(s.Paths.LogIn); p.Status != http.StatusOK || p.formIf(Email, AnyPassword) == nil {
		failf("%v, and it has no form for e-mail and password", p)
	}
}

func logInWorks(s *Site) {
	me := s.member()
	b := s.Browser()
	p := b.logIn(me.Address, me.Password)
	if p.Status != http.StatusSeeOther {
		failf("%v", p)
	}
	home := b.Follow(p)
	if home.URL.Path != s.Paths.Home {
		failf("a log-in leads to %s", home.URL.Path)
	}
	shown := home.Body + b.Go(s.Paths.Settings).Body
	if !strings.Contains(shown, html.EscapeString(me.Address)) {
		failf("neither %s nor %s show %s", s.Paths.Home, s.Paths.Settings, me.Address)
	}
	if !home.leadsTo(s.Paths.Settings) {
		failf("%s has no link to %s", s.Paths.Home, s.Paths.Settings)
	}
	if b.logOut(); b.connected() {
		failf("the button to log out does not")
	}
}

func failuresAlike(s *Site) {
	me := s.member()
	first := ""
	for i, address := range []string{me.Address, s.address(), strings.ToUpper(me.Address)} {
		b := s.elsewhere()
		password := s.password()
		p := b.logIn(address, password)
		if b.connected() {
			failf("a wrong password logs in")
		}
		if b.cookieOfSession(p) != "" {
			failf("a failed log-in sets the cookie %s", b.cookieOfSession(p))
		}
		f := p.form("to log in", Email, AnyPassword)
		if shown := f.Values.Get(f.field(Email).name); shown != address {
			failf("%s was typed, and %q is shown", address, shown)
		}
		if strings.Contains(p.Body, password) {
			failf("the password is shown again")
		}
		said := http.StatusText(p.Status) + headersAlike(p) + p.alike(address)
		if i == 0 {
			first = said
		} else if d := difference(first, said); d != "" {
			failf("a wrong password and an unknown address are answered differently: %s", d)
		}
	}
}

// cookieOfSession is the name of a cookie that an answer sets and that visitors who are nobody do not have; "" when it
// sets none.
func (b *Browser) cookieOfSession(p Page) string {
	nobody := b.site.Browser()
	nobody.Get(b.site.Paths.Home)
	has := map[string]bool{}
	for _, c := range nobody.cookies() {
		has[c.Name] = true
	}
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		if !has[c.Name] && c.Value != "" && c.MaxAge >= 0 {
			return c.Name
		}
	}
	return ""
}

func logInConnected(s *Site) {
	if p := s.member().Get(s.Paths.LogIn); !p.redirects() && p.formIf(Email, AnyPassword) != nil {
		failf("%v", p)
	}
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
	if p.Status < 300 {
		failf("%v", p)
	}
	shown := b.Follow(p)
	f := shown.formIf(Email, Password)
	if f == nil {
		f = b.logInForm()
	}
	in := b.Send(f.fill(Email, me.Address).fill(Password, me.Password))
	if b.Follow(in).Status >= 400 || strings.Contains(in.location(), "authcheck") {
		failf("after the log-in: %v", in)
	}
}

// evil are addresses of another site, as they are hidden from those who look whether a path is local.
var evil = []string{
	"//evil.example", "https://evil.example/", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "/\n/evil.example",
	"///evil.example", "http:evil.example", "javascript:alert(1)", "/%5cevil.example/../../evil", " //evil.example",
	"/.//evil.example", "data:text/html,x", "//user@evil.example",
}

func nowhereElse(s *Site) {
	me := s.member()
	for _, next := range evil {
		b := s.Browser()
		f := b.Go(s.Paths.LogIn+"?next="+url.QueryEscape(next)).form("to log in", Email, Password)
		f.fill(Email, me.Address).fill(Password, me.Password)
		f.Values.Set("next", next)
		p := b.Send(f)
		s.refused(p)
		s.staysHere(p, next)
		s.staysHere(b.Get(s.Paths.LogIn+"?next="+url.QueryEscape(next)), next)
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

func keepLoggedIn(s *Site) {
	me := s.member()
	for _, keep := range []bool{true, false} {
		b := s.Browser()
		f := b.logInForm()
		if !f.asks(Keep) {
			skipf("%s does not ask whether to stay logged in", s.Paths.LogIn)
		}
		p := b.Send(f.fill(Email, me.Address).fill(Password, me.Password).tick(Keep, keep))
		name := b.cookieOfSession(p)
		if name == "" {
			failf("a log-in sets no cookie: %v", p)
		}
		for _, c := range (&http.Response{Header: p.Header}).Cookies() {
			if lasting := c.MaxAge > 0 || !c.Expires.IsZero(); c.Name == name && c.Value != "" && lasting != keep {
				failf("keep=%t, and the cookie is %s", keep, strings.Replace(c.String(), c.Value, "…", 1))
			}
		}
	}
}

var hint = regexp.MustCompile(`(?i)password hint|last changed|you (last )?changed your password`)

func noHints(s *Site) {
	me := s.member()
	next := s.password()
	s.completeWith(s.Browser(), s.resetLink(me.Address), next)
	p := s.Browser().logIn(me.Address, me.Password)
	if found := hint.FindString(p.text()); found != "" {
		failf("the old password is answered with %q", found)
	}
	if strings.Contains(p.Body, me.Password) {
		failf("the password is shown again")
	}
}

func defaultAccounts(s *Site) {
	for _, one := range [][2]string{
		{"admin@example.com", "admin"}, {"admin@example.com", "password"}, {"admin@localhost", "admin"}, {"test@example.com", "test"},
		{"demo@example.com", "demo"}, {"user@example.com", "password"}, {"root@localhost", "root"},
	} {
		b := s.elsewhere()
		b.logIn(one[0], one[1])
		if b.connected() {
			failf("%s logs in with %q", one[0], one[1])
		}
	}
}

func logInFromElsewhere(s *Site) {
	me := s.member()
	b := s.Browser()
	f := b.logInForm().fill(Email, me.Address).fill(Password, me.Password)
	b.do(http.MethodPost, f.Action, f.with(nil), http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}})
	if b.connected() {
		failf("a form of another site has logged in")
	}
	bare := url.Values{f.field(Email).name: {me.Address}, f.field(Password).name: {me.Password}}
	if b.Post(f.Action, bare); b.connected() {
		failf("a form without what the page has hidden has logged in")
	}
}
