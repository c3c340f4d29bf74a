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

// TestProxyThatKeepsTheHost: its operator hears of it, once for each address. Of what others ask for he hears nothing.
func TestProxyThatKeepsTheHost(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "http://site.example"), Proxies: trusted})
	h := s.page.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, test := range []struct {
		method, from, host string
		warnings           int
	}{
		{"GET", "203.0.113.9:1", "app:8080", 0},
		{"GET", "10.0.0.1:1", "site.example", 0},
		{"GET", "10.0.0.1:1", "app:8080", 1},
		{"GET", "10.0.0.1:2", "app:8080", 0},
		{"POST", "10.0.0.1:1", "app:8080", 0},
		{"POST", "10.0.0.2:1", "app:8080", 1},
	} {
		before := strings.Count(s.log.String(), "redirected for ever")
		r := httptest.NewRequest(test.method, "http://"+test.host+"/", nil)
		r.RemoteAddr = test.from
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got := strings.Count(s.log.String(), "redirected for ever") - before; got != test.warnings {
			t.Errorf("%v: warned %d times", test, got)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "address=10.0.0.1 host=app:8080 site=site.example") {
		t.Errorf("the log says %s", log)
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
