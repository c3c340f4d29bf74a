package authcheck

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// limits are the checks of how often somebody may try. The numbers are the template's: a site may allow less.
var limits = []Check{
	{"limit-letters-to-address", []string{"A26", "A78", "S128"}, Letters | Networks, lettersToAddress,
		"Anybody can have somebody's mailbox flooded."},
	{"limit-log-in-account", []string{"A45", "S149"}, Letters | Networks, logInsOfAccount,
		"Passwords of an account can be tried without end, or the limit tells who has an account."},
	{"limit-log-in-no-lockout", []string{"A45", "S149"}, Letters | Networks, noLockout,
		"A stranger can lock a user out of the browser that he uses, or of the accounts of others."},
	{"limit-log-in-reset", []string{"A46"}, Letters | Networks, resetUnlocks,
		"Who is locked out stays so although he has set a new password."},
	{"limit-hashing", []string{"S151"}, Letters | Networks, hashingBounded,
		"Many who log in at once make the site fail for others."},
	{"limit-log-in-network", []string{"S149"}, Nothing, logInsFromNetwork,
		"One network can try a password with all accounts."},
	{"limit-forwarded", []string{"S150"}, Nothing, forwardedIsNotBelieved,
		"Who says that he is a proxy is believed, and escapes the limits."},
	{"limit-sign-up-network", []string{"A13", "S128"}, Nothing, signUpsFromNetwork,
		"One network can have letters sent to the world."},
}

// Limits of the template; more than these tries are not made.
const (
	lettersTo      = 5  // an hour, to one address
	wrongPasswords = 5  // in five minutes, of one account
	wrongFrom      = 10 // a minute, from one network; those at the same moment may be a few more
	lettersFrom    = 20 // an hour, for one network
)

// tooMany fails unless an answer refuses somebody, and says for how long.
func (s *Site) tooMany(p Page, what string) {
	if p.Status != http.StatusTooManyRequests {
		failf("%s: %v", what, p)
	}
	if seconds, err := strconv.Atoi(p.Header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 3600 {
		failf("%s: 429 with Retry-After %q", what, p.Header.Get("Retry-After"))
	}
}

func lettersToAddress(s *Site) {
	me, fresh := s.member(), s.address()
	asks := []func(*Browser, string) Page{s.forgot, s.askLogInLink, s.askSignUp}
	first := make([]string, len(asks))
	for i := range 3 * (lettersTo + 1) {
		kind := i % len(asks)
		for _, address := range []string{me.Address, fresh} {
			if i%2 == 1 {
				address = strings.ToUpper(address)
			}
			said := s.sentTo(address, asks[kind])
			if first[kind] == "" {
				first[kind] = said
			} else if d := difference(first[kind], said); d != "" {
				failf("the answer changes at the request number %d: %s", i+1, d)
			}
		}
	}
	s.delivered()
	for _, address := range []string{me.Address, fresh} {
		if all := s.lettersTo(address); len(all) == 0 || len(all) > lettersTo {
			failf("%d letters to one address within a minute", len(all))
		}
	}
}

// lockOut tries wrong passwords, each in a browser and a network of its own, until there is one too many. It returns the
// answer to that.
func (s *Site) lockOut(address string) (last Page) {
	spellings := []string{address, strings.ToUpper(address), " " + address, address + " "}
	for i := range wrongPasswords + 1 {
		last = s.elsewhere().tryLogIn(spellings[i%len(spellings)], s.password())
		if i == 0 && (last.Status == http.StatusTooManyRequests || last.redirects()) {
			failf("the first wrong password: %v", last)
		}
	}
	s.tooMany(last, "after six wrong passwords")
	return last
}

func logInsOfAccount(s *Site) {
	me, nobody := s.member(), s.address()
	known, unknown := s.lockOut(me.Address), s.lockOut(nobody)
	hide := func(p Page, address string) string {
		return p.whole(address, strings.ToUpper(address), p.Header.Get("Retry-After"))
	}
	if d := difference(hide(known, me.Address), hide(unknown, nobody)); d != "" {
		failf("the limit tells who has an account: %s", d)
	}
	for _, spelled := range []string{
		me.Address, strings.ToUpper(me.Address), " " + me.Address,
		strings.Replace(me.Address, "k", "\u212A", 1), strings.Replace(me.Address, "c", "\uFF43", 1), // other letters that look so
	} {
		b := s.elsewhere()
		if p := b.tryLogIn(spelled, me.Password); b.connected() {
			failf("the right password is taken after too many wrong ones, for %q: %v", spelled, p)
		}
	}
}

func noLockout(s *Site) {
	me, other := s.member(), s.member()
	mine := me.loggedIn()
	if mine.logOut(); mine.connected() {
		failf("the button to log out does not")
	}
	s.lockOut(me.Address)
	if p := mine.tryLogIn(me.Address, me.Password); !mine.connected() {
		failf("the user is locked out of the browser in which he has logged in before: %v", p)
	}
	b := s.elsewhere()
	if p := b.tryLogIn(other.Address, other.Password); !b.connected() {
		failf("another user is locked out: %v", p)
	}
}

func resetUnlocks(s *Site) {
	me := s.member()
	s.lockOut(me.Address)
	next := s.password()
	s.completeWith(s.elsewhere(), s.resetLink(me.Address), next)
	b := s.elsewhere()
	if p := b.tryLogIn(me.Address, next); !b.connected() {
		failf("%v", p)
	}
}

func hashingBounded(s *Site) {
	var browsers []*Browser
	var forms []*Form
	for range atOnce {
		b := s.elsewhere()
		browsers = append(browsers, b)
		forms = append(forms, b.logInForm().fill(Email, s.address()).fill(Password, s.password()))
	}
	others := s.elsewhere()
	answers, homes := make([]Page, atOnce), make([]Page, atOnce)
	s.together(2*atOnce, func(i int) (err error) {
		if i < atOnce {
			answers[i], err = browsers[i].try(http.MethodPost, forms[i].Action, forms[i].with(nil), nil)
		} else {
			homes[i-atOnce], err = others.try(http.MethodGet, s.Paths.Home, nil, nil)
		}
		return err
	})
	for _, p := range homes {
		if p.Status != http.StatusOK {
			failf("meanwhile %v", p)
		}
	}
	if browsers[0].connected() {
		failf("a wrong password logs in")
	}
	for _, p := range answers {
		switch {
		case p.busy():
		case p.Status >= 500, p.redirects():
			failf("%v to a wrong password", p)
		}
	}
}

func logInsFromNetwork(s *Site) {
	s.tryMany("wrong passwords", 2*wrongFrom, func(int) Page { return s.Browser().tryLogIn(s.address(), s.password()) })
}

// tryMany does something until it is refused, and fails when it is not.
func (s *Site) tryMany(what string, most int, try func(i int) Page) {
	var last Page
	for i := range most {
		if last = try(i); last.Status == http.StatusTooManyRequests {
			s.tooMany(last, what)
			if i == 0 && s.network.many() {
				failf("the first of %s, in a network that has tried nothing: %v", what, last)
			}
			return
		}
	}
	failf("after %d %s from one network: %v", most, what, last)
}

func forwardedIsNotBelieved(s *Site) {
	if s.network.kind == forwarded {
		skipf("the site takes this machine for its proxy")
	}
	s.tryMany("wrong passwords under changing X-Forwarded-For", 2*wrongFrom, func(i int) Page {
		b := s.Browser()
		address := fmt.Sprintf("203.0.113.%d", i+1)
		b.headers = http.Header{
			"X-Forwarded-For": {address}, "X-Real-Ip": {address}, "Forwarded": {"for=" + address},
			"True-Client-Ip": {address}, "Cf-Connecting-Ip": {address}, "X-Client-Ip": {address}, "Fastly-Client-Ip": {address},
		}
		maps.Copy(b.headers, s.network.always)
		return b.tryLogIn(s.address(), s.password())
	})
}

func signUpsFromNetwork(s *Site) {
	paths := []string{s.Paths.SignUp, s.Paths.Forgot}
	s.tryMany("requests of letters", lettersFrom+5, func(i int) Page {
		b := s.Browser()
		return b.Send(b.Go(paths[i%2]).form("that asks for an e-mail", Email).fill(Email, s.address()))
	})
	s.Browser().logInForm() // other pages are not refused
}
