package authcheck

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// signUps are the checks of making an account.
var signUps = []Check{
	{"signup-page", []string{"A1"}, Nothing, signUpPage,
		"The page to sign up does not ask for an e-mail, or does not lead to those who have an account."},
	{"signup-connected", []string{"A2"}, Letters, signUpConnected,
		"A user who is logged in is asked to sign up."},
	{"signup-sends-one-link", []string{"A3"}, Letters, signUpSendsOneLink,
		"Signing up does not send one letter with one link to this site, does not say so, or logs in before that."},
	{"signup-bad-address", []string{"A4"}, Letters, signUpBadAddress,
		"What is no address is taken, or what was typed is lost."},
	{"signup-tells-nobody", []string{"A5", "S110"}, Letters, signUpTellsNobody,
		"Signing up says who has an account, or makes a second one."},
	{"signup-address-spelling", []string{"A7"}, Letters, addressSpelling,
		"An address in other letters, or with spaces around it, is another one to log in with."},
	{"signup-trap", []string{"A10"}, Letters, signUpTrap,
		"A program that fills in a field that people cannot reach gets a letter, or hears that it was found out."},
	{"signup-closed", []string{"A11"}, Letters, signUpClosed,
		"While sign-up is closed somebody gets an account, or hears who has one."},
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
	s.leadsHome(me.Browser, me.Get(s.Paths.SignUp))
}

// leadsHome fails unless an answer to a user leads to the main page, and he is one there.
func (s *Site) leadsHome(b *Browser, p Page) {
	if behind := b.Follow(p); !p.redirects() || behind.URL.Path != s.Paths.Home || behind.Status != http.StatusOK {
		failf("%v, and not to %s", p, s.Paths.Home)
	}
	if !b.connected() {
		failf("%v, and the user is logged in no more", p)
	}
}

func signUpSendsOneLink(s *Site) {
	s.wantsOpen()
	b, address := s.Browser(), s.address()
	p := s.askSignUp(b, address)
	if p.Status != http.StatusSeeOther {
		failf("%v, instead of a redirect", p)
	}
	if behind := b.Follow(p); behind.Status != http.StatusOK || !ofLetters.MatchString(behind.mainText()+behind.said()) {
		failf("%v, which says nothing of a letter", behind)
	}
	if b.connected() {
		failf("%s is logged in and has shown nothing", address)
	}
	link := s.link(s.exactly(1, address)[0])
	if at, err := url.Parse(link); err != nil || !s.own(at) {
		failf("the link leads to %s, which is not %s", link, s.origin())
	}
}

var ofLetters = regexp.MustCompile(`(?i)mail|message|letter|inbox`)

func signUpBadAddress(s *Site) {
	unlike := []string{
		"with spaces@authcheck.example", "nobody", "nobody@", "@authcheck.example", "",
		strings.Repeat("x", 64) + "@" + strings.Repeat("authcheck.", 10) + "example", // 172 characters
		strings.Repeat("x", 330) + "@authcheck.example",
	}
	b := s.Browser()
	for _, bad := range unlike {
		p := s.askSignUp(b, bad)
		if !p.refusesForm() {
			failf("%q: %v", bad, p)
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
	unknown := s.sentTo(fresh, s.askSignUp)
	for _, spelled := range []string{me.Address, strings.ToUpper(me.Address)} {
		known := s.sentTo(spelled, s.askSignUp)
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

func signUpTrap(s *Site) {
	p := s.Browser().Go(s.Paths.SignUp)
	unreached := func(f field) bool {
		return f.kind == "text" && attribute(f.node, "tabindex") == "-1"
	}
	if !p.form("that asks for an e-mail", Email).asks(unreached) {
		skipf("%s has no field that only programs fill in", s.Paths.SignUp)
	}
	person, program := s.address(), s.address()
	fallsIn := func(b *Browser, address string) Page {
		return b.Send(b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address).fill(unreached, "x"))
	}
	found := s.sentTo(program, fallsIn)
	if d := difference(s.sentTo(person, s.askSignUp), found); d != "" {
		failf("the answers differ: %s", d)
	}
	s.exactly(1, person)
	s.exactly(0, program)
}

func addressSpelling(s *Site) {
	s.wantsOpen()
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

func signUpClosed(s *Site) {
	form := s.Browser().Go(s.Paths.SignUp).formIf(Email)
	if form == nil {
		s.closedWithoutForm()
		return
	}
	address := s.address()
	first := s.sentTo(address, s.askSignUp)
	if m := s.letter(address, 1); len(s.secretLinks(m)) > 0 && s.Closed {
		failf("sign-up is open: the letter %q has a link", m.Subject)
	} else if len(s.secretLinks(m)) > 0 {
		skipf("sign-up is open here")
	}
	if again := s.sentTo(strings.ToUpper(address), s.askSignUp); first != again {
		failf("who is on the list already is answered differently: %s", difference(first, again))
	}
	b, another := s.Browser(), s.address()
	f := b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, another)
	f.Values.Set("password", s.password())
	if b.Send(f); b.connected() {
		failf("somebody has got an account")
	}
	s.delivered()
	for _, m := range slices.Concat(s.lettersTo(address), s.lettersTo(another)) {
		if len(s.secretLinks(m)) > 0 {
			failf("the letter %q has a link that makes an account", m.Subject)
		}
	}
}

// closedWithoutForm posts to a page to sign up that has no form.
func (s *Site) closedWithoutForm() {
	b := s.Browser()
	f := b.logInForm()
	f.Values.Set(f.field(Email).name, s.address())
	f.Values.Set(f.field(Password).name, s.password())
	if p := b.Post(s.Paths.SignUp, f.Values); p.Status < 400 || b.connected() {
		failf("%v, which has no form", p)
	}
}
