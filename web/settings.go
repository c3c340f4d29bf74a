package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// languages are those that a user may choose for himself, by their BCP 47 tags. Nothing here is translated: what you write
// in several of them, a letter or a page, finds his in accounts.User.
var languages = []templates.Choice{
	{Value: "", Label: "The one my browser asks for"},
	{Value: "en", Label: "English"},
	{Value: "fr", Label: "Français"},
}

// setting is what a button of the settings does. It redirects, or says what is wrong: with form.Wrong, or by one of the
// errors of package accounts that are for users.
type setting struct {
	change func(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error)
	recent bool // it is for who has proved lately who he is
}

// changes are the buttons of the settings, by what they say in the field "do". To end sessions wants no proof: who fears a
// thief must be fast. The password asks for the present one by itself.
var changes = map[string]setting{
	"name":               {change: changeName},
	"language":           {change: changeLanguage},
	"password":           {change: changePassword},
	"add-address":        {change: addAddress, recent: true},
	"make-main":          {change: makeMain, recent: true},
	"remove-address":     {change: removeAddress, recent: true},
	"end-session":        {change: endSession},
	"log-out-others":     {change: logOutOthers},
	"log-out-everywhere": {change: logOutEverywhere},
	"leave":              {change: leave, recent: true},
}

// settings shows what the connected user can change about his account.
func (a *App) settings(r *http.Request, me session.UserID) (page.Content, error) {
	return a.showSettings(r, me, nil)
}

// changeSettings does what the pressed button says. Whoever has to prove first who he is comes back here with all that he
// has typed: page does that with session.ErrNotRecent.
func (a *App) changeSettings(r *http.Request, me session.UserID) (page.Content, error) {
	form := page.ReadForm(r)
	setting, known := changes[form.Value("do")]
	switch {
	case !known:
		return page.Content{}, page.ErrBadRequest
	case setting.recent && !recently(r.Context()):
		return page.Content{}, session.ErrNotRecent
	}
	content, err := setting.change(a, r, me, form)
	how, err := sayWrong(form, err)
	if err != nil || form.OK() {
		return content, err
	}
	content, err = a.showSettings(r, me, form)
	return how.with(content), err
}

// showSettings answers with the settings, and with the form that was sent, if something is wrong with it.
func (a *App) showSettings(r *http.Request, me session.UserID, sent *page.Form) (page.Content, error) {
	user, err := a.Accounts.User(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	addresses, err := a.Accounts.Addresses(r.Context(), me)
	if err != nil {
		return page.Content{}, err
	}
	sessions, err := sessionsOf(r.Context())
	if err != nil {
		return page.Content{}, err
	}
	return page.Content{
		Title: "Settings",
		Head:  templ.Join(templates.Script(a.assets.URL("js/sessions.js")), templates.Script(a.assets.URL("js/password.js"))),
		Body: templates.Settings(templates.SettingsPage{
			User: user, Addresses: addresses, Sessions: sessions, Languages: languages, Recent: recently(r.Context()), Sent: sent,
		}),
	}, nil
}

func changeName(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	if err := a.Accounts.ChangeName(r.Context(), me, form.Value("name")); err != nil {
		return page.Content{}, err
	}
	return done(r, "Your name is changed.", "/settings#name")
}

func changeLanguage(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	tag := form.Value("language")
	if !slices.ContainsFunc(languages, func(known templates.Choice) bool { return known.Value == tag }) {
		return page.Content{}, accounts.ErrBadLanguage
	}
	if err := a.Accounts.ChangeLanguage(r.Context(), me, tag); err != nil {
		return page.Content{}, err
	}
	return done(r, "Your language is changed.", "/settings#language")
}

// changePassword ends the user's other sessions, for one of them may be a thief's. This one goes on under a new token.
func changePassword(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	old, password, recent := form.Password("old"), form.Password("password"), recently(r.Context())
	switch {
	case !recent && old == "": // the page was made when it was not asked for, or he has none
		return page.Content{}, session.ErrNotRecent
	case password == "":
		form.Wrong("password", "Type your new password.")
		return page.Content{}, nil
	}
	ctx := r.Context()
	if err := a.Accounts.ChangePassword(ctx, me, old, password, recent, a.client(r)); err != nil {
		return page.Content{}, err
	}
	if err := session.Reauthenticated(ctx); err != nil {
		return page.Content{}, err
	}
	return done(r, "Your password is changed, and you are logged out everywhere else.", "/settings#password")
}

// leave has the account deleted in seven days: see accounts.Leave.
func leave(a *App, r *http.Request, me session.UserID, form *page.Form) (page.Content, error) {
	if !form.Checked("leave") {
		form.Wrong("leave", "Tick this box if that is what you want.")
		return page.Content{}, nil
	}
	if err := a.Accounts.Leave(r.Context(), me); err != nil {
		return page.Content{}, err
	}
	return done(r, "Your account will be deleted in 7 days, and you are logged out everywhere. Log in before to keep it.", "/")
}
