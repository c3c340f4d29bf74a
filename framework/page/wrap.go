package page

import (
	"context"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// Connected makes the handler of a page for connected users: f gets the user as me. Nobody is sent to log
// in, and back (GET), or answered 401. (Ocsigen: Os_page.connected_page.)
//
// The site comes from the request's context, so the handler must stand behind Site.Middleware.
func Connected(f func(r *http.Request, me session.UserID) (Content, error), opts ...session.Option) http.HandlerFunc {
	o := read(opts)
	return handle(placeOf(f), o, session.Connected(func(ctx context.Context, me session.UserID, r *http.Request) (Content, error) {
		return o.enter(ctx, func() (Content, error) { return f(r, me) })
	}, o.wrapper...))
}

// Opt makes the handler of a page for everybody: f gets the visitor. (Ocsigen: Os_page.Opt.connected_page.)
func Opt(f func(r *http.Request, visitor session.Visitor) (Content, error), opts ...session.Option) http.HandlerFunc {
	o := read(opts)
	return handle(placeOf(f), o, session.Opt(func(ctx context.Context, visitor session.Visitor, r *http.Request) (Content, error) {
		return o.enter(ctx, func() (Content, error) { return f(r, visitor) })
	}, o.wrapper...))
}

// DenyFunc says which page to answer when access is denied. Its status is 403 unless it says another. Without
// this option users get the error page for 403, and nobody is sent to log in; or Fallback answers them.
func DenyFunc(f func(r *http.Request, visitor session.Visitor) (Content, error)) session.Option {
	return session.DenyFunc(func(ctx context.Context, visitor session.Visitor) (Content, error) {
		c := callOf(ctx)
		c.entered = true
		content, err := f(c.r, visitor)
		if content.Status == 0 {
			content.Status = http.StatusForbidden
		}
		return content, err
	})
}

// deny is the deny function of pages that were given none. Where all are nobody, by session.ForceUnconnected, the
// error page is for 403 in both cases.
func deny(_ context.Context, visitor session.Visitor) (Content, error) {
	if visitor.Connected() {
		return Content{}, session.ErrPermissionDenied
	}
	return Content{}, session.ErrNotConnected
}

// AnyIdentity takes forms that were made for another identity, or for none: logging out is the usual case.
func AnyIdentity() session.Option { return session.Check(checkAnyForm) }

// call is one request of a page. What is made for it finds it in the context.
type call struct {
	r        *http.Request
	place    string // in the program, of the page's function
	entered  bool   // something of the page's own has run: a predicate, its function, its deny function
	messages messages
}

type callKey struct{}

// callOf is nil outside pages, and for what was refused before the page was reached.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

func request(ctx context.Context) *http.Request { return callOf(ctx).r }

// handle answers a request with what f returns, with the page's fallback, or with the page of its error.
func handle(place string, o options, f func(context.Context, *http.Request) (Content, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site := siteOf(r.Context())
		if site == nil {
			http.Error(w, outside, http.StatusInternalServerError)
			return
		}
		c := &call{place: place}
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), callKey{}, c), pageTime)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, formAtMost)
		c.r = r
		content, err := guard(func() (Content, error) { return f(r.Context(), r) })
		if o.fallback.takes(c, err) {
			failure := failureOf(r, err)
			site.note(w, r, failure)
			var done context.CancelFunc
			r, done = afterwards(r)
			defer done()
			content, err = o.fallback.answer(r, failure)
		}
		site.answer(w, r, content, err)
	}
}

const outside = "This page is not behind Site.Middleware: move its route into the group that uses it."
