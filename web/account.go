package web

import (
	"errors"
	"net/http"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// signUpForm invites to make an account.
func (a *App) signUpForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	next := page.LocalPath(r.FormValue("next"))
	if visitor.Connected() {
		return page.Redirect(next)
	}
	return page.Body("Sign up", templates.SignUp(templates.AccountForm{Next: next}))
}

// signUp makes the account and logs its user in.
func (a *App) signUp(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := accountForm(r)
	user, err := a.Accounts.SignUp(r.Context(), form.Email, r.PostFormValue("password"))
	if form.wrong(err) {
		return page.Invalid("Sign up", templates.SignUp(form.AccountForm))
	}
	return a.welcome(r, user, form, err)
}

// logInForm asks who is there.
func (a *App) logInForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	next := page.LocalPath(r.FormValue("next"))
	if visitor.Connected() {
		return page.Redirect(next)
	}
	return page.Body("Log in", templates.LogIn(templates.AccountForm{Next: next, Keep: true}))
}

// logIn logs a user in, for as long as he wants to be kept.
func (a *App) logIn(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := accountForm(r)
	user, err := a.Accounts.Authenticate(r.Context(), form.Email, r.PostFormValue("password"))
	if form.wrong(err) {
		return page.Invalid("Log in", templates.LogIn(form.AccountForm))
	}
	return a.welcome(r, user, form, err)
}

// welcome connects a user who has shown who he is, and sends him where he wanted to go.
func (a *App) welcome(r *http.Request, user session.UserID, form form, err error) (page.Content, error) {
	if err != nil {
		return page.Content{}, err
	}
	var options []session.ConnectOption
	if !form.Keep {
		options = append(options, session.Expire())
	}
	if err := session.Connect(r.Context(), user, options...); err != nil {
		return page.Content{}, err
	}
	return page.Redirect(form.Next)
}

// logOut logs this browser out.
func (a *App) logOut(r *http.Request, _ session.Visitor) (page.Content, error) {
	if err := session.Disconnect(r.Context()); err != nil {
		return page.Content{}, err
	}
	return page.Redirect("/")
}

// logOutEverywhere logs the user out in all browsers. What his browsers remember whoever is connected stays.
func (a *App) logOutEverywhere(r *http.Request, _ session.UserID) (page.Content, error) {
	if err := session.DisconnectAll(r.Context(), session.UserIndep(false)); err != nil {
		return page.Content{}, err
	}
	return page.Redirect("/")
}

// form is what signing up and logging in have in common.
type form struct{ templates.AccountForm }

func accountForm(r *http.Request) form {
	return form{templates.AccountForm{
		Email: r.PostFormValue("email"),
		Next:  page.LocalPath(r.PostFormValue("next")),
		Keep:  r.PostFormValue("keep") != "",
	}}
}

// wrong reports whether an error is about a field, and puts it there.
func (f *form) wrong(err error) bool {
	var field accounts.FieldError
	if !errors.As(err, &field) {
		return false
	}
	f.Errors = map[string]string{field.Field: field.Message}
	return true
}
