package web_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/process/processtest"
)

// What is no page: the tabs' socket, the files and what tools read.
var noPages = []string{"/process", "/static/*", "/rpc/openrpc.json"}

// takesAnyTag are the forms that need no identity tag. Think twice before you add one.
var takesAnyTag = []string{"/logout"}

// TestRoutes walks all the routes: each page is behind the middleware of pages, and each form is refused
// unless it was made for the visitor who sends it.
func TestRoutes(t *testing.T) {
	s := newSite(t)
	walked := 0
	err := chi.Walk(s.routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if slices.Contains(noPages, route) {
			return nil
		}
		walked++
		b := processtest.NewBrowser(t, s.URL)
		path := strings.NewReplacer("{", "", "}", "", "*", "x").Replace(route)
		p := send(t, b, method, path, nil)
		switch {
		case p.Status >= http.StatusInternalServerError, p.Header.Get("Ocsigo-Build") == "":
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

// TestOtherOrigins: nothing allows other sites to read answers, and none of their questions is answered. S047
func TestOtherOrigins(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/login", "/logout", "/settings", "/static/style.css", "/process", "/nothing"} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"} {
			p := send(t, processtest.NewBrowser(t, s.URL), method, path, http.Header{
				"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"POST"},
				"Access-Control-Request-Headers": {"ocsigo-process"},
			})
			if method != "GET" && (p.Status < 400 || p.Status >= 500) {
				t.Errorf("%s %s: %d", method, path, p.Status)
			}
			for name := range p.Header {
				if strings.HasPrefix(name, "Access-Control") {
					t.Errorf("%s %s: %s: %s", method, path, name, p.Header.Get(name))
				}
			}
		}
	}
}

// TestMethods: what a route does not take is refused, and the answer says what it takes. S181
func TestMethods(t *testing.T) {
	s := newSite(t)
	address := s.Listener.Addr().String()
	for route, allow := range map[string]string{
		"/": "GET, HEAD", "/login": "GET, HEAD, POST", "/logout": "POST", "/settings": "GET, HEAD, POST",
		"/static/style.css": "GET, HEAD", "/process": "GET, HEAD, POST", "/nothing": "",
	} {
		for _, method := range []string{"TRACE", "TRACK", "CONNECT", "FOO", "PUT", "DELETE", "PATCH", "OPTIONS", "get"} {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, method+" "+route+" HTTP/1.1\r\nHost: "+address+"\r\nConnection: close\r\n\r\n")
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(answer.Body)
			conn.Close()
			want := http.StatusMethodNotAllowed
			if allow == "" {
				want = http.StatusNotFound
			}
			if answer.StatusCode != want || answer.Header.Get("Allow") != allow || !bytes.Contains(text, []byte("<html")) {
				t.Errorf("%s %s: %d, Allow %q", method, route, answer.StatusCode, answer.Header.Get("Allow"))
			}
		}
	}
}

// TestHeadOfEveryPage is what GET answers, without the body. S181
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

// TestNothingElseIsServed: neither secrets that lie around nor tools of developers. S186, S188
func TestNothingElseIsServed(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	for _, path := range []string{
		"/.git/config", "/.env", "/debug/pprof/", "/metrics", "/static/", "/static/../routes.go",
		"/static/%2e%2e/routes.go", "/static/..%5croutes.go", "/static//etc/passwd", "/static/style.css%00",
		"/static/js", "/static/js/", "/static", "/_templ/reload/events", "/settings/", "//evil.example", "/%2e%2e/etc/passwd",
	} {
		p := b.Get(path)
		if p.Status != http.StatusNotFound || p.Header.Get("Server") != "" || p.Header.Get("X-Powered-By") != "" {
			t.Errorf("%s: %d %q %v", path, p.Status, p.Header.Get("Location"), p.Header)
		}
	}
}
