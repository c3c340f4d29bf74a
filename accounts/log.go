package accounts

import (
	"context"
	"log/slog"

	"github.com/ocsigo/start/framework/session"
)

// What happens to accounts stands in the log, under messages that begin with "account: ": log-ins and wrong passwords with
// their network, what users change, and what administrators do to others. Users stand there by their numbers (0: nobody
// who has an account), and never an address, a name, a password or a token.

// logged writes down what has happened to a user's account, unless it has failed: with err, which it returns.
func (a *Accounts) logged(ctx context.Context, err error, what string, user session.UserID, about ...any) error {
	if err == nil {
		a.log(ctx, slog.LevelInfo, what, user, about...)
	}
	return err
}

// loggedIn does so for a log-in.
func (a *Accounts) loggedIn(ctx context.Context, err error, user session.UserID, by string, from Client) error {
	return a.logged(ctx, err, "logged in", user, "by", by, "from", from.Network)
}

func (a *Accounts) log(ctx context.Context, level slog.Level, what string, user session.UserID, about ...any) {
	a.options.Log.Log(ctx, level, "account: "+what, append([]any{"user", user}, about...)...)
}
