package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// Name is what the site is called.
const Name = "Ocsigo Start"

// site says what all pages share.
func (a *App) site() *page.Site {
	return page.New(a.Sessions, page.Config{
		URL:       a.URL,
		Proxies:   a.Proxies,
		Name:      Name,
		Head:      templates.Head(a.assets.URL("style.css"), a.assets.URL("js/main.js"), a.assets.URL("favicon.svg")),
		Layout:    a.layout,
		ErrorPage: a.errorPage,
		Log:       a.Log,

		// Where a user proves anew who he is: see Recently.
		ProveAgain: "/reauthenticate",
		ProvePage:  a.askToSend,
		Prove: func(r *http.Request, me session.UserID, password string) error {
			return a.proves(r.Context(), me, password)
		},
	})
}

// layout puts a page's body between header and footer.
func (a *App) layout(r *http.Request, visitor session.Visitor, body templ.Component) (templ.Component, error) {
	me, err := a.user(r, visitor)
	if err != nil {
		return nil, err
	}
	return templates.Layout(r.URL.Path, a.pages, me, body), nil
}

// user returns the visitor's account; nil when nobody is connected.
func (a *App) user(r *http.Request, visitor session.Visitor) (*accounts.User, error) {
	id, connected := visitor.User()
	if !connected {
		return nil, nil
	}
	user, err := a.Accounts.User(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return &user, nil
}

func (a *App) errorPage(r *http.Request, failure page.Failure) page.Content {
	content := page.Content{
		Title: templates.ErrorTitle(failure),
		Body:  templates.ErrorPage(failure, a.Development),
	}
	if r.URL.Path == tokenHidden { // it stands at a URL that has a token
		content.Header = http.Header{"Referrer-Policy": {"no-referrer"}}
	}
	return content
}

func (a *App) notFound(*http.Request, session.Visitor) (page.Content, error) {
	return page.Content{}, page.ErrNotFound
}

// methodNotAllowed answers where other methods are allowed, and where nothing is, if the method is unheard of.
func (a *App) methodNotAllowed(r *http.Request, _ session.Visitor) (page.Content, error) {
	if len(allowed(r)) == 0 {
		return page.Content{}, page.ErrNotFound
	}
	return page.Content{}, page.ErrMethodNotAllowed
}

// withAllow says which methods are allowed instead.
func withAllow(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if methods := allowed(r); len(methods) > 0 {
			w.Header().Set("Allow", strings.Join(methods, ", "))
		}
		next.ServeHTTP(w, r)
	}
}

// allowed are the methods that the routes take at a request's path.
func allowed(r *http.Request) (methods []string) {
	routes := chi.RouteContext(r.Context()).Routes
	path := cmp.Or(r.URL.RawPath, r.URL.Path, "/")
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if !routes.Match(chi.NewRouteContext(), method, path) {
			continue
		}
		methods = append(methods, method)
		if method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	return methods
}
