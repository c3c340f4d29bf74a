package authcheck

import (
	"net/http"
	"strings"
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
	{"password-guessable", []string{"S146"}, Letters, passwordGuessable,
		"A password is taken that guessers try first."},
	{"password-fields", []string{"A30", "S147"}, Letters, passwordFields,
		"A form for a password keeps password managers from helping, or shows what is typed."},
}

// refusesPassword tries a password where one is chosen.
func (b *Browser) refusesPassword(link, password string) bool {
	p := b.Send(b.chooses(link, password))
	if p.redirects() {
		return false
	}
	if password != "" && strings.Contains(p.Body, password) {
		failf("the password is shown again")
	}
	if again := p.formIf(NewPassword); again != nil && !again.wrong(NewPassword) {
		failf("%v, and the field is not said to be wrong", p)
	}
	return true
}

func passwordLength(s *Site) {
	link := s.signUpLink(s.address())
	b := s.Browser()
	long := strings.Repeat(s.password()+" ", 40) // 1,280 bytes
	for what, password := range map[string]string{
		"7 characters":               "kuz rol",
		"11 characters":              "kuz rol dab",
		"1,025 bytes":                long[:1025],
		"1,026 bytes in 513 letters": strings.Repeat("дюжина", 100)[:1026],
	} {
		if !b.refusesPassword(link, password) {
			failf("a password of %s is taken", what)
		}
	}
	if p := b.Send(b.chooses(link, strings.Repeat(long, 100))); p.redirects() || p.Status >= 500 {
		failf("a password of 128,000 bytes: %v", p)
	}
	if b.refusesPassword(link, long[:64]) {
		failf("a password of 64 characters is refused")
	}
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
		failf("%v", p)
	}
}

func passwordAnyCharacters(s *Site) {
	letters := strings.ReplaceAll(s.password(), " ", "")[:20]
	s.keepSecret("a password", letters)
	if s.Browser().refusesPassword(s.signUpLink(s.address()), letters) {
		failf("20 small letters are refused")
	}
}

func passwordAsTyped(s *Site) {
	password := s.password()
	me := s.memberWith(s.address(), "  "+password+" ")
	for _, other := range []string{password, " " + password + " ", strings.TrimSpace(password) + " "} {
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
	"iloveyou1234", "qwerty123456", "abcdefghijklmnop",
}

func passwordGuessable(s *Site) {
	address := s.address()
	link := s.signUpLink(address)
	b := s.Browser()
	local, _, _ := strings.Cut(address, "@")
	for _, one := range append([]string{address, local}, guessed...) {
		if p := b.Send(b.chooses(link, one)); p.redirects() {
			failf("%q is taken", one)
		}
	}
}

func passwordFields(s *Site) {
	p := s.Browser().Go(s.Paths.LogIn)
	f := p.form("to log in", Email, AnyPassword)
	if name := f.field(Email); name.autocomplete != "username" && name.autocomplete != "email" {
		failf("the e-mail at %s has autocomplete=%q, and not username", s.Paths.LogIn, name.autocomplete)
	}
	if f.field(AnyPassword).autocomplete != "current-password" {
		failf("the password at %s has autocomplete=%q", s.Paths.LogIn, f.field(AnyPassword).autocomplete)
	}
	next := s.Browser().Go(s.signUpLink(s.address()))
	for _, one := range append(f.fields, next.form("for a new password", AnyPassword).fields...) {
		if _, hinders := attributeOf(one.node, "onpaste"); hinders {
			failf("%s keeps people from pasting", one.name)
		}
		if one.kind == "password" && one.value != "" {
			failf("%s holds a password", one.name)
		}
		if least, has := attributeOf(one.node, "maxlength"); has && one.kind == "password" && len(least) < 3 {
			failf("%s takes %s characters", one.name, least)
		}
	}
	if f := next.form("for a new password", AnyPassword); !f.asks(NewPassword) {
		failf("the password that is chosen has no autocomplete=new-password")
	}
	if p.Status != http.StatusOK {
		failf("%v", p)
	}
}
