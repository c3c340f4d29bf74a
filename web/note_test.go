package web_test

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/session"
)

// note adds a page with a form that users fill in.
func note(pages chi.Router) {
	pages.Get("/note", page.Connected(func(*http.Request, session.UserID) (page.Content, error) {
		return page.Body("Note", templ.Join(
			templ.Raw(`<h1>Note</h1><form method="post" id="note">`), page.Identity(),
			templ.Raw(`<label>Text <input name="text"></label><button>Keep it</button></form>`),
		))
	}))
	pages.Post("/note", page.Connected(func(r *http.Request, _ session.UserID) (page.Content, error) {
		return page.Body("Kept", templ.Join(
			templ.Raw(`<h1>Kept</h1><p id="kept">`), templ.Raw(templ.EscapeString(page.ReadForm(r).Value("text"))), templ.Raw(`</p>`),
		))
	}))
}
