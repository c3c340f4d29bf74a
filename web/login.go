package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// logInForm asks who is there.
func (a *App) logInForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if visitor.Connected() {
		return page.Redirect(form.Next())
	}
	form.Set("keep", "yes")
	return a.account(templates.LogInTitle, templates.LogIn(form)), nil
}

// tooManyLogIns are the words when a password was wrong too often: a mailed link helps in any case.
const tooManyLogIns = "There were too many tries. Wait a few minutes, or let us send you a link to log in."

// logIn logs a user in, for as long as he wants to be kept, or has a link sent to him that does.
func (a *App) logIn(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	password := form.Password("password")
	if form.Value("do") == "link" {
		return a.sendLogIn(r, form)
	}
	err := a.Accounts.LogIn(r.Context(), form.Value("email"), password, a.client(r), connect(r, form))
	if err == nil {
		return page.Redirect(form.Next())
	}
	if _, many := errors.AsType[accounts.TooManyTries](err); many {
		form.Wrong("", tooManyLogIns)
	}
	return a.refused(err, form, templates.LogInTitle, templates.LogIn)
}

// wanted is where somebody wanted to go who has had a link sent instead of typing his password. If he follows it in the same
// browser it leads there.
var wanted = session.NewRef("login.wanted", session.PerBrowserUserIndep, "/")

// wants notes it.
func wants(ctx context.Context, next string) {
	if next == "/link" {
		next = "/" // a browser keeps the token of one link, and follows another first
	}
	wanted.Set(ctx, next)
}

// sendLogIn has a link sent to who has an account.
func (a *App) sendLogIn(r *http.Request, form *page.Form) (page.Content, error) {
	wants(r.Context(), form.Next())
	if err := a.Accounts.RequestLogIn(r.Context(), form.Value("email"), a.client(r)); err != nil {
		return a.refused(err, form, templates.LogInTitle, templates.LogIn)
	}
	return page.Redirect("/sent")
}

// logInLink offers to log in whose link it is. Nobody is logged in by a link that somebody else has sent him, or by a
// program that looks at what links show.
func (a *App) logInLink(r *http.Request, link Followed) (page.Content, error) {
	if link.OfAnother() {
		return a.somebodyElse(r, link)
	}
	user, err := a.Accounts.User(r.Context(), link.User)
	link.Form.Set("keep", "yes")
	link.Form.Set("next", wanted.Get(r.Context()))
	connected := link.Visitor.Connected()
	return a.account(templates.LogInLinkTitleFor(connected), templates.LogInLink(user.Email, connected, link.Form)), err
}

// logInByLink logs the user in. One who is logged in here already has proved who he is.
func (a *App) logInByLink(r *http.Request, link Followed) (page.Content, error) {
	if link.OfAnother() {
		return a.somebodyElse(r, link)
	}
	proves, logIn := link.Visitor.Connected(), connect(r, link.Form)
	if proves {
		logIn = func(session.UserID) error { return session.Reauthenticated(r.Context()) }
	}
	if err := a.Accounts.LogInByLink(r.Context(), link.Token, a.client(r), logIn); err != nil {
		return page.Content{}, err
	}
	wanted.Unset(r.Context())
	if proves {
		return done(r, "You have confirmed that it is you.", link.Form.Next())
	}
	return page.Redirect(link.Form.Next())
}

// logOut logs this browser out.
func (a *App) logOut(r *http.Request, _ session.Visitor) (page.Content, error) {
	if err := session.Disconnect(r.Context()); err != nil {
		return page.Content{}, err
	}
	return done(r, "You are logged out.", "/")
}
