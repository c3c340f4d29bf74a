package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/process/processtest"
)

// What is no page: the tabs' socket and the files.
var noPages = []string{"/process", "/static/*"}

// takesAnyTag are the forms that need no identity tag. Think twice before you add one.
var takesAnyTag = []string{"/logout"}

// TestRoutes walks all the routes: each page is behind the middleware of pages, and each form is refused
// unless it was made for the visitor who sends it.
func TestRoutes(t *testing.T) {
	s := newSite(t)
	walked := 0
	err := chi.Walk(s.Config.Handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if slices.Contains(noPages, route) {
			return nil
		}
		walked++
		b := processtest.NewBrowser(t, s.URL)
		path := strings.NewReplacer("{", "", "}", "", "*", "x").Replace(route)
		p := send(t, b, method, path, nil)
		switch {
		case p.Status >= http.StatusInternalServerError, p.Header.Get("Content-Security-Policy") == "":
			t.Errorf("%s %s is not behind the middleware of pages: %d %s", method, route, p.Status, p.Body)
		case method == http.MethodGet || slices.Contains(takesAnyTag, route):
		case p.Status != http.StatusConflict:
			t.Errorf("%s %s takes a form without an identity tag: %d", method, route, p.Status)
		}
		return nil
	})
	if err != nil || walked < 8 {
		t.Errorf("%d routes, %v", walked, err)
	}
}

// TestOtherMethods: what a route does not take it refuses, and nothing allows other sites to read answers.
func TestOtherMethods(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/login", "/logout", "/settings", "/static/style.css", "/process", "/nothing"} {
		for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"} {
			p := send(t, processtest.NewBrowser(t, s.URL), method, path, http.Header{
				"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"POST"},
			})
			if p.Status < 400 || p.Status >= 500 {
				t.Errorf("%s %s: %d", method, path, p.Status)
			}
			if got := p.Header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("%s %s: Access-Control-Allow-Origin: %s", method, path, got)
			}
		}
	}
}

// TestHeadOfEveryPage is what GET answers, without the body.
func TestHeadOfEveryPage(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	for name, b := range map[string]*processtest.Browser{"nobody": s.visitor(), "user": s.visitorAs("ada@example.com")} {
		for _, path := range []string{"/", "/login", "/signup", "/settings", "/nothing", "/logout", "/static/style.css"} {
			get, head := b.Get(path), send(t, b, http.MethodHead, path, nil)
			if head.Status != get.Status || head.Body != "" || head.Header.Get("Cache-Control") != get.Header.Get("Cache-Control") {
				t.Errorf("%s, HEAD %s: %d %v; GET: %d %v", name, path, head.Status, head.Header, get.Status, get.Header)
			}
		}
	}
}

// TestNothingElseIsServed: neither secrets that lie around nor tools of developers.
func TestNothingElseIsServed(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	for _, path := range []string{
		"/.git/config", "/.env", "/debug/pprof/", "/metrics", "/static/", "/static/../routes.go",
		"/static/%2e%2e/routes.go", "/static", "/settings/", "//evil.example", "/%2e%2e/etc/passwd",
	} {
		p := b.Get(path)
		if p.Status != http.StatusNotFound || p.Header.Get("Server") != "" || p.Header.Get("X-Powered-By") != "" {
			t.Errorf("%s: %d %q %v", path, p.Status, p.Header.Get("Location"), p.Header)
		}
	}
}
