package main

import (
	"log/slog"
	"net/url"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/web"
)

// newPost makes what sends the site's messages, and in development the mailbox in which they can be read.
func newPost(db *pgxpool.Pool, c Config, log *slog.Logger) (*mail.Post, *mail.Mailbox, error) {
	var mailbox *mail.Mailbox
	if c.Development() {
		mailbox = mail.NewMailbox()
	}
	post, err := mail.New(db, mail.Options{From: c.MailFrom, SMTP: c.SMTP, Mailbox: mailbox, Log: log})
	return post, mailbox, err
}

// whereMailGoes tells the developer where the mailbox is, and that messages go out to people if they do.
func whereMailGoes(c Config, public *url.URL) string {
	box := public.JoinPath("dev/mail").String()
	switch {
	case !c.Development() || !web.MailboxAt(public):
		return ""
	case c.SMTP != nil:
		return "; its mail goes out through " + c.SMTP.Host + ", with a copy at " + box
	default:
		return "; its mail goes nowhere but to " + box
	}
}
