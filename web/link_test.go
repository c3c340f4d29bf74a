package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/web"
)

// sameFor is what a page says, without what is another for each visitor.
func sameFor(p processtest.Page) string {
	body := strings.NewReplacer(p.IdentityTag(), "IDENTITY", p.Token(), "TOKEN").Replace(p.Body)
	header := maps.Clone(p.Header)
	for _, name := range []string{"Date", "Set-Cookie", "Content-Length"} {
		header.Del(name)
	}
	return fmt.Sprint(p.Status, header, body)
}

// TestLinkLeavesTheURL: the token goes into a cookie, and stands in nothing else that the site answers. Looking uses
// nothing up.
func TestLinkLeavesTheURL(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	b := s.visitor()
	askFor(t, b, "/forgot", "ada@example.com")
	link := l.link("ada@example.com")
	token := strings.TrimPrefix(link, "/link/")
	secret := func(what string, p processtest.Page) {
		referrer := p.Header.Get("Referrer-Policy")
		if strings.Contains(p.Body+p.Header.Get("Location")+p.Header.Get("Ocsigo-Location"), token) ||
			referrer != "no-referrer" && (referrer != "same-origin" || p.Header.Get("Ocsigo-Location")+p.Header.Get("Location") == "/link") ||
			p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", what, p.Status, p.Header, p.Body)
		}
	}
	for range 2 {
		secret("HEAD", send(t, b, http.MethodHead, link, nil))
		secret("prefetch", send(t, b, http.MethodGet, link, http.Header{"Sec-Purpose": {"prefetch"}}))
		p := b.Get(link)
		secret("the link", p)
		c := cookie(p, "dev-link")
		if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/link" || c == nil {
			t.Fatalf("%d %q, cookies %q", p.Status, p.Header.Get("Location"), p.Header["Set-Cookie"])
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 || c.Value != token {
			t.Errorf("%v", c)
		}
		for _, p := range []processtest.Page{b.Get("/link"), send(t, b, http.MethodHead, "/link", nil), b.Submit("/link", url.Values{"password": {"short"}})} {
			secret("its page", p)
		}
		secret("in place", b.Open("/").Get(link))
	}
	p := b.Submit("/link", url.Values{"password": {"seven teapots argue loudly"}})
	secret("when it is used up", p)
	if gone := cookie(p, "dev-link"); p.Status != http.StatusSeeOther || gone == nil || gone.MaxAge != -1 || gone.Value != "" {
		t.Errorf("%d, cookies %q", p.Status, p.Header["Set-Cookie"])
	}
}

// TestLinkOverHTTPS: its cookie is the site's alone. What fails there is logged without the token.
func TestLinkOverHTTPS(t *testing.T) {
	site := production(t, "https://example.com")
	token := strings.Repeat("Abc_", 10) + "Abc"
	get := func(header http.Header) *httptest.ResponseRecorder {
		return ask(site, http.MethodGet, "https://example.com/link/"+token, header)
	}
	c := cookie(processtest.Page{Header: get(nil).Header()}, "__Host-link")
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("%v", c)
	}
	site.db.Close()
	secret := strings.Repeat("A", 43)
	w := get(http.Header{"Cookie": {"__Host-browser=" + secret[:22] + "; __Host-session=" + secret}})
	if w.Code < 500 || !strings.Contains(site.log.String(), "path=/link/") {
		t.Errorf("without a database: %d, %s", w.Code, site.log)
	}
	w = ask(site, http.MethodGet, "https://example.com/link", http.Header{"Cookie": {"__Host-link=" + token}})
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String()+site.log.String(), token) {
		t.Errorf("%d %s, the log: %s", w.Code, w.Body, site.log)
	}
}

// TestLinkThatFails is logged without its token, whatever is asked of it and by whom; and the error page, which stands at its
// URL, tells nobody where it stands.
func TestLinkThatFails(t *testing.T) {
	var log bytes.Buffer
	s := newSiteAs(t, setup{parts: func(app *web.App) { app.Log = slog.New(slog.NewTextHandler(&log, nil)) }})
	b := s.visitor()
	tab := b.Open("/")
	token := strings.Repeat("Abc_", 10) + "Abc"
	s.give(b, &http.Cookie{Name: "dev-session", Value: strings.Repeat("A", 43), Path: "/"})
	s.db.Close()
	inPlace := http.Header{"Ocsigo-Process": {tab.ID}, "Ocsigo-Identity": {"0"}}
	for _, asked := range []struct {
		method, path string
		header       http.Header
	}{
		{http.MethodGet, "/link/" + token, nil}, {http.MethodGet, "/link/" + token, inPlace}, {http.MethodHead, "/link/" + token, nil},
		{http.MethodPost, "/link/" + token, nil}, {http.MethodOptions, "/link/" + token, nil}, {http.MethodGet, "/link/" + token + "/", nil},
		{http.MethodGet, "/%6Cink/" + token, nil},
	} {
		log.Reset()
		p := send(t, b, asked.method, asked.path, asked.header)
		if p.Status < 500 || !strings.Contains(log.String(), "path=/link/") || strings.Contains(p.Body+log.String(), token) ||
			p.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s %s: %d %v, the log: %s", asked.method, asked.path, p.Status, p.Header, &log)
		}
	}
}

// TestLinkAtAnotherHost is followed to the site's own.
func TestLinkAtAnotherHost(t *testing.T) {
	s := newSite(t)
	r := httptest.NewRequest(http.MethodGet, "http://other.example/link/abc", nil)
	w := httptest.NewRecorder()
	s.routes.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); w.Code != http.StatusTemporaryRedirect || to != s.address.String()+"/link/abc" {
		t.Errorf("%d %q", w.Code, to)
	}
}

// TestBadLinks: one page for all that do not work, whatever the reason, to look at and to use.
func TestBadLinks(t *testing.T) {
	s := newSite(t)
	ada := s.user("ada@example.com")
	l := s.letters()
	request := func() string {
		askFor(t, s.visitor(), "/login", "ada@example.com", "do", "link")
		return l.link("ada@example.com")
	}
	used := request()
	b := s.visitor()
	follow(t, b, used)
	b.Submit("/link", nil)
	if who(b) != "ada@example.com" {
		t.Fatal("the link does not log in")
	}
	replaced := request()
	void := request()
	if err := s.accounts.ChangePassword(t.Context(), ada, "", "seven teapots argue loudly", true, accounts.Client{}); err != nil {
		t.Fatal(err)
	}
	l.to("ada@example.com") // the notice
	want := ""
	for name, link := range map[string]string{
		"used": used, "replaced": replaced, "void": void, "truncated": void[:len(void)-1], "longer": void + "A", "empty": "/link/%20",
		"made up": "/link/" + strings.Repeat("A", 43), "no token": "/link/x;%20y%22", "not asked for": "",
	} {
		b := s.visitor()
		b.Get("/")
		if link != "" {
			follow(t, b, link)
		}
		for _, p := range []processtest.Page{b.Get("/link"), b.Submit("/link", url.Values{"password": {password}, "name": {"Ada"}})} {
			said := sameFor(p)
			if want == "" {
				want = said
			}
			if said != want || p.Status != http.StatusNotFound || who(b) != "" {
				t.Errorf("%s: %s\nwant %s", name, said, want)
			}
		}
	}
	late := request()
	if _, err := s.db.Exec(t.Context(), `UPDATE links SET expires = now() - interval '1 day'`); err != nil {
		t.Fatal(err)
	}
	b = s.visitor()
	if said := sameFor(follow(t, b, late)); said != want {
		t.Errorf("expired: %s", said)
	}
}

// TestLinkOnce: of many who use a link at the same moment, one does.
func TestLinkOnce(t *testing.T) {
	const many = 50
	s := newSite(t)
	s.user("ada@example.com")
	l := s.letters()
	askFor(t, s.visitor(), "/login", "ada@example.com", "do", "link")
	logIn := l.link("ada@example.com")
	askFor(t, s.visitor(), "/forgot", "ada@example.com")
	newPassword := l.link("ada@example.com")
	for _, test := range []struct {
		link string
		form url.Values
	}{
		{logIn, url.Values{}},
		{newPassword, url.Values{"password": {"seven teapots argue loudly"}}},
	} {
		var all sync.WaitGroup
		answers := make([]processtest.Page, many)
		for i := range answers {
			b := s.visitor()
			form := maps.Clone(test.form)
			form.Set("_identity", follow(t, b, test.link).IdentityTag())
			all.Go(func() { answers[i] = b.Post("/link", form) })
		}
		all.Wait()
		told := map[int]int{}
		for _, p := range answers {
			told[p.Status]++
		}
		if told[http.StatusSeeOther] != 1 || told[http.StatusNotFound]+told[http.StatusServiceUnavailable] != many-1 {
			t.Errorf("%v: %v", test.form, told)
		}
	}
}

// TestTwoLinks in one browser: a form that was made for the first does nothing with the second.
func TestTwoLinks(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	l := s.letters()
	askFor(t, s.visitor(), "/login", "ada@example.com", "do", "link")
	first := l.link("ada@example.com")
	askFor(t, s.visitor(), "/login", "bob@example.com", "do", "link")
	second := l.link("bob@example.com")
	b := s.visitor()
	p := follow(t, b, first)
	form := carried(p)
	if form.Get("_link") == "" || !strings.Contains(p.Body, "Log in as ada@example.com") {
		t.Fatalf("%v %s", form, p.Body)
	}
	follow(t, b, second)
	if p := b.Post("/link", form); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/link" || who(b) != "" {
		t.Errorf("%d %q, and %q is connected", p.Status, p.Header.Get("Location"), who(b))
	}
	if p := b.Post("/link", carried(b.Get("/link"))); p.Status != http.StatusSeeOther || who(b) != "bob@example.com" {
		t.Errorf("the second: %d, and %q is connected", p.Status, who(b))
	}
}

// linkTo makes a link of a purpose, as the function does that writes a letter, and returns its path.
func linkTo[T any](s *site, purpose *accounts.Purpose[T], of accounts.Owner, data T) (path string) {
	s.t.Helper()
	err := pgx.BeginFunc(context.Background(), s.db, func(tx pgx.Tx) error {
		url, err := purpose.Make(context.Background(), tx, of, data)
		path = strings.TrimPrefix(url, s.address.String())
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}
