package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// faults is a fallback that keeps what it was told, and shows it.
type faults struct {
	last  error
	times int
}

func (f *faults) option() session.Option {
	return page.Fallback(func(_ *http.Request, v session.Visitor, fault error) (page.Content, error) {
		f.last, f.times = fault, f.times+1
		user, _ := v.User()
		return page.Body("Instead", text(fmt.Sprintf("instead, for user %d", user)))
	})
}

// TestFallback: it answers whoever was not let in, and what the page's function did not answer, under the status that
// the error page would have.
func TestFallback(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	denied := 0
	s.sessions.OnDeniedRequest(func(context.Context, session.Visitor) error { denied++; return nil })
	var f faults
	fails := func(path string, err error) {
		s.handle(path, page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { return page.Content{}, err },
			f.option(), page.AnyIdentity()))
	}
	s.handle("GET /connected", page.Connected(mine, f.option()))
	s.handle("GET /group", page.Opt(who, session.Allow("admin"), f.option()))
	s.handle("GET /nobodys", page.Opt(who, session.Allow("admin"), session.ForceUnconnected(), f.option()))
	s.handle("GET /no", page.Opt(who, saying(false, nil), f.option()))
	s.handle("GET /predicate-fails", page.Opt(who, f.option(), saying(false, errSecret)))
	s.handle("GET /panics", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { panic(errSecret) }, f.option()))
	fails("GET /denied", session.ErrPermissionDenied)
	fails("/missing", page.ErrNotFound)
	fails("GET /broken", errSecret)
	fails("GET /unavailable", session.ErrUnavailable)
	fails("GET /not-recent", session.ErrNotRecent)
	for _, test := range []struct {
		user   session.UserID
		path   string
		status int
		fault  error
		denied int
	}{
		{0, "/connected", 401, session.ErrNotConnected, 0},
		{0, "/group", 401, session.ErrNotConnected, 1},
		{7, "/group", 403, session.ErrPermissionDenied, 1},
		{7, "/nobodys", 403, session.ErrNotConnected, 1},
		{7, "/denied", 403, session.ErrPermissionDenied, 1},
		{0, "/no", 403, page.PredicateFailed{}, 0},
		{7, "/predicate-fails", 500, page.PredicateFailed{Err: errSecret}, 0},
		{7, "/missing", 404, page.ErrNotFound, 0},
		{7, "/broken", 500, errSecret, 0},
		{7, "/panics", 500, nil, 0},
		{7, "/unavailable", 503, session.ErrUnavailable, 0},
		{7, "/not-recent", 403, session.ErrNotRecent, 0},
	} {
		b := s.browser(test.user)
		f, denied = faults{}, 0
		p := b.Get(test.path)
		user := test.user
		if test.path == "/nobodys" {
			user = 0
		}
		if p.Status != test.status || !strings.Contains(p.Body, fmt.Sprint("instead, for user ", user)) || p.Header.Get("Location") != "" {
			t.Errorf("user %d at %s: %d %s", test.user, test.path, p.Status, p.Body)
		}
		if test.fault != nil && !errors.Is(f.last, test.fault) || f.last == nil || denied != test.denied {
			t.Errorf("user %d at %s: it was told %v; denied %d times", test.user, test.path, f.last, denied)
		}
		logged := strings.Contains(s.log.String(), fmt.Sprintf("path=%s ", test.path))
		if logged != (test.status >= 500) || logged && !strings.Contains(s.log.String(), "id=") {
			t.Errorf("user %d at %s: the log says\n%s", test.user, test.path, s.log.String())
		}
	}
	if p := s.browser(7).Post("/missing", nil); p.Status != 404 || !strings.Contains(p.Body, "instead") {
		t.Errorf("a form: %d %s", p.Status, p.Body)
	}
}

// TestFallbacksOwnStatus: its content may have another, and lead elsewhere.
func TestFallbacksOwnStatus(t *testing.T) {
	s := newSite(t, page.Config{})
	s.handle("GET /page", page.Connected(mine, page.Fallback(func(r *http.Request, _ session.Visitor, _ error) (page.Content, error) {
		if r.URL.Query().Has("elsewhere") {
			return page.Redirect("/join")
		}
		return page.Content{Title: "Hello", Body: text("stay"), Status: http.StatusOK}, nil
	})))
	if p := s.browser(0).Get("/page"); p.Status != http.StatusOK || !strings.Contains(p.Body, "stay") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
	if p := s.browser(0).Get("/page?elsewhere"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/join" {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
}

// TestFallbackThatFails: its error is that of the request, and it is not asked again.
func TestFallbackThatFails(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	times := 0
	s.handle("GET /page", page.Connected(mine, page.Fallback(func(r *http.Request, _ session.Visitor, fault error) (page.Content, error) {
		times++
		switch r.URL.Query().Get("then") {
		case "panic":
			panic(errSecret)
		case "the same":
			return page.Content{}, fault
		}
		return page.Content{}, page.ErrNotFound
	})))
	for then, status := range map[string]int{"": 404, "panic": 500, "the+same": http.StatusSeeOther} {
		times = 0
		if p := s.browser(0).Get("/page?then=" + then); p.Status != status || times != 1 {
			t.Errorf("%q: %d %s, asked %d times", then, p.Status, p.Body, times)
		}
	}
}

// TestFallbackAndDenyFunc: the one answers who is denied, the other all the rest.
func TestFallbackAndDenyFunc(t *testing.T) {
	s := newSite(t, page.Config{})
	var f faults
	deny := page.DenyFunc(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		if r.URL.Query().Has("fail") {
			return page.Content{}, page.ErrNotFound
		}
		return page.Body("Denied", text("members only"))
	})
	fails := func(*http.Request, session.Visitor) (page.Content, error) { return page.Content{}, errSecret }
	s.handle("GET /club", page.Opt(who, f.option(), deny, session.Allow("members")))
	s.handle("GET /fails", page.Opt(fails, deny, f.option()))
	for _, test := range []struct {
		path   string
		status int
		says   string
	}{
		{"/club", 403, "members only"},
		{"/club?fail", 404, "instead"},
		{"/fails", 500, "instead"},
	} {
		for _, user := range []session.UserID{0, 7} {
			if p := s.browser(user).Get(test.path); p.Status != test.status || !strings.Contains(p.Body, test.says) {
				t.Errorf("user %d at %s: %d %s", user, test.path, p.Status, p.Body)
			}
		}
	}
}

// TestNotForTheFallback: what was refused before the page was reached, and what is no failure.
func TestNotForTheFallback(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	var f faults
	hook := error(nil)
	s.sessions.OnRequest(func(context.Context, session.Visitor) error { return hook })
	s.handle("/page", page.Opt(s.take, f.option()))
	s.handle("/template", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("Title", templ.ComponentFunc(func(context.Context, io.Writer) error { return errSecret }))
	}, f.option()))
	ada := s.browser(7)
	tag := ada.Get("/").IdentityTag()
	large := url.Values{"_identity": {tag}, "text": {strings.Repeat("x", 2<<20)}}.Encode()
	for name, test := range map[string]struct {
		method, path string
		header       map[string]string
		body         string
		status       int
	}{
		"taken":          {"POST", "/page", nil, "_identity=" + url.QueryEscape(tag), 303},
		"stale":          {"POST", "/page", nil, "", 409},
		"too large":      {"POST", "/page", nil, large, 413},
		"malformed":      {"POST", "/page", nil, "%zz", 400},
		"another site's": {"POST", "/page", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403},
		"a foreign tab":  {"GET", "/page", map[string]string{"Ocsigo-Process": "x", "Ocsigo-Identity": "0"}, "", 409},
		"too long":       {"GET", "/page?" + strings.Repeat("x", 9<<10), nil, "", 414},
		"template":       {"GET", "/template", nil, "", 500},
	} {
		header := map[string]string{"Content-Type": urlEncoded}
		for k, v := range test.header {
			header[k] = v
		}
		if p := s.send(ada, test.method, test.path, header, test.body); p.Status != test.status || f.times != 0 {
			t.Errorf("%s: %d, the fallback was asked %d times", name, p.Status, f.times)
		}
	}
	s.handle("GET /foreign", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, session.ErrForeignTab
	}, f.option()))
	if p := ada.Get("/foreign"); p.Status != 409 || p.Header.Get("Ocsigo-Refused") != "process" || f.times != 0 {
		t.Errorf("not its tab, says the page: %d, the fallback was asked %d times", p.Status, f.times)
	}
	hook = errSecret
	if p := ada.Get("/page"); p.Status != 500 || f.times != 0 {
		t.Errorf("a hook's error: %d, the fallback was asked %d times", p.Status, f.times)
	}
}

// TestFallbackInPlace: a tab gets what everybody gets.
func TestFallbackInPlace(t *testing.T) {
	s := newSite(t, page.Config{})
	var f faults
	s.handle("GET /page", page.Connected(mine, f.option(), session.Allow("admin")))
	for user, status := range map[session.UserID]int{0: 401, 7: 403} {
		b := s.browser(user)
		p := s.inPlace(b, b.Open("/"), 0, "/page", nil)
		if p.Status != status || !strings.Contains(p.Body, "instead") {
			t.Errorf("user %d: %d %s", user, p.Status, p.Body)
		}
		wantHeaders(t, p, map[string]string{"Ocsigo-Location": "", "Ocsigo-Refused": "", "Cache-Control": "no-store"})
	}
}

// TestFallbackOfASessionThatHasEnded: while the page was made. It is told nobody, and so is its layout.
func TestFallbackOfASessionThatHasEnded(t *testing.T) {
	s := newSite(t, page.Config{Layout: withVisitor})
	running := make(chan struct{})
	var f faults
	s.handle("GET /slow", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		close(running)
		<-r.Context().Done()
		return page.Content{}, r.Context().Err()
	}, f.option()))
	ada := s.browser(7)
	go func() {
		<-running
		ada.Post("/logout", nil)
	}()
	p := ada.Get("/slow")
	if p.Status != http.StatusUnauthorized || !strings.Contains(p.Body, "for user 0: instead, for user 0") || !errors.Is(f.last, session.ErrNotConnected) {
		t.Errorf("%d %s, it was told %v", p.Status, p.Body, f.last)
	}
}
