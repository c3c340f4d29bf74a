package authcheck

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// settings are the checks of what users change about themselves.
var settings = []Check{
	{"address-add", []string{"A64", "S127"}, "An address is added that nobody has confirmed, or its owner, or the user, is not told.", Letters, addAddress},
	{"address-refused", []string{"A65"}, "What is no address is added, or the user is told who has an address.", Letters, addressRefused},
	{"address-link-once", []string{"A66"}, "The link for a new address works twice.", Letters, addressLinkOnce},
	{"address-link-whose", []string{"A67"}, "The link for a new address works for nobody, or for another user.", Letters, addressLinkWhose},
	{"address-newer-voids-older", []string{"A68"}, "An older link for a new address works although a newer one was sent.", Letters, addressNewerVoidsOlder},
	{"address-removed", []string{"A19", "A66", "S117"}, "A removed address, or a link that was sent there, logs in.", Letters, addressRemoved},
	{"address-main", []string{"A65"}, "The main address can be removed, so that nobody can be told anything.", Letters, addressMain},
	{"address-not-taken", []string{"A65", "S129"}, "Somebody adds an address that is another user's.", Letters, addressNotTaken},
	{"password-change", []string{"A71", "S021"}, "After a change of the password the old one works, others are logged in, or this session goes on under its old token.", Letters, passwordChange},
	{"password-change-old", []string{"A70", "S152"}, "The password can be changed by who does not know it.", Letters, passwordChangeOld},
	{"password-reset", []string{"A74", "S118"}, "A new password leaves others logged in, logs in who has set it, or its user is not told.", Letters, passwordReset},
	{"password-reset-once", []string{"A75"}, "A link for a new password works twice.", Letters, passwordResetOnce},
	{"password-reset-whose", []string{"S119"}, "A link for a new password sets that of another user, whom the form names.", Letters, passwordResetWhose},
	{"password-reset-of-removed", []string{"A75", "S117"}, "A link for a new password works although the user's addresses have changed.", Letters, resetAfterAddress},
	{"account-deleted", []string{"A87"}, "Who deletes his account stays logged in, is not told, or cannot think better of it.", Letters, accountDeleted},
}

var (
	addAddressButton = regexp.MustCompile(`(?i)^add-address$|^add .*address`)
	makeMainButton   = regexp.MustCompile(`(?i)^make-main$|^make it .*main`)
	removeButton     = regexp.MustCompile(`(?i)^remove-address$|^remove\b`)
	leaveButton      = regexp.MustCompile(`(?i)^leave$|^delete .*account`)
)

// askAddress asks for another address.
func (m *Member) askAddress(address string) Page {
	p := m.Press(m.settingsForm(addAddressButton).fill(Email, address), addAddressButton)
	m.site.refused(p)
	return p
}

// addressLink asks for another address and returns the link that adds it.
func (m *Member) addressLink(address string) string {
	return m.site.newLink(address, func() { m.askAddress(address) })
}

// gains adds an address.
func (m *Member) gains(address string) {
	p := m.Send(m.linkForm(m.addressLink(address)))
	if !p.redirects() || !m.shows(address) {
		failf("the link for %s does not add it: %v", address, p)
	}
}

// shows reports whether the settings show an address, for good: a message about what was done may name it once.
func (m *Member) shows(address string) bool {
	m.Go(m.site.Paths.Settings)
	return strings.Contains(m.Go(m.site.Paths.Settings).Body, html.EscapeString(address))
}

// withAddress is the form about one of several addresses.
func (m *Member) withAddress(address string, fits *regexp.Regexp) *Form {
	for _, f := range m.Go(m.site.Paths.Settings).forms() {
		about := slices.ContainsFunc(f.fields, func(one field) bool { return one.value == address })
		if about && f.button(fits) != nil {
			return f
		}
	}
	failf("the settings have no button %v for %s", fits, address)
	return nil
}

func addAddress(s *Site) {
	me, another := s.member(), s.address()
	link := me.addressLink(another)
	for _, m := range s.lettersTo(me.Address)[1:] {
		if len(s.secretLinks(m)) > 0 {
			failf("the link for the new address goes to the old one: %q", m.Subject)
		}
	}
	if b := s.elsewhere(); b.accepts(another, me.Password) {
		failf("%s logs in before it is confirmed", another)
	}
	me.Go(link)
	if b := s.elsewhere(); b.accepts(another, me.Password) {
		failf("a GET of the link has added the address")
	}
	if p := me.Send(me.linkForm(link)); !me.shows(another) {
		failf("the link does not add the address: %v", p)
	}
	s.notice(me.Address, "the new address", regexp.MustCompile(`(?i)address|e-?mail`))
	for _, address := range []string{me.Address, another} {
		if b := s.elsewhere(); !b.accepts(address, me.Password) {
			failf("%s does not log in", address)
		}
	}
}

func addressRefused(s *Site) {
	me, other, fresh := s.member(), s.member(), s.address()
	for _, bad := range []string{"nobody", "a b@authcheck.example", "", me.Address} {
		p := me.askAddress(bad)
		if f := p.withButton(addAddressButton); p.redirects() || f == nil || !f.wrong(Email) {
			failf("%q: %v", bad, p)
		}
	}
	known, unknown := me.askAddress(other.Address), me.askAddress(fresh)
	if d := difference(known.alike(other.Address), unknown.alike(fresh)); d != "" || known.Status != unknown.Status {
		failf("an address that another user has is answered differently: %v, %v %s", known, unknown, d)
	}
}

func addressLinkOnce(s *Site) {
	me, another := s.member(), s.address()
	link := me.addressLink(another)
	form := me.linkForm(link)
	me.Send(form)
	p := me.Send(form)
	if p.redirects() || p.Status == http.StatusOK {
		failf("the second time: %v", p)
	}
	if !me.shows(another) {
		failf("the second time has taken the address away")
	}
}

func addressLinkWhose(s *Site) {
	me, other, another := s.member(), s.member(), s.address()
	link := me.addressLink(another)
	nobody := s.Browser()
	if f := nobody.linkFormIf(link); f != nil {
		nobody.Send(f)
	}
	if me.shows(another) {
		failf("nobody has added it")
	}
	if f := other.linkFormIf(link); f != nil {
		other.Send(f)
	}
	if me.shows(another) || other.shows(another) {
		failf("another user has added it")
	}
	if me.Send(me.linkForm(link)); !me.shows(another) {
		failf("after others have tried it the link does not work")
	}
}

func addressNewerVoidsOlder(s *Site) {
	me, one, two := s.member(), s.address(), s.address()
	old := me.addressLink(one)
	newer := me.addressLink(two)
	if f := me.linkFormIf(old); f != nil {
		me.Send(f)
	}
	if me.shows(one) {
		failf("the older link works")
	}
	if me.Send(me.linkForm(newer)); !me.shows(two) {
		failf("the newer link does not work")
	}
}

func addressRemoved(s *Site) {
	me, another := s.member(), s.address()
	me.gains(another)
	held := s.Browser()
	form := held.linkForm(s.logInLink(another))
	me.Press(me.withAddress(another, removeButton), removeButton)
	if me.shows(another) {
		failf("the button to remove it does not")
	}
	if held.Send(form); held.connected() {
		failf("a link that was sent to the removed address logs in")
	}
	if b := s.elsewhere(); b.accepts(another, me.Password) {
		failf("the removed address logs in")
	}
	s.notice(another, "its removal", regexp.MustCompile(`(?i)removed`))
	s.notice(me.Address, "the removal", regexp.MustCompile(`(?i)removed`))
}

func addressMain(s *Site) {
	me, another := s.member(), s.address()
	me.gains(another)
	f := me.withAddress(another, removeButton)
	for name, values := range f.Values {
		if len(values) == 1 && values[0] == another {
			f.Values.Set(name, me.Address)
		}
	}
	if p := me.Press(f, removeButton); !me.shows(me.Address) {
		failf("the main address is removed: %v", p)
	}
	me.Press(me.withAddress(another, makeMainButton), makeMainButton)
	s.notice(me.Address, "the new main address", regexp.MustCompile(`(?i)main`))
	me.Press(me.withAddress(me.Address, removeButton), removeButton)
	if me.shows(me.Address) {
		failf("the address that was the main one before cannot be removed")
	}
}

func addressNotTaken(s *Site) {
	me, other := s.member(), s.member()
	me.askAddress(other.Address)
	s.delivered()
	for _, m := range s.lettersTo(other.Address) {
		for _, link := range s.secretLinks(m) {
			for _, b := range []*Browser{me.Browser, other.Browser} {
				if f := b.linkFormIf(link); f != nil {
					b.Send(f)
				}
			}
		}
	}
	if strings.Contains(me.Go(s.Paths.Settings).Body, "<strong>"+other.Address) {
		failf("a user has the address of another one")
	}
	b := s.elsewhere()
	if b.accepts(other.Address, me.Password) || !s.elsewhere().accepts(other.Address, other.Password) {
		failf("the address of one user leads to the account of another")
	}
}

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
	s.notice(me.Address, "the password", regexp.MustCompile(`(?i)password`))
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
	if !p.redirects() || b.connected() {
		failf("%v; who has set it is logged in: %t", p, b.connected())
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
	if b := s.elsewhere(); p.redirects() || b.accepts(me.Address, second) {
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
	b.Send(f)
	if c := s.elsewhere(); c.accepts(other.Address, next) {
		failf("the password of another user is set")
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
	if p := b.Send(f); p.redirects() {
		failf("%v", p)
	}
	if c := s.elsewhere(); !c.accepts(me.Address, me.Password) {
		failf("the password is changed")
	}
}

func accountDeleted(s *Site) {
	me := s.member()
	other := me.loggedIn()
	f := me.settingsForm(leaveButton)
	f.tick(func(one field) bool { return one.kind == "checkbox" }, true).fillIf(Password, me.Password)
	p := me.Press(f, leaveButton)
	if me.connected() || other.connected() {
		failf("%v; somebody is still logged in", p)
	}
	s.notice(me.Address, "the deletion", regexp.MustCompile(`(?i)delet`))
	if b := s.elsewhere(); !b.accepts(me.Address, me.Password) {
		okf("the account is gone at once")
	}
	s.notice(me.Address, "the account that stays", regexp.MustCompile(`(?i)not deleted|stays`))
}
