package page_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// saying is a predicate that always says the same.
func saying(yes bool, err error) session.Option {
	return page.Predicate(func(*http.Request, session.Visitor) (bool, error) { return yes, err })
}

// TestPredicate: only its yes lets the page's function run. Its no is 403, and its error has the status of what went
// wrong.
func TestPredicate(t *testing.T) {
	s := newSite(t, page.Config{ErrorPage: errorPage})
	panics := page.Predicate(func(*http.Request, session.Visitor) (bool, error) { panic("secret in a predicate") })
	for i, test := range []struct {
		name      string
		predicate session.Option
		status    int
	}{
		{"yes", saying(true, nil), 200},
		{"no", saying(false, nil), 403},
		{"no, with an error", saying(false, page.ErrNotFound), 404},
		{"yes, with an error", saying(true, page.ErrNotFound), 404},
		{"another error", saying(false, errSecret), 500},
		{"denial", saying(false, session.ErrPermissionDenied), 403},
		{"panic", panics, 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, ran := fmt.Sprintf("/page-%d", i), false
			s.handle("GET "+path, page.Connected(func(r *http.Request, me session.UserID) (page.Content, error) {
				ran = true
				return mine(r, me)
			}, test.predicate))
			p := s.browser(7).Get(path)
			if p.Status != test.status || ran != (test.status == 200) || strings.Contains(p.Body, "secret") {
				t.Errorf("%d %s, the function ran: %t", p.Status, p.Body, ran)
			}
			if test.status == 500 {
				s.checkLogged(t, p.Body, "secret", true)
			}
		})
	}
}

// TestPredicatesAllSayYes: the first that does not ends the request.
func TestPredicatesAllSayYes(t *testing.T) {
	s := newSite(t, page.Config{})
	var asked []string
	asks := func(name string) session.Option {
		return page.Predicate(func(r *http.Request, _ session.Visitor) (bool, error) {
			asked = append(asked, name)
			return r.URL.Query().Get("no") != name, nil
		})
	}
	s.handle("GET /page", page.Opt(who, asks("first"), asks("second")))
	for no, want := range map[string]struct {
		status int
		asked  []string
	}{
		"":       {200, []string{"first", "second"}},
		"first":  {403, []string{"first"}},
		"second": {403, []string{"first", "second"}},
	} {
		asked = nil
		if p := s.browser(0).Get("/page?no=" + no); p.Status != want.status || !slices.Equal(asked, want.asked) {
			t.Errorf("no=%s: %d, asked %v", no, p.Status, asked)
		}
	}
}

// TestWhenThePredicateIsAsked: of whom the groups have let in, after the hooks, and of nobody else.
func TestWhenThePredicateIsAsked(t *testing.T) {
	s := newSite(t, page.Config{})
	var story []string
	tells := func(what string) func(context.Context, session.Visitor) error {
		return func(_ context.Context, v session.Visitor) error {
			user, _ := v.User()
			story = append(story, fmt.Sprint(what, user))
			return nil
		}
	}
	s.sessions.OnRequest(tells("request"))
	s.sessions.OnDeniedRequest(tells("denied"))
	s.sessions.OnConnectedRequest(func(ctx context.Context, _ session.UserID) error { return tells("let in ")(ctx, session.Current(ctx)) })
	s.sessions.OnUnconnectedRequest(func(ctx context.Context) error { return tells("let in ")(ctx, session.Current(ctx)) })
	asks := page.Predicate(func(r *http.Request, v session.Visitor) (bool, error) {
		err := tells("predicate")(r.Context(), v)
		if r.URL.Query().Has("denied") {
			err = session.ErrPermissionDenied
		}
		return false, err
	})
	s.handle("GET /group", page.Opt(who, asks, session.Allow("admin")))
	s.handle("GET /opt", page.Opt(who, asks))
	s.handle("GET /connected", page.Connected(mine, asks))
	for _, test := range []struct {
		user session.UserID
		path string
		want string
	}{
		{7, "/group", "request7 denied7"},
		{7, "/opt", "request7 let in 7 predicate7"},
		{0, "/opt", "request0 let in 0 predicate0"},
		{7, "/opt?denied", "request7 let in 7 predicate7 denied7"},
		{7, "/connected", "request7 let in 7 predicate7"},
		{0, "/connected", "request0 let in 0"},
	} {
		b := s.browser(test.user)
		story = nil
		if b.Get(test.path); strings.Join(story, " ") != test.want {
			t.Errorf("user %d at %s: %q, want %q", test.user, test.path, story, test.want)
		}
	}
}

// TestPredicateFailed says what the predicate said.
func TestPredicateFailed(t *testing.T) {
	no, failed := page.PredicateFailed{}, page.PredicateFailed{Err: errSecret}
	if no.Error() == "" || errors.Unwrap(no) != nil {
		t.Errorf("no: %v, of %v", no, errors.Unwrap(no))
	}
	if !errors.Is(failed, errSecret) || !strings.Contains(failed.Error(), errSecret.Error()) {
		t.Errorf("an error: %v", failed)
	}
}

// TestOnlyForPages: other wrappers refuse what only pages understand when they are made.
func TestOnlyForPages(t *testing.T) {
	s := newSite(t, page.Config{})
	nothing := func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }
	for name, option := range map[string]session.Option{
		"Predicate": saying(true, nil),
		"Fallback":  page.Fallback(func(*http.Request, session.Visitor, error) (page.Content, error) { return page.Content{}, nil }),
	} {
		for where, register := range map[string]func(){
			"session": func() { session.Wrap(nothing, option) },
			"rpc":     func() { rpc.Handle(rpc.New(s.tabs), "some.function", nothing, option) },
		} {
			func() {
				defer func() {
					if said := fmt.Sprint(recover()); !strings.Contains(said, "are for pages") {
						t.Errorf("%s, %s: it says %s", name, where, said)
					}
				}()
				register()
			}()
		}
	}
}
