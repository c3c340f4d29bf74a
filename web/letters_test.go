package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/mail"
)

// letters are those that a site sends.
type letters struct {
	s     *site
	there chan mail.Received
}

// letters lets the site's letters go out, and returns them as they come.
func (s *site) letters() *letters {
	s.t.Helper()
	l := &letters{s, make(chan mail.Received, 100)}
	s.mailbox.OnArrival(func(m mail.Received) { l.there <- m })
	s.startPost()
	return l
}

// to waits for the next letter, which is to an address.
func (l *letters) to(address string) mail.Received {
	l.s.t.Helper()
	select {
	case m := <-l.there:
		if !strings.EqualFold(m.To, address) {
			l.s.t.Fatalf("a letter to %s: %s", m.To, m.Subject)
		}
		return m
	case <-time.After(time.Minute):
		l.s.t.Fatalf("no letter to %s comes", address)
		return mail.Received{}
	}
}

// among waits for the next letter to an address, among letters to others.
func (l *letters) among(address string) mail.Received {
	l.s.t.Helper()
	for {
		select {
		case m := <-l.there:
			if strings.EqualFold(m.To, address) {
				return m
			}
		case <-time.After(time.Minute):
			l.s.t.Fatalf("no letter to %s comes", address)
		}
	}
}

// link waits for the next letter, which is to an address, and returns the path of its link.
func (l *letters) link(address string) string {
	l.s.t.Helper()
	m := l.to(address)
	if len(m.Links) == 0 || !strings.HasPrefix(m.Links[0], l.s.address.String()+"/link/") {
		l.s.t.Fatalf("%s: the letter has no link: %s", address, m.Text)
	}
	return strings.TrimPrefix(m.Links[0], l.s.address.String())
}

// askFor has a letter sent to an address by the form at path.
func askFor(t *testing.T, b *processtest.Browser, path, address string, more ...string) {
	t.Helper()
	form := url.Values{"email": {address}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	if p := b.Submit(path, form); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/sent" {
		t.Fatalf("%s for %s: %d %q %s", path, address, p.Status, p.Header.Get("Location"), p.Body)
	}
}

// follow follows the link of a letter.
func follow(t *testing.T, b *processtest.Browser, link string) processtest.Page {
	t.Helper()
	if p := b.Get(link); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/link" {
		t.Fatalf("a link leads to %d %q", p.Status, p.Header.Get("Location"))
	}
	return b.Get("/link")
}

// signUp makes an account as people do, and logs its user in.
func (l *letters) signUp(b *processtest.Browser, address string) {
	l.s.t.Helper()
	askFor(l.s.t, b, "/signup", address)
	follow(l.s.t, b, l.link(address))
	p := b.Submit("/link", url.Values{"name": {"Ada"}, "password": {password}})
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" || who(b) != address {
		l.s.t.Fatalf("signing up as %s: %d %q %s", address, p.Status, p.Header.Get("Location"), p.Body)
	}
}
