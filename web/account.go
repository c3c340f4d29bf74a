package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// signUpForm invites to make an account.
func (a *App) signUpForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if visitor.Connected() {
		return page.Redirect(form.Next())
	}
	return a.account("Sign up", templates.SignUp(form)), nil
}

// signUp makes the account and logs its user in.
func (a *App) signUp(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	user, err := a.Accounts.Create(r.Context(), form.Value("email"), "", form.Password("password"))
	if err != nil {
		return a.refused(err, form, "Sign up", templates.SignUp)
	}
	return welcome(r, user, form)
}

// logInForm asks who is there.
func (a *App) logInForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if visitor.Connected() {
		return page.Redirect(form.Next())
	}
	form.Set("keep", "yes")
	return a.account("Log in", templates.LogIn(form)), nil
}

// logIn logs a user in, for as long as he wants to be kept.
func (a *App) logIn(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	user, err := a.Accounts.Authenticate(r.Context(), form.Value("email"), form.Password("password"), a.client(r))
	if err != nil {
		return a.refused(err, form, "Log in", templates.LogIn)
	}
	return welcome(r, user, form)
}

// client is from where somebody logs in, or asks for a letter.
func (a *App) client(r *http.Request) accounts.Client {
	return accounts.ClientAt(page.ClientAddress(r, a.Proxies), session.BrowserHash(r.Context()))
}

// account is a page on which somebody types a password.
func (a *App) account(title string, body templ.Component) page.Content {
	return page.Content{Title: title, Head: templates.Script(a.assets.URL("js/password.js")), Body: body}
}

// refused shows a form again when err is about one of its fields, or says that there were too many tries: 429. Where too
// many hash passwords it is 503, to be tried again.
func (a *App) refused(err error, form *page.Form, title string, body func(*page.Form) templ.Component) (page.Content, error) {
	if errors.Is(err, accounts.ErrBusy) {
		return page.Content{}, errors.Join(page.ErrUnavailable, err)
	}
	tooMany, many := errors.AsType[accounts.TooManyTries](err)
	if many {
		form.Wrong("", "There were too many tries. Wait for some minutes.")
		content := a.account(title, body(form))
		content.Status, content.RetryAfter = http.StatusTooManyRequests, tooMany.RetryAfter
		return content, nil
	}
	field, about := errors.AsType[accounts.FieldError](err)
	if !about {
		return page.Content{}, err
	}
	form.Wrong(field.Field, field.Message)
	content := a.account(title, body(form))
	content.Status = http.StatusUnprocessableEntity
	return content, nil
}

// welcome connects a user who has shown who he is, and sends him where he wanted to go.
func welcome(r *http.Request, user session.UserID, form *page.Form) (page.Content, error) {
	var options []session.ConnectOption
	if !form.Checked("keep") {
		options = append(options, session.Expire())
	}
	if err := session.Connect(r.Context(), user, options...); err != nil {
		return page.Content{}, err
	}
	return page.Redirect(form.Next())
}

// logOut logs this browser out.
func (a *App) logOut(r *http.Request, _ session.Visitor) (page.Content, error) {
	if err := session.Disconnect(r.Context()); err != nil {
		return page.Content{}, err
	}
	return page.Redirect("/")
}
