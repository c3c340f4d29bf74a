package authcheck

import (
	"net/http"
	"regexp"
)

// settings are the checks of what else users change about themselves.
var settings = []Check{
	{"password-change", []string{"A71", "S021"}, Letters, passwordChange,
		"After a change of the password the old one works, others are logged in, or this session goes on under its old token."},
	{"password-change-stolen", []string{"A71", "S021"}, Letters, passwordChangeStolen,
		"Who has the cookies from before a change of the password is logged in after it."},
	{"password-change-old", []string{"A70", "S152"}, Letters, passwordChangeOld,
		"The password can be changed by who does not know it."},
	{"password-reset", []string{"A74", "S118"}, Letters, passwordReset,
		"A new password leaves others logged in, logs in who has set it, or its user is not told."},
	{"password-reset-once", []string{"A75"}, Letters, passwordResetOnce,
		"A link for a new password works twice."},
	{"password-reset-whose", []string{"S119"}, Letters, passwordResetWhose,
		"A link for a new password sets that of another user, whom the form names."},
	{"password-reset-of-removed", []string{"A75", "S117"}, Letters, resetAfterAddress,
		"A link for a new password works although the user's addresses have changed."},
	{"account-deleted", []string{"A87"}, Letters, accountDeleted,
		"Who deletes his account stays logged in, is not told, or cannot think better of it."},
}

var leaveButton = regexp.MustCompile(`(?i)^leave$|^delete .*account`)

func passwordChange(s *Site) {
	me := s.member()
	other, stolen := me.loggedIn(), me.copy()
	next := s.password()
	p := me.changePassword(me.Password, next)
	if !p.redirects() || !me.connected() {
		failf("%v; this browser is logged in: %t", p, me.connected())
	}
	if other.connected() {
		failf("another browser is logged in")
	}
	if sameCookies(stolen.cookies(), me.cookies()) {
		failf("the session has the token that it had before")
	}
	if b := s.elsewhere(); b.accepts(me.Address, me.Password) {
		failf("the old password logs in")
	}
	if b := s.elsewhere(); !b.accepts(me.Address, next) {
		failf("the new password does not log in")
	}
	s.notice(me.Address, "the password", regexp.MustCompile(`(?i)password.* (changed|new)|new password`))
}

func passwordChangeStolen(s *Site) {
	me := s.member()
	stolen := me.copy()
	if p := me.changePassword(me.Password, s.password()); !p.redirects() {
		failf("the password cannot be changed: %v", p)
	}
	// Requests that were under way may still be answered for some seconds.
	s.untilWithin(2*s.Patience, "the end of the cookies from before", func() bool { return !stolen.connected() })
	if !me.connected() {
		failf("the user is logged out")
	}
}

// changePassword sends the form of the settings.
func (b *Browser) changePassword(old, next string) Page {
	f := b.Go(b.site.Paths.Settings).formIf(NewPassword)
	if f == nil {
		skipf("the settings have no form for a new password")
	}
	return b.Send(f.fillIf(Password, old).fill(NewPassword, next))
}

func passwordChangeOld(s *Site) {
	me := s.member()
	f := me.Go(s.Paths.Settings).formIf(NewPassword)
	if f == nil || !f.asks(Password) {
		skipf("who has just logged in is not asked for his password: the site's own tests move the clock")
	}
	for range 12 {
		if p := me.changePassword(s.password(), s.password()); p.redirects() {
			failf("a wrong password: %v", p)
		}
	}
	if p := me.changePassword(me.Password, s.password()); p.redirects() {
		failf("after twelve wrong passwords the right one is taken")
	}
}

func passwordReset(s *Site) {
	me := s.member()
	other := me.loggedIn()
	b, next := s.Browser(), s.password()
	p := s.completeWith(b, s.resetLink(me.Address), next)
	if behind := b.Follow(p); !p.redirects() || behind.URL.Path != s.Paths.LogIn || behind.said() == "" || b.connected() {
		failf("%v, which does not lead to %s and a word about it; who has set it is logged in: %t", p, s.Paths.LogIn, b.connected())
	}
	if me.connected() || other.connected() {
		failf("somebody is still logged in")
	}
	if c := s.elsewhere(); c.accepts(me.Address, me.Password) {
		failf("the old password logs in")
	}
	if c := s.elsewhere(); !c.accepts(me.Address, next) {
		failf("the new password does not log in")
	}
	s.notice(me.Address, "the password", regexp.MustCompile(`(?i)password .*(changed|new)|new password`))
}

func passwordResetOnce(s *Site) {
	me := s.member()
	link := s.resetLink(me.Address)
	one, two := s.Browser(), s.Browser()
	f := two.Go(link).form("for a new password", NewPassword)
	first, second := s.password(), s.password()
	s.completeWith(one, link, first)
	p := two.Send(f.fill(NewPassword, second))
	if b := s.elsewhere(); p.redirects() || p.Status == http.StatusOK || b.accepts(me.Address, second) {
		failf("the second time: %v", p)
	}
	if b := s.elsewhere(); !b.accepts(me.Address, first) {
		failf("the first password does not log in")
	}
}

func passwordResetWhose(s *Site) {
	me, other := s.member(), s.member()
	next := s.password()
	b := s.Browser()
	f := b.Go(s.resetLink(me.Address)).form("for a new password", NewPassword).fill(NewPassword, next)
	for _, name := range []string{"user", "user_id", "id", "email", "_email", "address", "account"} {
		f.Values.Set(name, other.Address)
	}
	p := b.Send(f)
	if c := s.elsewhere(); c.accepts(other.Address, next) {
		failf("the password of another user is set: %v", p)
	}
	if c := s.elsewhere(); !c.accepts(other.Address, other.Password) {
		failf("the password of another user is changed")
	}
}

func resetAfterAddress(s *Site) {
	me, another := s.member(), s.address()
	me.gains(another)
	b, next := s.Browser(), s.password()
	f := b.Go(s.resetLink(another)).form("for a new password", NewPassword).fill(NewPassword, next)
	me.Press(me.withAddress(another, removeButton), removeButton)
	if p := b.Send(f); p.redirects() || p.Status == http.StatusOK {
		failf("%v", p)
	}
	if c := s.elsewhere(); !c.accepts(me.Address, me.Password) {
		failf("the password is changed")
	}
}

// leaves asks for the account's end, if its user is logged in, and reports whether that was taken. It fails silently.
func (m *Member) leaves() (done bool) {
	defer func() {
		if end := recover(); end != nil {
			_, is := end.(ending)
			done = false
			if !is {
				panic(end)
			}
		}
	}()
	p := m.leave()
	return p.redirects() && !m.connected()
}

// leave presses the button.
func (m *Member) leave() Page {
	f := m.settingsForm(leaveButton)
	f.tick(func(one field) bool { return one.kind == "checkbox" }, true).fillIf(Password, m.Password)
	return m.Press(f, leaveButton)
}

func accountDeleted(s *Site) {
	me := s.member()
	other := me.loggedIn()
	tab := me.open(s.Paths.Home)
	p := me.leave()
	if me.connected() || other.connected() {
		failf("%v; somebody is still logged in", p)
	}
	tab.mustEnd("an open tab")
	s.notice(me.Address, "the deletion", regexp.MustCompile(`(?i)delet`))
	if b := s.elsewhere(); !b.accepts(me.Address, me.Password) {
		okf("the account is gone at once")
	}
	s.notice(me.Address, "the account that stays", regexp.MustCompile(`(?i)not deleted|stays`))
}
