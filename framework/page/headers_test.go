package page_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestHeaders: what every answer says to browsers and caches, be it a document, a redirect or an error. S047, S057,
// S178, S179
func TestHeaders(t *testing.T) {
	s := newSite(t, page.Config{})
	s.fails("GET /missing", func() error { return page.ErrNotFound })
	s.fails("GET /broken", func() error { panic("broken") })
	nobody, ada := s.browser(0), s.browser(7)
	for _, test := range []struct {
		name         string
		answer       processtest.Page
		status       int
		cacheControl string
	}{
		{"document for nobody", nobody.Get("/"), 200, "private, no-cache"},
		{"document for a user", ada.Get("/"), 200, "no-store"},
		{"redirect to log in", nobody.Get("/mine"), 303, "private, no-cache"},
		{"error page for nobody", nobody.Get("/missing"), 404, "private, no-cache"},
		{"error page for a user", ada.Get("/missing"), 404, "no-store"},
		{"our fault", ada.Get("/broken"), 500, "no-store"},
		{"form that was taken", ada.Submit("/", nil), 303, "no-store"},
		{"stale form", ada.Post("/", nil), 409, "no-store"},
		{"HEAD", s.send(ada, http.MethodHead, "/", nil, ""), 200, "no-store"},
		{"log in", s.browser(0).Submit("/login", map[string][]string{"user": {"8"}}), 303, "no-store"},
		{"log out", ada.Post("/logout", nil), 303, "private, no-cache"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := test.answer.Header
			if test.answer.Status != test.status {
				t.Errorf("status %d, want %d", test.answer.Status, test.status)
			}
			for name, want := range map[string]string{
				"Cache-Control":                test.cacheControl,
				"Vary":                         "Cookie, Ocsigo-Process",
				"Ocsigo-Build":                 "test",
				"X-Content-Type-Options":       "nosniff",
				"X-Frame-Options":              "DENY",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Referrer-Policy":              "strict-origin-when-cross-origin",
				"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
				"Strict-Transport-Security":    "",
				"Access-Control-Allow-Origin":  "",
			} {
				if got := strings.Join(h.Values(name), " | "); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			csp := h.Get("Content-Security-Policy")
			for _, needs := range []string{"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
				"require-trusted-types-for 'script'", "trusted-types ocsigo"} {
				if !strings.Contains(csp, needs) {
					t.Errorf("the content security policy %q has no %s", csp, needs)
				}
			}
			if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
				t.Errorf("the content security policy is %q", csp)
			}
			if kind := h.Get("Content-Type"); kind != "" && kind != "text/html; charset=utf-8" {
				t.Errorf("Content-Type %q", kind)
			}
		})
	}
}

// TestStrictTransportSecurity: browsers are told to stay with https where the site has it, by every answer: pages,
// redirects, errors, refusals, and what is no page. S177
func TestStrictTransportSecurity(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.com": "max-age=31536000; includeSubDomains", "http://example.com": "",
	} {
		s := newSite(t, page.Config{URL: address(t, text), Proxies: loopback})
		s.mux.Handle("/files/", s.page.Headers(newAssets(t, "body{}")))
		for _, test := range []struct {
			method, path string
			header       map[string]string
			status       int
		}{
			{"GET", "/", nil, 200},
			{"GET", "/mine", nil, 303},
			{"POST", "/", nil, 409},
			{"GET", "/", map[string]string{"Ocsigo-Process": "x"}, 409},
			{"POST", "/", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
			{"GET", "/", map[string]string{"Host": "other.example"}, 307},
			{"POST", "/", map[string]string{"Host": "other.example"}, 421},
			{"GET", "/files/none", nil, 404},
			{"PUT", "/files/none", nil, 404},
		} {
			header := map[string]string{"Host": "example.com", "X-Forwarded-Proto": "https"}
			maps.Copy(header, test.header)
			p := s.send(s.browser(0), test.method, test.path, header, "")
			got := p.Header.Get("Strict-Transport-Security")
			if p.Status != test.status || got != want || p.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s, %s %s: %d, Strict-Transport-Security %q", text, test.method, test.path, p.Status, got)
			}
		}
	}
}

// TestOwnHeaders: what a handler says of itself counts.
func TestOwnHeaders(t *testing.T) {
	s := newSite(t, page.Config{})
	h := s.page.Headers(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	}))
	if got := ask(h, http.MethodGet, "/").Header()["Cross-Origin-Resource-Policy"]; len(got) != 1 || got[0] != "cross-origin" {
		t.Errorf("Cross-Origin-Resource-Policy %q", got)
	}
}

// TestHeadIsGetWithoutABody: with the same status and headers.
func TestHeadIsGetWithoutABody(t *testing.T) {
	s := newSite(t, page.Config{})
	b := s.browser(0)
	for _, path := range []string{"/", "/mine"} {
		get, head := b.Get(path), s.send(b, http.MethodHead, path, nil, "")
		if head.Status != get.Status || head.Body != "" || head.Header.Get("Location") != get.Header.Get("Location") {
			t.Errorf("HEAD %s: %d %q %q, and GET: %d", path, head.Status, head.Header.Get("Location"), head.Body, get.Status)
		}
	}
}

// TestContentHeader: what a page says of its answer counts, and cookies are added to those of the site.
func TestContentHeader(t *testing.T) {
	s := newSite(t, page.Config{})
	own := http.Header{"Cache-Control": {"no-store"}, "Referrer-Policy": {"no-referrer"}, "Set-Cookie": {"own=1"}}
	s.handle("/document", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{Title: "Document", Header: own}, nil
	}))
	s.handle("/elsewhere", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		content, err := page.Redirect("/document")
		content.Header = own
		return content, err
	}))
	for _, path := range []string{"/document", "/elsewhere"} {
		p := processtest.NewBrowser(t, s.URL).Get(path)
		if p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Referrer-Policy") != "no-referrer" || len(p.Header["Set-Cookie"]) != 2 {
			t.Errorf("%s: %d %v", path, p.Status, p.Header)
		}
	}
	if len(own["Set-Cookie"]) != 1 {
		t.Errorf("the page's own header has become %v", own)
	}
}
