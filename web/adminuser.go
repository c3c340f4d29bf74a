package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// What an administrator is told who would lock himself out. Field "" is the form as a whole.
var (
	errNotYourself = accounts.FieldError{Message: "You cannot disable your own account. Another administrator can."}
	errNotYourRank = accounts.FieldError{Message: "You cannot take yourself out of the group admin. Another administrator can."}
	errEndedBefore = accounts.FieldError{Message: "The user has no such session, or it has ended already."}
)

// oneUser shows who somebody is, and where he is logged in.
func (a *App) oneUser(r *http.Request, me session.UserID) (page.Content, error) {
	user, err := userIn(r)
	if err != nil {
		return page.Content{}, err
	}
	return a.showUser(r, me, user, new(page.Form))
}

// changeUser does what the pressed button says.
func (a *App) changeUser(r *http.Request, me session.UserID) (page.Content, error) {
	user, err := userIn(r)
	if err != nil {
		return page.Content{}, err
	}
	form := page.ReadForm(r)
	said, err := a.change(r.Context(), me, user, form)
	wrong, about := errors.AsType[accounts.FieldError](err)
	switch {
	case about:
		form.Wrong(wrong.Field, wrong.Message)
		return a.showUser(r, me, user, form)
	case errors.Is(err, session.ErrNoUser):
		return page.Content{}, page.ErrNotFound
	case err != nil:
		return page.Content{}, err
	case !session.Current(r.Context()).Connected(): // he has ended the session that he asks from
		return done(r, said, "/")
	}
	return done(r, said, templates.UserPath(user))
}

// change changes a user, sees to it that this is felt at once, and says what was done.
func (a *App) change(ctx context.Context, me, user session.UserID, form *page.Form) (said string, err error) {
	by, group := accounts.By{User: me, As: Administrators}, session.Group(form.Value("group"))
	switch form.Value("do") {
	case "add-group":
		return "The user is in the group " + string(group) + ".", a.felt(ctx, user, a.Accounts.AddGroup(ctx, by, user, group))
	case "remove-group":
		return "The user is no longer in that group.", a.removeGroup(ctx, by, user, group)
	case "end-session":
		return "The session has ended.", a.endSessionOf(ctx, me, user, form.Value("session"))
	case "end-all":
		return "All sessions of the user have ended.", a.endSessionsOf(ctx, me, user)
	case "disable":
		if user == me {
			return "", errNotYourself
		}
		return "The account is disabled, and its sessions have ended.", a.felt(ctx, user, a.Accounts.Disable(ctx, by, user))
	case "enable":
		return "The user can log in again.", a.felt(ctx, user, a.Accounts.Enable(ctx, by, user))
	default:
		return "", page.ErrBadRequest
	}
}

// felt lets every node and every open tab know of a change, unless it has failed.
func (a *App) felt(ctx context.Context, user session.UserID, failed error) error {
	if failed != nil {
		return failed
	}
	return a.Sessions.Changed(ctx, user)
}

func (a *App) removeGroup(ctx context.Context, by accounts.By, user session.UserID, group session.Group) error {
	if user == by.User && group == Administrators {
		return errNotYourRank
	}
	has, err := a.Accounts.User(ctx, user)
	if err != nil || !slices.Contains(has.Groups, group) { // somebody else was faster
		return err
	}
	return a.felt(ctx, user, a.Accounts.RemoveGroup(ctx, by, user, group))
}

// endSessionOf ends a session, if it is this user's.
func (a *App) endSessionOf(ctx context.Context, me, user session.UserID, number string) error {
	id, _ := strconv.ParseInt(number, 10, 64) // what is no number is no session either
	all, err := a.Sessions.SessionsOf(ctx, user)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(s session.Info) bool { return s.ID == session.ID(id) }) {
		return errEndedBefore
	}
	if user == me { // it may be the one of this request
		err = session.DisconnectSession(ctx, session.ID(id))
	} else {
		err = a.Sessions.DisconnectSession(ctx, session.ID(id))
	}
	switch {
	case errors.Is(err, session.ErrNoSession):
		return errEndedBefore
	case err == nil:
		a.Log.InfoContext(ctx, "account: session ended", "user", user, "session", id, "by", me)
	}
	return err
}

// endSessionsOf ends all of a user's sessions. session.ErrNoUser.
func (a *App) endSessionsOf(ctx context.Context, me, user session.UserID) error {
	_, err := a.Accounts.User(ctx, user)
	if err == nil {
		err = session.DisconnectAll(ctx, session.OfUser(user), session.UserIndep(false))
	}
	if err == nil {
		a.Log.InfoContext(ctx, "account: all sessions ended", "user", user, "by", me)
	}
	return err
}

// showUser answers with the page, and with what is wrong with the form that was sent, if something is.
func (a *App) showUser(r *http.Request, me, user session.UserID, form *page.Form) (page.Content, error) {
	detail, err := a.Accounts.Detail(r.Context(), user)
	if errors.Is(err, session.ErrNoUser) {
		return page.Content{}, page.ErrNotFound
	}
	if err != nil {
		return page.Content{}, err
	}
	all, err := a.Sessions.SessionsOf(r.Context(), user)
	content := page.Content{
		Title: detail.Email,
		Head:  templates.Script(a.assets.URL("js/adminuser.js")),
		Body: templates.User(templates.UserPage{
			Detail: detail, Sessions: all, Now: time.Now(), Myself: user == me, Administrators: Administrators, Form: form,
		}),
	}
	if !form.OK() {
		content.Status = http.StatusUnprocessableEntity
	}
	return content, err
}

// userIn is whom a page is about, as its URL says.
func userIn(r *http.Request) (session.UserID, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, page.ErrNotFound
	}
	return session.UserID(id), nil
}

// OfUser says whose sessions are meant.
type OfUser struct {
	User session.UserID `json:"user"`
}

// tabsOf counts a user's open tabs, as openTabs does for the settings.
func (a *App) tabsOf(ctx context.Context, _ session.UserID, of OfUser) ([]OpenTabs, error) {
	all, err := a.Sessions.SessionsOf(ctx, of.User)
	return tabsIn(all), err
}
