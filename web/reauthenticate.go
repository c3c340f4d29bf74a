package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// Recently is how long ago a user may have proved who he is, at most, for what nobody shall do who has only found his
// browser open. It is said to such pages, forms and server functions:
//
//	r.Post("/keys", page.Connected(a.addKey, session.SignedInWithin(Recently)))
//
// Whoever has proved it longer ago is asked for his password, and goes on where he was: by the dialog of
// client/reauthenticate.ts, or by the pages of this file where there is no JavaScript.
const Recently = 15 * time.Minute

// recently reports whether the user of a request has proved so lately who he is.
func recently(ctx context.Context) bool { return session.SignedInLately(ctx, Recently) }

// proves returns page.NotProved, with words for the user, unless this is his password.
func (a *App) proves(ctx context.Context, me session.UserID, password string) error {
	err := a.Accounts.Reauthenticate(ctx, me, password, accounts.Client{Browser: session.BrowserHash(ctx)})
	wrong, isWrong := errors.AsType[accounts.FieldError](err)
	_, many := errors.AsType[accounts.TooManyTries](err)
	switch {
	case isWrong:
		return page.NotProved(wrong.Message)
	case many:
		return page.NotProved(tooManyTries)
	case errors.Is(err, accounts.ErrBusy):
		return page.NotProved("Too many are logging in. Try again in a few seconds.")
	}
	return err
}

// reauthenticateForm asks a user for his password who wants a page that wants a recent proof.
func (a *App) reauthenticateForm(r *http.Request, me session.UserID) (page.Content, error) {
	return a.askAgain(r, me, page.ReadForm(r))
}

// reauthenticate renews the session of a user who has typed his password, and sends him where he wanted to go.
func (a *App) reauthenticate(r *http.Request, me session.UserID) (page.Content, error) {
	form := page.ReadForm(r)
	if form.Value("do") == "link" {
		return a.sendProof(r, me, form)
	}
	err := a.proves(r.Context(), me, form.Password("password"))
	var wrong page.NotProved
	if errors.As(err, &wrong) {
		form.Wrong("password", string(wrong))
		return a.askAgain(r, me, form)
	}
	if err == nil {
		err = session.Reauthenticated(r.Context())
	}
	if err != nil {
		return page.Content{}, err
	}
	return page.Redirect(form.Next())
}

// sendProof has a link sent to a user who does not know his password, or has none: it proves the same (logInByLink).
func (a *App) sendProof(r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	if err := a.Accounts.RequestLogIn(r.Context(), user.Email, a.client(r)); err != nil {
		form.Password("password")
		return a.refused(err, form, templates.ReauthenticateTitle, func(form *page.Form) templ.Component {
			return templates.Reauthenticate(user.Email, form)
		})
	}
	return page.Redirect("/sent")
}

func (a *App) askAgain(r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	content := a.account(templates.ReauthenticateTitle, templates.Reauthenticate(user.Email, form))
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, err
}

// askToSend asks a user for his password who has posted a form that wants a recent proof, on a page that carries what he
// has typed.
func (a *App) askToSend(r *http.Request, me session.UserID, held *page.Held) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	form := new(page.Form)
	if held.Wrong != "" {
		form.Wrong(page.ProofField, held.Wrong)
	}
	return a.account(templates.ReauthenticateTitle, templates.ReauthenticateToSend(user.Email, held, form)), err
}

// Proof is what the dialog asks for.
type Proof struct {
	Password string `json:"password"`
}

// reauthenticateCall does the same for the dialog. not_proved: its message says why.
func (a *App) reauthenticateCall(ctx context.Context, me session.UserID, in Proof) (struct{}, error) {
	err := a.proves(ctx, me, in.Password)
	var wrong page.NotProved
	if errors.As(err, &wrong) {
		return struct{}{}, &rpc.Error{Kind: "not_proved", Message: string(wrong)}
	}
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, session.Reauthenticated(ctx)
}
