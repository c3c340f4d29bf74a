package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
)

// TestLogInByLink: its button logs in, for as long as was asked for.
func TestLogInByLink(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	for keep, kept := range map[string]bool{"yes": true, "": false} {
		b := s.visitor()
		askFor(t, b, "/login", "Ada@example.com", "do", "link", "password", "whatever stood there")
		if p := follow(t, b, l.link("ada@example.com")); p.Status != http.StatusOK || !strings.Contains(p.Body, "Log in as ada@example.com") || who(b) != "" {
			t.Errorf("%d %s", p.Status, p.Body)
		}
		p := b.Submit("/link", url.Values{"keep": {keep}})
		c := cookie(p, "dev-session")
		if p.Status != http.StatusSeeOther || who(b) != "ada@example.com" || c == nil || (c.MaxAge > 0) != kept {
			t.Errorf("keep %q: %d, %v, and %q is connected", keep, p.Status, c, who(b))
		}
		if len(l.there) > 0 {
			l.to("ada@example.com") // the second browser is new
		}
	}
}

// TestLogInLinkOfAnother does nothing where somebody else is connected.
func TestLogInLinkOfAnother(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	l := s.letters()
	b := s.visitorAs("bob@example.com")
	askFor(t, b, "/forgot", "ada@example.com")
	l.link("ada@example.com")
	nobody := s.visitor()
	askFor(t, nobody, "/login", "ada@example.com", "do", "link")
	link := l.link("ada@example.com")
	if p := follow(t, b, link); p.Status != http.StatusForbidden || !strings.Contains(p.Body, "bob@example.com") || strings.Contains(p.Body, "ada@example.com") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := b.Submit("/link", nil); p.Status != http.StatusForbidden || who(b) != "bob@example.com" {
		t.Errorf("%d, and %q is connected", p.Status, who(b))
	}
	follow(t, nobody, link)
	if nobody.Submit("/link", nil); who(nobody) != "ada@example.com" {
		t.Error("the link does not work any more")
	}
}

// TestLogInLinkConfirms: who is connected already has proved with it who he is.
func TestLogInLinkConfirms(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	ada := s.user("ada@example.com")
	l := s.letters()
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	if p := b.Submit("/reauthenticate?next=%2Fkeys", url.Values{"do": {"link"}, "next": {"/keys"}}); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/sent" {
		t.Errorf("to ask for a link: %d %s", p.Status, p.Body)
	}
	its := follow(t, b, l.link("ada@example.com"))
	if its.Status != http.StatusOK || !strings.Contains(its.Body, "It is me") || !strings.Contains(its.Body, "Confirm that it is you</h1>") {
		t.Errorf("%d %s", its.Status, its.Body)
	}
	if p := b.Get("/keys"); p.Status != http.StatusSeeOther {
		t.Errorf("before: %d", p.Status)
	}
	if p := b.Post("/link", carried(its)); p.Header.Get("Location") != "/keys" || b.Get("/keys").Status != http.StatusOK {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	if all, err := s.sessions.SessionsOf(t.Context(), ada); err != nil || len(all) != 1 {
		t.Errorf("sessions: %v, %v", all, err)
	}
}

// TestLogInLinkLeadsBack to the page that was wanted, in the browser in which the link was asked for, once.
func TestLogInLinkLeadsBack(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	b := s.visitor()
	for _, test := range []struct {
		wants, leads string
		follows      *processtest.Browser
	}{
		{"/settings?a=b#name", "/settings?a=b#name", b},
		{"", "/", b},
		{"//evil.example", "/", b},
		{"/link", "/", b},
		{"/settings", "/", s.visitor()},
	} {
		b.Post("/logout", nil)
		askFor(t, b, "/login", "ada@example.com", "do", "link", "next", test.wants)
		form := carried(follow(t, test.follows, l.among("ada@example.com").Links[0][len(s.address.String()):]))
		if p := test.follows.Post("/link", form); p.Header.Get("Location") != test.leads || who(test.follows) != "ada@example.com" {
			t.Errorf("%q: %d %q", test.wants, p.Status, p.Header.Get("Location"))
		}
	}
}
