package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// ending does something in a transaction in which the sessions of a user end too: so nobody goes on who knows a password
// that was changed, though the database be lost in between. Where no request is, as in a command, all of them end, and
// their closing hooks do not run.
func (a *Accounts) ending(ctx context.Context, user session.UserID, do func(ctx context.Context, tx pgx.Tx) error,
	how ...session.DisconnectAllOption) error {
	rows := func(ctx context.Context, user session.UserID, but session.ID, how session.Ending) (gone []session.Record, err error) {
		err = pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) (err error) {
			if err = do(ctx, tx); err == nil {
				gone, err = pgstore.DeleteUser(ctx, tx, user, but, how)
			}
			return err
		})
		return gone, err
	}
	err := session.DisconnectAll(ctx, append(how, session.OfUser(user), session.UserIndep(false), session.Together(rows))...)
	if errors.Is(err, session.ErrOutside) {
		_, err = rows(ctx, user, 0, session.Ending{})
	}
	return err
}
