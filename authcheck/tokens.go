package authcheck

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// tokens are the checks of what links carry, and where it goes.
var tokens = []Check{
	{"link-leaves-the-address", []string{"A76", "S121", "S122"}, Letters, linkLeavesTheAddress,
		"The token of a link stays in the address, in a cache, or goes to others as Referer."},
	{"link-cannot-be-guessed", []string{"S120"}, Letters, linkCannotBeGuessed,
		"The token of a link is short, repeats itself, or is no good in an address."},
	{"link-no-codes", []string{"S131"}, Letters, noCodes,
		"A letter carries a code that can be tried through."},
	{"link-host", []string{"A29", "S123"}, Letters, linkHost,
		"Who asks with another Host has links to his own host sent."},
}

func linkLeavesTheAddress(s *Site) {
	address := s.address()
	link := s.signUpLink(address)
	s.leavesTheAddress(link)
	s.completeWith(s.Browser(), link, s.password())
	s.leavesTheAddress(s.resetLink(address))
	s.leavesTheAddress(s.logInLink(address))
}

func (s *Site) leavesTheAddress(link string) {
	token, b := tokenOf(link), s.Browser()
	p := b.Get(link)
	if !p.redirects() || strings.Contains(p.Header.Get("Location"), token) {
		failf("%v: the token stays in the address", p)
	}
	behind := b.Follow(p)
	if s.linkFormOf(behind) == nil {
		failf("%v, without a form", behind)
	}
	for i, one := range []Page{p, behind} {
		// A page that says no-referrer posts its forms with Origin: null. The token is gone from its address.
		if how := one.Header.Get("Referrer-Policy"); how != "no-referrer" && (i == 0 || how != "same-origin") {
			failf("%v with Referrer-Policy %q", one, how)
		}
		if !strings.Contains(one.Header.Get("Cache-Control"), "no-store") {
			failf("%v with Cache-Control %q", one, one.Header.Get("Cache-Control"))
		}
		for _, to := range one.loads() {
			if at, err := url.Parse(to); err != nil || !s.own(at) {
				failf("the page of a link loads %s", to)
			}
		}
		if strings.Contains(one.Body, token) {
			failf("the token stands in the page")
		}
	}
	s.keptShortly(p, token)
}

// keptShortly fails when a cookie keeps the token of a link for long, or lets others have it.
func (s *Site) keptShortly(p Page, token string) {
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		s.closedCookie(c)
		if strings.Contains(c.Value, token) && (c.MaxAge <= 0 || c.MaxAge > 3600) {
			failf("the cookie %s keeps the token for %d seconds", c.Name, c.MaxAge)
		}
	}
}

// loads is what a browser asks for to show the page.
func (p Page) loads() (all []string) {
	for n := range p.document().Descendants() {
		for _, name := range []string{"src", "srcset", "href", "poster", "data"} {
			value, has := attributeOf(n, name)
			if !has || name == "href" && n.DataAtom != atom.Link || name == "data" && n.DataAtom != atom.Object {
				continue
			}
			if at, err := p.URL.Parse(value); err == nil && at.Scheme != "data" {
				all = append(all, at.String())
			}
		}
	}
	return all
}

var goodInAddresses = regexp.MustCompile(`^[A-Za-z0-9_-]{22,}$`)

func linkCannotBeGuessed(s *Site) {
	seen := map[string]bool{}
	links := []string{s.signUpLink(s.address()), s.signUpLink(s.address())}
	me := s.member()
	for _, link := range append(links, s.resetLink(me.Address), s.logInLink(me.Address), me.addressLink(s.address())) {
		token := tokenOf(link)
		if !goodInAddresses.MatchString(token) {
			failf("a token of %d characters, which cannot be 128 random bits", len(token))
		}
		for i := 0; i+8 <= len(token); i++ { // eight characters are 48 bits: nobody sees them twice
			if seen[token[i:i+8]] {
				failf("two tokens share eight characters")
			}
		}
		for i := 0; i+8 <= len(token); i++ {
			seen[token[i:i+8]] = true
		}
	}
}

var code = regexp.MustCompile(`(?:^|[\s:])\d{4,8}(?:[\s.]|$)`)

func noCodes(s *Site) {
	me := s.member()
	s.resetLink(me.Address)
	s.logInLink(me.Address)
	for _, m := range s.lettersTo(me.Address) {
		if found := code.FindString(m.Subject + "\n" + m.Text); found != "" {
			failf("the letter %q holds %q", m.Subject, strings.TrimSpace(found))
		}
		if m.Text == "" {
			failf("the letter %q has no text", m.Subject)
		}
	}
}

func linkHost(s *Site) {
	const evil = "evil.example"
	for _, h := range []http.Header{
		{"Host": {evil}},
		{"X-Forwarded-Host": {evil}},
		{"Forwarded": {"host=" + evil}},
		{"X-Original-Host": {evil}},
		{"X-Forwarded-Host": {evil}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-Server": {evil}},
	} {
		address := s.address()
		s.asksAs(evil, h, s.Paths.SignUp, address, 1)
		s.asksAs(evil, h, s.Paths.Forgot, s.member().Address, 2)
	}
}

// asksAs asks for a letter, the nth to its address, with headers that name another host.
func (s *Site) asksAs(evil string, h http.Header, path, address string, nth int) {
	b := s.elsewhere()
	f := b.Go(path).form("that asks for an e-mail", Email).fill(Email, address)
	p := b.do(http.MethodPost, f.Action, f.with(nil), h)
	if strings.Contains(p.Header.Get("Location"), evil) || p.Status >= 400 && h.Get("Host") == "" {
		failf("with %v: %v", h, p)
	}
	if h.Get("Host") == "" {
		s.letter(address, nth)
	} else {
		s.delivered() // if it is refused, none comes
	}
	for _, m := range s.lettersTo(address) {
		if strings.Contains(m.Source+m.HTML+m.Text, evil) {
			failf("with %v the letter speaks of %s", h, evil)
		}
	}
}
