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
