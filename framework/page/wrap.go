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
	return handle(placeOf(f), session.Connected(func(_ context.Context, me session.UserID, r *http.Request) (Content, error) {
		return f(r, me)
	}, gates(opts)...))
}

// Opt makes the handler of a page for everybody: f gets the visitor. (Ocsigen: Os_page.Opt.connected_page.)
func Opt(f func(r *http.Request, visitor session.Visitor) (Content, error), opts ...session.Option) http.HandlerFunc {
	return handle(placeOf(f), session.Opt(func(_ context.Context, visitor session.Visitor, r *http.Request) (Content, error) {
		return f(r, visitor)
	}, gates(opts)...))
}

// DenyFunc says which page to answer when access is denied. Its status is 403 unless it says another. Without
// this option users get the error page for 403, and nobody is sent to log in.
func DenyFunc(f func(r *http.Request, visitor session.Visitor) (Content, error)) session.Option {
	return session.DenyFunc(func(ctx context.Context, visitor session.Visitor) (Content, error) {
		content, err := f(request(ctx), visitor)
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
func AnyIdentity() session.Option { return session.Check(readForm) }

// gates are the options of a page: those that it was given, after those that all pages have.
func gates(opts []session.Option) []session.Option {
	return append([]session.Option{session.DenyFunc(deny), session.Check(checkForm)}, opts...)
}

type requestKey struct{}

// handle answers a request with what f returns, or with the page of its error.
func handle(place string, f func(context.Context, *http.Request) (Content, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site := siteOf(r.Context())
		if site == nil {
			http.Error(w, outside, http.StatusInternalServerError)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), placeKey{}, place))
		r.Body = http.MaxBytesReader(w, r.Body, formAtMost)
		content, err := guard(func() (Content, error) { return call(r, f) })
		site.answer(w, r, content, err)
	}
}

const outside = "This page is not behind Site.Middleware: move its route into the group that uses it."

// call enters a page's wrapper. What the wrapper calls finds the request in the context.
func call(r *http.Request, f func(context.Context, *http.Request) (Content, error)) (Content, error) {
	return f(context.WithValue(r.Context(), requestKey{}, r), r)
}

func request(ctx context.Context) *http.Request { return ctx.Value(requestKey{}).(*http.Request) }
