package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// TestOtherHosts: cookies, origins and links depend on the host, so the site has one.
func TestOtherHosts(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "http://site.example")})
	for _, test := range []struct {
		method, host, path string
		status             int
		location           string
	}{
		{"GET", "site.example", "/", 200, ""},
		{"GET", "SITE.example", "/", 200, ""},
		{"GET", "www.site.example", "/", 307, "http://site.example/"},
		{"GET", "site.example:8080", "/mine?a=b%20c&d", 307, "http://site.example/mine?a=b%20c&d"},
		{"GET", "evil.example", "/a%2Fb", 307, "http://site.example/a%2Fb"},
		{"GET", "evil.example", "//other.example/x", 307, "http://site.example//other.example/x"},
		{"GET", "site.example.evil.example", "/", 307, "http://site.example/"},
		{"HEAD", "evil.example", "/", 307, "http://site.example/"},
		{"POST", "evil.example", "/", 421, ""},
		{"DELETE", "evil.example", "/", 421, ""},
	} {
		ran := false
		h := s.page.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = true }))
		r := httptest.NewRequest(test.method, "http://"+test.host+test.path, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status || w.Header().Get("Location") != test.location {
			t.Errorf("%s %s of %s: %d %q", test.method, test.path, test.host, w.Code, w.Header().Get("Location"))
		}
		own := strings.EqualFold(test.host, "site.example")
		if cookies := w.Header()["Set-Cookie"]; ran != own || (cookies != nil) != own {
			t.Errorf("%s of %s: it ran: %t, cookies %q", test.method, test.host, ran, cookies)
		}
	}
}

// TestAddressInCapitals: browsers write hosts in small letters, and must not be sent in circles.
func TestAddressInCapitals(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "http://Site.Example")})
	b := s.browser(0)
	p := s.send(b, http.MethodGet, "/", map[string]string{"Host": "site.example"}, "")
	if p.Status != http.StatusOK {
		t.Errorf("GET: %d %q", p.Status, p.Header.Get("Location"))
	}
	p = s.send(b, http.MethodPost, "/logout", map[string]string{"Host": "site.example", "Origin": "http://site.example"}, "")
	if p.Status != http.StatusSeeOther {
		t.Errorf("POST: %d", p.Status)
	}
}
