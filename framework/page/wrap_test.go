package page_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// TestNobodyIsSentToLogInAndBack: with the query he asked for. What he posts is not kept: he hears of it.
func TestNobodyIsSentToLogInAndBack(t *testing.T) {
	s := newSite(t, page.Config{LogIn: "/enter"})
	nobody := s.browser(0)
	const want = "/enter?next=%2Fmine%3Fa%3Db%26c%3D%252F"
	if p := nobody.Get("/mine?a=b&c=%2F"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != want {
		t.Errorf("GET: %d %q", p.Status, p.Header.Get("Location"))
	}

	tag := nobody.Get("/").IdentityTag()
	p := nobody.Post("/mine", map[string][]string{"_identity": {tag}})
	if p.Status != http.StatusUnauthorized || p.Header.Get("Location") != "" || s.done != 0 {
		t.Errorf("POST: %d %q, taken %d times", p.Status, p.Header.Get("Location"), s.done)
	}

	if p := s.browser(7).Get("/mine"); p.Status != http.StatusOK || !strings.Contains(p.Body, "user 7") {
		t.Errorf("a user: %d %s", p.Status, p.Body)
	}
}

// TestDenied: nobody is sent to log in, users see 403, whether a group said no or the function did.
func TestDenied(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("GET /group", page.Opt(who, session.Allow("admin")))
	s.handle("GET /group-of-users", page.Connected(mine, session.Allow("admin")))
	s.fails("GET /function", func() error { return session.ErrPermissionDenied })
	nobody, ada := s.browser(0), s.browser(7)
	for _, path := range []string{"/group", "/group-of-users", "/function"} {
		p := nobody.Get(path)
		if want := "/login?next=%2F" + path[1:]; p.Status != http.StatusSeeOther || p.Header.Get("Location") != want {
			t.Errorf("nobody at %s: %d %q", path, p.Status, p.Header.Get("Location"))
		}
		if p := ada.Get(path); p.Status != http.StatusForbidden || strings.Contains(p.Body, "user 7") {
			t.Errorf("a user at %s: %d %s", path, p.Status, p.Body)
		}
	}
}

// TestDenyFunc: a page's own answer to whom it denies.
func TestDenyFunc(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("GET /club", page.Opt(who, session.Allow("members"),
		page.DenyFunc(func(r *http.Request, _ session.Visitor) (page.Content, error) {
			switch r.URL.Query().Get("then") {
			case "redirect":
				return page.Redirect("/join")
			case "status":
				return page.Content{Title: "Later", Body: text("come later"), Status: http.StatusNotFound}, nil
			case "fail":
				return page.Content{}, session.ErrPermissionDenied
			}
			return page.Body("Members only", text("members only"))
		})))
	for _, test := range []struct {
		then   string
		status int
		says   string
	}{
		{"", http.StatusForbidden, "members only"},
		{"redirect", http.StatusSeeOther, ""},
		{"status", http.StatusNotFound, "come later"},
		{"fail", http.StatusForbidden, "Forbidden"},
	} {
		p := s.browser(0).Get("/club?then=" + test.then)
		if p.Status != test.status || !strings.Contains(p.Body, test.says) {
			t.Errorf("%q: %d %s", test.then, p.Status, p.Body)
		}
	}
}

// TestAnswersOfForms: 303 when it was taken, 422 when it is to be filled in again.
func TestAnswersOfForms(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("GET /name", page.Opt(who))
	s.handle("POST /name", page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		if name := r.PostFormValue("name"); len(name) > 5 {
			return page.Invalid("Name", text(name+" is too long"))
		}
		return page.Redirect("/name?ok")
	}))
	b := s.browser(0)
	if p := b.Submit("/name", map[string][]string{"name": {"Ada"}}); p.Status != 303 || p.Header.Get("Location") != "/name?ok" {
		t.Errorf("a good form: %d %q", p.Status, p.Header.Get("Location"))
	}
	p := b.Submit("/name", map[string][]string{"name": {"<b>Augusta"}})
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "&lt;b&gt;Augusta is too long") {
		t.Errorf("a bad form: %d %s", p.Status, p.Body)
	}
}

// TestRetryAfter: whole seconds, and never too soon.
func TestRetryAfter(t *testing.T) {
	s := newSite(t, page.Config{})
	for after, want := range map[time.Duration]string{0: "", time.Nanosecond: "1", 90 * time.Second: "90", 1500 * time.Millisecond: "2"} {
		path := "/" + strconv.FormatInt(int64(after), 10)
		s.handle("GET "+path, page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
			return page.Content{Title: "Later", Body: text("Come again"), Status: http.StatusTooManyRequests, RetryAfter: after}, nil
		}))
		if p := s.browser(0).Get(path); p.Status != http.StatusTooManyRequests || p.Header.Get("Retry-After") != want {
			t.Errorf("%v: %d, Retry-After %q", after, p.Status, p.Header.Get("Retry-After"))
		}
	}
}

// TestRedirectToNowhere is a mistake in the program, not a page without content.
func TestRedirectToNowhere(t *testing.T) {
	for _, to := range []string{"", "javascript:alert(1)", "data:text/html,x", "/a\r\nSet-Cookie: x=y", "/a\x00", "%zz"} {
		if _, err := page.Redirect(to); err == nil {
			t.Errorf("%q: no error", to)
		}
	}
}

// TestPageOutsideTheMiddleware says so.
func TestPageOutsideTheMiddleware(t *testing.T) {
	w := httptest.NewRecorder()
	page.Opt(who)(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "Site.Middleware") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestForceUnconnected: the page is nobody's and starts no process.
func TestForceUnconnected(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("GET /about", page.Opt(who, session.ForceUnconnected()))
	ada := s.browser(7)
	if p := ada.Get("/about"); !strings.Contains(p.Body, "user 0") || p.Token() != "" {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := ada.Get("/"); !strings.Contains(p.Body, "user 7") || p.Token() == "" {
		t.Errorf("the next page: %d %s", p.Status, p.Body)
	}
	defer func() {
		if recover() == nil {
			t.Error("Connected took it: it makes no sense there")
		}
	}()
	page.Connected(mine, session.ForceUnconnected())
}

// TestNotRecent: who has not proved lately who he is goes where he can, and back. What he posts is not kept.
func TestNotRecent(t *testing.T) {
	for prove, want := range map[string]struct {
		status   int
		location string
	}{
		"":       {http.StatusForbidden, ""},
		"/prove": {http.StatusSeeOther, "/prove?next=%2Fkeys%3Fa%3Db"},
	} {
		s := newSite(t, page.Config{ProveAgain: prove})
		for _, path := range []string{"/keys", "/prove"} {
			s.handle(path, page.Connected(mine, session.SignedInWithin(time.Nanosecond)))
		}
		ada := s.browser(7)
		tag := ada.Get("/").IdentityTag()
		if p := ada.Get("/keys?a=b"); p.Status != want.status || p.Header.Get("Location") != want.location {
			t.Errorf("%q: GET: %d %q", prove, p.Status, p.Header.Get("Location"))
		}
		if p := ada.Get("/prove"); p.Status != http.StatusForbidden {
			t.Errorf("%q: to itself: %d %q", prove, p.Status, p.Header.Get("Location"))
		}
		p := ada.Post("/keys", map[string][]string{"_identity": {tag}})
		if p.Status != http.StatusForbidden || p.Header.Get("Location") != "" {
			t.Errorf("%q: POST: %d %q", prove, p.Status, p.Header.Get("Location"))
		}
		if p := s.browser(0).Get("/keys"); p.Header.Get("Location") != "/login?next=%2Fkeys" {
			t.Errorf("%q: nobody: %d %q", prove, p.Status, p.Header.Get("Location"))
		}
	}
}
