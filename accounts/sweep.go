package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// The statements.
const (
	sweepLinks = `DELETE FROM links WHERE hash IN (SELECT hash FROM links
		WHERE expires <= $1 OR NOT (` + linkNewest + `) FOR UPDATE SKIP LOCKED)`  // some other time, what is in use
	sweepTries    = `DELETE FROM tries WHERE ends <= $1`
	sweepBrowsers = `DELETE FROM browsers WHERE seen <= $1`

	// deleteLeaving deletes accounts whose time has come, and returns where their users are told. What another node is
	// deleting, or whose user is logging in, is left alone.
	deleteLeaving = `WITH leaving AS (
			SELECT id FROM users WHERE leaves <= $1 ORDER BY leaves LIMIT $2 FOR UPDATE SKIP LOCKED
		), gone AS (
			DELETE FROM users WHERE id IN (SELECT id FROM leaving)
		)
		SELECT leaving.id, address FROM leaving JOIN addresses ON addresses.user_id = leaving.id AND main`
)

// Run deletes what is over, now and every ten minutes, until ctx ends: links and tries, browsers that were not seen for
// long, and accounts whose users have left. Let one run on each node, and wait for it at the end.
func (a *Accounts) Run(ctx context.Context) {
	ticker := time.NewTicker(sweepTime)
	defer ticker.Stop()
	for {
		if err := a.sweep(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.Error("accounts: what is over was not deleted; it is tried again", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (a *Accounts) sweep(ctx context.Context) error {
	now := a.now()
	_, links := a.db.Exec(ctx, sweepLinks, now)
	_, tries := a.db.Exec(ctx, sweepTries, now)
	_, browsers := a.db.Exec(ctx, sweepBrowsers, now.Add(-browserTime))
	return errors.Join(links, tries, browsers, a.sweepAccounts(ctx))
}

// left is whose account is deleted.
type left struct {
	ID      session.UserID
	Address string
}

// sweepAccounts deletes the accounts whose users have left, some at a time, and tells them.
func (a *Accounts) sweepAccounts(ctx context.Context) error {
	for more := true; more; {
		var gone []left
		err := pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) (err error) {
			if gone, err = rows[left](ctx, tx, deleteLeaving, a.now(), sweepMost); err != nil {
				return err
			}
			return a.forget(ctx, tx, gone)
		})
		if err != nil {
			return err
		}
		for _, user := range gone {
			a.logged(ctx, nil, "account deleted", user.ID)
		}
		more = len(gone) == sweepMost
	}
	return nil
}

// forget deletes what is kept outside the site's tables of users who have left, and tells them.
func (a *Accounts) forget(ctx context.Context, tx pgx.Tx, gone []left) error {
	var users []session.UserID
	for _, user := range gone {
		users = append(users, user.ID)
		if err := a.letters.notice.Send(ctx, tx, notice{To: user.Address, What: deletedNotice}); err != nil {
			return err
		}
	}
	return pgstore.ForgetUsers(ctx, tx, users...)
}
