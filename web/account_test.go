package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/templates"
)

// who reads from the header of the main page whose a browser is; "" for nobody's.
func who(b *processtest.Browser) string {
	body := b.Get("/").Body
	_, rest, found := strings.Cut(body, `class="who" title="`)
	if !found {
		return ""
	}
	email, _, _ := strings.Cut(rest, `"`)
	return email
}

// TestPagesWithPasswordsAreKeptNowhere: who goes back to one finds nothing that was typed.
func TestPagesWithPasswordsAreKeptNowhere(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	for _, path := range []string{"/login", "/signup", "/forgot"} {
		for _, p := range []processtest.Page{b.Get(path), b.Submit(path, nil)} {
			if p.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v", path, p.Status, p.Header)
			}
		}
	}
}

// TestVisit is the whole visit of somebody without JavaScript: an address alone logs nobody out. S011, S012, peers 31,
// peers 37, peers 51, peers 52, peers 56
func TestVisit(t *testing.T) {
	s := newSite(t)
	b := s.visitor()

	p := b.Get("/")
	if p.Status != http.StatusOK || cookie(p, "dev-browser") == nil || cookie(p, "dev-session") != nil {
		t.Fatalf("the first page: %d, cookies %q", p.Status, p.Header["Set-Cookie"])
	}
	if p := b.Get("/settings"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Fsettings" {
		t.Fatalf("settings for nobody: %d %q", p.Status, p.Header.Get("Location"))
	}

	s.letters().signUp(b, "Ada@example.com")
	if p := b.Get("/settings"); p.Status != http.StatusOK || !strings.Contains(p.Body, "Ada@example.com") {
		t.Fatalf("settings: %d %s", p.Status, p.Body)
	}
	for _, path := range []string{"/login?next=%2Fsettings", "/signup?next=%2Fsettings"} {
		if p := b.Get(path); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/settings" {
			t.Errorf("%s for a user: %d %q", path, p.Status, p.Header.Get("Location"))
		}
	}

	if p := b.Get("/logout"); p.Status != http.StatusMethodNotAllowed || who(b) != "Ada@example.com" {
		t.Fatalf("log out by GET: %d, it is %q now", p.Status, who(b))
	}
	p = b.Post("/logout", nil)
	if gone := cookie(p, "dev-session"); p.Status != http.StatusSeeOther || gone == nil || gone.MaxAge != -1 {
		t.Errorf("log out: %d, cookies %q", p.Status, p.Header["Set-Cookie"])
	}
	if who(b) != "" || b.Get("/settings").Status != http.StatusSeeOther {
		t.Error("still connected")
	}
	if p := b.Post("/logout", nil); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" {
		t.Errorf("log out once more: %d", p.Status)
	}
}

// TestSignUpRefuses: the form comes back with its e-mail and what is wrong; then that of the link, without the password.
func TestSignUpRefuses(t *testing.T) {
	s := newSite(t)
	l := s.letters()
	b := s.visitor()
	for _, email := range []string{"no address", `"><script>alert(1)</script> @x`, ""} {
		p := b.Submit("/signup", url.Values{"email": {email}, "next": {"/settings"}})
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, `id="email-error"`) || strings.Contains(p.Body, "<script>alert") {
			t.Errorf("%q: %d %s", email, p.Status, p.Body)
		}
		if !strings.Contains(p.Body, `value="`+htmlOf(email)+`"`) || !strings.Contains(p.Body, `name="next" value="/settings"`) {
			t.Errorf("%q is not kept: %s", email, p.Body)
		}
	}
	askFor(t, b, "/signup", "bob@example.com")
	follow(t, b, l.link("bob@example.com"))
	for _, test := range []struct{ name, password, wrong string }{
		{"Bob", "tooshort!", `id="password-error"`},
		{"Bob", strings.Repeat("long ", 300), `id="password-error"`},
		{"Bob", "bob@example.com", `id="password-error"`},
		{"Bob", "", `id="password-error"`},
		{"Bob\u202e", password, `id="name-error"`},
		{strings.Repeat("b", 101), password, `id="name-error"`},
	} {
		p := b.Submit("/link", url.Values{"name": {test.name}, "password": {test.password}})
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, test.wrong) || !strings.Contains(p.Body, `value="`+test.name+`"`) {
			t.Errorf("%q, %q: %d %s", test.name, test.password, p.Status, p.Body)
		}
		if test.password != "" && strings.Contains(p.Body, `value="`+test.password+`"`) && test.password != "bob@example.com" ||
			cookie(p, "dev-session") != nil || who(b) != "" {
			t.Errorf("%q: the page says too much, or somebody is connected: %s", test.password, p.Body)
		}
	}
}

func htmlOf(text string) string {
	return strings.NewReplacer(`"`, "&#34;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// TestLogInTellsNobodyWhoHasAnAccount: a wrong password and an unknown e-mail get the same answer. peers 32
func TestLogInTellsNobodyWhoHasAnAccount(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitor()
	try := func(email, password string) string {
		p := b.Submit("/login", url.Values{"email": {email}, "password": {password}})
		if strings.Contains(p.Body, password) || !strings.Contains(p.Body, `value="`+email+`"`) || p.Header["Set-Cookie"] != nil {
			t.Errorf("%s: %d %v %s", email, p.Status, p.Header["Set-Cookie"], p.Body)
		}
		body := strings.ReplaceAll(p.Body, p.Token(), "TOKEN")
		return fmt.Sprint(p.Status, " ", strings.ReplaceAll(body, email, "EMAIL"))
	}
	wrong, unknown := try("ada@example.com", "a wrong password"), try("bob@example.com", "a wrong password")
	if wrong != unknown || !strings.HasPrefix(wrong, "422") {
		t.Errorf("a wrong password: %s\nan unknown e-mail: %s", wrong, unknown)
	}
}

// TestPasswordsInTheURL stand in histories and logs, so nobody gets used to them.
func TestPasswordsInTheURL(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitor()
	tag := b.Get("/login").IdentityTag()
	p := b.Post("/login?"+url.Values{"email": {"ada@example.com"}, "password": {password}}.Encode(), url.Values{"_identity": {tag}})
	if p.Status != http.StatusUnprocessableEntity || who(b) != "" {
		t.Errorf("%d", p.Status)
	}
}

// TestKeepMeLoggedIn: the session's cookie outlives the browser only where that was asked for. S002, peers 40, peers 49
func TestKeepMeLoggedIn(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	for keep, hours := range map[string]int{"yes": 30 * 24, "": 0} {
		form := url.Values{"email": {"ada@example.com"}, "password": {password}}
		if keep != "" {
			form.Set("keep", keep)
		}
		c := cookie(s.visitor().Submit("/login", form), "dev-session")
		if c == nil || (c.MaxAge+3599)/3600 != hours || !c.Expires.IsZero() { // some of it has passed already
			t.Errorf("keep %q: %v", keep, c)
			continue
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
			t.Errorf("keep %q: %v", keep, c)
		}
	}
}

// TestNextIsFollowedAndLocal: after a log-in, to where it was asked from, and never to another site. peers 37, peers 39
func TestNextIsFollowedAndLocal(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	for next, want := range map[string]string{
		"/settings?a=b":        "/settings?a=b",
		"":                     "/",
		"//evil.example":       "/",
		`/\evil.example`:       "/",
		"https://evil.example": "/",
		"javascript:alert(1)":  "/",
		"/\t/evil.example":     "/",
	} {
		b := s.visitor()
		page := b.Get("/login?next=" + url.QueryEscape(next))
		if strings.Contains(page.Body, "evil") || strings.Contains(page.Body, "alert") {
			t.Errorf("%q stands in the form: %s", next, page.Body)
		}
		p := b.Submit("/login", url.Values{"email": {"ada@example.com"}, "password": {password}, "next": {next}})
		if p.Status != http.StatusSeeOther || p.Header.Get("Location") != want {
			t.Errorf("%q: %d %q, want %q", next, p.Status, p.Header.Get("Location"), want)
		}
	}
}

// TestLogInGivesAnotherSession: never the one that was there, and what was planted opens nothing, then and later. S006,
// S007, S008, peers 34, peers 35
func TestLogInGivesAnotherSession(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitor()
	planted := &http.Cookie{Name: "dev-session", Value: strings.Repeat("A", 43), Path: "/"}
	site, _ := url.Parse(s.URL)
	b.Client.Jar.SetCookies(site, []*http.Cookie{planted})
	if who(b) != "" {
		t.Fatal("a planted cookie is somebody")
	}
	logIn := url.Values{"email": {"ada@example.com"}, "password": {password}}
	first := cookie(b.Submit("/login", logIn), "dev-session")
	if p := b.Get("/signup"); p.Status != http.StatusSeeOther {
		t.Error("GET /signup has a form for a user")
	}
	tag := b.Get("/settings").IdentityTag()
	logIn.Set("_identity", tag)
	second := cookie(b.Post("/login", logIn), "dev-session")
	if first == nil || second == nil || first.Value == planted.Value || first.Value == second.Value {
		t.Fatalf("%v, %v", first, second)
	}
	for name, old := range map[string]*http.Cookie{"planted": planted, "before": first} {
		b.Client.Jar.SetCookies(site, []*http.Cookie{old})
		if who(b) != "" {
			t.Errorf("the token that was %s opens a session", name)
		}
	}
	b.Client.Jar.SetCookies(site, []*http.Cookie{second})
	if who(b) != "ada@example.com" {
		t.Error("what others have tried has ended the session")
	}
}

// TestLogOutEverywhereByForm: in every browser of the user, and in nobody else's. A cookie that was kept opens nothing.
// peers 38, peers 55
func TestLogOutEverywhereByForm(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	s.user("bob@example.com")
	one, two, bobs := s.visitorAs("ada@example.com"), s.visitorAs("ada@example.com"), s.visitorAs("bob@example.com")
	site, _ := url.Parse(s.URL)
	kept := two.Client.Jar.Cookies(site)

	everywhere := url.Values{"do": {"log-out-everywhere"}}
	if p := one.Post("/settings", everywhere); p.Status != http.StatusConflict || who(two) == "" {
		t.Errorf("without a tag: %d, and the other browser is %q", p.Status, who(two))
	}
	for _, unknown := range []string{"", "log-in-everywhere"} {
		if p := one.Submit("/settings", url.Values{"do": {unknown}}); p.Status != http.StatusBadRequest || who(two) == "" {
			t.Errorf("the button %q: %d, and the other browser is %q", unknown, p.Status, who(two))
		}
	}
	p := one.Submit("/settings", everywhere)
	if p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/" {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	if who(one) != "" || who(two) != "" || who(bobs) != "bob@example.com" {
		t.Errorf("now they are %q, %q, %q", who(one), who(two), who(bobs))
	}
	two.Client.Jar.SetCookies(site, kept)
	if who(two) != "" {
		t.Error("a cookie that was kept is somebody again")
	}

	nobody := s.visitor()
	everywhere.Set("_identity", nobody.Get("/login").IdentityTag())
	if p := nobody.Post("/settings", everywhere); p.Status != http.StatusUnauthorized {
		t.Errorf("nobody is told that it was done: %d", p.Status)
	}
}

// TestSessionCookieAloneOpensNothing: in another browser it is nobody's.
func TestSessionCookieAloneOpensNothing(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	site, _ := url.Parse(s.URL)
	thief := s.visitor()
	thief.Get("/")
	for _, c := range s.visitorAs("ada@example.com").Client.Jar.Cookies(site) {
		if c.Name == "dev-session" {
			thief.Client.Jar.SetCookies(site, []*http.Cookie{c})
		}
	}
	if who(thief) != "" {
		t.Errorf("it is %q", who(thief))
	}
}

// TestCrossSiteForms: no other site logs anybody in or out. S040, S048
func TestCrossSiteForms(t *testing.T) {
	s := newSite(t)
	s.user("ada@example.com")
	b := s.visitorAs("ada@example.com")
	for _, path := range []string{"/login", "/signup", "/logout", "/settings"} {
		p := send(t, b, http.MethodPost, path, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}})
		if p.Status != http.StatusForbidden || p.Header["Set-Cookie"] != nil {
			t.Errorf("%s: %d, cookies %q", path, p.Status, p.Header["Set-Cookie"])
		}
	}
	if who(b) != "ada@example.com" {
		t.Errorf("it is %q now", who(b))
	}
}

// TestProgramsFallIntoTheTrap: who fills in what people do not see is answered as they are, and gets no letter.
func TestProgramsFallIntoTheTrap(t *testing.T) {
	s := newSite(t)
	asked := func(website string) (letters int) {
		askFor(t, s.visitor(), "/signup", "ada@example.com", templates.TrapField, website)
		if err := s.db.QueryRow(t.Context(), `SELECT count(*) FROM river_job`).Scan(&letters); err != nil {
			t.Fatal(err)
		}
		return letters
	}
	if n := asked("https://example.com/buy"); n != 0 {
		t.Errorf("%d letters to a program", n)
	}
	if n := asked(""); n != 1 {
		t.Errorf("%d letters to a person", n)
	}
}
