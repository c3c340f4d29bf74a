package authcheck

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// links are the checks of links in letters.
var links = []Check{
	{"link-get-does-nothing", []string{"A14", "S114"}, Letters, linkGetDoesNothing,
		"Whoever looks at a link, as mail scanners do, uses it up."},
	{"link-post-logs-in", []string{"A15"}, Letters, linkPostLogsIn,
		"The link of a sign-up does not lead to an account."},
	{"link-bad-ones-alike", []string{"A17", "A23"}, Letters, badLinksAlike,
		"Links that do not work are answered differently, or one works that was changed."},
	{"link-other-browser", []string{"S116"}, Letters, linkOtherBrowser,
		"Who opens a link in another browser is logged in without having done anything."},
}

func linkGetDoesNothing(s *Site) {
	address, password := s.address(), s.password()
	link := s.signUpLink(address)
	b := s.lookedAt(link)
	if p := b.Send(b.chooses(link, password)); !b.connected() {
		failf("after others have looked at it the link of a sign-up does not work: %v", p)
	}
	link = s.logInLink(address)
	b = s.lookedAt(link)
	if p := b.Send(b.linkForm(link)); !b.connected() {
		failf("after others have looked at it the link to log in does not work: %v", p)
	}
	link = s.resetLink(address)
	b = s.lookedAt(link)
	if p := s.completeWith(b, link, s.password()); !p.redirects() || s.elsewhere().accepts(address, password) {
		failf("after others have looked at it the link for a new password does not work: %v", p)
	}
}

// lookedAt has programs look at a link, and returns a browser in which its page is open.
func (s *Site) lookedAt(link string) *Browser {
	for range 10 {
		if b := s.Browser(); b.Go(link).Status != http.StatusOK || b.connected() {
			failf("who looks at the link sees %v, and is logged in: %t", b.Go(link), b.connected())
		}
	}
	for _, purpose := range []string{"prefetch", "prefetch;prerender"} {
		early := http.Header{"Sec-Purpose": {purpose}, "Purpose": {purpose}}
		b := s.Browser()
		if p := b.do(http.MethodGet, link, nil, early); p.redirects() {
			b.do(http.MethodGet, p.location(), nil, early)
		}
	}
	scanner := s.Browser()
	scanner.Follow(scanner.do(http.MethodHead, link, nil, nil))
	scanner.do(http.MethodOptions, link, nil, nil)
	scanner.do(http.MethodPost, link, url.Values{}, nil)
	b := s.Browser()
	b.waits(b.Go(link))
	return b
}

var submits = regexp.MustCompile(`(?i)submit`)

// waits fails when a page sends its form by itself: some programs that look at links run its scripts too. Of scripts in files
// those are looked at that the page to log in does not have.
func (b *Browser) waits(p Page) {
	usual := b.site.Browser().Go(b.site.Paths.LogIn).scripts()
	for n := range p.document().Descendants() {
		for _, a := range n.Attr {
			refreshes := a.Key == "http-equiv" && strings.EqualFold(a.Val, "refresh")
			if refreshes || strings.HasPrefix(a.Key, "on") && submits.MatchString(a.Val) {
				failf("the page of a link sends itself: %s=%q", a.Key, a.Val)
			}
		}
		if n.DataAtom == atom.Script && submits.MatchString(rawText(n)) {
			failf("the page of a link sends itself: %s", rawText(n))
		}
	}
	for _, at := range p.scripts() {
		if !slices.Contains(usual, at) && submits.MatchString(b.Get(at).Body) {
			failf("the page of a link has a script that sends forms: %s", at)
		}
	}
}

// scripts are the files of scripts that the page loads from the site.
func (p Page) scripts() (all []string) {
	for script := range elements(p.document(), atom.Script) {
		if at, err := p.URL.Parse(attribute(script, "src")); err == nil && attribute(script, "src") != "" && at.Host == p.URL.Host {
			all = append(all, at.String())
		}
	}
	return all
}

func linkPostLogsIn(s *Site) {
	b, address := s.Browser(), s.address()
	p := s.completeWith(b, s.signUpLink(address), s.password())
	if behind := b.Follow(p); !p.redirects() || behind.Status != http.StatusOK || behind.said() == "" {
		failf("%v, which does not lead to a page that says that the account is made", p)
	}
	if p := b.Go(s.Paths.Settings); !strings.Contains(p.Body, html.EscapeString(address)) {
		failf("the settings of the new user do not show %s", address)
	}
}

// anyButton fits every button.
var anyButton = regexp.MustCompile(`(?s).*`)

// linkForm is the form of the page of a link: its action is that page.
func (b *Browser) linkForm(link string) *Form {
	if f := b.linkFormIf(link); f != nil {
		return f
	}
	failf("the page of a link has no form")
	return nil
}

func (b *Browser) linkFormIf(link string) *Form { return b.site.linkFormOf(b.Go(link)) }

func (s *Site) linkFormOf(p Page) *Form {
	for _, f := range p.forms() {
		if at, err := url.Parse(f.Action); err == nil && strings.HasPrefix(at.Path, s.Paths.Link) && f.button(anyButton) != nil {
			return f
		}
	}
	return nil
}

func badLinksAlike(s *Site) {
	address := s.address()
	good := s.signUpLink(address)
	token := tokenOf(good)
	base := strings.TrimSuffix(good, token)
	flipped := "A"
	if strings.HasPrefix(token, "A") {
		flipped = "B"
	}
	bad := []string{
		flipped + token[1:], token[:len(token)-2], token + "AA", "x", strings.Repeat("A", len(token)), "%00", "not+base64!",
		base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
	}
	s.askSignUp(s.stranger(), address)
	newer := s.link(s.letter(address, 2))
	b := s.Browser()
	if s.completeWith(b, newer, s.password()); !b.connected() {
		failf("the link itself does not work")
	}
	void := s.logInLink(address)
	s.completeWith(s.Browser(), s.resetLink(address), s.password())
	first := ""
	for i, t := range append([]string{token, tokenOf(newer), tokenOf(void)}, bad...) {
		visitor := s.Browser()
		p := visitor.Go(base + t)
		if s.linkFormOf(p) != nil || p.mainText() == "" || visitor.connected() {
			failf("a link that was changed, replaced, voided or used works: %v", p)
		}
		said := p.whole(t)
		if i == 0 {
			first = said
		} else if d := difference(first, said); d != "" {
			failf("a link that was replaced and %q are answered differently: %s", t, d)
		}
	}
}

func linkOtherBrowser(s *Site) {
	address := s.address()
	s.askSignUp(s.Browser(), address)
	other := s.Browser()
	if other.Go(s.link(s.letter(address, 1))); other.connected() {
		failf("it is logged in after a GET")
	}
	me := s.member()
	link := s.resetLink(me.Address)
	b := s.Browser()
	if p := s.completeWith(b, link, s.password()); b.connected() {
		failf("a new password logs in who has set it: %v", p)
	}
}
