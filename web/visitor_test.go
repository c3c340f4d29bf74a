package web_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
)

// visitor returns a browser without scripts that nobody is connected in.
func (s *site) visitor() *processtest.Browser { return processtest.NewBrowser(s.t, s.URL) }

// visitorAs returns a browser in which a user has logged in, to be kept.
func (s *site) visitorAs(email string) *processtest.Browser {
	s.t.Helper()
	b := s.visitor()
	p := b.Submit("/login", url.Values{"email": {email}, "password": {password}, "keep": {"yes"}})
	if p.Status != http.StatusSeeOther {
		s.t.Fatalf("logging in as %s: %d %s", email, p.Status, p.Body)
	}
	return b
}

// send sends any request with a browser's cookies.
func send(t *testing.T, b *processtest.Browser, method, path string, header http.Header) processtest.Page {
	t.Helper()
	r, err := http.NewRequest(method, b.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	answer, err := b.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return processtest.Page{Status: answer.StatusCode, Header: answer.Header, Body: string(text)}
}

// cookie is what a page sets a cookie to; nil when it does not.
func cookie(p processtest.Page, name string) *http.Cookie {
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}
