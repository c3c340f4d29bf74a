package page_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// failures keeps what the error page was told.
func failures(last *page.Failure) func(*http.Request, page.Failure) page.Content {
	return func(r *http.Request, f page.Failure) page.Content {
		*last = f
		return errorPage(r, f)
	}
}

// TestWhatDevelopersAreTold: the error, its place, and the request without what a form or a cookie holds. S187
func TestWhatDevelopersAreTold(t *testing.T) {
	var last page.Failure
	s := newSite(t, page.Config{ErrorPage: failures(&last)})
	literal := func(*http.Request, session.Visitor) (page.Content, error) { return page.Content{}, errSecret }
	s.handle("/literal", page.Opt(literal, page.AnyIdentity()))
	s.handle("/method", page.Opt(s.lost, page.AnyIdentity()))
	s.handle("/panics", page.Opt(s.panics, page.AnyIdentity()))
	s.handle("/template", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Body("Title", templ.ComponentFunc(func(context.Context, io.Writer) error { return errSecret }))
	}, page.AnyIdentity()))
	for path, want := range map[string]struct{ err, place, file, stack string }{
		"/literal":  {errSecret.Error(), "TestWhatDevelopersAreTold.func1", "failure_test.go:", ""},
		"/method":   {errSecret.Error(), "(*site).lost", "its route: ", ""},
		"/panics":   {"panic: runtime error: invalid memory address", "page_test.deref", "failure_test.go:", "(*site).panics"},
		"/template": {errSecret.Error(), "TestWhatDevelopersAreTold.func2", "failure_test.go:", ""},
	} {
		p := s.browser(7).Post(path+"?a=b", map[string][]string{"password": {"geheim"}})
		if p.Status != http.StatusInternalServerError || last.ID == "" || !strings.Contains(p.Body, last.ID) {
			t.Errorf("%s: %d %s", path, p.Status, p.Body)
		}
		if !strings.Contains(last.Err.Error(), want.err) || last.Request != "POST "+path+"?a=b" {
			t.Errorf("%s: %v in %s", path, last.Err, last.Request)
		}
		if !strings.Contains(last.Place, want.place) || !strings.Contains(last.Place, want.file) {
			t.Errorf("%s: its place is %s", path, last.Place)
		}
		if first, _, _ := strings.Cut(last.Stack, "\n"); !strings.Contains(last.Stack, want.stack) || !strings.HasPrefix(last.Place, first) ||
			strings.Contains(last.Stack, "runtime.") || strings.Contains(last.Stack, "net/http") {
			t.Errorf("%s: its stack is\n%s", path, last.Stack)
		}
		if told := last.Place + last.Stack + last.Request + s.log.String(); strings.Contains(told, "geheim") || strings.Contains(told, "dev-browser") {
			t.Errorf("%s: it tells %s", path, told)
		}
	}
}

func (s *site) lost(*http.Request, session.Visitor) (page.Content, error) {
	return page.Content{}, errSecret
}

func (s *site) panics(*http.Request, session.Visitor) (page.Content, error) {
	return page.Content{}, deref(nil)
}

//go:noinline
func deref(err *error) error { return *err }

// TestForceUnconnectedAndAllow: where whoever asks is nobody, logging in leads nowhere. It is refused, instead of
// leading from there to log in and back for ever.
func TestForceUnconnectedAndAllow(t *testing.T) {
	var last page.Failure
	s := newSite(t, page.Config{ErrorPage: failures(&last)})
	s.handle("GET /allow", page.Opt(who, session.ForceUnconnected(), session.Allow("admin")))
	s.handle("GET /function", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{}, session.ErrNotConnected
	}, session.ForceUnconnected()))
	for _, user := range []session.UserID{0, 7} {
		for _, path := range []string{"/allow", "/function"} {
			b := s.browser(user)
			if p := b.Get(path); p.Status != http.StatusForbidden || p.Header.Get("Location") != "" {
				t.Errorf("user %d at %s: %d %q", user, path, p.Status, p.Header.Get("Location"))
			}
			if !errors.Is(last.Err, session.ErrNotConnected) || !strings.Contains(last.Err.Error(), "ForceUnconnected") {
				t.Errorf("developers are told %v", last.Err)
			}
		}
	}
}
