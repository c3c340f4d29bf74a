package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// errorPage shows what a visitor may know.
func errorPage(_ *http.Request, f page.Failure) page.Content {
	return page.Content{Title: "Failure", Body: text(fmt.Sprintf("failure %d id=%s.", f.Status, f.ID))}
}

var errSecret = errors.New("secret: the database password is 1234")

// TestErrorPages: each error has the page of its status. What is our fault has a code that stands in the log,
// and nothing of its cause in the page.
func TestErrorPages(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	for i, test := range []struct {
		err    error
		status int
	}{
		{page.ErrBadRequest, 400},
		{page.ErrCrossSite, 403},
		{page.ErrNotFound, 404},
		{page.ErrMethodNotAllowed, 405},
		{page.ErrStaleForm, 409},
		{page.ErrTooLarge, 413},
		{page.ErrTooLongURL, 414},
		{page.ErrUnsupported, 415},
		{page.ErrUnavailable, 503},
		{fmt.Errorf("no such book: %w", page.ErrNotFound), 404},
		{errors.Join(page.ErrBadRequest, errSecret), 400},
		{&http.MaxBytesError{Limit: 1}, 413},
		{session.ErrPermissionDenied, 403},
		{session.ErrNotRecent, 403},
		{page.PredicateFailed{}, 403},
		{page.PredicateFailed{Err: errSecret}, 500},
		{page.PredicateFailed{Err: page.ErrNotFound}, 404},
		{session.ErrUnavailable, 503},
		{errSecret, 500},
		{session.ErrNoUser, 500},
		{context.Canceled, 500},
		{fmt.Errorf("%w: %w", errSecret, context.DeadlineExceeded), 503},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			path := fmt.Sprintf("/error-%d", i)
			s.fails("GET "+path, func() error { return test.err })
			p := s.browser(7).Get(path)
			if p.Status != test.status || !strings.Contains(p.Body, fmt.Sprint("failure ", test.status)) {
				t.Errorf("%d %s", p.Status, p.Body)
			}
			s.checkLogged(t, p.Body, test.err.Error(), test.status >= 500)
		})
	}
}

var failureID = regexp.MustCompile(`id=([A-Z2-7]{8})\.|^Internal Server Error ([A-Z2-7]{8})\n$`)

// checkLogged finds the code of an error page in the log, beside its cause.
func (s *site) checkLogged(t *testing.T, body, cause string, ours bool) {
	t.Helper()
	if strings.Contains(body, "secret") || strings.Contains(body, ".go") {
		t.Errorf("the page tells: %s", body)
	}
	found := failureID.FindStringSubmatch(body)
	if !ours {
		if found != nil || strings.Contains(s.log.String(), cause) {
			t.Errorf("it counts as our fault: %s\n%s", body, s.log.String())
		}
		return
	}
	if found == nil {
		t.Fatalf("no code in %s", body)
	}
	id := found[1] + found[2]
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "id="+id) && strings.Contains(line, cause) {
			return
		}
	}
	t.Errorf("the log does not say that %s was %q:\n%s", id, cause, s.log.String())
}

// TestPanics: wherever a page panics, its visitor gets an answer, whole, and the log the reason. S187
func TestPanics(t *testing.T) {
	panics := templ.ComponentFunc(func(context.Context, io.Writer) error { panic("secret in a template") })
	fails := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "half of a page")
		return errors.New("secret error of a template")
	})
	layout := func(r *http.Request, _ session.Visitor, body templ.Component) (templ.Component, error) {
		if r.URL.Path == "/layout" {
			panic("secret in the layout")
		}
		return body, nil
	}
	broken := func(r *http.Request, f page.Failure) page.Content {
		if r.URL.Path == "/error-page" {
			panic("secret in the error page")
		}
		return errorPage(r, f)
	}
	s := newSite(t, page.Config{ErrorPage: broken, Layout: layout})
	body := func(path string, c templ.Component) {
		s.handle("GET "+path, page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
			return page.Body("Title", c)
		}))
	}
	s.fails("GET /function", func() error { panic("secret in a function") })
	s.fails("GET /error-page", func() error { return errSecret })
	body("/template", panics)
	body("/failing-template", fails)
	body("/layout", text("never seen"))
	s.handle("GET /head", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{Head: panics}, nil
	}))
	s.handle("GET /deny", page.Opt(who, session.Allow(), page.DenyFunc(func(*http.Request, session.Visitor) (page.Content, error) {
		panic("secret in a deny function")
	})))

	for path, cause := range map[string]string{
		"/function":         "secret in a function",
		"/template":         "secret in a template",
		"/failing-template": "secret error of a template",
		"/head":             "secret in a template",
		"/deny":             "secret in a deny function",
		"/layout":           "secret in the layout",
		"/error-page":       "secret in the error page",
	} {
		t.Run(path, func(t *testing.T) {
			p := s.browser(7).Get(path)
			if p.Status != http.StatusInternalServerError || strings.Contains(p.Body, "half of a page") {
				t.Errorf("%d %s", p.Status, p.Body)
			}
			s.checkLogged(t, p.Body, cause, true)
		})
	}
	if p := s.browser(0).Get("/"); p.Status != http.StatusOK {
		t.Errorf("the next page: %d", p.Status)
	}
}

// TestBrokenErrorPageKeepsTheStatus: what is not there is still not there when its page cannot be shown.
func TestBrokenErrorPageKeepsTheStatus(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: func(*http.Request, page.Failure) page.Content { panic("broken") }})
	s.fails("GET /missing", func() error { return page.ErrNotFound })
	p := s.browser(0).Get("/missing")
	if p.Status != http.StatusNotFound || p.Body != "Not Found\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	if !strings.Contains(s.log.String(), "error page failed") || strings.Contains(s.log.String(), `id=""`) {
		t.Errorf("the log says %q", s.log.String())
	}
}

// TestErrorPageIsMissingToo: what is nobody's fault has no code, but that its page could not be shown has one.
func TestErrorPageIsMissingToo(t *testing.T) {
	s := newSite(t, page.Config{Layout: func(*http.Request, session.Visitor, templ.Component) (templ.Component, error) {
		return nil, page.ErrNotFound
	}})
	if p := s.browser(0).Get("/"); p.Status != http.StatusNotFound || p.Body != "Not Found\n" {
		t.Errorf("%d %q", p.Status, p.Body)
	}
	if !strings.Contains(s.log.String(), "error page failed") || strings.Contains(s.log.String(), `id=""`) {
		t.Errorf("the log says %q", s.log.String())
	}
}

// TestAbort: a handler may end its connection, as everywhere in net/http.
func TestAbort(t *testing.T) {
	s := newSite(t, page.Config{})
	s.fails("GET /abort", func() error { panic(http.ErrAbortHandler) })
	if answer, err := s.browser(0).Client.Get(s.URL + "/abort"); err == nil {
		t.Errorf("it was answered with %d", answer.StatusCode)
	}
}

// TestSessionEndsWhileThePageIsMade: the page fails with its context, and its visitor is sent to log in. That
// is nobody's fault.
func TestSessionEndsWhileThePageIsMade(t *testing.T) {
	s := newSite(t, page.Config{})
	running := make(chan struct{})
	s.handle("GET /slow", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		close(running)
		<-r.Context().Done()
		return page.Content{}, fmt.Errorf("read: %w", r.Context().Err())
	}))
	ada := s.browser(7)
	go func() {
		<-running
		ada.Post("/logout", nil)
	}()
	if p := ada.Get("/slow"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Fslow" {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	if s.log.String() != "" {
		t.Errorf("the log says %s", s.log.String())
	}
}

// TestUnavailable: whose session cannot be looked up is told when to try again, and nothing has run. S025
func TestUnavailable(t *testing.T) {
	store := &outage{}
	now := time.Now()
	sessions := session.New(store, session.Options{Now: func() time.Time { return now }})
	s := newSiteOf(t, sessions, page.Config{ErrorPage: errorPage, Layout: withVisitor})
	var f faults
	s.handle("GET /fallback", page.Opt(who, f.option()))
	ada := s.browser(7)
	now = now.Add(time.Minute) // what is held of her session is not believed any more
	store.out.Store(true)
	for name, p := range map[string]processtest.Page{
		"a page":       ada.Get("/"),
		"a user's":     ada.Get("/mine"),
		"a form":       ada.Post("/", nil),
		"a fallback's": ada.Get("/fallback"),
	} {
		if p.Status != http.StatusServiceUnavailable || p.Header.Get("Retry-After") != "5" || s.done != 0 {
			t.Errorf("%s: %d, Retry-After %q, taken %d times", name, p.Status, p.Header.Get("Retry-After"), s.done)
		}
		s.checkLogged(t, p.Body, "the database is gone", true)
	}
	store.out.Store(false)
	if p := ada.Get("/"); p.Status != http.StatusOK || !strings.Contains(p.Body, "user 7") {
		t.Errorf("afterwards: %d %s", p.Status, p.Body)
	}
}

// outage is a store that can be out of reach.
type outage struct {
	session.MemoryStore
	out atomic.Bool
}

func (o *outage) Find(ctx context.Context, token session.Hash, now time.Time) (session.Record, error) {
	if o.out.Load() {
		return session.Record{}, errors.New("secret: the database is gone")
	}
	return o.MemoryStore.Find(ctx, token, now)
}

// TestSessionEndsWhileAFormIsTaken: who posted hears of it, in a page as it is for nobody.
func TestSessionEndsWhileAFormIsTaken(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage, Layout: withVisitor})
	running := make(chan struct{})
	s.handle("/slow", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		close(running)
		<-r.Context().Done()
		return page.Content{}, r.Context().Err()
	}, page.AnyIdentity()))
	ada := s.browser(7)
	go func() {
		<-running
		ada.Post("/logout", nil)
	}()
	if p := ada.Post("/slow", nil); p.Status != http.StatusUnauthorized || !strings.Contains(p.Body, "for user 0: failure 401") {
		t.Errorf("%d %s", p.Status, p.Body)
	}
}

// TestLayoutThatFails: the page of a failure is laid out as for nobody when what a user's layout needs has
// failed, too. S187
func TestLayoutThatFails(t *testing.T) {
	gone := false
	s := newSite(t, page.Config{ErrorPage: errorPage, Layout: func(r *http.Request, v session.Visitor, body templ.Component) (templ.Component, error) {
		if gone && v.Connected() {
			return nil, errors.New("secret: the database is gone")
		}
		return withVisitor(r, v, body)
	}})
	s.fails("GET /gone", func() error { gone = true; return errSecret })
	ada := s.browser(7)
	tab := ada.Open("/")
	for name, get := range map[string]func() processtest.Page{
		"a document": func() processtest.Page { return ada.Get("/gone") },
		"in place":   func() processtest.Page { return s.inPlace(ada, tab, 0, "/gone", nil) },
	} {
		gone = false
		p := get()
		if p.Status != http.StatusInternalServerError || !strings.Contains(p.Body, "for user 0: failure 500") {
			t.Errorf("%s: %d %s", name, p.Status, p.Body)
		}
		s.checkLogged(t, p.Body, errSecret.Error(), true)
	}
}
