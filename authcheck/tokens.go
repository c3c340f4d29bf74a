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
	token := tokenOf(link)
	b := s.Browser()
	p := b.Get(link)
	if !p.redirects() || strings.Contains(p.Header.Get("Location"), token) {
		failf("%v: the token stays in the address", p)
	}
	for i, one := range []Page{p, b.Follow(p)} {
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
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		if !c.HttpOnly {
			failf("scripts can read the cookie %s", c.Name)
		}
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
	for range 5 {
		token := tokenOf(s.signUpLink(s.address()))
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
	address := s.address()
	s.askSignUp(s.Browser(), address)
	if found := code.FindString(s.letter(address, 1).Text); found != "" {
		failf("the letter holds %q", strings.TrimSpace(found))
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
		address, b := s.address(), s.elsewhere()
		f := b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address)
		p := b.do(http.MethodPost, f.Action, f.with(nil), h)
		s.delivered()
		if p.Status < 400 && h.Get("Host") == "" {
			s.letter(address, 1)
		}
		for _, m := range s.lettersTo(address) {
			if strings.Contains(m.Source+m.HTML+m.Text, evil) {
				failf("with %v the letter speaks of %s", h, evil)
			}
		}
		if strings.Contains(p.Header.Get("Location"), evil) {
			failf("with %v: %v", h, p)
		}
	}
}
