package page_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// loopback is where the tests' own requests come from: as from a proxy before the site.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// TestPlainHTTP: a site of https is asked over https: by this server's own TLS, or by a proxy that it trusts. What
// comes over plain HTTP is sent there and gets no cookie, and nothing runs. S002
func TestPlainHTTP(t *testing.T) {
	const ok, moved, refused = http.StatusOK, http.StatusPermanentRedirect, http.StatusBadRequest
	s := newSite(t, page.Config{URL: address(t, "https://example.com"), Proxies: loopback})
	for _, test := range []struct {
		method, from string
		proto        []string
		tls          bool
		status       int
	}{
		{"GET", "203.0.113.9:1234", nil, false, moved},
		{"HEAD", "203.0.113.9:1234", nil, false, moved},
		{"POST", "203.0.113.9:1234", nil, false, refused},
		{"DELETE", "203.0.113.9:1234", nil, false, refused},
		{"FOO", "203.0.113.9:1234", nil, false, refused},
		{"GET", "203.0.113.9:1234", nil, true, ok},
		{"POST", "203.0.113.9:1234", nil, true, ok},
		{"GET", "203.0.113.9:1234", []string{"https"}, false, moved},
		{"POST", "203.0.113.9:1234", []string{"https"}, false, refused},
		{"GET", "203.0.113.9:1234", []string{"http"}, true, ok},
		{"GET", "127.0.0.1:1234", nil, false, ok},
		{"GET", "127.0.0.1:1234", []string{"https"}, false, ok},
		{"GET", "[::ffff:127.0.0.1]:1234", []string{"https"}, false, ok},
		{"GET", "[::1]:1234", []string{"https"}, false, ok},
		{"POST", "127.0.0.1:1234", []string{"https"}, false, ok},
		{"GET", "127.0.0.1:1234", []string{"http"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"HTTP"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"https, http"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"https", "http"}, false, moved},
		{"POST", "127.0.0.1:1234", []string{"http"}, false, refused},
		{"GET", "127.0.0.1:1234", []string{""}, false, ok},
		{"GET", "127.0.0.1:1234", []string{" HTTPS "}, false, ok},
		{"GET", "127.0.0.1:1234", []string{"wss"}, false, ok},
		{"GET", "127.0.0.1:1234", []string{"wss, https"}, false, ok},
		{"GET", "127.0.0.1:1234", []string{"ws"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"https, ws"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"httpx"}, false, moved},
		{"GET", "127.0.0.1:1234", []string{"off"}, false, moved},
		{"POST", "127.0.0.1:1234", []string{"nonsense"}, false, refused},
		{"GET", "", nil, false, moved},
		{"GET", "@", nil, false, moved},
		{"GET", "nonsense", []string{"https"}, false, moved},
	} {
		name := fmt.Sprintf("%s from %s, %q, TLS %t", test.method, test.from, test.proto, test.tls)
		ran := false
		inside := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = true })
		for what, h := range map[string]http.Handler{"page": s.page.Middleware(inside), "no page": s.page.Headers(inside)} {
			r := httptest.NewRequest(test.method, "http://example.com/a%2Fb?c=d&e", nil)
			r.RemoteAddr, r.Header["X-Forwarded-Proto"] = test.from, test.proto
			if test.tls {
				r.TLS = &tls.ConnectionState{}
			}
			ran = false
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != test.status || ran != (test.status == ok) {
				t.Errorf("%s, %s: %d, it ran: %t", name, what, w.Code, ran)
			}
			location := ""
			if test.status == moved {
				location = "https://example.com/a%2Fb?c=d&e"
			}
			header := w.Header()
			if header.Get("Location") != location || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s, %s: %v", name, what, header)
			}
			if test.status == ok {
				continue
			}
			if header["Set-Cookie"] != nil || header["Strict-Transport-Security"] != nil || test.status == moved && header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s, %s: %v", name, what, header)
			}
		}
	}
}

// TestPlainHTTPOfOtherHosts: they are sent to the site's own at once.
func TestPlainHTTPOfOtherHosts(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "https://example.com")})
	for _, path := range []string{"/x", "//evil.example/x"} {
		w := ask(s.page.Headers(s.mux), http.MethodGet, "http://www.example.com"+path)
		if want := "https://example.com" + path; w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != want {
			t.Errorf("%s: %d %q", path, w.Code, w.Header().Get("Location"))
		}
	}
	if p := s.send(s.browser(0), http.MethodPost, "/", nil, ""); p.Status != http.StatusBadRequest || !strings.Contains(p.Body, "https://example.com") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
}

// TestPlainHTTPInDevelopment: a site whose address is http takes both, whoever says what.
func TestPlainHTTPInDevelopment(t *testing.T) {
	s := newSite(t, page.Config{})
	p := s.send(s.browser(0), http.MethodGet, "/", map[string]string{"X-Forwarded-Proto": "http"}, "")
	if p.Status != http.StatusOK || s.log.String() != "" {
		t.Errorf("%d, and the log says %s", p.Status, s.log.String())
	}
}

// TestForgottenProxy: the operator hears of a proxy that he did not name, once for each address, and of few.
func TestForgottenProxy(t *testing.T) {
	s := newSite(t, page.Config{URL: address(t, "https://example.com"), Proxies: loopback})
	h := s.page.Headers(http.NotFoundHandler())
	ask := func(from, header, value string) int {
		before := strings.Count(s.log.String(), "TRUSTED_PROXIES")
		r := httptest.NewRequest(http.MethodGet, "http://example.com/", nil)
		r.RemoteAddr = from
		if header != "" {
			r.Header.Set(header, value)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		return strings.Count(s.log.String(), "TRUSTED_PROXIES") - before
	}
	for _, test := range []struct {
		from, header, value string
		warnings            int
	}{
		{"10.0.0.1:80", "", "", 0},
		{"127.0.0.1:80", "X-Forwarded-Proto", "http", 0},
		{"10.0.0.1:80", "X-Forwarded-Proto", "https", 1},
		{"10.0.0.1:81", "X-Forwarded-Proto", "https", 0},
		{"[::ffff:10.0.0.1]:80", "X-Forwarded-For", "192.0.2.1", 0},
		{"10.0.0.2:80", "X-Forwarded-For", "192.0.2.1", 1},
	} {
		if got := ask(test.from, test.header, test.value); got != test.warnings {
			t.Errorf("%s, %s: warned %d times, want %d", test.from, test.header, got, test.warnings)
		}
	}
	if !strings.Contains(s.log.String(), "address=10.0.0.1") {
		t.Errorf("the log says %s", s.log.String())
	}
	for i := range 1000 {
		ask(fmt.Sprintf("10.1.%d.%d:80", i/250, i%250), "X-Forwarded-For", "192.0.2.1")
	}
	if all := strings.Count(s.log.String(), "TRUSTED_PROXIES"); all != 20 {
		t.Errorf("%d warnings", all)
	}
}
