package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// mailbox adds its pages, in development only, and only near the developer: whoever reads them could take every link.
func (a *App) mailbox(r chi.Router) {
	if !a.Development || a.Mailbox == nil {
		return
	}
	if !MailboxAt(a.URL) {
		a.Log.Warn("there is no mailbox page at a public address: who reads it can take every account. "+
			"Set SMTP_URL to see the mail, or DATABASE_URL and all that goes with it", "address", a.URL.String())
		return
	}
	b, r := mailbox{a, process.NewTopic[string, int](a.Tabs, "mailbox.arrived")}, r.With(nearby)
	a.pages = append(a.pages, templates.Link{Path: "/dev/mail", Label: "Mail"})
	r.Get("/dev/mail", page.Opt(b.list))
	r.Get("/dev/mail/{id}", page.Opt(b.message))
	rpc.Handle(a.api, "mailbox.all", b.summaries)
	a.Mailbox.OnArrival(func(m mail.Received) {
		if err := b.arrived.Notify(whole, m.ID); err != nil {
			a.Log.Warn("the mailbox's tabs were not told", "error", err)
		}
	})
}

// MailboxAt reports whether a site in development has the mailbox page at its address.
func MailboxAt(public *url.URL) bool { return near(public.Hostname()) }

// nearby answers who asks from this machine or its own network; nobody else learns that there is a mailbox.
func nearby(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, _ := net.SplitHostPort(r.RemoteAddr); near(host) {
			next.ServeHTTP(w, r)
			return
		}
		notThere.ServeHTTP(w, r)
	})
}

var notThere = page.Opt(func(*http.Request, session.Visitor) (page.Content, error) { return page.Content{}, page.ErrNotFound })

// near reports whether a host is of this machine or its own network.
func near(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		last := host[strings.LastIndexByte(host, '.')+1:]
		return slices.Contains([]string{"localhost", "local", "internal", "test"}, last)
	}
	ip = ip.Unmap()
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}

type mailbox struct {
	*App
	arrived *process.Topic[string, int] // the id of a message
}

// whole is the topic's key: there is one mailbox.
const whole = ""

// reads says of a tab that it was shown the mailbox. Only then it is told more: how near a tab is its calls do not say.
var reads = session.NewRef("mailbox.reads", session.PerTab, false)

// list shows all messages.
func (b mailbox) list(r *http.Request, _ session.Visitor) (page.Content, error) {
	reads.Set(r.Context(), true)
	return page.Content{
		Title: "Mail",
		Head:  templates.Script(b.assets.URL("js/mailbox.js")),
		Body:  templates.Mailbox(b.Mailbox.All()),
	}, nil
}

// message shows one.
func (b mailbox) message(r *http.Request, _ session.Visitor) (page.Content, error) {
	id, _ := strconv.Atoi(chi.URLParam(r, "id")) // what is no number is no message either
	message, found := b.Mailbox.Get(id)
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

// summaries returns the list, the newest first, to a tab that shows the mailbox, and lets it hear of what arrives.
func (b mailbox) summaries(ctx context.Context, _ struct{}) ([]Mail, error) {
	if !reads.Get(ctx) {
		return nil, session.ErrPermissionDenied
	}
	if err := b.arrived.Listen(ctx, whole, ""); err != nil {
		return nil, err
	}
	var all []Mail
	for _, m := range b.Mailbox.All() {
		all = append(all, Mail{m.ID, m.To, m.Subject, m.At})
	}
	return all, nil
}
