package web

import (
	"errors"
	"net/http"
	"strconv"
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
	a.pages = append(a.pages, templates.Link{Path: templates.UsersPath("", 0), Label: "Users", Group: Administrators})
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
	by := accounts.By{User: me, As: Administrators}
	switch form.Value("do") {
	case "invite":
		if err := a.Accounts.Invite(r.Context(), by, email, groupsIn(form.Value("group"))...); err != nil {
			return a.notInvited(r, form, err)
		}
		return done(r, "The invitation is on its way to "+strings.TrimSpace(email)+".", back)
	case "stop-waiting":
		if err := a.Accounts.StopWaiting(r.Context(), by, email); err != nil {
			return a.notInvited(r, form, err)
		}
		return done(r, strings.TrimSpace(email)+" is off the waiting list.", back)
	default:
		return page.Content{}, page.ErrBadRequest
	}
}

// notInvited shows the form again when err is about one of its fields, or says that there were too many letters: 429.
func (a *App) notInvited(r *http.Request, form *page.Form, err error) (page.Content, error) {
	_, many := errors.AsType[accounts.TooManyTries](err)
	switch {
	case errors.Is(err, accounts.ErrEmailTaken): // in words for who invites
		form.Wrong("email", "There is an account with this address already.")
	case many:
		form.Wrong("", "There were too many letters to this address, or in all. Try again later.")
	}
	how, err := sayWrong(form, err)
	if err != nil {
		return page.Content{}, err
	}
	content, err := a.showUsers(r, form)
	return how.with(content), err
}

// showUsers answers with the page. form is the invitation that was sent, if something is wrong with it.
func (a *App) showUsers(r *http.Request, form *page.Form) (page.Content, error) {
	text, before := searched(r)
	found, err := a.Accounts.Search(r.Context(), text, before, usersShown+1)
	if err != nil {
		return page.Content{}, err
	}
	waiting, err := a.Accounts.Waiting(r.Context(), text, usersShown+1)
	if err != nil {
		return page.Content{}, err
	}
	p := templates.UsersPage{Search: text, Before: before, Now: time.Now(), Form: form}
	p.Found, p.More = first(found)
	p.Waiting, p.Queue = first(waiting)
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

// searched is what an administrator looks for, "" for all, and behind whom: see accounts.Search. Both stand in the URL, also
// where something is posted.
func searched(r *http.Request) (text string, before session.UserID) {
	asked := r.URL.Query()
	id, _ := strconv.ParseInt(asked.Get("before"), 10, 64) // what is no number is nobody
	return asked.Get("q"), session.UserID(max(0, id))
}

// groupsIn reads names with spaces or commas between them.
func groupsIn(list string) (groups []session.Group) {
	for name := range strings.FieldsFuncSeq(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		groups = append(groups, session.Group(name))
	}
	return groups
}
