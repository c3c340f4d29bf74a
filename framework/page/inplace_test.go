package page_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// inPlace asks as the runtime of a tab does. A nil form is a GET.
func (s *site) inPlace(b *processtest.Browser, tab *processtest.Tab, number int, path string, form url.Values) processtest.Page {
	s.t.Helper()
	header := map[string]string{"Ocsigo-Process": tab.ID, "Ocsigo-Identity": strconv.Itoa(number)}
	if form == nil {
		return s.send(b, http.MethodGet, path, header, "")
	}
	header["Content-Type"], header["Origin"] = urlEncoded, s.URL
	return s.send(b, http.MethodPost, path, header, form.Encode())
}

// wantHeaders fails unless an answer has these; "" is for none.
func wantHeaders(t *testing.T, p processtest.Page, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := strings.Join(p.Header.Values(name), " | "); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
}

// TestInPlace: a tab gets what everybody gets, whatever the status, but it is kept nowhere.
func TestInPlace(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	s.fails("GET /missing", func() error { return page.ErrNotFound })
	s.fails("GET /forbidden", func() error { return session.ErrPermissionDenied })
	s.fails("GET /broken", func() error { return errSecret })
	s.fails("GET /panics", func() error { panic(errSecret) })
	s.handle("POST /invalid", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Invalid("Again", text("something is wrong"))
	}, page.AnyIdentity()))
	random := regexp.MustCompile(`content="[^"]*" data-socket|id=[A-Z2-7]{8}`)
	for _, user := range []session.UserID{0, 7} {
		b := s.browser(user)
		tab := b.Open("/")
		for _, test := range []struct {
			path   string
			form   url.Values
			status int
		}{
			{"/", nil, 200},
			{"/missing", nil, 404},
			{"/broken", nil, 500},
			{"/panics", nil, 500},
			{"/invalid", url.Values{}, 422},
			{"/", url.Values{}, 409}, // no identity tag
		} {
			p := s.inPlace(b, tab, 0, test.path, test.form)
			same := s.send(b, http.MethodGet, test.path, nil, "")
			if test.form != nil {
				same = b.Post(test.path, test.form)
			}
			if p.Status != test.status || random.ReplaceAllString(p.Body, "") != random.ReplaceAllString(same.Body, "") {
				t.Errorf("user %d, %s: %d %s\nand as a document: %d %s", user, test.path, p.Status, p.Body, same.Status, same.Body)
			}
			wantHeaders(t, p, map[string]string{
				"Cache-Control": "no-store", "Vary": "Cookie, Ocsigo-Process", "Content-Type": "text/html; charset=utf-8",
				"Ocsigo-Build": "test", "Ocsigo-Refused": "", "Ocsigo-Identity": "", "Ocsigo-Load": "", "Ocsigo-Location": "",
			})
		}
	}
	ada := s.browser(7)
	if p := s.inPlace(ada, ada.Open("/"), 0, "/forbidden", nil); p.Status != http.StatusForbidden {
		t.Errorf("/forbidden: %d", p.Status)
	}
}

// TestRedirectInPlace: the tab hears where to go, as the page said it, and goes there by itself.
func TestRedirectInPlace(t *testing.T) {
	s := newSite(t, page.Config{})
	to := ""
	s.handle("/on", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { return page.Redirect(to) }, page.AnyIdentity()))
	b := s.browser(0)
	tab := b.Open("/")
	for _, test := range []struct{ to, location string }{
		{"/done", "/done"},
		{"/done?a=b&c=%2F#part", "/done?a=b&c=%2F#part"},
		{"https://elsewhere.example/x#y", "https://elsewhere.example/x#y"},
		{"?page=2", "?page=2"},
		{"/été", "/%C3%A9t%C3%A9"},
	} {
		to = test.to
		for _, form := range []url.Values{nil, {}} {
			p := s.inPlace(b, tab, 0, "/on", form)
			if p.Status != http.StatusNoContent || p.Body != "" {
				t.Errorf("%s: %d %s", test.to, p.Status, p.Body)
			}
			wantHeaders(t, p, map[string]string{
				"Ocsigo-Location": test.location, "Location": "", "Set-Cookie": "", "Cache-Control": "no-store",
				"Vary": "Cookie, Ocsigo-Process", "Ocsigo-Build": "test",
			})
		}
	}
	p := s.inPlace(b, tab, 0, "/mine?a=b", nil)
	if p.Status != http.StatusNoContent || p.Header.Get("Ocsigo-Location") != "/login?next=%2Fmine%3Fa%3Db" {
		t.Errorf("to log in: %d %v", p.Status, p.Header)
	}
	if p := b.Get("/on"); p.Status != http.StatusSeeOther || p.Header.Get("Ocsigo-Build") != "test" {
		t.Errorf("a redirect for everybody: %d %v", p.Status, p.Header)
	}
}

// TestForeignTab: who names a process that is not his tab's is refused before anything runs.
func TestForeignTab(t *testing.T) {
	s := newSite(t, page.Config{})
	hooks := 0
	s.sessions.OnRequest(func(ctx context.Context, _ session.Visitor) error {
		if session.InTab(ctx) {
			hooks++
		}
		return nil
	})
	ada, bob := s.browser(7), s.browser(8)
	tab, bobs := ada.Open("/"), bob.Open("/")
	was := s.browser(7)
	wasHers := was.Open("/")
	was.Post("/logout", nil)
	for name, test := range map[string]struct {
		browser           *processtest.Browser
		process, identity string
	}{
		"unknown":                    {ada, "AAAAAAAAAAAAAAAAAAAAAA", "0"},
		"no name":                    {ada, "", "0"},
		"another browser's":          {ada, bobs.ID, "0"},
		"hers, asked for by another": {bob, tab.ID, "0"},
		"by nobody":                  {s.browser(0), tab.ID, "0"},
		"without cookies":            {processtest.NewBrowser(t, s.URL), tab.ID, "0"},
		"of a session that is over":  {was, wasHers.ID, "0"},
		"another number":             {ada, tab.ID, "1"},
		"no number":                  {ada, tab.ID, ""},
		"not a number":               {ada, tab.ID, "zero"},
		"the number otherwise":       {ada, tab.ID, "+0"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			header := map[string]string{"Ocsigo-Process": test.process, "Content-Type": urlEncoded}
			if test.identity != "" {
				header["Ocsigo-Identity"] = test.identity
			}
			form := url.Values{"_identity": {test.browser.Get("/").IdentityTag()}}
			p := s.send(test.browser, method, "/", header, form.Encode())
			if p.Status != http.StatusConflict || s.done+hooks != 0 {
				t.Errorf("%s, %s: %d %s, taken %d times, %d hooks", name, method, p.Status, p.Body, s.done, hooks)
			}
			wantHeaders(t, p, map[string]string{
				"Ocsigo-Refused": "process", "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
				"Vary": "Cookie, Ocsigo-Process", "X-Content-Type-Options": "nosniff",
			})
		}
	}
	if p := s.inPlace(ada, tab, 0, "/", nil); p.Status != http.StatusOK || hooks != 1 {
		t.Errorf("her own: %d, %d hooks", p.Status, hooks)
	}
}

// TestLogInInPlace: the tab goes on, under a new number that it learns from this answer alone.
func TestLogInInPlace(t *testing.T) {
	s := newSite(t, page.Config{})
	b := s.browser(0)
	tab, other := b.Open("/"), b.Open("/")
	tag := s.inPlace(b, tab, 0, "/login", nil).IdentityTag()
	p := s.inPlace(b, tab, 0, "/login", url.Values{"_identity": {tag}, "user": {"7"}})
	if p.Status != http.StatusNoContent {
		t.Fatalf("%d %s", p.Status, p.Body)
	}
	wantHeaders(t, p, map[string]string{"Ocsigo-Location": "/", "Ocsigo-Identity": "1", "Ocsigo-Load": ""})

	p = s.inPlace(b, tab, 1, "/mine", nil)
	if p.Status != http.StatusOK || !strings.Contains(p.Body, "user 7") {
		t.Errorf("the page after it: %d %s", p.Status, p.Body)
	}
	wantHeaders(t, p, map[string]string{"Ocsigo-Identity": "", "Ocsigo-Load": ""})
	if p := s.inPlace(b, tab, 0, "/mine", nil); p.Status != http.StatusConflict {
		t.Errorf("under the number before: %d", p.Status)
	}
	if p := s.inPlace(b, other, 0, "/", nil); p.Status != http.StatusConflict {
		t.Errorf("the browser's other tab: %d", p.Status)
	}
	b = s.browser(0)
	wantHeaders(t, b.Submit("/login", url.Values{"user": {"7"}}), map[string]string{"Ocsigo-Identity": "", "Ocsigo-Load": ""})
}

// TestLeavingInPlace: whose tab is over as a process goes on with a document.
func TestLeavingInPlace(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	s.handle("POST /out-and-fail", page.Opt(func(r *http.Request, v session.Visitor) (page.Content, error) {
		if _, err := logOut(r, v); err != nil {
			t.Error(err)
		}
		return page.Content{}, errSecret
	}, page.AnyIdentity()))
	for name, test := range map[string]struct {
		path   string
		status int
	}{
		"log out":                {"/logout", http.StatusNoContent},
		"log in as another":      {"/login", http.StatusNoContent},
		"log out, then an error": {"/out-and-fail", http.StatusInternalServerError},
	} {
		ada := s.browser(7)
		tab := ada.Open("/")
		p := s.inPlace(ada, tab, 0, test.path, url.Values{"_identity": {ada.Get("/").IdentityTag()}, "user": {"8"}})
		if p.Status != test.status || p.Header.Get("Ocsigo-Load") != "document" || p.Header.Get("Ocsigo-Identity") != "" {
			t.Errorf("%s: %d %v", name, p.Status, p.Header)
		}
		if p := s.inPlace(ada, tab, 0, "/", nil); p.Status != http.StatusConflict {
			t.Errorf("after %s: %d", name, p.Status)
		}
	}
}

// TestCrossSiteInPlace: another site's form is refused as such, before its tab is looked for.
func TestCrossSiteInPlace(t *testing.T) {
	s := newSite(t, page.Config{})
	ada := s.browser(7)
	header := map[string]string{"Ocsigo-Process": ada.Open("/").ID, "Ocsigo-Identity": "0", "Sec-Fetch-Site": "cross-site"}
	if p := s.send(ada, http.MethodPost, "/", header, ""); p.Status != http.StatusForbidden || p.Header.Get("Ocsigo-Refused") != "" {
		t.Errorf("%d %v", p.Status, p.Header)
	}
}

// TestDocumentsTag tells the runtime all that it has to know, and an answer in place the same.
func TestDocumentsTag(t *testing.T) {
	s := newSite(t, page.Config{Socket: "/socket"})
	for _, user := range []session.UserID{0, 7} {
		b := s.browser(user)
		p := b.Get("/")
		connected := ""
		if user != 0 {
			connected = " data-connected"
		}
		want := `<meta name="ocsigo-process" content="` + p.Token() + `" data-socket="/socket" data-build="test" data-identity="` +
			p.IdentityTag() + `"` + connected + `>`
		if p.Token() == "" || !strings.Contains(p.Body, want) {
			t.Errorf("user %d: no %s in %s", user, want, p.Body)
		}
	}
}
