package authcheck

import (
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// logIns are the checks of logging in.
var logIns = []Check{
	{"login-page", []string{"A30"}, Nothing, logInPage,
		"The page to log in does not ask for an e-mail and a password, or does not lead to those who have forgotten theirs."},
	{"login-works", []string{"A31"}, Letters, logInWorks,
		"Who types his e-mail and his password is not logged in, or does not find what is his."},
	{"login-failures-alike", []string{"A32", "S112"}, Letters, failuresAlike,
		"A failed log-in says what was wrong: so it says who has an account."},
	{"login-connected", []string{"A48"}, Letters, logInConnected,
		"A user who is logged in is asked to log in."},
	{"login-keep", []string{"A40"}, Letters, keepLoggedIn,
		"A session outlives its browser although that was not asked for, or does not although it was."},
	{"login-no-hints", []string{"S147"}, Letters, noHints,
		"A password is shown again, or a hint about it."},
	{"login-default-accounts", []string{"S154"}, Nothing, defaultAccounts,
		"There is an account that everybody can log in to."},
}

func logInPage(s *Site) {
	if p := s.Browser().Get(s.Paths.LogIn); p.Status != http.StatusOK || p.formIf(Email, AnyPassword) == nil {
		failf("%v, and it has no form for e-mail and password", p)
	} else if !p.leadsTo(s.Paths.Forgot) {
		failf("%s has no link to %s", s.Paths.LogIn, s.Paths.Forgot)
	}
}

func logInWorks(s *Site) {
	me := s.member()
	b := s.Browser()
	p := b.logIn(me.Address, me.Password)
	if p.Status != http.StatusSeeOther {
		failf("%v", p)
	}
	s.leadsHome(b, p)
	home := b.Go(s.Paths.Home)
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
	long := strings.Repeat("x", 3000) + s.address()
	for i, address := range []string{me.Address, s.address(), strings.ToUpper(me.Address), long, "nowhere at all"} {
		b := s.elsewhere()
		password := s.password()
		p := b.logIn(address, password)
		if p.Status != http.StatusOK && (p.Status < 400 || p.Status == http.StatusNotFound) || b.connected() {
			failf("a wrong password: %v; it logs in: %t", p, b.connected())
		}
		if b.cookieOfSession(p) != "" {
			failf("a failed log-in sets the cookie %s", b.cookieOfSession(p))
		}
		f := p.form("to log in", Email, AnyPassword)
		if shown := f.Values.Get(f.field(Email).name); shown == "" || !strings.HasPrefix(address, shown) { // it may be cut
			failf("%.100s was typed, and %.100q is shown", address, shown)
		}
		if strings.Contains(p.Body, password) {
			failf("the password is shown again")
		}
		said := p.whole(address)
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
	me := s.member()
	p := me.Get(s.Paths.LogIn)
	if again := p.formIf(AnyPassword); again != nil && strings.Contains(p.Body, html.EscapeString(me.Address)) {
		return // he can prove that it is still he
	}
	s.leadsHome(me.Browser, p)
}

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
	p.form("to log in again", Email, AnyPassword)
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
		if p := b.logIn(one[0], one[1]); p.redirects() || b.connected() {
			failf("%s logs in with %q", one[0], one[1])
		}
	}
}
