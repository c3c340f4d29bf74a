package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// What the pages have in common on which somebody gets an account, or proves that one is his.

const (
	tooManyTries  = "There were too many tries. Wait a few minutes."
	tooManyAtOnce = "Too many are logging in. Nothing is wrong with what you typed: try again in a few seconds."
	busyFor       = 5 * time.Second // after which to try again
)

// client is from where somebody logs in, or asks for a letter.
func (a *App) client(r *http.Request) accounts.Client {
	return accounts.ClientAt(page.ClientAddress(r, a.Proxies), session.BrowserHash(r.Context()))
}

// account is such a page. Its script helps with passwords. No browser keeps it: who goes back to it later would find in it
// what was typed there.
func (a *App) account(title string, body templ.Component) page.Content {
	return page.Content{
		Title: title, Head: templates.Script(a.assets.URL("js/password.js")), Body: body,
		Header: http.Header{"Cache-Control": {"no-store"}},
	}
}

// refused shows a form again with what err says of it. Any error that is not for the visitor is the request's.
func (a *App) refused(err error, form *page.Form, title string, body func(*page.Form) templ.Component) (page.Content, error) {
	how, err := sayWrong(form, err)
	if err != nil {
		return page.Content{}, err
	}
	return how.with(a.account(title, body(form))), nil
}

// again is how a form comes back with which something is wrong.
type again struct {
	status     int
	retryAfter time.Duration
}

func (g again) with(content page.Content) page.Content {
	content.Status, content.RetryAfter = g.status, g.retryAfter
	return content
}

// sayWrong says in a form what is wrong when err is about one of its fields (422), or says that there were too many tries
// (429), or that too many passwords are hashed at this moment (503). Any other error it returns.
func sayWrong(form *page.Form, err error) (again, error) {
	tooMany, many := errors.AsType[accounts.TooManyTries](err)
	field, about := errors.AsType[accounts.FieldError](err)
	switch {
	case many:
		form.Wrong("", tooManyTries)
		return again{http.StatusTooManyRequests, tooMany.RetryAfter}, nil
	case errors.Is(err, accounts.ErrBusy):
		form.Wrong("", tooManyAtOnce)
		return again{http.StatusServiceUnavailable, busyFor}, nil
	case about:
		form.Wrong(field.Field, field.Message)
		err = nil
	}
	return again{status: http.StatusUnprocessableEntity}, err
}

// connect connects a user who has shown who he is, for as long as he wants to be kept.
func connect(r *http.Request, form *page.Form) func(user session.UserID) error {
	var options []session.ConnectOption
	if !form.Checked("keep") {
		options = append(options, session.Expire())
	}
	return func(user session.UserID) error { return session.Connect(r.Context(), user, options...) }
}

// sent says that a letter is on its way, whether there is one or not.
func (a *App) sent(*http.Request, session.Visitor) (page.Content, error) {
	return page.Body(templates.SentTitle, templates.Sent(a.Development && a.Mailbox != nil))
}
