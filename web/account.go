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

// account is such a page. Its script helps with passwords.
func (a *App) account(title string, body templ.Component) page.Content {
	return page.Content{Title: title, Head: templates.Script(a.assets.URL("js/password.js")), Body: body}
}

// refused shows a form again when err is about one of its fields (422), or says that there were too many tries (429), or
// that too many passwords are hashed at this moment (503). Any other error is the request's.
func (a *App) refused(err error, form *page.Form, title string, body func(*page.Form) templ.Component) (page.Content, error) {
	again := page.Content{Status: http.StatusUnprocessableEntity}
	tooMany, many := errors.AsType[accounts.TooManyTries](err)
	field, about := errors.AsType[accounts.FieldError](err)
	switch {
	case many:
		form.Wrong("", tooManyTries)
		again.Status, again.RetryAfter = http.StatusTooManyRequests, tooMany.RetryAfter
	case errors.Is(err, accounts.ErrBusy):
		form.Wrong("", tooManyAtOnce)
		again.Status, again.RetryAfter = http.StatusServiceUnavailable, busyFor
	case about:
		form.Wrong(field.Field, field.Message)
	default:
		return page.Content{}, err
	}
	content := a.account(title, body(form))
	content.Status, content.RetryAfter = again.Status, again.RetryAfter
	return content, nil
}

// welcome connects a user who has shown who he is, and sends him where he wanted to go.
func welcome(r *http.Request, user session.UserID, form *page.Form) (page.Content, error) {
	var options []session.ConnectOption
	if !form.Checked("keep") {
		options = append(options, session.Expire())
	}
	if err := session.Connect(r.Context(), user, options...); err != nil {
		return page.Content{}, err
	}
	return page.Redirect(form.Next())
}

// sent says that a letter is on its way, whether there is one or not.
func (a *App) sent(*http.Request, session.Visitor) (page.Content, error) {
	return page.Body(templates.SentTitle, templates.Sent(a.Development && a.Mailbox != nil))
}
