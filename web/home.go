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

// settings shows the account of the connected user, and where he is logged in.
func (a *App) settings(r *http.Request, me session.UserID) (page.Content, error) {
	return a.showSettings(r, me, new(page.Form))
}

// changeSettings does what the pressed button of the settings says.
func (a *App) changeSettings(r *http.Request, me session.UserID) (page.Content, error) {
	form := page.ReadForm(r)
	switch form.Value("do") {
	case "end-session":
		return a.endSession(r, me, form)
	case "log-out-others":
		return logOutOthers(r)
	case "log-out-everywhere":
		return logOutEverywhere(r)
	default:
		return page.Content{}, page.ErrBadRequest
	}
}

// showSettings answers with the settings, and with what is wrong with the form that was sent, if something is.
func (a *App) showSettings(r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	sessions, err := sessionsOf(r.Context())
	if err != nil {
		return page.Content{}, err
	}
	content := page.Content{
		Title: "Settings",
		Head:  templates.Script(a.assets.URL("js/sessions.js")),
		Body:  templates.Settings(user, sessions, form),
	}
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, nil
}
