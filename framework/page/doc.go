// Package page answers requests with documents: a function gets the request and who is asking, and returns
// what to show.
//
// # A page
//
//	func (a *App) home(r *http.Request, visitor session.Visitor) (page.Content, error) {
//		return page.Body("Welcome", templates.Welcome())
//	}
//
//	func (a *App) settings(r *http.Request, me session.UserID) (page.Content, error) {
//		user, err := a.Accounts.User(r.Context(), me)
//		if err != nil {
//			return page.Content{}, err
//		}
//		return page.Body("Settings", templates.Settings(user))
//	}
//
// Opt makes the handler of a page for everybody, Connected of one for users: it sends nobody to log in, and
// back. Both take the words of package session, such as session.Allow. A page that wants more than a title
// and a body fills in a Content itself.
//
// # The site
//
// What all pages share is in a Site: the address, the layout, the error page. Its headers stand before all routes,
// and its middleware before every page and nothing else:
//
//	site := page.New(sessions, page.Config{URL: address, Name: "My site", Layout: layout})
//
//	r.Use(site.Headers)
//	r.Get("/static/*", assets.ServeHTTP)
//	r.Group(func(r chi.Router) {
//		r.Use(site.Middleware)
//		r.Get("/", page.Opt(a.home))
//		r.Get("/settings", page.Connected(a.settings))
//	})
//
// A page outside the middleware has no site, and says so.
//
// # Who may see it, and what the others see
//
// A page's options say so, in the order in which they are asked:
//
//	session.Allow, session.Deny   which groups may see it
//	session.SignedInWithin        that the user has proved lately who he is; else he is sent to Config.ProveAgain (GET),
//	                              or asked by Config.ProvePage where he has posted something
//	Predicate                     whatever else there is to ask, such as whose the thing is
//	DenyFunc                      the page for whom access was denied
//	Fallback                      the page for all who do not see this one, also when its function fails
//
// Without the last two there is the site's own way: see "When something fails".
//
// # A form
//
// A form posts to the URL of the page that shows it, and begins with the identity tag:
//
//	<form method="post">
//		@page.Identity()
//		…
//	</form>
//
// The function that takes it answers with Redirect (303) when it is done, and with Invalid (422) and the
// form once more when something is wrong with it:
//
//	func (a *App) rename(r *http.Request, me session.UserID) (page.Content, error) {
//		form := page.ReadForm(r)
//		if form.Value("name") == "" {
//			form.Wrong("name", "It must not be empty.")
//		}
//		if !form.OK() {
//			return page.Invalid("Your name", templates.Name(form))
//		}
//		…
//		return page.Redirect("/settings")
//	}
//
// The Form keeps what was entered, and what is wrong with each field, for the template that shows it again. A
// password is read with Form.Password, which forgets it.
//
// Where a redirect's URL comes from the request, LocalPath keeps it on this site.
//
// # A word after a redirect
//
// What a form has done is said on the page that it leads to:
//
//	page.Say(r.Context(), page.Message{Level: page.Success, Text: "Your name is changed."})
//	return page.Redirect("/settings")
//
// The layout shows Messages. A function that answers with a document says it there at once. Until it is seen it waits in
// a cookie of the browser that no script can read, for five minutes at most; the server keeps nothing. It is sealed for
// the browser and for who was connected when it was said, and nobody else is shown it: say it after session.Connect and
// session.Disconnect, to who is the visitor from then on.
//
// The next document of the browser or the next page in place shows it: where several tabs are open, that of whichever tab
// asks first, and both where two ask at the same moment. What nobody looks at takes nothing away: HEAD, what is fetched
// ahead, a picture that is not there, a page that a tab drops to load a document, an answer that never came. Nor does a
// document that a tab loads because it was told to restart, as all tabs of a session are when its user logs out in one:
// what is said then is for the tab, or the document, that his form leads to. The runtime says so in the Referer. A page
// that was fetched ahead does not show it either; the one after it does. It is lost where somebody leaves a page that
// had come and was not shown yet, while it waits for its stylesheets, say; and in a browser without cookies.
//
// What is said on the way to another page of the redirects joins what was said before. There are five messages at most,
// the latest, of 300 characters; fewer where they are long in bytes.
//
// # A file
//
// A page's function may answer with something to be saved, to whom the page's options let in, and under the headers of
// pages:
//
//	return page.File("my-data.json", "application/json", data)
//
// # The life of a request
//
// A site of https is asked over https: what comes over plain HTTP is sent there with 308, or refused with 400 where it
// may change something, and it gets no cookie. Behind a proxy that ends TLS, Config.Proxies says which one to believe.
// ClientAddress is who asks, past such proxies.
//
// A request of another host is sent to the site's own address. What may change something (everything but
// GET and HEAD) is refused unless a page of this site sent it: a cross-site form gets 403 and no cookie. So does
// another site that loads a page as a part of its own, as a script or a picture. A program that is no browser says
// neither Sec-Fetch-Site nor Origin; its forms are taken unless Config.OnlyBrowsers is set.
//
// Then the wrapper of package session finds the visitor, and before its hooks, its groups and the function, what is
// too much or cannot be read is refused:
//
//	a URL of more than 8 KiB                                  414
//	more than 1,000 parameters in it                          400
//	a body with a Content-Encoding                            415
//	a form of more than 1 MiB, with its files                 413, and the connection is closed
//	a multipart form of more than 100 parts                   400
//	another form of more than 9,999 fields (net/url's)        400
//	a header of more than 16 KiB (http.Server's, see cmd/app) 431
//
// All of a page has 30 seconds. Its context ends then, which ends what waits for a database; the answer is 503.
//
// A form is read, and refused with 409 unless its tag was made for the visitor who now sends it: an old page posts
// nothing as a new identity. AnyIdentity is for the few forms, such as the one to log out, that anybody may send.
//
// The answer is rendered in memory, layout and all, before its first byte goes out. It is kept nowhere when
// somebody is connected, and by the browser alone when nobody is. Nothing inline and nothing from elsewhere
// runs in it, and text becomes elements through one Trusted Types policy only, that of package browser.
//
// # Pages in place
//
// The runtime of an open tab asks for pages itself, and shows them instead of the one before: the tab lives on. Its
// requests carry the header Ocsigo-Process, and run as requests of that tab: what is remembered for the tab is there,
// and session.Connect takes the tab along. A page's function need not know. Whoever names a tab that is not his, or
// is not any more who the tab takes him for, gets 409 before anything has run. inplace.go says what else is
// different.
//
// # When something fails
//
// A function returns its error, and the site answers with the error page of its status: one of this package's
// errors, such as ErrNotFound, has its own; session.ErrNotConnected and session.ErrPermissionDenied lead nobody
// to log in (401 where something was posted), and users to 403. session.ErrNotRecent, which a function of which only a
// part is sensitive may return itself (session.SignedInLately), sends a user who asks for a page to prove again who he is,
// and back. Where something was posted the page that asks him carries that along (Held), or the
// runtime of his tab asks him and sends the form again: nothing that he has typed is lost. A site without these pages
// answers 403. session.ErrUnavailable and this package's are 503, to be tried again in 5 seconds, and so
// is a page whose time is over, without the seconds.
// Everything else is a fault of ours, a panic too, in a template too: the visitor sees 500 and a short code, and the
// log has the code and the error. A Failure also has what developers want to know: where it happened, and for which
// request.
//
// session.ErrNotConnected from the page of a user who is connected, and whose session stands, is a fault of ours as
// well: to log in would lead him back to it, and round again.
//
// Where the page's time is over, or the session has ended while it was made, the error page is as for nobody.
//
// A page with a Fallback answers by itself, under the same status.
//
// A page with session.ForceUnconnected has nobody for a visitor, whoever asks. To send him to log in would send who
// is connected back, and round again. So where such a page needs a user, by session.Allow or by
// session.ErrNotConnected, everybody gets 403.
//
// # Files
//
// Assets serves stylesheets and scripts under URLs that name their content, so that browsers may keep them:
//
//	assets, err := page.NewAssets("/static/", files)
//	assets.URL("style.css") // /static/style.css?v=1f3a…
//
// # What overlaps with what
//
// Sites and assets do not change once they are made, so all requests share them. The functions of different
// requests run at once, as in net/http. The package starts no goroutine.
package page
