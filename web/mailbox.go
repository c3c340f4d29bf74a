package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocsigo/start/framework/page"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/templates"
)

// The mailbox: the messages that the site has sent, for its developer to read.

// mailbox adds its pages, in development only: whoever reads them could take every link.
func (a *App) mailbox(r chi.Router) {
	if !a.Development || a.Mailbox == nil {
		return
	}
	b := mailbox{a.Mailbox}
	a.pages = append(a.pages, templates.Link{Path: "/dev/mail", Label: "Mail"})
	r.Get("/dev/mail", page.Opt(func(*http.Request, session.Visitor) (page.Content, error) {
		return page.Content{
			Title: "Mail",
			Head:  templates.Script(a.assets.URL("js/mailbox.js")),
			Body:  templates.Mailbox(b.All()),
		}, nil
	}))
	r.Get("/dev/mail/{id}", page.Opt(b.message))
	rpc.Handle(a.api, "mailbox.all", b.summaries)
	arrived := process.NewEvent[int](a.Tabs, "mailbox.arrived") // the message's id
	b.OnArrival(func(m mail.Received) {
		if err := arrived.Send(process.Everyone(), m.ID); err != nil {
			a.Log.Warn("the mailbox's tabs were not told", "error", err)
		}
	})
}

type mailbox struct{ *mail.Mailbox }

// message shows one.
func (b mailbox) message(r *http.Request, _ session.Visitor) (page.Content, error) {
	id, _ := strconv.Atoi(chi.URLParam(r, "id")) // what is no number is no message either
	message, found := b.Get(id)
	if !found {
		return page.Content{}, page.ErrNotFound
	}
	return page.Body(message.Subject, templates.MailMessage(message))
}

// Mail is a message in the mailbox's list.
type Mail struct {
	ID      int       `json:"id"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
}

// summaries returns the list, the newest first.
func (b mailbox) summaries(context.Context, struct{}) ([]Mail, error) {
	var all []Mail
	for _, m := range b.All() {
		all = append(all, Mail{m.ID, m.To, m.Subject, m.At})
	}
	return all, nil
}
