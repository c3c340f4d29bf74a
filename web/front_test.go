package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/web"
)

// The tests of this file stand before the site's front door, as a stranger does who has read of the tricks.

// front is the whole site in production, without a server.
type front struct {
	http.Handler
	db       *pgxpool.Pool
	accounts *accounts.Accounts
	sessions *session.Manager
	log      *bytes.Buffer
}

// user makes an account.
func (f *front) user(t *testing.T, email string) {
	t.Helper()
	if _, err := f.accounts.Create(t.Context(), email, "", password); err != nil {
		t.Fatal(err)
	}
}

// production is the site as it serves an address, such as that of a proxy before it.
func production(t *testing.T, address string) *front {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	logged := new(bytes.Buffer)
	log := slog.New(slog.NewTextHandler(logged, nil))
	users := accountsOf(t, db)
	sessions := session.New(pgstore.New(db), session.Options{
		Groups: users.Groups, Secure: at.Scheme == "https", Build: "test", Log: log,
	})
	t.Cleanup(sessions.Close)
	tabs := process.New(sessions, process.Options{Origin: address, Log: log})
	t.Cleanup(func() {
		if err := tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	app, err := web.New(web.App{
		DB: db, Accounts: users, Sessions: sessions, Tabs: tabs, Post: postOf(t, db), URL: at, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &front{app.Handler(), db, users, sessions, logged}
}

// ask asks a handler, and returns its answer.
func ask(h http.Handler, method, url string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestEveryAnswerKeepsItsVisitorSafe: documents, redirects, errors, files and refusals of the socket. S047, S177,
// S178, S179
func TestEveryAnswerKeepsItsVisitorSafe(t *testing.T) {
	site := production(t, "https://example.com")
	for _, test := range []struct {
		method, url string
		status      int
	}{
		{"GET", "https://example.com/", 200},
		{"GET", "https://example.com/settings", 303},
		{"GET", "https://example.com/nothing", 404},
		{"PUT", "https://example.com/login", 405},
		{"POST", "https://example.com/login", 409},
		{"GET", "https://example.com/?" + strings.Repeat("a&", 2000), 400},
		{"GET", "https://www.example.com/", 307},
		{"POST", "https://www.example.com/login", 421},
		{"GET", "https://example.com/static/style.css", 200},
		{"GET", "https://example.com/static/nothing", 404},
		{"PUT", "https://example.com/static/style.css", 405},
		{"GET", "https://example.com/process", 403},
		{"POST", "https://example.com/process", 415},
		{"PUT", "https://example.com/process", 405},
	} {
		w := ask(site, test.method, test.url, http.Header{"Origin": {"https://example.com"}})
		if w.Code != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.url, w.Code, test.status)
		}
		for name, want := range map[string]string{
			"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Referrer-Policy":              "strict-origin-when-cross-origin",
			"Access-Control-Allow-Origin":  "",
			"Server":                       "",
			"X-Powered-By":                 "",
		} {
			if got := strings.Join(w.Header()[name], " | "); got != want {
				t.Errorf("%s %s: %s: %q, want %q", test.method, test.url, name, got, want)
			}
		}
		if kind := w.Header().Get("Content-Type"); w.Body.Len() > 0 && !strings.HasSuffix(kind, "; charset=utf-8") {
			t.Errorf("%s %s: Content-Type %q", test.method, test.url, kind)
		}
	}
	plain := newSite(t)
	if p := plain.visitor().Get("/"); p.Header.Get("Strict-Transport-Security") != "" {
		t.Error("a site over plain http speaks of https")
	}
}

// TestFailuresInPlace have the status that a document has. S187
func TestFailuresInPlace(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	ada := s.visitorAs("ada@example.com")
	tab := ada.Open("/")
	for _, test := range []struct {
		method, path string
		header       http.Header
		status       int
	}{
		{"GET", "/?" + strings.Repeat("a&", 2000), nil, 400},
		{"POST", "/login", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{"GET", "/nothing", nil, 404},
		{"GET", "/logout", nil, 405},
		{"POST", "/login", nil, 409},
		{"GET", "/" + strings.Repeat("a", 9000), nil, 414},
		{"POST", "/login", http.Header{"Content-Encoding": {"gzip"}}, 415},
	} {
		header := http.Header{"Ocsigo-Process": {tab.ID}, "Ocsigo-Identity": {"0"}}
		for name, values := range test.header {
			header[name] = values
		}
		p := send(t, ada, test.method, test.path, header)
		if p.Status != test.status || !strings.Contains(p.Body, `class="failure"`) || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %.20s: %d %v", test.method, test.path, p.Status, p.Header)
		}
	}
}

// TestFilesOfPages are all ours, and kept for ever under the URL that names their content. S189
func TestFilesOfPages(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	needs := regexp.MustCompile(`<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"`)
	seen := 0
	for _, page := range []string{"/", "/settings", "/nothing"} {
		for _, found := range needs.FindAllStringSubmatch(b.Get(page).Body, -1) {
			seen++
			file := b.Get(found[1])
			if !strings.HasPrefix(found[1], "/static/") || file.Status != http.StatusOK ||
				file.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || file.Header["Set-Cookie"] != nil {
				t.Errorf("%s needs %s: %d %v", page, found[1], file.Status, file.Header)
			}
			name, _, _ := strings.Cut(found[1], "?")
			if kind, rest, err := mime.ParseMediaType(file.Header.Get("Content-Type")); err != nil || rest["charset"] != "utf-8" {
				t.Errorf("%s is %s %v", path.Base(name), kind, rest)
			}
		}
	}
	if seen < 6 {
		t.Errorf("only %d files were found", seen)
	}
}
