package authcheck

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// small is a site of a few pages, as a check sees it.
func small(t *testing.T, o Options, routes map[string]string) (*Site, *httptest.Server) {
	t.Helper()
	mux := http.NewServeMux()
	for route, answer := range routes {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			if to, is := strings.CutPrefix(answer, "to "); is {
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusSeeOther)
				return
			}
			fmt.Fprint(w, answer)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.URL, o.Seed = server.URL, 7
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, server
}

func (s *Site) try(t *testing.T, run func(*Site)) Result {
	t.Helper()
	return s.Run(t.Context(), Check{Name: "try", run: run})
}

// TestOnlyTheSite: nothing but the site is asked, whatever it says.
func TestOnlyTheSite(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host is asked") }))
	defer other.Close()
	s, _ := small(t, Options{}, map[string]string{"/away": "to " + other.URL + "/x", "/round": "to /round"})
	for path, want := range map[string]string{"/away": "is on another host", "/round": "again and again", other.URL: "is on another host"} {
		r := s.try(t, func(s *Site) { s.Browser().Go(path) })
		if r.Outcome != Failed || !strings.Contains(r.Saw, want) {
			t.Errorf("%s: %v", path, r)
		}
	}
}

// TestRequestsBounded: a check ends when too many requests were made.
func TestRequestsBounded(t *testing.T) {
	s, _ := small(t, Options{Requests: 10}, map[string]string{"/": "hello"})
	r := s.try(t, func(s *Site) {
		for {
			s.Browser().Get("/")
		}
	})
	if r.Outcome != Failed || s.Requested() != 11 {
		t.Errorf("%v after %d", r, s.Requested())
	}
}

// TestNeeds: what a check lacks is said, and nothing is asked.
func TestNeeds(t *testing.T) {
	s, _ := small(t, Options{}, nil)
	for _, needs := range []Needs{Letters, Administrator, Letters | Administrator} {
		if r := s.Run(t.Context(), Check{Needs: needs, run: func(*Site) { t.Error("it runs") }}); r.Outcome != Skipped || r.Saw == "" {
			t.Errorf("%v: %v", needs, r)
		}
	}
	for _, o := range []Options{{}, {URL: "localhost"}, {URL: "ftp://site.example"}, {URL: "http://site.example", AdminEmail: "a"}, {URL: "http://site.example/app"},
		{URL: "http://site.example", Mail: "mail"}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// TestNoSecrets: what was typed, what a letter carried and the administrator's password stand in no report.
func TestNoSecrets(t *testing.T) {
	s, _ := small(t, Options{AdminEmail: "a@site.example", AdminPassword: "the administrator's own"}, nil)
	r := s.try(t, func(s *Site) {
		password, m := s.password(), Message{Links: []string{"http://site.example/link/one-token", "http://site.example/link/another-token"}}
		failf("%s %s %v %s", password, s.AdminPassword, s.secretLinks(m), s.hide(password))
	})
	const link = "http://site.example/link/(the token of a link)"
	if r.Saw != "(a password) (the administrator's password) ["+link+" "+link+"] (a password)" {
		t.Errorf("%s", r.Saw)
	}
}

// TestMailbox reads the pages of a mailbox.
func TestMailbox(t *testing.T) {
	s, server := small(t, Options{Patience: time.Minute}, map[string]string{
		"/mail": `<ul id="mailbox"><li><a href="/mail/2">Second</a> to <span data-to>Me@site.example</span></li>
			<li><a href="/mail/1">First</a> to <span data-to>you@site.example</span></li></ul>
			<template><li><a href="/mail/0"></a><span data-to></span></li></template>`,
		"/mail/2": `<h1>Second</h1><dd id="mail-to">Me@site.example</dd><ul id="mail-links"><li><a href="http://x/link/abc">x</a></li></ul>
			<pre id="mail-text">two
lines</pre><iframe srcdoc="&lt;p&gt;"></iframe><pre id="mail-source">To: me</pre>`,
	})
	s.Mailbox = &pages{at: server.URL + "/mail", client: server.Client()}
	all, err := s.Mailbox.Since(t.Context(), 0, "me@site.example")
	if err != nil || len(all) != 2 || all[0].To != "you@site.example" || all[0].ID != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	if m := all[1]; m.Subject != "Second" || m.Text != "two\nlines" || m.HTML != "<p>" || m.Source != "To: me" || !slices.Equal(m.Links, []string{"http://x/link/abc"}) {
		t.Errorf("%+v", m)
	}
	if all, err := s.Mailbox.Since(t.Context(), 2, "me@site.example"); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
	r := s.try(t, func(s *Site) {
		if link := s.link(s.letter("me@site.example", 1)); link != "http://x/link/abc" {
			failf("%s", link)
		}
	})
	if r.Outcome != OK {
		t.Error(r)
	}
}

// TestNobodyTwice: everybody is new, and one seed says the same again.
func TestNobodyTwice(t *testing.T) {
	one, _ := small(t, Options{}, nil)
	two, _ := small(t, Options{}, nil)
	seen := map[string]bool{}
	for range 100 {
		a, p := one.address(), one.password()
		if seen[a] || seen[p] || len(p) != 31 {
			t.Fatalf("%s and %q again", a, p)
		}
		seen[a], seen[p] = true, true
		if two.address() != a || two.password() != p {
			t.Fatal("the same seed makes others")
		}
	}
}

// TestCompare: a difference fails when it shows twice, and not by what one round shows.
func TestCompare(t *testing.T) {
	s, _ := small(t, Options{Samples: 20}, nil)
	n := 0
	steady := func(took time.Duration) func(int) Page {
		return func(int) Page { n++; return Page{took: took + time.Duration(n%7)*time.Microsecond} }
	}
	once := func(i int) Page { // slower in the first round alone
		if n++; n <= 40 {
			return Page{took: 30 * time.Millisecond}
		}
		return steady(20 * time.Millisecond)(i)
	}
	for what, c := range map[string]struct {
		one, other func(int) Page
		want       Outcome
	}{
		"alike":     {steady(20 * time.Millisecond), steady(20 * time.Millisecond), OK},
		"different": {steady(20 * time.Millisecond), steady(30 * time.Millisecond), Failed},
		"once":      {once, steady(20 * time.Millisecond), OK},
		"by little": {steady(20 * time.Millisecond), steady(20*time.Millisecond + 100*time.Microsecond), OK},
	} {
		n = 0
		if r := s.try(t, func(s *Site) { s.compare(c.one, c.other) }); r.Outcome != c.want {
			t.Errorf("%s: %v", what, r)
		}
	}
}

// TestList: each check has a name of its own, numbers and one sentence.
func TestList(t *testing.T) {
	names := map[string]bool{}
	for _, c := range All() {
		if names[c.Name] || c.Name == "" || len(c.Numbers) == 0 || c.run == nil {
			t.Errorf("%q %v", c.Name, c.Numbers)
		}
		names[c.Name] = true
		if said := c.Wrong; !strings.HasSuffix(said, ".") || strings.Count(said, ". ") > 0 {
			t.Errorf("%s: %q is no sentence", c.Name, c.Wrong)
		}
	}
}
