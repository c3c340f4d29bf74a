package authcheck

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Member is somebody with an account, and the browser in which he is logged in.
type Member struct {
	*Browser
	Address, Password string
}

// address returns one that nobody has used.
func (s *Site) address() string {
	s.number++
	return s.addressOf(s.number)
}

func (s *Site) addressOf(number int) string {
	return fmt.Sprintf("check-%s-%d@authcheck.example", strconv.FormatUint(s.Seed, 36), number)
}

// password returns one that no guesser tries first: small letters and spaces, 31 characters.
func (s *Site) password() string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var words []string
	for range 4 {
		word := ""
		for _, letters := range []string{consonants, vowels, consonants, vowels, consonants, vowels, consonants} {
			word += string(letters[s.random.IntN(len(letters))])
		}
		words = append(words, word)
	}
	password := strings.Join(words, " ")
	s.keepSecret("a password", password)
	return password
}

// member makes an account as people do: sign-up, letter, link, password.
func (s *Site) member() *Member { return s.memberWith(s.address(), s.password()) }

func (s *Site) memberWith(address, password string) *Member {
	m := s.joins(address, password)
	if s.Leave {
		s.later(func() { s.leave(m) })
	}
	return m
}

// leave asks for the end of a member's account.
func (s *Site) leave(m *Member) {
	if m.leaves() {
		s.left++
	}
}

// joins makes an account that stays.
func (s *Site) joins(address, password string) *Member {
	b := s.Browser()
	p := s.completeWith(b, s.signUpLink(address), password)
	if !p.redirects() || !b.connected() {
		failf("the sign-up of %s is not complete: %v", address, p)
	}
	s.made++
	return &Member{b, address, password}
}

// askSignUp asks for an account.
func (s *Site) askSignUp(b *Browser, address string) Page {
	p := b.Send(b.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, address))
	s.refused(p)
	return p
}

// signUpLink asks for an account and returns the link of the letter.
func (s *Site) signUpLink(address string) string {
	s.wantsOpen()
	if s.barren {
		skipf("no account can be made: see the first check above that says why")
	}
	s.barren = true // unless what follows returns
	s.askSignUp(s.stranger(), address)
	m := s.letter(address, 1)
	if len(s.secretLinks(m)) == 0 {
		failf("the letter %q has no link; where sign-up is closed, that is an option (-closed)", m.Subject)
	}
	s.barren = false
	return s.link(m)
}

// wantsOpen skips a check that signs up where nobody can.
func (s *Site) wantsOpen() {
	if s.Closed {
		skipf("sign-up is closed")
	}
}

// completeWith follows a link that asks for a new password, and chooses one.
func (s *Site) completeWith(b *Browser, link, password string) Page {
	return b.Send(b.chooses(link, password))
}

// chooses is the form of a link that asks for a new password, filled in.
func (b *Browser) chooses(link, password string) *Form {
	return b.Go(link).form("for a new password", NewPassword).fillIf(FullName, "Check").fill(NewPassword, password)
}

func (f *Form) fillIf(r Role, value string) *Form {
	if f.asks(r) {
		f.fill(r, value)
	}
	return f
}

// refused ends a check that the site's limits stop. Where there are many networks none has asked for much, and a limit that
// is not for networks must not be heard of.
func (s *Site) refused(p Page) {
	if p.Status != http.StatusTooManyRequests {
		return
	}
	if s.network.many() {
		failf("%v, Retry-After %s, in a network that has not asked for much", p, p.Header.Get("Retry-After"))
	}
	skipf("the site's limits stop it (429, Retry-After %s): from %v", p.Header.Get("Retry-After"), &s.network)
}

// logIn tries to log in, and returns the answer. Who is refused as one of too many ends the check: see tryLogIn.
func (b *Browser) logIn(address, password string) Page {
	p := b.tryLogIn(address, password)
	b.site.refused(p)
	return p
}

// tryLogIn does the same where it may be refused.
func (b *Browser) tryLogIn(address, password string) Page {
	return b.Send(b.logInForm().fill(Email, address).fill(Password, password))
}

func (b *Browser) logInForm() *Form {
	return b.Go(b.site.Paths.LogIn).form("to log in", Email, Password)
}

// loggedIn returns a browser of its own in which a member has logged in.
func (m *Member) loggedIn() *Browser {
	b := m.site.Browser()
	p := b.logIn(m.Address, m.Password)
	if !b.connected() {
		failf("%s cannot log in: %v", m.Address, p)
	}
	return b
}

// connected reports whether somebody is logged in: the settings are for users only.
func (b *Browser) connected() bool { return b.Get(b.site.Paths.Settings).Status == http.StatusOK }

// logOut presses the button.
func (b *Browser) logOut() Page {
	at := b.site.at.JoinPath(b.site.Paths.LogOut).String()
	for _, from := range []string{b.site.Paths.Home, b.site.Paths.Settings} {
		for _, f := range b.Go(from).forms() {
			if f.Action == at {
				return b.Send(f)
			}
		}
	}
	failf("no page has a form for %s", b.site.Paths.LogOut)
	return Page{}
}

// forgot asks for a new password.
func (s *Site) forgot(b *Browser, address string) Page {
	p := b.Send(b.Go(s.Paths.Forgot).form("that asks for an e-mail", Email).fill(Email, address))
	s.refused(p)
	return p
}

// resetLink asks for a new password and returns the letter's link.
func (s *Site) resetLink(address string) string {
	return s.newLink(address, func() { s.forgot(s.stranger(), address) })
}

var sendLink = regexp.MustCompile(`(?i)\blink\b`)

// askLogInLink asks for a link to log in with.
func (s *Site) askLogInLink(b *Browser, address string) Page {
	p := b.Go(s.Paths.LogIn)
	f := p.withButton(sendLink)
	if f == nil {
		skipf("%s offers no link by mail", s.Paths.LogIn)
	}
	sent := b.Press(f.fill(Email, address), sendLink)
	s.refused(sent)
	return sent
}

// logInLink asks for a link to log in with, and returns it.
func (s *Site) logInLink(address string) string {
	return s.newLink(address, func() { s.askLogInLink(s.stranger(), address) })
}

// settingsForm is the form of the settings that has such a button.
func (b *Browser) settingsForm(fits *regexp.Regexp) *Form {
	f := b.Go(b.site.Paths.Settings).withButton(fits)
	if f == nil {
		skipf("the settings have no button %v", fits)
	}
	return f
}

// accepts reports whether a password logs in, in a browser.
func (b *Browser) accepts(address, password string) bool {
	b.logIn(address, password)
	return b.connected()
}
