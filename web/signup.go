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

// signUpForm invites to make an account, or to wait for one.
func (a *App) signUpForm(r *http.Request, visitor session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if visitor.Connected() {
		return page.Redirect(form.Next())
	}
	return a.account(templates.SignUpTitle, a.signUpPage(form)), nil
}

func (a *App) signUpPage(form *page.Form) templ.Component {
	if a.SignUpClosed {
		return templates.WaitingList(form)
	}
	return templates.SignUp(form)
}

// signUp has a letter written to who wants an account. Whether he has one already only the letter says. A program that has
// filled in what people cannot see hears the same, and nothing is sent.
func (a *App) signUp(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	if form.Value(templates.TrapField) != "" {
		return page.Redirect("/sent")
	}
	request := a.Accounts.RequestSignUp
	if a.SignUpClosed {
		request = a.Accounts.Wait
	}
	if err := request(r.Context(), form.Value("email"), a.client(r)); err != nil {
		return a.refused(err, form, templates.SignUpTitle, a.signUpPage)
	}
	return page.Redirect("/sent")
}

// completeForm asks who has followed a link to sign up, or an invitation, for what an account needs.
func (a *App) completeForm(r *http.Request, link Followed) (page.Content, error) {
	if link.Visitor.Connected() {
		return a.somebodyElse(r, link)
	}
	return a.account(templates.CompleteTitle, templates.Complete(link.Address, link.Form)), nil
}

// complete makes the account, and logs its user in.
func (a *App) complete(r *http.Request, link Followed) (page.Content, error) {
	if link.Visitor.Connected() {
		return a.somebodyElse(r, link)
	}
	form := link.Form
	user, err := a.Accounts.CompleteSignUp(r.Context(), link.Token, form.Value("name"), form.Password("password"), a.client(r))
	if errors.Is(err, accounts.ErrEmailTaken) { // its field is not in this form
		form.Wrong("", accounts.ErrEmailTaken.Message)
	}
	if err != nil {
		return a.refused(err, form, templates.CompleteTitle, func(form *page.Form) templ.Component {
			return templates.Complete(link.Address, form)
		})
	}
	if err := connect(r, form)(user); err != nil {
		return page.Content{}, err
	}
	return done(r, "Your account is made, and you are logged in.", form.Next())
}
