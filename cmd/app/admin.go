package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocsigo/start/accounts"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
	"github.com/ocsigo/start/web"
)

const usage = `Usage:
  app                      serves the site
  app admin grant EMAIL    makes the user with this address an administrator

Settings come from the environment: see cmd/app/config.go.
`

// command is what the program was asked to do. say tells people what it has done.
type command func(ctx context.Context, c Config, say func(line string)) error

// commandOf returns what the program's arguments ask for; nil when that is nothing it knows.
func commandOf(arguments []string) command {
	switch {
	case len(arguments) == 0:
		return run
	case len(arguments) == 3 && arguments[0] == "admin" && arguments[1] == "grant":
		return grant(arguments[2])
	default:
		return nil
	}
}

// grant makes a user an administrator: the first, for whom nobody can do it on the site.
func grant(email string) command {
	return func(ctx context.Context, c Config, say func(line string)) error {
		url, leave, err := joinDatabase(ctx, c)
		if err != nil {
			return err
		}
		defer leave()
		db, err := connect(ctx, url)
		if err != nil {
			return err
		}
		defer db.Close()
		post, _, err := newPost(db, c, slog.Default()) // it sends nothing
		if err != nil {
			return err
		}
		users := accounts.New(db, post, accounts.Options{Site: web.Name, URL: c.Public, Log: slog.New(slog.DiscardHandler)}) // it says what it did
		user, err := users.Grant(ctx, email, web.Administrators)
		if err != nil {
			return notGranted(email, err)
		}
		told := "A running site feels it at once, and in 30 seconds at the latest."
		sessions := session.New(pgstore.New(db), session.Options{Groups: users.Groups})
		defer sessions.Close()
		if err := sessions.Changed(ctx, user); err != nil {
			told = fmt.Sprintf("A running site could not be told (%v): it feels it within 30 seconds.", err)
		}
		say(fmt.Sprintf("%s is in the group %s now: user %d. %s", email, web.Administrators, user, told))
		return nil
	}
}

// What Postgres says where a table or a column is missing.
const undefinedTable, undefinedColumn = "42P01", "42703"

// notGranted says in words for people why nobody was made an administrator.
func notGranted(email string, err error) error {
	fault, isFault := errors.AsType[accounts.FieldError](err)
	refusal, isRefusal := errors.AsType[*pgconn.PgError](err)
	switch {
	case isFault:
		return fmt.Errorf("%q: %s", email, fault.Message)
	case errors.Is(err, session.ErrNoUser):
		return fmt.Errorf("nobody has an account with the address %s: sign up on the site first", email)
	case isRefusal && (refusal.Code == undefinedTable || refusal.Code == undefinedColumn):
		return errors.New("the database has not the tables of this program: start the site once, which makes them, and sign up there")
	default:
		return err
	}
}
