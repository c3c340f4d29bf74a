package page

import (
	"errors"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// Fallback answers a page of its own instead of the site's error page. It gets what went wrong, the fault:
//
//	session.ErrNotConnected       the page is for users, and the visitor is nobody: he is not sent to log in
//	session.ErrPermissionDenied   a group said no, or the page's function did; the hooks of a denial have run
//	PredicateFailed               the page's Predicate did not say yes
//	any other                     the error or the panic of the page's function
//
// The last may be an internal error, whose words are not for visitors: show your own. Where the page's time was over,
// or the session has ended while it was made, the visitor is nobody.
//
// The answer has the status that the error page would have, unless its content says another; that leads elsewhere,
// for a redirect. Where a DenyFunc stands beside it, that one answers who is denied, and Fallback all the rest, the
// errors of the DenyFunc among them. (Ocsigen: ?fallback.)
//
// A fault of ours, 500 and above, stands in the log nonetheless. An error of the fallback itself is the error of the
// request, and has the site's error page.
//
// It does not hear of what was refused before the page was reached: another site's form, one made for somebody
// else, one that is too large, a tab that is not the visitor's, a session that cannot be looked up or that has
// to be proved again (session.ErrNotRecent), a hook's error. Nor of a template that fails: the page was made then.
//
// It is for pages: another wrapper that gets it panics at registration.
func Fallback(f func(r *http.Request, visitor session.Visitor, fault error) (Content, error)) session.Option {
	return fallback{onlyForPages(), f}
}

type fallback struct {
	session.Option
	page func(r *http.Request, visitor session.Visitor, fault error) (Content, error) // nil: there is none
}

// takes reports whether the fallback answers this error.
func (f fallback) takes(c *call, err error) bool {
	if f.page == nil || err == nil || errors.Is(err, session.ErrForeignTab) {
		return false
	}
	return c.entered || errors.Is(err, session.ErrNotConnected) || errors.Is(err, session.ErrPermissionDenied)
}

// answer asks the fallback for a page.
func (f fallback) answer(r *http.Request, failure Failure) (Content, error) {
	visitor := visitorOf(r.Context())
	if errors.Is(failure.Err, session.ErrNotConnected) {
		visitor = session.Visitor{} // his session may have ended without this request hearing of it
	}
	content, err := guard(func() (Content, error) { return f.page(r, visitor, failure.Err) })
	if content.Status == 0 {
		content.Status = failure.Status
	}
	content.asForNobody = !visitor.Connected()
	return content, err
}
