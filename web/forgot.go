package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// forgotForm asks who wants a new password.
func (a *App) forgotForm(r *http.Request, _ session.Visitor) (page.Content, error) {
	return a.account(templates.ForgotTitle, templates.Forgot(page.ReadForm(r))), nil
}

// forgot has a link sent to him, if he has an account.
func (a *App) forgot(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if err := a.Accounts.RequestNewPassword(r.Context(), form.Value("email"), a.client(r)); err != nil {
		return a.refused(err, form, templates.ForgotTitle, templates.Forgot)
	}
	return page.Redirect("/sent")
}

// newPasswordForm asks who has followed the link for the password that he wants.
func (a *App) newPasswordForm(r *http.Request, link Followed) (page.Content, error) {
	if link.OfAnother() {
		return a.somebodyElse(r, link)
	}
	user, err := a.Accounts.User(r.Context(), link.User)
	return a.account(templates.NewPasswordTitle, templates.NewPassword(user.Email, link.Form)), err
}

// newPassword sets it. Whoever was logged in with the old one is not any more, and the user has to log in with the new.
func (a *App) newPassword(r *http.Request, link Followed) (page.Content, error) {
	if link.OfAnother() {
		return a.somebodyElse(r, link)
	}
	ctx := r.Context()
	known, err := a.Accounts.User(ctx, link.User)
	if err != nil {
		return page.Content{}, err
	}
	if _, err := a.Accounts.SetNewPassword(ctx, link.Token, link.Form.Password("password")); err != nil {
		return a.refused(err, link.Form, templates.NewPasswordTitle, func(form *page.Form) templ.Component {
			return templates.NewPassword(known.Email, form)
		})
	}
	return done(r, "Your password is changed, and you are logged out everywhere. Log in with the new one.", "/login")
}
