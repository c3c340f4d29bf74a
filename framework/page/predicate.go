package page

import (
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// Predicate asks one more question than groups can before a page is shown, such as whether the visitor owns what
// the page is about. It is asked when the visitor has been let in, after OnConnectedRequest or OnUnconnectedRequest
// and before the page's function, which runs only if it says yes. A page with several needs the yes of each.
// (Ocsigen: ?predicate.)
//
// No is PredicateFailed, with status 403; an error, or a panic, is PredicateFailed around it, with the status of
// that error. An error that says session.ErrPermissionDenied denies access as the page's own function does: the
// hooks of a denial run, and the answer is that of DenyFunc.
//
// It is for pages: another wrapper that gets it panics at registration.
func Predicate(f func(r *http.Request, visitor session.Visitor) (bool, error)) session.Option {
	return predicate{onlyForPages(), f}
}

type predicate struct {
	session.Option
	says func(r *http.Request, visitor session.Visitor) (bool, error)
}

// ask returns PredicateFailed unless the predicate says yes.
func (p predicate) ask(r *http.Request, visitor session.Visitor) error {
	yes, err := guard(func() (bool, error) { return p.says(r, visitor) })
	if yes && err == nil {
		return nil
	}
	return PredicateFailed{err}
}

// PredicateFailed is the error of a page whose Predicate has not said yes. (Ocsigen: Predicate_failed.)
type PredicateFailed struct {
	Err error // of the predicate; nil where it said no
}

// Error implements error.
func (p PredicateFailed) Error() string {
	if p.Err == nil {
		return "the page's predicate says no"
	}
	return "the page's predicate: " + p.Err.Error()
}

// Unwrap returns the predicate's error.
func (p PredicateFailed) Unwrap() error { return p.Err }
