package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/web"
)

// tooLong is after how long a log-in is no recent proof any more.
const tooLong = web.Recently + time.Minute

// Of the dialog.
const (
	isOpen   = `document.querySelector("#reauthenticate").open`
	isClosed = `!document.querySelector("#reauthenticate").open`
)

// confirms types a password into the dialog.
func confirms(tab *browsertest.Tab, password string) {
	tab.Wait(isOpen)
	tab.Fill("#reauthenticate-password", password)
	tab.Submit("#reauthenticate form")
}

// keys are pages for those alone who have proved lately who they are: they say what was posted.
func keys(r chi.Router) {
	show := func(r *http.Request, _ session.UserID) (page.Content, error) {
		return page.Body("Keys", templ.Raw("<p>"+templ.EscapeString(r.Method+" "+r.FormValue("key")+r.FormValue(page.ProofField))+"</p>"))
	}
	r.Get("/keys", page.Connected(show, session.SignedInWithin(web.Recently)))
	r.Post("/keys", page.Connected(show, session.SignedInWithin(web.Recently)))
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// carried is what the first form of a page's main part carries in hidden fields.
func carried(p processtest.Page) url.Values {
	_, main, _ := strings.Cut(p.Body, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	all := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(main, -1) {
		all.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	return all
}

// TestReauthenticate: a page asks for the password, in words about it where it is wrong, and leads back.
func TestReauthenticate(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	if p := b.Get("/keys?a=b"); p.Status != http.StatusOK {
		t.Errorf("just logged in: %d", p.Status)
	}
	s.later(tooLong)
	p := b.Get("/keys?a=b")
	to := p.Header.Get("Location")
	if p.Status != http.StatusSeeOther || to != "/reauthenticate?next=%2Fkeys%3Fa%3Db" {
		t.Fatalf("%d %s", p.Status, to)
	}
	p = b.Get(to)
	for _, want := range []string{"ada@example.com", `autocomplete="current-password"`, `autocomplete="username"`, "<title>Confirm that it is you"} {
		if !strings.Contains(p.Body, want) {
			t.Errorf("the page has no %s: %s", want, p.Body)
		}
	}
	for _, wrong := range []string{"", "not her password", strings.Repeat("x", 2000)} {
		p = b.Post(to, with(carried(p), "password", wrong))
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "This is not your password.") || who(b) != "ada@example.com" {
			t.Errorf("%.20q: %d %s, %q", wrong, p.Status, p.Body, who(b))
		}
	}
	if p := b.Get("/keys"); p.Status != http.StatusSeeOther {
		t.Errorf("a wrong password opens: %d", p.Status)
	}
	before := sessionOf(s.cookiesOf(b))
	p = b.Post(to, with(carried(p), "password", password))
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/keys?a=b" {
		t.Fatalf("the right one: %d %s", p.Status, p.Body)
	}
	if after := sessionOf(s.cookiesOf(b)); after == before || after == "" {
		t.Errorf("the token was %q, and is %q", before, after)
	}
	if p := b.Get("/keys"); p.Status != http.StatusOK || who(b) != "ada@example.com" {
		t.Errorf("%d for %q", p.Status, who(b))
	}
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, ""} {
		path := "/reauthenticate?next=" + url.QueryEscape(next)
		if p := b.Post(path, with(carried(b.Get(path)), "password", password)); p.Header.Get("Location") != "/" {
			t.Errorf("%s leads to %q", next, p.Header.Get("Location"))
		}
	}
}

// TestReauthenticateIsLimited: after five wrong passwords the page says so, and when to try again.
func TestReauthenticateIsLimited(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	for i := range 6 {
		typed := "not her password"
		if i == 5 {
			typed = password
		}
		p := b.Submit("/reauthenticate", url.Values{"password": {typed}, "next": {"/keys"}})
		many := p.Status == http.StatusTooManyRequests && p.Header.Get("Retry-After") != "" && strings.Contains(p.Body, "There were too many tries.")
		if many != (i == 5) || strings.Contains(p.Body, typed) || !strings.Contains(p.Body, `name="next" value="/keys"`) {
			t.Errorf("try %d: %d %v %s", i+1, p.Status, p.Header, p.Body)
		}
	}
	if p := b.Get("/keys"); p.Status != http.StatusSeeOther || who(b) != "ada@example.com" {
		t.Errorf("then: %d for %q", p.Status, who(b))
	}
}

// TestReauthenticateAsAnother: nobody becomes somebody else by a password, whoever's it is, and nobody becomes anybody.
func TestReauthenticateAsAnother(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	const bobs = "seven teapots argue loudly"
	if _, err := s.accounts.Create(t.Context(), "bob@example.com", "", bobs); err != nil {
		t.Fatal(err)
	}
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	for _, form := range []url.Values{
		{"password": {bobs}},
		{"password": {bobs}, "_email": {"bob@example.com"}, "email": {"bob@example.com"}},
	} {
		if p := b.Submit("/reauthenticate", form); p.Status != http.StatusUnprocessableEntity || who(b) != "ada@example.com" {
			t.Errorf("%v: %d, and %q is connected", form, p.Status, who(b))
		}
	}
	form := url.Values{"password": {password}, "_email": {"bob@example.com"}, "email": {"bob@example.com"}}
	if p := b.Submit("/reauthenticate", form); p.Status != http.StatusSeeOther || who(b) != "ada@example.com" {
		t.Errorf("her own: %d, and %q is connected", p.Status, who(b))
	}
	nobody := s.visitor()
	if p := nobody.Get("/reauthenticate"); p.Header.Get("Location") != "/login?next=%2Freauthenticate" {
		t.Errorf("nobody: %d %s", p.Status, p.Header.Get("Location"))
	}
	form = url.Values{"password": {password}, "email": {"ada@example.com"}, "_identity": {nobody.Get("/").IdentityTag()}}
	if p := nobody.Post("/reauthenticate", form); p.Status != http.StatusUnauthorized || who(nobody) != "" {
		t.Errorf("nobody posts: %d, and %q is connected", p.Status, who(nobody))
	}
	old := carried(b.Get("/reauthenticate"))
	b.Post("/logout", nil)
	b.Submit("/login", url.Values{"email": {"bob@example.com"}, "password": {bobs}})
	if p := b.Post("/reauthenticate", with(old, "password", password)); p.Status != http.StatusConflict || who(b) != "bob@example.com" {
		t.Errorf("her page, posted as Bob: %d, and %q is connected", p.Status, who(b))
	}
}

// TestRenewalIsNoProof: a session that is given another token, because it has had the last one for long, is as old as it was.
func TestRenewalIsNoProof(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	before := sessionOf(s.cookiesOf(b))
	s.later(8 * 24 * time.Hour)
	b.Get("/")
	if after := sessionOf(s.cookiesOf(b)); after == before {
		t.Fatal("the token was not renewed")
	}
	if p := b.Get("/keys"); p.Header.Get("Location") != "/reauthenticate?next=%2Fkeys" {
		t.Errorf("%d %s", p.Status, p.Header.Get("Location"))
	}
}

// TestReauthenticateCall: the function of the dialog takes no other password than the user's own.
func TestReauthenticateCall(t *testing.T) {
	s := newSiteAs(t, setup{more: keys})
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	s.later(tooLong)
	tab := b.Connect("/", nil)
	err := tab.Call("account.reauthenticate", web.Proof{Password: "not her password"}, nil)
	if err == nil || !strings.Contains(err.Error(), "not_proved: This is not your password.") {
		t.Errorf("a wrong one: %v", err)
	}
	if p := b.Get("/keys"); p.Status != http.StatusSeeOther || who(b) != "ada@example.com" {
		t.Errorf("then: %d, and %q is connected", p.Status, who(b))
	}
	if err := tab.Call("account.reauthenticate", web.Proof{Password: password}, nil); err != nil {
		t.Errorf("the right one: %v", err)
	}
	if p := b.Get("/keys"); p.Status != http.StatusOK {
		t.Errorf("then: %d", p.Status)
	}
}

func with(form url.Values, field, value string) url.Values {
	form.Set(field, value)
	return form
}

// sessionOf is the session's cookie among others; "" for none.
func sessionOf(cookies []*http.Cookie) string {
	for _, c := range cookies {
		if c.Name == "dev-session" {
			return c.Value
		}
	}
	return ""
}
