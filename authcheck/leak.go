package authcheck

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// secrets are what no answer may say, and where one did.
type secrets struct {
	what    map[string]string // by the secret
	watched int               // answers that came while there were some
	found   []string
}

// keepSecret watches for something in all answers that come from now on. Reports do not say it either.
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

// note looks at an answer: it watches for secrets in it, and the cookies that it sets are secrets from now on. Cookies alone
// may carry some: their own, and the token of a link that was followed.
func (s *Site) note(p Page) {
	said := p.Body
	for name, values := range p.Header {
		if name != "Set-Cookie" {
			said += "\n" + strings.Join(values, "\n")
		}
	}
	cookies := strings.Join(p.Header["Set-Cookie"], "\n")
	for _, c := range (&http.Response{Header: p.Header}).Cookies() {
		if len(c.Value) >= 20 {
			s.keepSecret("the cookie "+c.Name, c.Value)
		}
	}
	known := s.known()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(known) > 0 {
		s.secrets.watched++
	}
	for secret, what := range known {
		if strings.Contains(said, secret) || strings.HasSuffix(what, "password") && strings.Contains(cookies, secret) {
			s.secrets.found = append(s.secrets.found, what+" in the answer of "+hideIn(p.URL.Path, known))
		}
	}
}

// known are the secrets of the check that runs, with what they are.
func (s *Site) known() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.secrets.what)
}

// hide takes the secrets out of what a report says.
func (s *Site) hide(said string) string { return hideIn(said, s.known()) }

func hideIn(said string, secrets map[string]string) string {
	longest := slices.SortedFunc(maps.Keys(secrets), func(a, b string) int { return len(b) - len(a) })
	for _, secret := range longest {
		said = strings.ReplaceAll(said, secret, "("+secrets[secret]+")")
	}
	return said
}

// leaks looks back on all checks that have run.
var leaks = []Check{
	{"nothing-leaks", []string{"A99"}, Nothing, nothingLeaks,
		"An answer holds a password, a cookie or a token."},
}

func nothingLeaks(s *Site) {
	if s.secrets.watched == 0 {
		skipf("it looks back on other checks, and none has had a secret")
	}
	if len(s.secrets.found) > 0 {
		failf("%s", strings.Join(slices.Compact(slices.Sorted(slices.Values(s.secrets.found))), "; "))
	}
	okf("in %d answers", s.secrets.watched)
}
