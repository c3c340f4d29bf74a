package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// TestSignUp: an address, a letter, a name and a password, and somebody has an account.
func TestSignUp(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	b := s.visitor()
	l.signUp(b, "Ada@Example.com")
	if p := s.visitor().Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}}); p.Status != http.StatusSeeOther {
		t.Errorf("to log in then: %d %s", p.Status, p.Body)
	}
}
