package authcheck

import (
	"net/http"
	"sync"
)

// once are the checks that a link works once.
var once = []Check{
	{"link-works-once", []string{"A16", "S115"}, Letters, linkWorksOnce,
		"A link works twice."},
	{"link-works-once-at-once", []string{"A16", "S115"}, Letters, linkWorksOnceAtOnce,
		"A link works for several who use it at the same moment."},
	{"link-log-in", []string{"A15", "A16", "A20"}, Letters, logInLinkOnce,
		"A link to log in with does not log in once, or logs somebody in who has only looked at it."},
	{"link-log-in-at-once", []string{"A16", "S115"}, Letters, logInAtOnce,
		"A link to log in with works for several who use it at the same moment."},
	{"password-reset-at-once", []string{"A75", "S117"}, Letters, resetAtOnce,
		"A link for a new password works for several who use it at the same moment."},
}

func linkWorksOnce(s *Site) {
	address, password := s.address(), s.password()
	link := s.signUpLink(address)
	first := s.Browser()
	form := first.chooses(link, password)
	second := s.Browser()
	wanted := s.password()
	again := second.chooses(link, wanted)
	if p := first.Send(form); !first.connected() {
		failf("the link does not work: %v", p)
	}
	if p := second.Send(again); p.redirects() && second.connected() || p.Status == http.StatusOK {
		failf("a second post of the same link: %v", p)
	}
	if s.elsewhere().accepts(address, wanted) || !s.elsewhere().accepts(address, password) {
		failf("a second post of the same link has changed the password")
	}
	third := s.Browser()
	if p := third.Go(link); p.formIf(NewPassword) != nil || third.connected() {
		failf("the link is shown again: %v", p)
	}
}

const atOnce = 50

func linkWorksOnceAtOnce(s *Site) {
	link := s.signUpLink(s.address())
	if n := s.postedAtOnce(func(b *Browser) *Form { return b.chooses(link, s.password()) }, (*Browser).connected); n != 1 {
		failf("%d of %d who used it at once are logged in", n, atOnce)
	}
}

func logInAtOnce(s *Site) {
	link := s.logInLink(s.member().Address)
	if n := s.postedAtOnce(func(b *Browser) *Form { return b.linkForm(link) }, (*Browser).connected); n != 1 {
		failf("%d of %d who used it at once are logged in", n, atOnce)
	}
}

func resetAtOnce(s *Site) {
	me := s.member()
	link := s.resetLink(me.Address)
	typed := map[*Browser]string{}
	set := []string{}
	s.postedAtOnce(func(b *Browser) *Form {
		typed[b] = s.password()
		return b.chooses(link, typed[b])
	}, func(b *Browser) bool {
		if !b.answered.redirects() {
			return false
		}
		set = append(set, typed[b])
		return true
	})
	if len(set) != 1 {
		failf("%d of %d who used it at once have set a password", len(set), atOnce)
	}
	if !s.elsewhere().accepts(me.Address, set[0]) {
		failf("the password that was set does not log in")
	}
}

// postedAtOnce posts many forms at the same moment, each in a browser of its own, and returns in how many it was done.
func (s *Site) postedAtOnce(fill func(*Browser) *Form, done func(*Browser) bool) (n int) {
	var browsers []*Browser
	var forms []*Form
	for range atOnce {
		b := s.Browser()
		browsers = append(browsers, b)
		forms = append(forms, fill(b))
	}
	s.together(atOnce, func(i int) (err error) {
		browsers[i].answered, err = browsers[i].try(http.MethodPost, forms[i].Action, forms[i].with(nil), nil)
		return err
	})
	for _, b := range browsers {
		if b.answered.Status >= 500 && !b.answered.busy() {
			failf("many at once: %v", b.answered)
		}
		if done(b) {
			n++
		}
	}
	return n
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
