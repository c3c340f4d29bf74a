package page

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// Failure is what an error page is about.
type Failure struct {
	Status int    // of the answer: 403, 404, 409, 500, …
	ID     string // of a fault of ours, status 500 and above: it stands in the log too
	Err    error  // the cause. It is for developers: show it in development only
}

// failed is an error that has a status of its own.
type failed int

func (f failed) Error() string { return http.StatusText(int(f)) }

// Errors that a page's function may return beside the session's own. Each has the error page of its status.
const (
	ErrBadRequest       = failed(http.StatusBadRequest)            // 400
	ErrCrossSite        = failed(http.StatusForbidden)             // 403: another site sent the form
	ErrNotFound         = failed(http.StatusNotFound)              // 404
	ErrMethodNotAllowed = failed(http.StatusMethodNotAllowed)      // 405
	ErrStaleForm        = failed(http.StatusConflict)              // 409: a form made for another identity
	ErrTooLarge         = failed(http.StatusRequestEntityTooLarge) // 413
)

// failureOf is the one place that turns an error into a status. What is not known to it is our fault.
func failureOf(ctx context.Context, err error) Failure {
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		err = cause // the session ended while the page was made, or the visitor has gone
	}
	var status failed
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &status):
		return Failure{Status: int(status), Err: err}
	case errors.As(err, &tooLarge):
		return Failure{Status: http.StatusRequestEntityTooLarge, Err: err}
	case errors.Is(err, session.ErrNotConnected):
		return Failure{Status: http.StatusUnauthorized, Err: err}
	case errors.Is(err, session.ErrPermissionDenied):
		return Failure{Status: http.StatusForbidden, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return Failure{Status: http.StatusServiceUnavailable, ID: rand.Text()[:8], Err: err}
	default:
		return Failure{Status: http.StatusInternalServerError, ID: rand.Text()[:8], Err: err}
	}
}
