package page_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestIdentityTag: an old page posts nothing as a new identity, and nobody else's page posts anything.
func TestIdentityTag(t *testing.T) {
	s := newSite(t, page.Config{})
	tagOf := func(b *processtest.Browser) string { return b.Get("/").IdentityTag() }
	forged := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for _, test := range []struct {
		name string
		post func() (*processtest.Browser, string) // who posts, with which tag
	}{
		{"missing", func() (*processtest.Browser, string) { return s.browser(7), "" }},
		{"forged", func() (*processtest.Browser, string) { return s.browser(7), forged }},
		{"in a browser without cookies", func() (*processtest.Browser, string) {
			return s.browser(0), tagOf(s.browser(0))
		}},
		{"of another browser of the user", func() (*processtest.Browser, string) {
			return s.browser(7), tagOf(s.browser(7))
		}},
		{"of the user before", func() (*processtest.Browser, string) {
			b := s.browser(7)
			old := tagOf(b)
			s.logIn(b, 8)
			return b, old
		}},
		{"of nobody, after a log-in", func() (*processtest.Browser, string) {
			b := s.browser(0)
			old := tagOf(b)
			s.logIn(b, 7)
			return b, old
		}},
		{"of a user, after a log-out", func() (*processtest.Browser, string) {
			b := s.browser(7)
			old := tagOf(b)
			b.Post("/logout", nil)
			return b, old
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.done = 0
			b, tag := test.post()
			if p := b.Post("/", url.Values{"_identity": {tag}}); p.Status != http.StatusConflict {
				t.Errorf("%d %s", p.Status, p.Body)
			}
			if p := b.Post("/?_identity="+url.QueryEscape(tagOf(b)), nil); p.Status != http.StatusConflict {
				t.Errorf("in the URL it is taken: %d", p.Status)
			}
			if s.done != 0 {
				t.Errorf("taken %d times", s.done)
			}
			if p := b.Submit("/", nil); p.Status != http.StatusSeeOther || s.done != 1 {
				t.Errorf("the right tag: %d, taken %d times", p.Status, s.done)
			}
		})
	}
}

// TestStaleFormsPage is the visitor's who sends it: it starts a process of his.
func TestStaleFormsPage(t *testing.T) {
	s := newSite(t, page.Config{})
	ada := s.browser(7)
	stale := ada.Post("/", nil)
	if err := s.hello(ada, stale); err != nil {
		t.Error(err)
	}
}

// TestAnyIdentity: the form may be anybody's, but it is still of this site, and read.
func TestAnyIdentity(t *testing.T) {
	s := newSite(t, page.Config{})
	said := ""
	s.handle("POST /any", page.Opt(func(r *http.Request, v session.Visitor) (page.Content, error) {
		said = r.PostFormValue("word")
		return s.take(r, v)
	}, page.AnyIdentity()))
	for _, b := range []*processtest.Browser{s.browser(0), s.browser(7)} {
		said = ""
		p := b.Post("/any", url.Values{"word": {"hello"}, "_identity": {"forged"}})
		if p.Status != http.StatusSeeOther || said != "hello" {
			t.Errorf("%d, it said %q", p.Status, said)
		}
	}
	p := s.send(s.browser(7), http.MethodPost, "/any", map[string]string{"Origin": "https://evil.example"}, "")
	if p.Status != http.StatusForbidden {
		t.Errorf("another site's: %d", p.Status)
	}
}

// TestTagNamesNoUser: the field says nothing to who reads it.
func TestTagNamesNoUser(t *testing.T) {
	s := newSite(t, page.Config{})
	b := s.browser(0)
	nobodys := b.Get("/").IdentityTag()
	s.logIn(b, 7)
	users := b.Get("/").IdentityTag()
	if len(nobodys) != 43 || len(users) != 43 || nobodys == users || strings.Contains(b.Get("/").Body, "dev-") {
		t.Errorf("%q and %q", nobodys, users)
	}
}
