package page

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/session"
)

// answer writes what a page's function returned, or the page of its error. A document is rendered before its
// first byte goes out, so that a template that fails gets an error page too.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, content Content, err error) {
	s.headers(w, r)
	if err == nil {
		err = s.send(w, r, content)
	}
	switch {
	case err == nil:
	case errors.Is(err, session.ErrForeignTab):
		refuseTab(w)
	default:
		s.fail(w, r, failureOf(r, err))
	}
}

// send writes a redirect, a file or a document. When it returns an error it has written nothing.
func (s *Site) send(w http.ResponseWriter, r *http.Request, content Content) error {
	if content.location != "" {
		s.keepMessages(w, r)
		content.putHeader(w.Header())
		redirect(w, r, content)
		return nil
	}
	if content.file != nil {
		s.keepMessages(w, r)
		content.putHeader(w.Header())
		content.file.write(w, content.Status)
		return nil
	}
	document := templ.GetBuffer()
	defer templ.ReleaseBuffer(document)
	if _, err := guard(func() (struct{}, error) { return struct{}{}, s.render(document, r, content) }); err != nil {
		return err
	}
	s.keepMessages(w, r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	content.putHeader(w.Header())
	if content.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(content.RetryAfter.Seconds()))))
	}
	if content.Status != 0 {
		w.WriteHeader(content.Status)
	}
	w.Write(document.Bytes()) // an error says that the visitor has gone
	return nil
}

// fail writes the page of a failure. What has failed may fail the error page as well: the layout of a user needs
// the database. So that page is tried as it is for nobody then, and if even that fails, words alone must do.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, failure Failure) {
	s.note(w, r, failure)
	err := s.sendInstead(w, r, failure, errors.Is(failure.Err, session.ErrNotConnected))
	if err == nil {
		return
	}
	again := failureOf(r, err)
	again.ID = cmp.Or(failure.ID, again.ID, newID())
	s.log(r, "error page failed", again)
	if s.sendInstead(w, r, failure, true) != nil {
		http.Error(w, strings.TrimSpace(http.StatusText(failure.Status)+" "+failure.ID), failure.Status)
	}
}

// sendInstead writes what takes the place of what a page's function should have answered.
func (s *Site) sendInstead(w http.ResponseWriter, r *http.Request, failure Failure, asForNobody bool) error {
	r, done := afterwards(r)
	defer done()
	content, err := guard(func() (Content, error) {
		if elsewhere := s.elsewhere(r, failure); elsewhere != "" {
			return Redirect(elsewhere)
		}
		if me, connected := visitorOf(r.Context()).User(); connected && s.config.ProvePage != nil && wantsProof(r, failure) {
			return s.provePage(r, me, failure)
		}
		content := s.config.ErrorPage(r, failure)
		content.Status = failure.Status
		content.lifeless = errors.Is(failure.Err, ErrCrossSite)
		content.asForNobody = asForNobody
		return content, nil
	})
	if err != nil {
		return err
	}
	return s.send(w, r, content)
}

// elsewhere is where a failure leads who asked for a page: nobody to log in, a user to prove again who he is, and
// both back. "" is for what leads nowhere.
func (s *Site) elsewhere(r *http.Request, failure Failure) string {
	prove := s.config.ProveAgain
	switch {
	case !safe(r):
		return ""
	case failure.Status == http.StatusUnauthorized:
		return andBack(s.config.LogIn, r.URL)
	case errors.Is(failure.Err, session.ErrNotRecent) && prove != "" && prove != r.URL.Path:
		return andBack(prove, r.URL)
	default:
		return ""
	}
}

// note logs a failure of ours, and says what a browser has to know of it beside its status.
func (s *Site) note(w http.ResponseWriter, r *http.Request, failure Failure) {
	if failure.ID != "" {
		s.log(r, "page failed", failure)
	}
	switch {
	case failure.Status == http.StatusRequestEntityTooLarge:
		w.Header().Set("Connection", "close") // instead of reading the rest
	case errors.Is(failure.Err, session.ErrUnavailable), errors.Is(failure.Err, ErrUnavailable):
		w.Header().Set("Retry-After", retryAfter)
	case mayAskInPlace(r, failure):
		w.Header().Set(refusedHeader, "reauthenticate")
	}
}

// retryAfter is when to try again, in seconds, if the session could not be looked up, or the site is too busy.
const retryAfter = "5"

// log notes a failure of ours. That a visitor has gone away meanwhile is none.
func (s *Site) log(r *http.Request, what string, failure Failure) {
	if r.Context().Err() != nil && errors.Is(failure.Err, context.Canceled) {
		return
	}
	about := []any{"id", failure.ID, "method", r.Method, "path", r.URL.Path, "error", failure.Err, "place", failure.Place}
	if failure.Stack != "" {
		about = append(about, "stack", failure.Stack)
	}
	s.config.Log.ErrorContext(r.Context(), what, about...)
}

func (s *Site) render(w io.Writer, r *http.Request, content Content) error {
	visitor := visitorOf(r.Context())
	if content.asForNobody {
		visitor = session.Visitor{}
	}
	if c := callOf(r.Context()); c != nil {
		c.messages.renderFor(visitor)
	}
	body := content.Body
	if body == nil {
		body = templ.NopComponent
	}
	body, err := s.config.Layout(r, visitor, body)
	if err != nil {
		return err
	}
	t, err := s.tab(r.Context(), content)
	if err != nil {
		return err
	}
	return document(s, content, t, body).Render(r.Context(), w)
}

// tab is what a document tells its runtime of the tab that it is for.
type tab struct {
	token     string // for its hello; "" in a document that starts no process
	build     string
	identity  string // as in its forms
	connected bool
}

func (s *Site) tab(ctx context.Context, content Content) (t tab, err error) {
	if content.lifeless {
		return tab{}, nil
	}
	if t.token, err = session.PageToken(ctx); err == nil {
		t.identity, err = session.IdentityTag(ctx)
	}
	t.build, t.connected = s.sessions.Build(), session.Current(ctx).Connected()
	return t, err
}
