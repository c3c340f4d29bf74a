package page

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/ocsigo/start/framework/session"
)

// Connected makes the handler of a page for connected users: f gets the user as me. Nobody is sent to log
// in, and back (GET), or answered 401. (Ocsigen: Os_page.connected_page.)
//
// The site comes from the request's context, so the handler must stand behind Site.Middleware.
func Connected(f func(r *http.Request, me session.UserID) (Content, error), opts ...session.Option) http.HandlerFunc {
	own, gates := split(opts)
	return handle(own, session.Connected(func(_ context.Context, me session.UserID, r *http.Request) (Content, error) {
		return f(r, me)
	}, gates...))
}

// Opt makes the handler of a page for everybody: f gets the visitor. (Ocsigen: Os_page.Opt.connected_page.)
func Opt(f func(r *http.Request, visitor session.Visitor) (Content, error), opts ...session.Option) http.HandlerFunc {
	own, gates := split(opts)
	return handle(own, session.Opt(func(_ context.Context, visitor session.Visitor, r *http.Request) (Content, error) {
		return f(r, visitor)
	}, gates...))
}

// DenyFunc says which page to answer when access is denied, instead of the one for status 403.
func DenyFunc(f func(r *http.Request, visitor session.Visitor) (Content, error)) session.Option {
	return session.DenyFunc(func(ctx context.Context, visitor session.Visitor) (Content, error) {
		return f(ctx.Value(requestKey{}).(*http.Request), visitor)
	})
}

// AnyIdentity takes forms that were made for another identity, or for none: logging out is the usual case.
func AnyIdentity() session.Option { return option{anyIdentity: true} }

// option is an option of this room in a list of the session's.
type option struct {
	session.Option
	anyIdentity bool
}

func split(opts []session.Option) (own option, gates []session.Option) {
	for _, o := range opts {
		if o, ok := o.(option); ok {
			own.anyIdentity = own.anyIdentity || o.anyIdentity
			continue
		}
		gates = append(gates, o)
	}
	return own, gates
}

type requestKey struct{}

// handle answers a request with what f returns, or with the page of its error.
func handle(own option, f func(context.Context, *http.Request) (Content, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site := siteOf(r.Context())
		if site == nil {
			http.Error(w, outside, http.StatusInternalServerError)
			return
		}
		content, err := site.call(w, r, own, f)
		site.answer(w, r, content, err)
	}
}

const outside = "This page is not behind Site.Middleware: move its route into the group that uses it."

// call runs a page's function, once its form is known to belong to the visitor.
func (s *Site) call(w http.ResponseWriter, r *http.Request, own option, f func(context.Context, *http.Request) (Content, error)) (content Content, err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := s.checkForm(w, r, own); err != nil {
		return Content{}, err
	}
	ctx := context.WithValue(r.Context(), requestKey{}, r)
	return f(ctx, r)
}
