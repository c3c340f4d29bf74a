package page_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// waits takes until its context ends.
func waits(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("read: %w", ctx.Err())
}

// TestPageTime: a page that waits for something that hangs is answered, as for nobody: its user's layout hangs as well.
func TestPageTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := false
		layout := func(r *http.Request, v session.Visitor, body templ.Component) (templ.Component, error) {
			if hangs && v.Connected() {
				return nil, waits(r.Context())
			}
			return withVisitor(r, v, body)
		}
		hanging := func(r *http.Request, f page.Failure) page.Content {
			if r.URL.Path == "/error-page" {
				waits(r.Context())
			}
			return errorPage(r, f)
		}
		routes := http.NewServeMux()
		opt := func(path string, f func(ctx context.Context) error, opts ...session.Option) {
			routes.Handle("GET "+path, page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
				if err := f(r.Context()); err != nil {
					return page.Content{}, err
				}
				return page.Body("Slow", text("done"))
			}, opts...))
		}
		var f, fails faults
		opt("/waits", waits)
		opt("/other", func(ctx context.Context) error { waits(ctx); return errSecret })
		opt("/missing", func(ctx context.Context) error { waits(ctx); return page.ErrNotFound })
		opt("/fallback", waits, f.option())
		opt("/fallback-waits", waits, page.Fallback(func(r *http.Request, _ session.Visitor, _ error) (page.Content, error) {
			fails.times++
			return page.Content{}, waits(r.Context())
		}))
		opt("/error-page", waits)
		opt("/layout", func(context.Context) error { hangs = true; return nil })
		opt("/layout-of-a-failure", func(context.Context) error { hangs = true; return page.ErrNotFound })
		opt("/just-in-time", func(context.Context) error { time.Sleep(29 * time.Second); return nil })
		opt("/too-late", func(context.Context) error { time.Sleep(31 * time.Second); return nil })
		routes.Handle("POST /login", page.Opt(logIn, page.AnyIdentity()))

		var log journal
		ada := visitWith(routes, session.Options{}, page.Config{
			Layout: layout, ErrorPage: hanging, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ada.post("/login", "user=7")
		for path, want := range map[string]struct {
			status int
			says   string
		}{
			"/waits":               {503, "for user 0: failure 503 id="},
			"/other":               {503, "for user 0: failure 503 id="},
			"/missing":             {404, "for user 0: failure 404 id="},
			"/fallback":            {503, "for user 0: instead, for user 0"},
			"/fallback-waits":      {503, "for user 0: failure 503 id="},
			"/error-page":          {503, "Service Unavailable "},
			"/layout":              {503, "for user 0: failure 503 id="},
			"/layout-of-a-failure": {404, "for user 0: failure 404 id="},
			"/just-in-time":        {200, "for user 7: done"},
			"/too-late":            {503, "for user 0: failure 503 id="},
		} {
			hangs = false
			p := ada.get(path)
			if p.Code != want.status || !strings.Contains(p.Body.String(), want.says) {
				t.Errorf("%s: %d %s", path, p.Code, p.Body)
			}
			if logged := strings.Contains(log.String(), "path="+path+" "); logged != (want.status == 503 || path == "/layout-of-a-failure") {
				t.Errorf("%s: the log says\n%s", path, log.String())
			}
		}
		if f.times != 1 || !errors.Is(f.last, context.DeadlineExceeded) || fails.times != 1 {
			t.Errorf("the fallbacks were asked %d and %d times, and told %v", f.times, fails.times, f.last)
		}
	})
}

// TestSessionEndsAndSomethingElseFails: whatever the page's function says of the end of its context, what takes the
// page's place is as for nobody.
func TestSessionEndsAndSomethingElseFails(t *testing.T) {
	var f faults
	for says, opts := range map[string][]session.Option{
		"for user 0: failure 404":         nil,
		"for user 0: instead, for user 0": {f.option()},
	} {
		s := newSite(t, page.Config{Layout: withVisitor, ErrorPage: errorPage})
		running := make(chan struct{})
		s.handle("GET /slow", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
			close(running)
			waits(r.Context())
			return page.Content{}, page.ErrNotFound
		}, opts...))
		ada := s.browser(7)
		var other sync.WaitGroup
		other.Go(func() {
			<-running
			ada.Post("/logout", nil)
		})
		if p := ada.Get("/slow"); p.Status != http.StatusNotFound || !strings.Contains(p.Body, says) {
			t.Errorf("%d %s", p.Status, p.Body)
		}
		other.Wait()
	}
}

// TestNotConnectedThoughHeIs: a page that says so of a user whose session stands has made a mistake. To send him to log in
// would send him round in circles.
func TestNotConnectedThoughHeIs(t *testing.T) {
	var last page.Failure
	s := newSite(t, page.Config{Layout: withVisitor, ErrorPage: failures(&last)})
	var f faults
	says := func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, s.sessions.DisconnectAll(t.Context()) // of whom?
	}
	s.handle("/page", page.Opt(says, page.AnyIdentity()))
	s.handle("GET /predicate", page.Opt(who, saying(false, session.ErrNotConnected)))
	s.handle("GET /fallback", page.Opt(says, f.option()))
	ada, nobody := s.browser(7), s.browser(0)
	for path, words := range map[string]string{"/page": "failure 500", "/predicate": "failure 500", "/fallback": "instead, for user 7"} {
		p := ada.Get(path)
		if p.Status != http.StatusInternalServerError || !strings.Contains(p.Body, "for user 7: "+words) {
			t.Errorf("%s: %d %q %s", path, p.Status, p.Header.Get("Location"), p.Body)
		}
		if p := nobody.Get(path); path != "/fallback" && p.Header.Get("Location") != "/login?next=%2F"+path[1:] {
			t.Errorf("%s, nobody: %d %q", path, p.Status, p.Header.Get("Location"))
		}
	}
	ada.Get("/page")
	if p := ada.Post("/page", nil); p.Status != http.StatusInternalServerError || !strings.Contains(last.Err.Error(), "although its user is") ||
		!strings.Contains(last.Err.Error(), session.ErrNotConnected.Error()) {
		t.Errorf("a form: %d, developers are told %v", p.Status, last.Err)
	}
}

// TestSessionHasEndedUnheard: another node has ended the session, and the page's function is the first to find out.
func TestSessionHasEndedUnheard(t *testing.T) {
	store := &session.MemoryStore{}
	s := newSiteOf(t, session.New(store, session.Options{}), page.Config{})
	s.handle("GET /page", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		all, err := session.Sessions(r.Context())
		if err == nil {
			_, err = store.Delete(r.Context(), all[0].ID, session.Ending{Node: "another"})
		}
		return page.Content{}, errors.Join(err, session.ErrNotConnected)
	}))
	if p := s.browser(7).Get("/page"); p.Status != http.StatusSeeOther || p.Header.Get("Location") != "/login?next=%2Fpage" {
		t.Errorf("%d %q", p.Status, p.Header.Get("Location"))
	}
	if s.log.String() != "" {
		t.Errorf("the log says %s", s.log.String())
	}
}
