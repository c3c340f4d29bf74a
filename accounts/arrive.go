package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	// sawBrowser notes a browser, and says whether the user has logged in before, but in others only.
	sawBrowser = `INSERT INTO browsers (user_id, browser, seen) VALUES ($1, $2, $3)
		ON CONFLICT (user_id, browser) DO UPDATE SET seen = excluded.seen
		RETURNING coalesce((SELECT bool_and(browser <> $2) FROM browsers WHERE user_id = $1), false)`
	lockAsFound = `SELECT id FROM users WHERE id = $1 AND state = $2 FOR NO KEY UPDATE`
	stay        = `UPDATE users SET leaves = NULL WHERE id = $1 AND leaves IS NOT NULL`

	forgetBrowsers = `DELETE FROM browsers WHERE user_id = $1
		AND browser IN (SELECT browser FROM browsers WHERE user_id = $1 ORDER BY seen DESC, browser OFFSET $2)
		RETURNING browser`
)

// arrived is what is done when a user has shown by his password who he is. ErrWrongPassword when it was changed while it was
// checked, which takes its time: who has changed it has ended all sessions, and this would be one more.
func (a *Accounts) arrived(ctx context.Context, known credentials, from Client) error {
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		_, err := value[session.UserID](ctx, tx, lockAsFound, known.ID, known.State)
		if errors.Is(err, session.ErrNoUser) { // no row
			return ErrWrongPassword
		}
		if err != nil {
			return err
		}
		return a.arrivedIn(ctx, tx, known.ID, from)
	})
}

// arrivedIn is what is done when a user logs in: an account that was to be deleted stays, and the browser is known from now
// on. He is told both, unless it was to be expected.
func (a *Accounts) arrivedIn(ctx context.Context, tx pgx.Tx, user session.UserID, from Client) error {
	stays, err := tx.Exec(ctx, stay, user)
	if err != nil {
		return err
	}
	if stays.RowsAffected() > 0 {
		if err := a.tell(ctx, tx, user, notice{What: staysNotice}); err != nil {
			return err
		}
	}
	if !from.hasBrowser() {
		return nil
	}
	strange, err := value[bool](ctx, tx, sawBrowser, user, from.Browser[:], a.now())
	if err != nil || !strange {
		return err
	}
	if err := forgetOldest(ctx, tx, user); err != nil {
		return err
	}
	return a.tellBrowser(ctx, tx, user)
}

// tellBrowser tells a user of a browser that is new to him, a few times.
func (a *Accounts) tellBrowser(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	err := a.count(ctx, tx, fmt.Sprintf("new browsers of user %d", user), browserNotices)
	if _, many := errors.AsType[TooManyTries](err); many {
		return nil
	}
	if err != nil {
		return err
	}
	return a.tell(ctx, tx, user, notice{What: browserNotice})
}

// forgetOldest forgets the browsers that are too many, and what is counted there: nobody fills the database with new ones.
func forgetOldest(ctx context.Context, tx pgx.Tx, user session.UserID) error {
	oldest, err := rows[knownBrowser](ctx, tx, forgetBrowsers, user, browsersMost)
	if err != nil || len(oldest) == 0 {
		return err
	}
	return forgetTried(ctx, tx, triesIn(user, oldest))
}
