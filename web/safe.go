package web

import (
	"context"
	"net/http"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Safe": a note that is shown to its user, and taken from him, only when he has proved lately that it is he. Who
// has logged in longer ago than Recently is asked for his password, in a dialog or on a page, and goes on where he was.

// safeAtMost is how many characters a note may have.
const safeAtMost = 2000

// safeNote is what a user has put into his safe.
var safeNote = session.NewStoredRef("safe.note", session.PerUser, "")

// safe adds all of the demo: its pages and its server function.
func (a *App) safe(r chi.Router) {
	a.pages = append(a.pages, templates.Link{Path: "/safe", Label: "Safe", Connected: true})
	r.Get("/safe", page.Connected(a.showSafe))
	r.Post("/safe", page.Connected(a.fillSafe, session.SignedInWithin(Recently)))
	r.Get("/safe/open", page.Connected(a.openSafe, session.SignedInWithin(Recently)))
	// Tells what is in the safe.
	rpc.Connected(a.api, "safe.open", readSafe, session.SignedInWithin(Recently))
}

// showSafe shows a safe that is shut.
func (a *App) showSafe(*http.Request, session.UserID) (page.Content, error) {
	return a.safePage(templates.SafePage{}), nil
}

// openSafe shows what is in it, without JavaScript.
func (a *App) openSafe(r *http.Request, me session.UserID) (page.Content, error) {
	note, err := readSafe(r.Context(), me, struct{}{})
	return a.safePage(templates.SafePage{Open: true, Note: note}), err
}

// fillSafe puts something else in.
func (a *App) fillSafe(r *http.Request, _ session.UserID) (page.Content, error) {
	form := page.ReadForm(r)
	if utf8.RuneCountInString(form.Value("note")) > safeAtMost {
		form.Wrong("note", "There is room for 2,000 characters.")
		return a.safePage(templates.SafePage{Form: form}), nil
	}
	if err := safeNote.Set(r.Context(), form.Value("note")); err != nil {
		return page.Content{}, err
	}
	return done(r, "It is in the safe.", "/safe")
}

func readSafe(ctx context.Context, _ session.UserID, _ struct{}) (string, error) {
	return safeNote.Get(ctx)
}

func (a *App) safePage(safe templates.SafePage) page.Content {
	content := page.Content{Title: "Safe", Head: templates.Script(a.assets.URL("js/safe.js")), Body: templates.Safe(safe)}
	if safe.Form != nil {
		content.Status = http.StatusUnprocessableEntity
	}
	return content
}
