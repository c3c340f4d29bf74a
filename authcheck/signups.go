package authcheck

import (
	"net/http"
	"net/url"
	"strings"
)

// signUps are the checks of making an account.
var signUps = []Check{
	{"signup-page", []string{"A1"}, Nothing, signUpPage,
		"The page to sign up does not ask for an e-mail, or does not lead to those who have an account."},
	{"signup-connected", []string{"A2"}, Letters, signUpConnected,
		"A user who is logged in is asked to sign up."},
	{"signup-sends-one-link", []string{"A3"}, Letters, signUpSendsOneLink,
		"Signing up does not send one letter with one link to this site, or logs in before the address is shown to be his."},
	{"signup-bad-address", []string{"A4"}, Letters, signUpBadAddress,
		"What is no address is taken, or what was typed is lost."},
	{"signup-tells-nobody", []string{"A5", "S110"}, Letters, signUpTellsNobody,
		"Signing up says who has an account, or makes a second one."},
	{"signup-nothing-prepared", []string{"A22", "S129"}, Letters, signUpNothingPrepared,
		"Who signs up with the address of somebody else can prepare his account, or keep him from making it."},
	{"signup-address-spelling", []string{"A7"}, Letters, addressSpelling,
		"An address in other letters, or with spaces around it, is another one to log in with."},
	{"signup-closed", []string{"A11"}, Letters, signUpClosed,
		"While sign-up is closed somebody gets an account, or hears who has one."},
	{"signup-foreign-form", []string{"A12"}, Letters, foreignForm,
		"A form is taken that another site, or another browser's page, has sent."},
}

func signUpPage(s *Site) {
	p := s.Browser().Go(s.Paths.SignUp)
	if p.Status != http.StatusOK || p.formIf(Email) == nil {
		failf("%v, and it has no form that asks for an e-mail", p)
	}
	if !p.leadsTo(s.Paths.LogIn) {
		failf("%s has no link to %s", s.Paths.SignUp, s.Paths.LogIn)
	}
}

func signUpConnected(s *Site) {
	me := s.member()
	if p := me.Get(s.Paths.SignUp); !p.redirects() {
		failf("%v", p)
	}
}

func signUpSendsOneLink(s *Site) {
	b, address := s.Browser(), s.address()
	p := s.askSignUp(b, address)
	if p.Status != http.StatusSeeOther {
		failf("%v, instead of a redirect", p)
	}
	if b.connected() {
		failf("%s is logged in and has shown nothing", address)
	}
	link := s.link(s.exactly(1, address)[0])
	if at, err := url.Parse(link); err != nil || !s.own(at) {
		failf("the link leads to %s, which is not %s", link, s.origin())
	}
}

func signUpBadAddress(s *Site) {
	long := strings.Repeat("x", 330) + "@authcheck.example"
	unlike := []string{"with spaces@authcheck.example", "nobody", "nobody@", "@authcheck.example", long}
	b := s.Browser()
	for _, bad := range unlike {
		p := s.askSignUp(b, bad)
		if p.redirects() {
			failf("%q is taken: %v", bad, p)
		}
		f := p.form("with what was typed", Email)
		if !f.wrong(Email) {
			failf("%v to %q, and the field is not said to be wrong", p, bad)
		}
		if len(bad) < 100 && f.Values.Get(f.field(Email).name) != bad {
			failf("%q was typed, and %q is shown", bad, f.Values.Get(f.field(Email).name))
		}
	}
	s.delivered()
	for _, bad := range unlike {
		if all := s.lettersTo(bad); len(all) > 0 {
			failf("a letter went to %q", bad)
		}
	}
}

func signUpTellsNobody(s *Site) {
	me, fresh := s.member(), s.address()
	unknown := s.sentTo(s.Paths.SignUp, fresh, s.askSignUp)
	for _, spelled := range []string{me.Address, strings.ToUpper(me.Address)} {
		known := s.sentTo(s.Paths.SignUp, spelled, s.askSignUp)
		if d := difference(unknown, known); d != "" {
			failf("the answers differ: %s", d)
		}
	}
	for nth := 2; nth <= 3; nth++ {
		if m := s.letter(me.Address, nth); len(s.secretLinks(m)) > 0 {
			failf("who has an account gets %q, with a link for another", m.Subject)
		}
	}
	s.exactly(1, fresh)
}

// sentTo sends an address from a new browser, and returns the answer and the page behind it, as they are compared.
func (s *Site) sentTo(path, address string, ask func(*Browser, string) Page) string {
	b := s.elsewhere()
	p := ask(b, address)
	return http.StatusText(p.Status) + headersAlike(p) + p.alike(address) + b.Follow(p).alike(address)
}

// headersAlike are the headers of an answer that say something.
func headersAlike(p Page) (said string) {
	for _, name := range []string{"Cache-Control", "Content-Type", "Referrer-Policy", "Retry-After"} {
		said += "\n" + name + ": " + p.Header.Get(name)
	}
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		said += "\nSet-Cookie: " + c.Name
	}
	return said + "\n"
}

func signUpNothingPrepared(s *Site) {
	victim, bad := s.address(), s.password()
	attacker := s.Browser()
	f := attacker.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, victim).fillIf(NewPassword, bad)
	s.refused(attacker.Send(f))
	link := s.link(s.letter(victim, 1))
	good, own := s.password(), s.Browser()
	if p := s.completeWith(own, link, good); !p.redirects() || !own.connected() {
		failf("whose address it is cannot make his account: %v", p)
	}
	if attacker.connected() {
		failf("who signed up with the address of somebody else is logged in")
	}
	attacker.logIn(victim, bad)
	if attacker.connected() {
		failf("the password that somebody else has chosen logs in")
	}
}

func addressSpelling(s *Site) {
	address, password := s.address(), s.password()
	upper := strings.ToUpper(address)
	p := s.askSignUp(s.Browser(), "  "+upper+" ")
	if !p.redirects() {
		failf("an address with spaces around it is not taken: %v", p)
	}
	b := s.Browser()
	if p := s.completeWith(b, s.link(s.letter(address, 1)), password); !b.connected() {
		failf("the sign-up is not complete: %v", p)
	}
	for _, typed := range []string{address, upper, " " + address + "  "} {
		b := s.Browser()
		if p := b.logIn(typed, password); !b.connected() {
			failf("%q does not log in: %v", typed, p)
		}
	}
}

func foreignForm(s *Site) {
	address := s.address()
	b, other := s.Browser(), s.Browser()
	f := b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address)
	theirs := other.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address)
	bare := url.Values{f.field(Email).name: {address}}
	from := func(site, origin string) http.Header {
		return http.Header{"Sec-Fetch-Site": {site}, "Origin": {origin}}
	}
	post := func(h http.Header) Page { return b.do(http.MethodPost, f.Action, f.Values, h) }
	for what, p := range map[string]Page{
		"a form of another site":                     post(from("cross-site", "https://evil.example")),
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
}

func signUpClosed(s *Site) {
	address := s.address()
	first := s.sentTo(s.Paths.SignUp, address, s.askSignUp)
	if m := s.letter(address, 1); len(s.secretLinks(m)) > 0 {
		skipf("sign-up is open here")
	}
	if again := s.sentTo(s.Paths.SignUp, strings.ToUpper(address), s.askSignUp); first != again {
		failf("who is on the list already is answered differently: %s", difference(first, again))
	}
	b := s.Browser()
	f := b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email)
	f.Values.Set("password", s.password())
	b.Send(f.fill(Email, s.address()))
	if b.connected() {
		failf("somebody has got an account")
	}
}
