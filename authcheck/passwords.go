package authcheck

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// passwords are the checks of which passwords are taken.
var passwords = []Check{
	{"password-length", []string{"A8", "S140"}, Letters, passwordLength,
		"A password is taken that is too short or too long, one of 64 characters is not, or one is shown."},
	{"password-confirmation", []string{"A9"}, Letters, passwordConfirmation,
		"Two passwords that differ are taken as one."},
	{"password-any-characters", []string{"S142"}, Letters, passwordAnyCharacters,
		"A good password is refused because it lacks capitals, digits or signs."},
	{"password-as-typed", []string{"S143"}, Letters, passwordAsTyped,
		"Spaces of a password are dropped."},
	{"password-whole", []string{"A8", "S140"}, Letters, passwordWhole,
		"Only the first part of a long password counts."},
	{"password-guessable", []string{"S146"}, Letters, passwordGuessable,
		"A password is taken that guessers try first, or is refused without a reason."},
	{"password-fields", []string{"A30", "S147"}, Letters, passwordFields,
		"A form for a password keeps password managers from helping, or shows what is typed."},
}

// refuses tries a password where one is chosen, and fails unless it is refused as the field's, with words about it.
func (b *Browser) refuses(link, what, password string) {
	fresh := b.Go(link)
	before := fresh.form("for a new password", NewPassword)
	p := b.Send(before.fillIf(FullName, "Check").fill(NewPassword, password))
	if !p.refusesForm() {
		failf("a password (%s): %v", what, p)
	}
	if shown := html.EscapeString(password); strings.Contains(p.Body, shown) && !strings.Contains(fresh.Body, shown) {
		failf("the password is shown again")
	}
	f := p.form("for a new password, after one was refused", NewPassword)
	if !f.wrong(NewPassword) || f.words(NewPassword) == before.words(NewPassword) {
		failf("a password (%s): %v, and at the field stands no reason", what, p)
	}
}

// takes tries a password that is good.
func (b *Browser) takes(link, what, password string) {
	b.site.keepSecret("a password", password)
	if p := b.Send(b.chooses(link, password)); !p.redirects() || !b.connected() {
		failf("a password (%s) is refused: %v", what, p)
	}
}

// words are what the page says at a field: the text that the field is tied to.
func (f *Form) words(r Role) (said string) {
	node := f.field(r).node
	root := node
	for root.Parent != nil {
		root = root.Parent
	}
	for _, id := range strings.Fields(attribute(node, "aria-describedby")) {
		if n := withID(root, id); n != nil {
			said += textOf(n)
		}
	}
	return said
}

func passwordLength(s *Site) {
	link := s.signUpLink(s.address())
	b := s.Browser()
	long := s.longPassword()
	b.refuses(link, "7 characters", "kuz rol")
	b.refuses(link, "11 characters", "kuz rol dab")
	b.refuses(link, "11 characters in 21 bytes", "кузрол дабе")
	b.refuses(link, "1,025 bytes", long[:1025])
	b.refuses(link, "1,026 bytes in 770 characters", long[:514]+strings.Repeat("жщ", 128))
	for _, bytes := range []int{4_000, 128_000} {
		p := b.Send(b.chooses(link, strings.Repeat(long, 128)[:bytes]))
		if p.Status < 400 && p.Status != http.StatusOK || b.connected() {
			failf("a password of %d bytes: %v", bytes, p)
		}
	}
	b.takes(link, "64 characters", long[:64])
}

func passwordWhole(s *Site) {
	address, long := s.address(), s.longPassword()
	s.Browser().takes(s.signUpLink(address), "1,000 bytes", long[:1000])
	for _, part := range []int{72, 255, 999} {
		if b := s.elsewhere(); b.accepts(address, long[:part]) {
			failf("of a password of 1,000 bytes the first %d log in", part)
		}
	}
	if b := s.elsewhere(); !b.accepts(address, long[:1000]) {
		failf("a password of 1,000 bytes does not log in")
	}
}

// longPassword is more than 1,100 bytes that do not repeat.
func (s *Site) longPassword() string {
	var all []string
	for range 36 {
		all = append(all, s.password())
	}
	return strings.Join(all, " ")
}

func passwordConfirmation(s *Site) {
	b := s.Browser()
	f := b.Go(s.signUpLink(s.address())).form("for a new password", NewPassword)
	var names []string
	for _, one := range f.fields {
		if NewPassword(one) {
			names = append(names, one.name)
		}
	}
	if len(names) < 2 {
		skipf("the password is asked for once")
	}
	f.fillIf(FullName, "Check").Values.Set(names[0], s.password())
	f.Values.Set(names[1], s.password())
	if p := b.Send(f); p.redirects() || !p.form("for a new password", NewPassword).wrong(NewPassword) {
		failf("%v, and the field is not said to be wrong", p)
	}
}

func passwordAnyCharacters(s *Site) {
	s.Browser().takes(s.signUpLink(s.address()), "20 small letters", strings.ReplaceAll(s.password(), " ", "")[:20])
	s.Browser().takes(s.signUpLink(s.address()), "20 characters of another script", "куз рол даб мивен шо")
}

func passwordAsTyped(s *Site) {
	password := s.password()
	me := s.memberWith(s.address(), "  "+password+" ")
	inOne := strings.ReplaceAll(password, " ", "")
	for _, other := range []string{password, " " + password + " ", password + " ", "  " + inOne + " "} {
		if b := s.elsewhere(); b.accepts(me.Address, other) {
			failf("a password logs in that lacks spaces of the right one")
		}
	}
	if b := s.elsewhere(); !b.accepts(me.Address, me.Password) {
		failf("a password that begins and ends with spaces does not log in as it was typed")
	}
}

// guessed are passwords that guessers try first.
var guessed = []string{
	"password123456", "qwertyuiopas", "123456789012", "aaaaaaaaaaaa", "abcabcabcabc", "Password2024!", "letmeinletmein",
	"iloveyou1234", "qwerty123456", "abcdefghijklmnop", "passwordpassword", "P4ssw0rd-2024!", "qazwsxedcrfv", "1q2w3e4r5t6y",
	"monkeymonkey", "welcome12345", "sunshine2023", "football1234", "admin1234567", "000000000000",
}

func passwordGuessable(s *Site) {
	address := s.address()
	link := s.signUpLink(address)
	b := s.Browser()
	local, _, _ := strings.Cut(address, "@")
	for _, one := range append([]string{address, local}, append(s.ofName(), guessed...)...) {
		b.refuses(link, one, one)
	}
	b.takes(link, "four made-up words", s.password())
}

// ofName are passwords made of the site's name: what the titles of its pages have in common.
func (s *Site) ofName() []string {
	b := s.Browser()
	one, two := b.Go(s.Paths.LogIn).title(), b.Go(s.Paths.SignUp).title()
	n := 0
	for n < min(len(one), len(two)) && one[len(one)-1-n] == two[len(two)-1-n] {
		n++
	}
	name := strings.TrimLeft(one[len(one)-n:], " -–—|·:")
	if len(name) < 5 || len(name) > 40 {
		return nil
	}
	small := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	return []string{name + " 2026", small + small, small + "12345"}
}

// title is that of the page.
func (p Page) title() string {
	for title := range elements(p.document(), atom.Title) {
		return textOf(title)
	}
	return ""
}

func passwordFields(s *Site) {
	b := s.Browser()
	logIn := b.Go(s.Paths.LogIn).form("to log in", Email, AnyPassword)
	s.eased(s.Paths.LogIn, logIn, "username", "current-password")
	address, password := s.address(), s.password()
	link := s.signUpLink(address)
	s.eased("the link to sign up", b.chooses(link, ""), "username", "new-password")
	s.completeWith(b, link, password)
	s.eased("the link for a new password", s.Browser().chooses(s.resetLink(address), ""), "username", "new-password")
	for _, path := range []string{s.Paths.Settings, s.Paths.Reauthenticate} {
		for _, f := range b.Go(path).forms() {
			if f.asks(AnyPassword) {
				s.eased(path, f, "username", "current-password", "new-password")
			}
		}
	}
}

// eased fails unless a form for a password lets password managers and people help themselves. Each of its fields has one of
// these tokens.
func (s *Site) eased(where string, f *Form, tokens ...string) {
	for _, one := range f.fields {
		if _, hinders := attributeOf(one.node, "onpaste"); hinders {
			failf("%s at %s keeps people from pasting", one.name, where)
		}
		if one.kind != "password" {
			continue
		}
		if one.value != "" {
			failf("%s at %s holds a password", one.name, where)
		}
		if least, has := attributeOf(one.node, "maxlength"); has && len(least) < 3 {
			failf("%s at %s takes %s characters", one.name, where, least)
		}
		if !slices.Contains(tokens, one.autocomplete) {
			failf("%s at %s has autocomplete=%q", one.name, where, one.autocomplete)
		}
	}
	if !f.whose {
		failf("the form for a password at %s does not say whose: no field has autocomplete=username", where)
	}
}
