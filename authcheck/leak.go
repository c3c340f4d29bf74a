package authcheck

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// secrets are what no answer may say, and where one did.
type secrets struct {
	what  map[string]string // by the secret
	found []string
}

// keepSecret watches for something in all answers that come from now on.
func (s *Site) keepSecret(what, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secrets.what == nil {
		s.secrets.what = map[string]string{}
	}
	if _, known := s.secrets.what[secret]; !known {
		s.secrets.what[secret] = what
	}
}

// note looks at an answer: it watches for secrets in it, and the cookies that it sets are secrets from now on.
func (s *Site) note(b *Browser, p Page) {
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		if len(c.Value) >= 20 {
			s.keepSecret("the cookie "+c.Name, c.Value)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	said := p.Body + p.Header.Get("Location")
	for secret, what := range s.secrets.what {
		if strings.Contains(said, secret) {
			s.secrets.found = append(s.secrets.found, fmt.Sprintf("%s in the answer of %s", what, p.URL.Path))
		}
	}
}

// known are the secrets of the check that runs, with what they are.
func (s *Site) known() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.secrets.what)
}

// leaks looks back on all checks that have run.
var leaks = []Check{
	{"nothing-leaks", []string{"A99"}, Nothing, nothingLeaks,
		"An answer holds a password, a cookie or a token."},
}

func nothingLeaks(s *Site) {
	if len(s.secrets.found) > 0 {
		failf("%s", strings.Join(slices.Compact(slices.Sorted(slices.Values(s.secrets.found))), "; "))
	}
}
