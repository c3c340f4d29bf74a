package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/process/processtest"
)

// The tests of this file are about cookies: where they stand, and what one opens that somebody has kept or made.

// cookiesOf are those of a browser.
func (s *site) cookiesOf(b *processtest.Browser) []*http.Cookie {
	s.t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	return b.Client.Jar.Cookies(at)
}

// give puts cookies into a browser.
func (s *site) give(b *processtest.Browser, cookies ...*http.Cookie) {
	s.t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	b.Client.Jar.SetCookies(at, cookies)
}

// TestNoAnswerShowsACookie, nor what it stands for: no document, page in place, error, redirect or frame. Cookies are
// few and small. S003, S004
func TestNoAnswerShowsACookie(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	cookies := s.cookiesOf(b)
	if len(cookies) != 2 {
		t.Errorf("cookies: %v", cookies)
	}
	silent := func(what, said string) {
		for _, c := range cookies {
			if strings.Contains(said, c.Value) {
				t.Errorf("%s shows %s", what, c.Name)
			}
			if len(c.Name)+len(c.Value) > 128 {
				t.Errorf("%s has %d bytes", c.Name, len(c.Value))
			}
		}
	}
	tab := b.Open("/")
	for _, path := range []string{"/", "/settings", "/login", "/signup", "/nothing", "/logout", "/static/js/main.js"} {
		pages := []processtest.Page{b.Get(path), tab.Get(path)}
		if path != "/logout" {
			pages = append(pages, b.Post(path, nil), tab.Post(path, nil), b.Submit(path, nil))
		}
		for _, p := range pages {
			silent(path, fmt.Sprint(p.Body, p.Header["Location"]))
		}
	}

	tab = b.Dial(nil)
	page := b.Get("/settings")
	tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"$/hello","params":{"token":%q,"identity":%q}}`, page.Token(), page.IdentityTag()))
	for i, method := range []string{"sessions.tabs", "session.disconnect", "sessions.tabs", "nothing"} {
		tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q}`, i+2, method))
	}
	for {
		frame, err := tab.Read()
		var closed *processtest.Closed
		if errors.As(err, &closed) {
			silent("the end", closed.Reason)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		silent("a frame", frame)
	}
}

// TestStolenDatabase: the table of sessions has hashes alone, and none of them opens anything. S017, S018
func TestStolenDatabase(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	found, _ := s.db.Query(t.Context(), `SELECT * FROM ocsigo_sessions`)
	row, err := pgx.CollectExactlyOneRow(found, pgx.RowToMap)
	if err != nil {
		t.Fatal(err)
	}
	thief := s.visitor()
	thief.Get("/")
	for column, value := range row {
		hash, _ := value.([]byte)
		for _, c := range s.cookiesOf(b) {
			if bytes.Contains(hash, decoded(t, c.Value)) || strings.Contains(fmt.Sprint(value), c.Value) {
				t.Errorf("column %s has what is in %s", column, c.Name)
			}
			if want := sha256.Sum256(decoded(t, c.Value)); c.Name == "dev-"+columns[column] && !bytes.Equal(hash, want[:]) {
				t.Errorf("column %s is %x, want %x", column, hash, want)
			}
		}
		if len(hash) == 0 {
			continue
		}
		s.give(thief, s.cookiesOf(b)...) // the browser's too
		s.give(thief, &http.Cookie{Name: "dev-session", Value: base64.RawURLEncoding.EncodeToString(hash), Path: "/"})
		if who(thief) != "" {
			t.Errorf("column %s is a cookie that opens a session", column)
		}
	}
	for column := range columns {
		if _, there := row[column]; !there {
			t.Errorf("there is no column %s: %v", column, row)
		}
	}
}

// columns are those of the table of sessions that have the hash of a cookie.
var columns = map[string]string{"token": "session", "browser": "browser"}

func decoded(t *testing.T, secret string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestTossedCookies: of other names, in other modes, twice, and changed: none opens anything. S029, peers 42
func TestTossedCookies(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	var browser, token string
	for _, c := range s.cookiesOf(b) {
		switch c.Name {
		case "dev-browser":
			browser = c.Value
		case "dev-session":
			token = c.Value
		}
	}
	for header, want := range map[string]bool{
		"dev-session=" + token:                                          true,
		"sid=" + token:                                                  false,
		"session=" + token:                                              false,
		"Dev-Session=" + token:                                          false,
		"__Host-session=" + token:                                       false,
		"__Secure-dev-session=" + token:                                 false,
		"dev-session=" + token + "; dev-session=" + token:               false,
		"dev-session=" + token + "; dev-session=" + flipped(token):      false,
		"dev-session=" + flipped(token):                                 false,
		"sid=" + strings.Repeat("A", 43) + "; dev-session=" + token:     true,
		"session=x; dev-browser-session=x; dev-session=" + token:        true,
		"dev-session=" + token + "=":                                    false,
		"dev-session=" + token + "; __Host-browser=" + flipped(browser): true,
	} {
		r, err := http.NewRequest(http.MethodGet, s.URL+"/settings", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", "dev-browser="+browser+"; "+header)
		answer, err := b.Client.Transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if in := answer.StatusCode == http.StatusOK; in != want {
			t.Errorf("%s: %d", strings.ReplaceAll(strings.ReplaceAll(header, token, "TOKEN"), browser, "BROWSER"), answer.StatusCode)
		}
	}
}

// flipped is another secret of the same length.
func flipped(secret string) string {
	if secret[0] == 'A' {
		return "B" + secret[1:]
	}
	return "A" + secret[1:]
}

// TestCookiesOverHTTPS: no other host and no page without https can set them, and no script can read them. S001, peers 49
func TestCookiesOverHTTPS(t *testing.T) {
	site := production(t, "https://example.com")
	safe := func(w *httptest.ResponseRecorder, name string) *http.Cookie {
		c := cookie(processtest.Page{Header: w.Header()}, name)
		if c == nil || len(w.Header()["Set-Cookie"]) != 1 {
			t.Fatalf("%d, cookies %q", w.Code, w.Header()["Set-Cookie"])
		}
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("%v", c)
		}
		return c
	}
	site.user(t, "ada@example.com")
	form := ask(site, http.MethodGet, "https://example.com/login", nil)
	browser := safe(form, "__Host-browser")
	r := httptest.NewRequest(http.MethodPost, "https://example.com/login", strings.NewReader(url.Values{
		"_identity": {processtest.Page{Body: form.Body.String()}.IdentityTag()}, "email": {"ada@example.com"}, "password": {password},
	}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://example.com")
	r.AddCookie(browser)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if session := safe(w, "__Host-session"); len(session.Value) != 43 {
		t.Errorf("%v", session)
	}
}
