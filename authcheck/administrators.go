package authcheck

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// administrators are the checks of what administrators do.
var administrators = []Check{
	{"admin-disable", []string{"S020"}, Letters | Administrator, disabling,
		"A disabled account goes on, logs in, or is told apart from a wrong password."},
	{"admin-groups", []string{"S009"}, Letters | Administrator, groupsFelt,
		"A user keeps what a group allowed after he was taken out of it, or waits for what it allows."},
	{"admin-search-escaped", []string{"S130"}, Letters | Administrator, searchEscaped,
		"What a user calls himself is HTML on the administrators' pages."},
}

var (
	disableButton     = regexp.MustCompile(`(?i)^disable\b`)
	enableButton      = regexp.MustCompile(`(?i)^enable\b`)
	addGroupButton    = regexp.MustCompile(`(?i)^add-group$`)
	removeGroupButton = regexp.MustCompile(`(?i)^remove-group$`)
)

// administrator logs the one in who was named.
func (s *Site) administrator() *Browser {
	b := s.Browser()
	b.logIn(s.AdminEmail, s.AdminPassword)
	if p := b.Get(s.Paths.Admin); p.Status != http.StatusOK {
		failf("%s does not let the named administrator in: %v", s.Paths.Admin, p)
	}
	return b
}

// userPage finds the page of a user by his address.
func (b *Browser) userPage(address string) string {
	p := b.Go(b.site.Paths.Admin)
	field := ""
	for f := range elements(p.document(), atom.Form) {
		if !strings.EqualFold(attribute(f, "method"), "post") {
			for input := range elements(f, atom.Input) {
				field = attribute(input, "name")
			}
		}
	}
	if field == "" {
		skipf("%s has nothing to search with", b.site.Paths.Admin)
	}
	found := b.Go(b.site.Paths.Admin + "?" + url.Values{field: {address}}.Encode())
	for _, link := range found.links() {
		if at, err := url.Parse(link); err == nil && strings.HasPrefix(at.Path, b.site.Paths.Admin+"/") {
			return link
		}
	}
	failf("%s does not find %s", b.site.Paths.Admin, address)
	return ""
}

// pressOn presses a button of a page.
func (b *Browser) pressOn(at string, fits *regexp.Regexp, fill func(*Form)) {
	f := b.Go(at).withButton(fits)
	if f == nil {
		skipf("%s has no button %v", at, fits)
	}
	if fill != nil {
		fill(f)
	}
	if p := b.Press(f, fits); !p.redirects() {
		failf("%v", p)
	}
}

func disabling(s *Site) {
	me, admin := s.member(), s.administrator()
	link := s.logInLink(me.Address)
	tab, at := me.open(s.Paths.Home), admin.userPage(me.Address)
	admin.pressOn(at, disableButton, nil)
	s.until("the end of the sessions", func() bool { return !me.connected() })
	tab.mustEnd("an open tab")
	s.tellsNotOfDisabled(me)
	if b := s.elsewhere(); b.accepts(me.Address, me.Password) {
		failf("the disabled account logs in")
	}
	b := s.Browser()
	if f := b.linkFormIf(link); f != nil {
		b.Send(f)
	}
	if b.connected() {
		failf("a link that was sent before logs in")
	}
	admin.pressOn(at, enableButton, nil)
	if b := s.elsewhere(); !b.accepts(me.Address, me.Password) {
		failf("the account is enabled again, and does not log in")
	}
}

// tellsNotOfDisabled fails when who does not know the password of a disabled account, or cannot read its letters, hears of
// it.
func (s *Site) tellsNotOfDisabled(me *Member) {
	nobody := s.address()
	wrong, unknown := s.elsewhere().logIn(me.Address, s.password()), s.elsewhere().logIn(nobody, s.password())
	if d := difference(wrong.whole(me.Address), unknown.whole(nobody)); d != "" {
		failf("a wrong password says that the account is disabled: %s", d)
	}
	had := len(s.lettersTo(me.Address))
	for _, ask := range []func(*Browser, string) Page{s.forgot, s.askLogInLink} {
		if d := difference(s.sentTo(me.Address, ask), s.sentTo(nobody, ask)); d != "" {
			failf("who asks for a letter hears that the account is disabled: %s", d)
		}
	}
	s.delivered()
	for _, m := range s.lettersTo(me.Address)[had:] {
		if len(s.secretLinks(m)) > 0 {
			failf("the user of a disabled account gets %q", m.Subject)
		}
	}
}

func groupsFelt(s *Site) {
	me, admin := s.member(), s.administrator()
	at := admin.userPage(me.Address)
	if p := me.Get(at); p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
		failf("a user who is no administrator: %v", p)
	}
	tab := me.open(s.Paths.Home)
	admin.pressOn(at, addGroupButton, func(f *Form) { f.fill(groupField, "admin") })
	s.until("the group's effect", func() bool { return me.Get(s.Paths.Admin).Status == http.StatusOK })
	if _, err := tab.call(forAdministrators, map[string]int{"user": 1}); err != nil {
		failf("the open tab of a new administrator: %v", err)
	}
	admin.pressOn(at, removeGroupButton, nil)
	s.until("the end of the group's effect", func() bool { return me.Get(s.Paths.Admin).Status != http.StatusOK })
	if _, err := tab.call(forAdministrators, map[string]int{"user": 1}); err == nil || !strings.Contains(err.Error(), "denied") {
		failf("the open tab of who is taken out of the group is answered: %v", err)
	}
	if !me.connected() {
		failf("who is taken out of a group is logged out")
	}
}

// forAdministrators is a function that only administrators may call.
const forAdministrators = "admin.tabs"

// groupField is where the name of a group is typed.
var groupField Role = func(f field) bool { return f.kind == "text" && strings.Contains(f.name, "group") }

func searchEscaped(s *Site) {
	address, password := s.address(), s.password()
	b := s.Browser()
	f := b.Go(s.signUpLink(address)).form("for a new password", NewPassword).fill(NewPassword, password)
	const name = `<script>alert("authcheck")</script>`
	if p := b.Send(f.fillIf(FullName, name)); !b.connected() {
		s.nameRefused(p)
	}
	admin := s.administrator()
	search := s.Paths.Admin + "?q="
	for _, at := range []string{admin.userPage(address), search + url.QueryEscape(name), search + url.QueryEscape(address)} {
		p := admin.Go(at)
		if strings.Contains(p.Body, "<script>alert") {
			failf("%s shows %s as it is", at, html.EscapeString(name))
		}
		if !strings.Contains(p.text(), name) {
			failf("%s does not show the name", at)
		}
	}
}
