package authcheck

// voidLinks are the checks of links that were good.
var voidLinks = []Check{
	{"link-newer-voids-older", []string{"A28", "S117"}, Letters, newerVoidsOlder,
		"An older link works although a newer one was sent, or the newer one does not."},
	{"link-log-in-newer", []string{"A28", "S117"}, Letters, newerLogInVoidsOlder,
		"An older link to log in works although a newer one was sent, or the newer one does not."},
	{"link-password-voids", []string{"A75", "S117"}, Letters, passwordVoidsLinks,
		"A link works although the password was changed since it was sent."},
}

func newerVoidsOlder(s *Site) {
	address := s.address()
	old := s.signUpLink(address)
	s.askSignUp(s.stranger(), address)
	newer := s.link(s.letter(address, 2))
	if p := s.Browser().Go(old); p.formIf(NewPassword) != nil {
		failf("the older link of a sign-up works: %v", p)
	}
	b := s.Browser()
	password := s.password()
	if p := s.completeWith(b, newer, password); !b.connected() {
		failf("the newer link does not work: %v", p)
	}
	oldReset := s.resetLink(address)
	held := s.Browser()
	form := held.Go(oldReset).form("for a new password", NewPassword).fill(NewPassword, s.password())
	newReset := s.resetLink(address)
	held.Send(form)
	if again := s.Browser(); !again.accepts(address, password) {
		failf("the older link of a new password has set one")
	}
	next := s.password()
	if p := s.completeWith(s.Browser(), newReset, next); !s.elsewhere().accepts(address, next) {
		failf("the newer link of a new password does not work: %v", p)
	}
}

func newerLogInVoidsOlder(s *Site) {
	me := s.member()
	older, b := s.Browser(), s.Browser()
	held := older.linkForm(s.logInLink(me.Address))
	link := s.logInLink(me.Address)
	if older.Send(held); older.connected() {
		failf("the older link logs in")
	}
	if p := b.Send(b.linkForm(link)); !b.connected() {
		failf("the newer link does not: %v", p)
	}
}

func passwordVoidsLinks(s *Site) {
	me := s.member()
	logIn := s.logInLink(me.Address)
	holds := s.Browser()
	held := holds.linkForm(logIn)
	next := s.password()
	s.completeWith(s.Browser(), s.resetLink(me.Address), next)
	if holds.Send(held); holds.connected() {
		failf("a link to log in with, older than the password, logs in")
	}
	if b := s.Browser(); !b.accepts(me.Address, next) {
		failf("the new password does not log in")
	}
}
