package web

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/templates"
)

// The demo "Look": everything that the stylesheet knows, on one page, to be looked at while you change it.

// look adds the page, in development only.
func (a *App) look(r chi.Router) {
	if !a.Development {
		return
	}
	a.pages = append(a.pages, templates.Link{Path: "/look", Label: "Look"})
	r.Get("/look", page.Opt(func(r *http.Request, _ session.Visitor) (page.Content, error) {
		form := page.ReadForm(r)
		form.Set("kind", "window")
		return page.Body("Look", templates.Look(form))
	}))
	r.Post("/look", page.Opt(tryLook))
}

// tryLook finds something wrong with every field, unless it is filled in with care.
func tryLook(r *http.Request, _ session.Visitor) (page.Content, error) {
	form := page.ReadForm(r)
	form.Password("password")
	if !strings.Contains(form.Value("email"), "@") {
		form.Wrong("email", "This does not look like an e-mail address.")
	}
	for _, field := range []string{"amount", "day", "kind", "words", "seat", "agreed"} {
		if !form.Checked(field) {
			form.Wrong(field, "This is missing.")
		}
	}
	if !form.OK() {
		form.Wrong("", "Nothing was sent. Look at the fields that are marked.")
		return page.Invalid("Look", templates.Look(form))
	}
	return page.Redirect("/look#form-title")
}
