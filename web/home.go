package web

import (
	"net/http"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// home welcomes everybody.
func (a *App) home(r *http.Request, visitor session.Visitor) (page.Content, error) {
	me, err := a.user(r, visitor)
	if err != nil {
		return page.Content{}, err
	}
	return page.Body("Welcome", templates.Welcome(a.pages, me))
}

// settings shows the account of the connected user.
func (a *App) settings(r *http.Request, me session.UserID) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	return page.Body("Settings", templates.Settings(user))
}

// changeSettings does what the pressed button of the settings says.
func (a *App) changeSettings(r *http.Request, _ session.UserID) (page.Content, error) {
	switch page.ReadForm(r).Value("do") {
	case "log-out-everywhere":
		return logOutEverywhere(r)
	default:
		return page.Content{}, page.ErrBadRequest
	}
}
