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
	{"link-get-does-nothing", []string{"A14", "S114"}, Letters, linkGetDoesNothing,
		"Whoever looks at a link, as mail scanners do, uses it up."},
	{"link-post-logs-in", []string{"A15"}, Letters, linkPostLogsIn,
		"The link of a sign-up does not lead to an account."},
	{"link-works-once", []string{"A16", "S115"}, Letters, linkWorksOnce,
		"A link works twice."},
	{"link-works-once-at-once", []string{"A16", "S115"}, Letters, linkWorksOnceAtOnce,
		"A link works for several who use it at the same moment."},
	{"link-log-in", []string{"A15", "A16", "A20"}, Letters, logInLinkOnce,
		"A link to log in with does not log in once, or logs somebody in who has only looked at it."},
	{"link-bad-ones-alike", []string{"A17", "A23"}, Letters, badLinksAlike,
		"Links that do not work are answered differently, or one works that was changed."},
	{"link-other-browser", []string{"S116"}, Letters, linkOtherBrowser,
		"Who opens a link in another browser is logged in without having done anything."},
	{"link-newer-voids-older", []string{"A28", "S117"}, Letters, newerVoidsOlder,
		"An older link works although a newer one was sent."},
	{"link-password-voids", []string{"A75", "S117"}, Letters, passwordVoidsLinks,
		"A link works although the password was changed since it was sent."},
}

func linkGetDoesNothing(s *Site) {
	address := s.address()
	link := s.signUpLink(address)
	for range 10 {
		s.Browser().Go(link)
	}
	for _, purpose := range []string{"prefetch", "prefetch;prerender"} {
		s.Browser().do(http.MethodGet, link, nil, http.Header{"Sec-Purpose": {purpose}, "Purpose": {purpose}})
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
	form := first.chooses(link, password)
	second := s.Browser()
	again := second.chooses(link, s.password())
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
		forms = append(forms, b.chooses(link, s.password()))
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
