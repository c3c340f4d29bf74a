package authcheck

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
)

// letters are the checks of what is sent, and to whom.
var letters = []Check{
	{"letter-forgot-tells-nobody", []string{"A27", "A73", "S111"}, Letters, forgotTellsNobody,
		"Asking for a new password says who has an account, or writes to strangers."},
	{"letter-log-in-tells-nobody", []string{"A27", "S111"}, Letters, logInLinkTellsNobody,
		"Asking for a link to log in says who has an account, or writes to strangers."},
	{"letter-header-injection", []string{"S124"}, Letters, headerInjection,
		"What is typed as an address adds recipients or headers to a letter."},
	{"letter-names-harmless", []string{"S130"}, Letters, namesHarmless,
		"What somebody calls himself stands in letters as a link or as HTML."},
	{"letter-notices", []string{"S159"}, Letters, notices,
		"A user is not told of a log-in in a new browser, or is told of each."},
	{"letter-holds-one-token", []string{"A99"}, Letters, letterHolds,
		"A letter holds a password, a cookie, or its token in a part that is not for it."},
}

func forgotTellsNobody(s *Site) { s.tellsNobody(s.forgot) }

func logInLinkTellsNobody(s *Site) { s.tellsNobody(s.askLogInLink) }

// tellsNobody asks for letters to who has an account and who has none.
func (s *Site) tellsNobody(ask func(*Browser, string) Page) {
	me, stranger := s.member(), s.address()
	known, unknown := s.sentTo(me.Address, ask), s.sentTo(stranger, ask)
	if d := difference(known, unknown); d != "" {
		failf("the answers differ: %s", d)
	}
	if m := s.letter(me.Address, 2); len(s.secretLinks(m)) == 0 {
		failf("the letter to a user has no link: %q", m.Subject)
	}
	s.exactly(0, stranger)
	s.exactly(2, me.Address)
}

func headerInjection(s *Site) {
	mark := s.address()
	for _, bad := range []string{
		"a@authcheck.example\r\nBcc: " + mark, "a@authcheck.example\nBcc: " + mark, "a@authcheck.example%0d%0aBcc: " + mark,
		"a@authcheck.example, " + mark, "a@authcheck.example;" + mark, "a@authcheck.example\u2028Bcc:" + mark,
		`"<` + mark + `>"@authcheck.example`, "<" + mark + "> a@authcheck.example", "a@authcheck.example\x00" + mark, "a <" + mark + ">",
	} {
		for _, path := range []string{s.Paths.SignUp, s.Paths.Forgot} {
			b := s.elsewhere()
			b.Send(b.Go(path).form("that asks for an e-mail", Email).fill(Email, bad))
		}
	}
	me, crlf := s.Browser(), "Check\r\nBcc: "+mark
	f := me.chooses(s.signUpLink(s.address()), s.password())
	if f.asks(FullName) {
		me.Send(f.fill(FullName, crlf))
	}
	if me.connected() {
		me.Press(me.settingsForm(addAddressButton).fill(Email, "a@authcheck.example\r\nBcc: "+mark), addAddressButton)
	}
	s.delivered()
	if all := s.lettersTo(mark); len(all) > 0 {
		failf("%s got %s", mark, subjects(all))
	}
	s.oneRecipient(s.letterAfter(mark))
}

// letterAfter has a letter sent to an address and returns it.
func (s *Site) letterAfter(address string) Message {
	s.askSignUp(s.stranger(), address)
	return s.letter(address, 1)
}

// oneRecipient fails when a letter goes to others too.
func (s *Site) oneRecipient(m Message) {
	if m.Source == "" {
		return
	}
	read, err := mail.ReadMessage(strings.NewReader(m.Source))
	if err != nil {
		failf("the letter %q cannot be read: %v", m.Subject, err)
	}
	to, err := read.Header.AddressList("To")
	if err != nil || len(to) != 1 || read.Header.Get("Cc") != "" || read.Header.Get("Bcc") != "" {
		failf("the letter %q goes to %v, Cc %q, Bcc %q", m.Subject, to, read.Header.Get("Cc"), read.Header.Get("Bcc"))
	}
}

func namesHarmless(s *Site) {
	address, password := s.address(), s.password()
	const name = `<a href="https://evil.example/">evil</a> https://evil.example/ www.evil.example`
	b := s.Browser()
	f := b.Go(s.signUpLink(address)).form("for a new password", NewPassword).fill(NewPassword, password)
	if !f.asks(FullName) {
		skipf("nobody is asked for a name")
	}
	if p := b.Send(f.fill(FullName, name)); !b.connected() {
		s.nameRefused(p)
	}
	if shown := b.Go(s.Paths.Settings).Body + b.Go(s.Paths.Home).Body; strings.Contains(shown, `<a href="https://evil.example/`) {
		failf("a name is HTML in a page")
	}
	me := &Member{b, address, password}
	me.loggedIn()
	s.forgot(s.stranger(), address)
	me.changePassword(password, s.password())
	s.delivered()
	for _, m := range s.lettersTo(address) {
		if strings.Contains(m.HTML, `<a href="https://evil`) || strings.Contains(m.Text+m.Subject, "evil") {
			failf("the letter %q holds the name as a link", m.Subject)
		}
		for _, link := range m.Links {
			if at, err := url.Parse(link); err != nil || !s.own(at) {
				failf("the letter %q leads to %s", m.Subject, link)
			}
		}
	}
}

// nameRefused ends a check well if an answer refuses a name.
func (s *Site) nameRefused(p Page) {
	if f := p.formIf(FullName); p.redirects() || f == nil || !f.wrong(FullName) {
		failf("%v", p)
	}
	okf("such a name is refused")
}

var newBrowser = regexp.MustCompile(`(?i)browser|device|logged in|log-?in`)

func notices(s *Site) {
	me := s.member()
	other := me.loggedIn()
	s.notice(me.Address, "the new browser", newBrowser)
	n := len(s.exactly(2, me.Address))
	other.logOut()
	if other.logIn(me.Address, me.Password); !other.connected() {
		failf("%s cannot log in again", me.Address)
	}
	s.exactly(n, me.Address) // the browser is known now
	for _, m := range s.lettersTo(me.Address)[1:] {
		if len(s.secretLinks(m)) > 0 {
			failf("the notice %q carries a link that does something", m.Subject)
		}
	}
}

func letterHolds(s *Site) {
	me := s.member()
	me.loggedIn()
	s.resetLink(me.Address)
	s.logInLink(me.Address)
	tokens := 0
	for _, m := range s.lettersTo(me.Address) {
		s.oneRecipient(m)
		tokens += len(s.secretLinks(m))
		for secret, what := range s.known() {
			if !strings.HasPrefix(what, "the token") && strings.Contains(m.Text+m.HTML+m.Subject, secret) {
				failf("the letter %q holds %s", m.Subject, what)
			}
		}
		for _, link := range s.secretLinks(m) {
			head, _, _ := strings.Cut(strings.ReplaceAll(m.Source, "\r\n", "\n"), "\n\n")
			if strings.Contains(head, tokenOf(link)) || strings.Contains(m.Subject, tokenOf(link)) {
				failf("the token stands in the head of the letter %q", m.Subject)
			}
			if !strings.Contains(m.Text, link) {
				failf("the letter %q has its link not in its text", m.Subject)
			}
		}
	}
	if tokens != 3 {
		failf("letters to sign up, for a new password and to log in have %d links that carry a token", tokens)
	}
}
