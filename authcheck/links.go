package authcheck

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// links are the checks of links in letters.
var links = []Check{
	{"link-get-does-nothing", []string{"A14", "S114"}, "Whoever looks at a link, as mail scanners do, uses it up.", Letters, linkGetDoesNothing},
	{"link-post-logs-in", []string{"A15"}, "The link of a sign-up does not lead to an account.", Letters, linkPostLogsIn},
	{"link-works-once", []string{"A16", "S115"}, "A link works twice.", Letters, linkWorksOnce},
	{"link-works-once-at-once", []string{"A16", "S115"}, "A link works for several who use it at the same moment.", Letters, linkWorksOnceAtOnce},
	{"link-log-in", []string{"A15", "A16", "A20"}, "A link to log in with does not log in once, or logs somebody in who has only looked at it.", Letters, logInLinkOnce},
	{"link-bad-ones-alike", []string{"A17", "A23"}, "Links that do not work are answered differently, or one works that was changed.", Letters, badLinksAlike},
	{"link-other-browser", []string{"S116"}, "Who opens a link in another browser is logged in without having done anything.", Letters, linkOtherBrowser},
	{"link-newer-voids-older", []string{"A28", "S117"}, "An older link works although a newer one was sent.", Letters, newerVoidsOlder},
	{"link-password-voids", []string{"A75", "S117"}, "A link works although the password was changed since it was sent.", Letters, passwordVoidsLinks},
	{"link-leaves-the-address", []string{"A76", "S121", "S122"}, "The token of a link stays in the address, in a cache, or goes to others as Referer.", Letters, linkLeavesTheAddress},
	{"link-cannot-be-guessed", []string{"S120"}, "The token of a link is short, repeats itself, or is no good in an address.", Letters, linkCannotBeGuessed},
	{"link-no-codes", []string{"S131"}, "A letter carries a code that can be tried through.", Letters, noCodes},
	{"link-host", []string{"A29", "S123"}, "Who asks with another Host has links to his own host sent.", Letters, linkHost},
}

func linkGetDoesNothing(s *Site) {
	address := s.address()
	link := s.signUpLink(address)
	for range 10 {
		s.Browser().Go(link)
	}
	for _, h := range []http.Header{{"Sec-Purpose": {"prefetch"}}, {"Purpose": {"prefetch"}}, {"Sec-Purpose": {"prefetch;prerender"}}} {
		s.Browser().do(http.MethodGet, link, nil, h)
	}
	scanner := s.Browser()
	scanner.Follow(scanner.do(http.MethodHead, link, nil, nil))
	scanner.do(http.MethodOptions, link, nil, nil)
	scanner.do(http.MethodPost, link, url.Values{}, nil)
	b := s.Browser()
	p := b.Go(link)
	for script := range elements(p.document(), atom.Script) {
		if text := rawText(script); strings.Contains(text, "submit") {
			failf("the page of a link sends itself: %s", text)
		}
	}
	if s.completeWith(b, link, s.password()); !b.connected() {
		failf("after others have looked at it the link does not work: %v", p)
	}
}

func linkPostLogsIn(s *Site) {
	me := s.member()
	if p := me.Go(s.Paths.Settings); !strings.Contains(p.Body, html.EscapeString(me.Address)) {
		failf("the settings of the new user do not show %s", me.Address)
	}
}

func linkWorksOnce(s *Site) {
	address, password := s.address(), s.password()
	link := s.signUpLink(address)
	first := s.Browser()
	form := first.Go(link).form("for a new password", NewPassword).fill(NewPassword, password).fillIf(FullName, "Check")
	second := s.Browser()
	again := second.Go(link).form("for a new password", NewPassword).fill(NewPassword, s.password()).fillIf(FullName, "Check")
	if p := first.Send(form); !first.connected() {
		failf("the link does not work: %v", p)
	}
	if p := second.Send(again); p.redirects() && second.connected() || p.Status == http.StatusOK {
		failf("a second post of the same link: %v", p)
	}
	third := s.Browser()
	if p := third.Go(link); p.formIf(NewPassword) != nil || third.connected() {
		failf("the link is shown again: %v", p)
	}
}

const atOnce = 50

func linkWorksOnceAtOnce(s *Site) {
	link := s.signUpLink(s.address())
	var browsers []*Browser
	var forms []*Form
	for range atOnce {
		b := s.Browser()
		browsers = append(browsers, b)
		forms = append(forms, b.Go(link).form("for a new password", NewPassword).fill(NewPassword, s.password()).fillIf(FullName, "Check"))
	}
	s.together(atOnce, func(i int) error {
		_, err := browsers[i].try(http.MethodPost, forms[i].Action, forms[i].with(nil), nil)
		return err
	})
	n := 0
	for _, b := range browsers {
		if b.connected() {
			n++
		}
	}
	if n != 1 {
		failf("%d of %d who used it at once are logged in", n, atOnce)
	}
}

// together does something so many times at the same moment.
func (s *Site) together(n int, f func(i int) error) {
	var all sync.WaitGroup
	start, errs := make(chan struct{}), make([]error, n)
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			failf("%v", err)
		}
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

func (b *Browser) linkFormIf(link string) *Form {
	p := b.Go(link)
	for _, f := range p.forms() {
		if at, err := url.Parse(f.Action); err == nil && strings.HasPrefix(at.Path, b.site.Paths.Link) && f.button(anyButton) != nil {
			return f
		}
	}
	return nil
}

func logInLinkOnce(s *Site) {
	me := s.member()
	link := s.logInLink(me.Address)
	looks := s.Browser()
	if looks.Go(link); looks.connected() {
		failf("who looks at the link is logged in")
	}
	first, second := s.Browser(), s.Browser()
	one, two := first.linkForm(link), second.linkForm(link)
	if p := first.Send(one); !p.redirects() || !first.connected() {
		failf("the link does not log in: %v", p)
	}
	if p := second.Send(two); second.connected() {
		failf("it logs in twice: %v", p)
	}
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
	first := ""
	b := s.Browser()
	s.completeWith(b, good, s.password())
	if !b.connected() {
		failf("the link itself does not work")
	}
	for i, t := range append([]string{token}, bad...) {
		visitor := s.Browser()
		p := visitor.Go(base + t)
		if p.formIf(NewPassword) != nil || visitor.connected() {
			failf("a link that was changed or used works: %v", p)
		}
		said := http.StatusText(p.Status) + p.alike(t)
		if i == 0 {
			first = said
		} else if d := difference(first, said); d != "" {
			failf("a used link and %q are answered differently: %s", t, d)
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
	s.resetLink(address)
	held.Send(form)
	if again := s.Browser(); !again.accepts(address, password) {
		failf("the older link of a new password has set one")
	}
}

// accepts reports whether a password logs in, in a browser.
func (b *Browser) accepts(address, password string) bool {
	b.logIn(address, password)
	return b.connected()
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
