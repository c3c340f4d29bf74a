package authcheck

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// addresses are the checks of a user's addresses.
var addresses = []Check{
	{"address-add", []string{"A64", "S127"}, Letters, addAddress,
		"An address is added that nobody has confirmed, or its owner, or the user, is not told."},
	{"address-refused", []string{"A65"}, Letters, addressRefused,
		"What is no address is added, or the user is told who has an address."},
	{"address-link-once", []string{"A66"}, Letters, addressLinkOnce,
		"The link for a new address works twice."},
	{"address-link-whose", []string{"A67"}, Letters, addressLinkWhose,
		"The link for a new address works for nobody, or for another user, or is lost where one has to log in first."},
	{"address-newer-voids-older", []string{"A68"}, Letters, addressNewerVoidsOlder,
		"An older link for a new address works although a newer one was sent."},
	{"address-removed", []string{"A19", "A66", "S117"}, Letters, addressRemoved,
		"A removed address, or a link that was sent there, logs in."},
	{"address-main", []string{"A65"}, Letters, addressMain,
		"The main address can be removed, so that nobody can be told anything."},
}

var (
	addAddressButton = regexp.MustCompile(`(?i)^add-address$|^add .*address`)
	makeMainButton   = regexp.MustCompile(`(?i)^make-main$|^make it .*main`)
	removeButton     = regexp.MustCompile(`(?i)^remove-address$|^remove\b`)
)

// askAddress asks for another address.
func (m *Member) askAddress(address string) Page {
	p := m.Press(m.settingsForm(addAddressButton).fill(Email, address), addAddressButton)
	m.site.refused(p)
	return p
}

// hearsOf asks for another address, and returns what the page says then.
func (m *Member) hearsOf(address string) string {
	return strings.ReplaceAll(m.Follow(m.askAddress(address)).said(), address, "TYPED")
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
	if me.shows(another) {
		failf("the settings show %s before it is confirmed", another)
	}
	me.Go(link)
	if b := s.elsewhere(); b.accepts(another, me.Password) {
		failf("a GET of the link has added the address")
	}
	if p := me.Send(me.linkForm(link)); !me.shows(another) {
		failf("the link does not add the address: %v", p)
	}
	s.notice(me.Address, "the new address", regexp.MustCompile(`(?i)(address|e-?mail).* added|new (address|e-?mail)`))
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
	if d := difference(known.whole(other.Address), unknown.whole(fresh)); d != "" || !known.redirects() {
		failf("an address that another user has is answered differently: %v, %v %s", known, unknown, d)
	}
	if d := difference(me.hearsOf(other.Address), me.hearsOf(fresh)); d != "" {
		failf("behind it the words differ: %s", d)
	}
}

func addressLinkOnce(s *Site) {
	me, another := s.member(), s.address()
	link := me.addressLink(another)
	form := me.linkForm(link)
	me.Send(form)
	if !me.shows(another) {
		failf("the link does not add the address")
	}
	if p := me.Send(form); p.redirects() || p.Status == http.StatusOK {
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
	p := nobody.Go(link)
	if f := s.linkFormOf(p); f != nil {
		nobody.Send(f)
	}
	if me.shows(another) {
		failf("nobody has added it")
	}
	logIn := p.form("to log in, for nobody", Email, Password).fill(Email, me.Address).fill(Password, me.Password)
	if back := nobody.Follow(nobody.Send(logIn)); s.linkFormOf(back) == nil {
		failf("who logs in first comes to %v, and not back to the link", back)
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
