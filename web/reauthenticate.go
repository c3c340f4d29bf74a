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

// proves returns page.NotProved, with words for the user, unless this is his password: for the dialog and for askToSend.
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
	user, err := a.Accounts.User(r.Context(), me)
	return a.account(templates.ReauthenticateTitle, templates.Reauthenticate(user.Email, page.ReadForm(r))), err
}

// reauthenticate renews the session of a user who has typed his password, and sends him where he wanted to go. To who does
// not know it, or has none, a link is sent that proves the same (logInByLink).
func (a *App) reauthenticate(r *http.Request, me session.UserID) (page.Content, error) {
	ctx, form := r.Context(), page.ReadForm(r)
	user, err := a.Accounts.User(ctx, me)
	if err != nil {
		return page.Content{}, err
	}
	password, next := form.Password("password"), form.Next()
	if form.Value("do") == "link" {
		wants(ctx, next)
		next, err = "/sent", a.Accounts.RequestLogIn(ctx, user.Email, a.client(r))
	} else if err = a.Accounts.Reauthenticate(ctx, me, password, a.client(r)); err == nil {
		err = session.Reauthenticated(ctx)
	}
	if err != nil {
		return a.refused(err, form, templates.ReauthenticateTitle, func(form *page.Form) templ.Component {
			return templates.Reauthenticate(user.Email, form)
		})
	}
	return page.Redirect(next)
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
