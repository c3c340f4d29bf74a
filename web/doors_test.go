package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/web"
)

const anotherPassword = "seven teapots argue loudly"

// TestSignUp: an address, a letter, a name and a password, and somebody has an account.
func TestSignUp(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	l.signUp(s.visitor(), "Ada@example.com")
	if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}}); p.Status != http.StatusSeeOther {
		t.Errorf("to log in then: %d %s", p.Status, p.Body)
	}
	if m := l.to("ada@example.com"); !strings.Contains(m.Subject, "another browser") {
		t.Errorf("the letter to who logs in elsewhere: %s", m.Subject)
	}
	askFor(t, s.visitor(), "/signup", "ADA@example.com")
	if m := l.to("ada@example.com"); !strings.Contains(m.Subject, "already") || strings.Contains(m.Text, "/link/") {
		t.Errorf("the letter to who has an account: %s %s", m.Subject, m.Text)
	}
}

// TestSignUpTwice: with an address that has got an account meanwhile there is no second, and its user is told.
func TestSignUpTwice(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	b := s.visitor()
	askFor(t, b, "/signup", "ada@example.com")
	follow(t, b, l.link("ada@example.com"))
	s.user("ada@example.com")
	p := b.Submit("/link", url.Values{"password": {anotherPassword}})
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "There is an account with this e-mail already.") || who(b) != "" {
		t.Errorf("%d %s", p.Status, p.Body)
	}
}

// TestSignUpWhileConnected: who is logged in makes no second account by chance.
func TestSignUpWhileConnected(t *testing.T) {
	s := newSite(t)
	s.user("bob@example.com")
	l := s.letters()
	b := s.visitorAs("bob@example.com")
	askFor(t, s.visitor(), "/signup", "ada@example.com")
	link := l.link("ada@example.com")
	if p := follow(t, b, link); p.Status != http.StatusForbidden || !strings.Contains(p.Body, "bob@example.com") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := b.Submit("/link", url.Values{"password": {password}}); p.Status != http.StatusForbidden || who(b) != "bob@example.com" {
		t.Errorf("%d, and %q is connected", p.Status, who(b))
	}
	if p := follow(t, s.visitor(), link); p.Status != http.StatusOK {
		t.Errorf("the link does not work any more: %d", p.Status)
	}
}

// TestClosedSignUp: who wants an account gets on the waiting list, and an invitation lets him in.
func TestClosedSignUp(t *testing.T) {
	s := newSiteAs(t, setup{closed: true})
	admin := s.administrator("ada@example.com")
	l := s.letters()
	b := s.visitor()
	if p := b.Get("/signup"); !strings.Contains(p.Body, "by invitation") || strings.Contains(p.Body, `name="password"`) {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	askFor(t, b, "/signup", "bob@example.com")
	if m := l.to("bob@example.com"); !strings.Contains(m.Subject, "waiting list") || len(m.Links) > 0 {
		t.Errorf("%s %v", m.Subject, m.Links)
	}
	if all, err := s.accounts.Waiting(t.Context(), "", 10); err != nil || len(all) != 1 || all[0].Address != "bob@example.com" {
		t.Errorf("the waiting list: %v, %v", all, err)
	}
	if p := b.Submit("/signup", url.Values{"email": {"no address"}}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "by invitation") {
		t.Errorf("no address: %d %s", p.Status, p.Body)
	}

	if err := s.accounts.Invite(t.Context(), accounts.By{User: admin, As: web.Administrators}, "bob@example.com", "editors"); err != nil {
		t.Fatal(err)
	}
	if p := follow(t, b, l.link("bob@example.com")); !strings.Contains(p.Body, "bob@example.com") {
		t.Errorf("the invitation: %d %s", p.Status, p.Body)
	}
	if p := b.Submit("/link", url.Values{"password": {password}}); p.Status != http.StatusSeeOther || who(b) != "bob@example.com" {
		t.Errorf("%d, and %q is connected", p.Status, who(b))
	}
	groups, err := s.accounts.Groups(t.Context(), admin+1, []session.Group{"editors"})
	if err != nil || len(groups) != 1 {
		t.Errorf("Bob is in %v, %v", groups, err)
	}
}

// TestNewPasswordOfAnother does nothing where somebody else is connected.
func TestNewPasswordOfAnother(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	l := s.letters()
	askFor(t, s.visitor(), "/forgot", "ada@example.com")
	link := l.link("ada@example.com")
	b := s.visitorAs("bob@example.com")
	if p := follow(t, b, link); p.Status != http.StatusForbidden || !strings.Contains(p.Body, "bob@example.com") || strings.Contains(p.Body, "ada@example.com") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := b.Submit("/link", url.Values{"password": {anotherPassword}}); p.Status != http.StatusForbidden || who(b) != "bob@example.com" {
		t.Errorf("%d, and %q is connected", p.Status, who(b))
	}
	if p := follow(t, s.visitorAs("ada@example.com"), link); p.Status != http.StatusOK {
		t.Errorf("the link does not work any more: %d", p.Status)
	}
}

// TestForgot: another password, and nobody is logged in any more, here or elsewhere.
func TestForgot(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	elsewhere := s.visitorAs("ada@example.com")
	l := s.letters()
	b := s.visitor()
	askFor(t, b, "/forgot", "ADA@example.com")
	link := l.link("ada@example.com")
	for _, autocomplete := range []string{`autocomplete="new-password"`, `autocomplete="username"`, "ada@example.com"} {
		if p := follow(t, b, link); !strings.Contains(p.Body, autocomplete) {
			t.Errorf("the page has no %s: %s", autocomplete, p.Body)
		}
	}
	if p := b.Submit("/link", url.Values{"password": {"ada@example.com"}}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="password-error"`) {
		t.Errorf("a password that is soon guessed: %d %s", p.Status, p.Body)
	}
	p := b.Submit("/link", url.Values{"password": {anotherPassword}})
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login" || cookie(p, "dev-messages") == nil || cookie(p, "dev-session") != nil {
		t.Errorf("%d %q, cookies %q", p.Status, p.Header.Get("Location"), p.Header["Set-Cookie"])
	}
	if all, err := s.sessions.SessionsOf(t.Context(), ada); err != nil || len(all) != 0 || who(elsewhere) != "" || who(b) != "" {
		t.Errorf("sessions: %v, %v; connected are %q and %q", all, err, who(elsewhere), who(b))
	}
	if m := l.to("ada@example.com"); !strings.Contains(m.Subject, "was changed") {
		t.Errorf("the notice: %s", m.Subject)
	}
	for typed, status := range map[string]int{password: http.StatusUnprocessableEntity, anotherPassword: http.StatusSeeOther} {
		if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {typed}}); p.Status != status {
			t.Errorf("to log in with %q: %d", typed, p.Status)
		}
	}
}

// TestNewAddress: only the user who wants an address can add it, and only with its link.
func TestNewAddress(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	s.user("bob@example.com")
	l := s.letters()
	if err := s.accounts.RequestAddress(t.Context(), ada, "ada@example.org"); err != nil {
		t.Fatal(err)
	}
	link := l.link("ada@example.org")
	b := s.visitor()
	if p := follow(t, b, link); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Flink" {
		t.Errorf("nobody: %d %q", p.Status, p.Header.Get("Location"))
	}
	bob := s.visitorAs("bob@example.com")
	if p := follow(t, bob, link); p.Status != http.StatusForbidden || strings.Contains(p.Body, "ada@") {
		t.Errorf("another: %d %s", p.Status, p.Body)
	}
	if p := bob.Submit("/link", nil); p.Status != http.StatusForbidden {
		t.Errorf("another: %d %s", p.Status, p.Body)
	}
	p := b.Submit("/login?next=%2Flink", url.Values{"email": {"ada@example.com"}, "password": {password}, "next": {"/link"}})
	if p.Header.Get("Location") != "/link" {
		t.Errorf("logged in: %d %q", p.Status, p.Header.Get("Location"))
	}
	if p := b.Get("/link"); p.Status != http.StatusOK || !strings.Contains(p.Body, "ada@example.org") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if all, _ := s.accounts.Addresses(t.Context(), ada); len(all) != 1 {
		t.Errorf("to look at it has added it: %v", all)
	}
	if p := b.Submit("/link", nil); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/settings" {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	if all, _ := s.accounts.Addresses(t.Context(), ada); len(all) != 2 || all[1].Address != "ada@example.org" {
		t.Errorf("addresses: %v", all)
	}
}

// TestNobodyLearnsWhoHasAnAccount: what asks for letters answers the same for every address, to the byte.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	for _, closed := range []bool{false, true} {
		s := newSiteAs(t, setup{closed: closed})
		disabled := s.user("disabled@example.com")
		s.user("known@example.com")
		if err := s.accounts.Disable(t.Context(), accounts.By{}, disabled); err != nil {
			t.Fatal(err)
		}
		b := s.visitor()
		for _, path := range []string{"/signup", "/forgot", "/login"} {
			said := map[string]bool{}
			for _, address := range []string{"known@example.com", "KNOWN@example.com", "unknown@example.com", "disabled@example.com"} {
				p := b.Submit(path, url.Values{"email": {address}, "do": {"link"}, "password": {""}})
				if p.Status != http.StatusSeeOther || p.Header["Set-Cookie"] != nil {
					t.Errorf("%s for %s: %d, cookies %q", path, address, p.Status, p.Header["Set-Cookie"])
				}
				said[sameFor(p)+sameFor(b.Get("/sent"))] = true
			}
			if len(said) != 1 {
				t.Errorf("%s has %d answers: %v", path, len(said), said)
			}
		}
	}
}

// TestLettersAreLimited: after 20 from one network the forms say when to come again, and keep the address.
func TestLettersAreLimited(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	for i := range 20 {
		askFor(t, b, "/forgot", strconv.Itoa(i)+"@example.com")
	}
	for _, path := range []string{"/signup", "/forgot", "/login"} {
		p := b.Submit(path, url.Values{"email": {"ada@example.com"}, "do": {"link"}})
		after, err := strconv.Atoi(p.Header.Get("Retry-After"))
		if p.Status != http.StatusTooManyRequests || err != nil || after < 1 || after > 3600 || !strings.Contains(p.Body, `value="ada@example.com"`) {
			t.Errorf("%s: %d, Retry-After %q, %s", path, p.Status, p.Header.Get("Retry-After"), p.Body)
		}
	}
}

// TestPasswordsAreLimited: after five wrong ones the form says so, offers a link, and keeps the address.
func TestPasswordsAreLimited(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	for _, address := range []string{"ada@example.com", "nobody@example.com"} {
		for i := range 6 {
			p := s.visitor().Submit("/login", url.Values{"email": {address}, "password": {"not the password"}})
			many := p.Status == http.StatusTooManyRequests && p.Header.Get("Retry-After") != "" && strings.Contains(p.Body, "let us send you a link")
			if many != (i == 5) || !strings.Contains(p.Body, `value="`+address+`"`) || strings.Contains(p.Body, "not the password") {
				t.Errorf("%s, try %d: %d %v %s", address, i+1, p.Status, p.Header, p.Body)
			}
		}
	}
}

// TestSentInProduction knows no mailbox.
func TestSentInProduction(t *testing.T) {
	if p := newSite(t).visitor().Get("/sent"); !strings.Contains(p.Body, `class="button primary wide" href="/dev/mail"`) {
		t.Errorf("in development: %s", p.Body)
	}
	if p := newSiteAs(t, setup{production: true}).visitor().Get("/sent"); p.Status != http.StatusOK || strings.Contains(p.Body, "/dev/mail") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
}
