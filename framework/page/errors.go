package page

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// Failure is what an error page is about.
type Failure struct {
	Status int    // of the answer: 403, 404, 409, 500, …
	ID     string // of a fault of ours, status 500 and above: it stands in the log too

	// The rest is for developers: show it in development only.
	Err     error  // the cause
	Place   string // where it panicked; else the page's function
	Stack   string // from there on, after a panic
	Request string // its method and its URL
}

// newID is by what a failure is found in the log.
func newID() string { return rand.Text()[:8] }

// failed is an error that has a status of its own.
type failed int

func (f failed) Error() string { return http.StatusText(int(f)) }

// Errors that a page's function may return beside the session's own. Each has the error page of its status.
const (
	ErrBadRequest       = failed(http.StatusBadRequest)            // 400
	ErrCrossSite        = failed(http.StatusForbidden)             // 403: another site sent it
	ErrNotFound         = failed(http.StatusNotFound)              // 404
	ErrMethodNotAllowed = failed(http.StatusMethodNotAllowed)      // 405: whoever routes adds the header Allow
	ErrStaleForm        = failed(http.StatusConflict)              // 409: a form made for another identity
	ErrTooLarge         = failed(http.StatusRequestEntityTooLarge) // 413
	ErrTooLongURL       = failed(http.StatusRequestURITooLong)     // 414
	ErrUnsupported      = failed(http.StatusUnsupportedMediaType)  // 415
	ErrUnavailable      = failed(http.StatusServiceUnavailable)    // 503: too busy, to be tried again in 5 seconds
)

// failureOf is all that is known of an error.
func failureOf(r *http.Request, err error) Failure {
	if cause := context.Cause(r.Context()); cause != nil && errors.Is(err, context.Canceled) {
		err = cause // the session ended while the page was made, or the visitor has gone
	}
	if errors.Is(err, session.ErrNotConnected) && !forced(r.Context()) && stands(r.Context()) {
		err = fmt.Errorf("the page says that nobody is connected, although its user is: to log in would lead back to it for ever: %v", err)
	}
	f := Failure{Status: statusOf(r.Context(), err), Err: err, Request: r.Method + " " + r.URL.RequestURI()}
	if f.Status >= http.StatusInternalServerError {
		f.ID = newID()
	}
	if f.Status == http.StatusForbidden && errors.Is(err, session.ErrNotConnected) {
		f.Err = errors.Join(err, errors.New("the page is ForceUnconnected: whoever asks, nobody is connected there"))
	}
	if c := callOf(r.Context()); c != nil {
		f.Place = c.place
	}
	var panicked *panicked
	if errors.As(err, &panicked) {
		f.Place, f.Stack = panicked.place, panicked.stack
	}
	return f
}

// statusOf is the one place that turns an error into a status. What is not known to it is our fault.
func statusOf(ctx context.Context, err error) int {
	var status failed
	var tooLarge *http.MaxBytesError
	var predicate PredicateFailed
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, session.ErrNotConnected) && !forced(ctx):
		return http.StatusUnauthorized
	case errors.Is(err, session.ErrNotConnected), errors.Is(err, session.ErrPermissionDenied), errors.Is(err, session.ErrNotRecent),
		errors.As(err, &predicate) && predicate.Err == nil:
		return http.StatusForbidden
	case errors.Is(err, session.ErrUnavailable), errors.Is(err, context.DeadlineExceeded),
		errors.Is(context.Cause(ctx), context.DeadlineExceeded): // the page's time is over, whatever its function says
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// forced reports whether the page is session.ForceUnconnected. There everybody is nobody, so that logging in would
// lead back to the same refusal, again and again.
func forced(ctx context.Context) bool {
	token, err := session.PageToken(ctx)
	return err == nil && token == ""
}
