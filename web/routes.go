package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
)

// Handler returns the whole site. Call it once.
func (a *App) Handler() http.Handler {
	site := a.site()
	r := chi.NewRouter()
	r.Use(site.Headers, a.withoutToken) // of every answer; of the links in letters
	r.Use(middleware.GetHead)
	r.Get("/process", a.Tabs.ServeHTTP)    // the tabs' websocket, outside the middleware of pages
	r.Post("/process", a.Tabs.ServeHTTP)   // and where they redeem what a call could not do there
	r.Get("/static/*", a.assets.ServeHTTP) // what never changes while the program runs
	if a.Development {
		about := rpc.OpenRPCInfo{Title: Name, Version: "1"}
		r.Method(http.MethodGet, "/rpc/openrpc.json", a.api.OpenRPCHandler(about, ".")) // the server functions, for tools
	}
	// Counts the open tabs of each session of the user.
	rpc.Connected(a.api, "sessions.tabs", openTabs) // a server function: the tabs call it over their websocket
	// Renews the session of a user whose password this is. not_proved: the message says why it was not.
	rpc.Connected(a.api, "account.reauthenticate", a.reauthenticateCall)
	r.Group(func(r chi.Router) {
		r.Use(site.Middleware) // browser, visitor, layout; refuses what other sites post

		// For everybody.
		r.Get("/", page.Opt(a.home))
		r.Get("/signup", page.Opt(a.signUpForm))
		r.Post("/signup", page.Opt(a.signUp))
		r.Get("/login", page.Opt(a.logInForm))
		r.Post("/login", page.Opt(a.logIn))
		r.Get("/forgot", page.Opt(a.forgotForm))
		r.Post("/forgot", page.Opt(a.forgot))
		r.Get("/sent", page.Opt(a.sent))
		r.Get("/link/{token}", page.Opt(a.follow)) // the links in letters lead here, and on to
		r.Get("/link", page.Opt(a.showLink))
		r.Post("/link", page.Opt(a.useLink))
		r.Post("/logout", page.Opt(a.logOut, page.AnyIdentity()))

		// For connected users.
		r.Get("/settings", page.Connected(a.settings))
		r.Post("/settings", page.Connected(a.changeSettings))
		r.Get("/settings/download", page.Connected(a.download))
		r.Get("/reauthenticate", page.Connected(a.reauthenticateForm))
		r.Post("/reauthenticate", page.Connected(a.reauthenticate))

		// Features that bring routes, functions and events of their own.
		// The demos among them: see "Delete the demos" in the README.
		a.yourTabs(r)
		a.chat(r)
		a.longJob(r)
		a.teamForm(r)
		a.safe(r)
		a.look(r)

		a.administration(r) // for the members of a group

		a.mailbox(r) // what the site has sent, in development

		r.NotFound(page.Opt(a.notFound, page.AnyIdentity()))
		r.MethodNotAllowed(withAllow(page.Opt(a.methodNotAllowed, page.AnyIdentity())))
	})
	return r
}
