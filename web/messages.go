package web

import (
	"net/http"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
)

// done answers a form that was taken: it leads to a page that says what was done. Who is logged in or out by the form
// is so before it is said, for it is said to who is connected.
func done(r *http.Request, what, to string) (page.Content, error) {
	if err := page.Say(r.Context(), page.Message{Level: page.Success, Text: what}); err != nil {
		return page.Content{}, err
	}
	return page.Redirect(to)
}

// Told is a message as an open tab hears it.
type Told page.Message

// Tell says something in the open tabs of a user, of a browser or of everyone, as page.Say does in the next page:
//
//	err := a.Tell(process.User(user), page.Message{Text: "Your report is ready."})
//
// It may be called from anywhere in the program, such as from a job. Nothing is kept for tabs that are not open, and it
// reaches the tabs of this running copy of the site.
func (a *App) Tell(to process.Audience, message page.Message) error {
	return a.told.Send(to, Told(message.Fit()))
}
