package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// Administrators is the group of those who may do what is here. Its first member comes by the command line: see cmd/app.
const Administrators session.Group = "admin"

// usersShown is how many users a search shows at most, and how many of the waiting list.
const usersShown = 50

// administration adds the administrators' pages. Whoever changes something has to have proved lately who he is.
func (a *App) administration(r chi.Router) {
	only, recently := session.Allow(Administrators), session.SignedInWithin(Recently)
	a.pages = append(a.pages, templates.Link{Path: templates.UsersPath(""), Label: "Users", Group: Administrators})
	r.Get("/admin", page.Connected(a.users, only))
	r.Post("/admin", page.Connected(a.changeUsers, only, recently))
	r.Get("/admin/users/{id}", page.Connected(a.oneUser, only))
	r.Post("/admin/users/{id}", page.Connected(a.changeUser, only, recently))
	// Counts the open tabs of each session of a user.
	rpc.Connected(a.api, "admin.tabs", a.tabsOf, only)
}

// users shows who is found, and who waits.
func (a *App) users(r *http.Request, _ session.UserID) (page.Content, error) {
	return a.showUsers(r, new(page.Form))
}

// changeUsers does what the pressed button says: it invites somebody, or takes him off the waiting list.
func (a *App) changeUsers(r *http.Request, me session.UserID) (page.Content, error) {
	form := page.ReadForm(r)
	email, back := form.Value("email"), templates.UsersPath(searched(r))
	switch form.Value("do") {
	case "invite":
		if err := a.Accounts.Invite(r.Context(), accounts.By{User: me, As: Administrators}, email, groupsIn(form.Value("group"))...); err != nil {
			return a.notInvited(r, form, err)
		}
		return done(r, "The invitation is on its way to "+strings.TrimSpace(email)+".", back)
	case "stop-waiting":
		if err := a.Accounts.StopWaiting(r.Context(), email); err != nil {
			return a.notInvited(r, form, err)
		}
		return done(r, strings.TrimSpace(email)+" is off the waiting list.", back)
	default:
		return page.Content{}, page.ErrBadRequest
	}
}

// notInvited shows the form again when err is about one of its fields, or says that there were too many letters: 429.
func (a *App) notInvited(r *http.Request, form *page.Form, err error) (page.Content, error) {
	field, about := errors.AsType[accounts.FieldError](err)
	many, isMany := errors.AsType[accounts.TooManyTries](err)
	switch {
	case field == accounts.ErrEmailTaken:
		form.Wrong("email", "There is an account with this address already.")
	case about:
		form.Wrong(field.Field, field.Message)
	case isMany:
		form.Wrong("", "There were too many letters to this address, or in all. Try again later.")
	default:
		return page.Content{}, err
	}
	content, err := a.showUsers(r, form)
	if isMany {
		content.Status, content.RetryAfter = http.StatusTooManyRequests, many.RetryAfter
	}
	return content, err
}

// showUsers answers with the page. form is the invitation that was sent, if something is wrong with it.
func (a *App) showUsers(r *http.Request, form *page.Form) (page.Content, error) {
	p := templates.UsersPage{Search: searched(r), Now: time.Now(), Form: form}
	var err error
	if p.Found, err = a.Accounts.Search(r.Context(), p.Search, usersShown+1); err != nil {
		return page.Content{}, err
	}
	if p.Waiting, err = a.Accounts.Waiting(r.Context(), usersShown+1); err != nil {
		return page.Content{}, err
	}
	p.Found, p.More = first(p.Found)
	p.Waiting, p.Queue = first(p.Waiting)
	content := page.Content{Title: "Users", Body: templates.Users(p)}
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, nil
}

// first are those of all that are shown, and whether there are more.
func first[T any](all []T) (shown []T, more bool) {
	return all[:min(len(all), usersShown)], len(all) > usersShown
}

// searched is what an administrator looks for; "" for all. It stands in the URL, also where something is posted.
func searched(r *http.Request) string { return r.URL.Query().Get("q") }

// groupsIn reads names with spaces or commas between them.
func groupsIn(list string) (groups []session.Group) {
	for name := range strings.FieldsFuncSeq(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		groups = append(groups, session.Group(name))
	}
	return groups
}
