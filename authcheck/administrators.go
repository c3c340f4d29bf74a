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
		skipf("%s does not let the named administrator in: %v", s.Paths.Admin, p)
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
	if !tab.ends() {
		failf("an open tab goes on")
	}
	wrong, unknown, nobody := s.elsewhere().logIn(me.Address, s.password()), Page{}, s.address()
	unknown = s.elsewhere().logIn(nobody, s.password())
	if d := difference(wrong.alike(me.Address), unknown.alike(nobody)); d != "" {
		failf("a wrong password says that the account is disabled: %s", d)
	}
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

func groupsFelt(s *Site) {
	me, admin := s.member(), s.administrator()
	at := admin.userPage(me.Address)
	admin.pressOn(at, addGroupButton, func(f *Form) { f.fill(groupField, "admin") })
	s.until("the group's effect", func() bool { return me.Get(s.Paths.Admin).Status == http.StatusOK })
	admin.pressOn(at, removeGroupButton, nil)
	s.until("the end of the group's effect", func() bool { return me.Get(s.Paths.Admin).Status != http.StatusOK })
	if !me.connected() {
		failf("who is taken out of a group is logged out")
	}
}

// groupField is where the name of a group is typed.
var groupField Role = func(f field) bool { return f.kind == "text" && strings.Contains(f.name, "group") }

func searchEscaped(s *Site) {
	address, password := s.address(), s.password()
	b := s.Browser()
	f := b.Go(s.signUpLink(address)).form("for a new password", NewPassword).fill(NewPassword, password)
	const name = `<script>alert("authcheck")</script>`
	b.Send(f.fillIf(FullName, name))
	admin := s.administrator()
	search := s.Paths.Admin + "?q="
	for _, at := range []string{admin.userPage(address), search + url.QueryEscape(name), search + url.QueryEscape(address)} {
		if p := admin.Go(at); strings.Contains(p.Body, name) {
			failf("%s shows %s as it is", at, html.EscapeString(name))
		}
	}
}
