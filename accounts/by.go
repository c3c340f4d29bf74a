package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// By is who changes something about another user, and the group that lets him. He must be in it when the change is made,
// not only when his request began: of two who take that right from each other at once, one keeps it. The zero By is the
// program itself, which may do everything.
type By struct {
	User session.UserID `json:"by"`
	As   session.Group  `json:"as"`
}

// The statements. Both users are locked, in one order, so that two who change each other do it one after the other.
const (
	lockBoth = `SELECT FROM users WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE`
	mayStill = `SELECT $1::bigint = 0 OR EXISTS (SELECT FROM users JOIN user_groups ON user_id = id
		WHERE id = $1 AND user_groups.name = $2 AND disabled IS NULL)`
)

// change changes something about a user, in a transaction. session.ErrPermissionDenied.
func (a *Accounts) change(ctx context.Context, by By, user session.UserID, f func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockBoth, by.User, user); err != nil {
			return err
		}
		may, err := by.may(ctx, tx)
		if err == nil && !may {
			err = session.ErrPermissionDenied
		}
		if err != nil {
			return err
		}
		return f(tx)
	})
}

// may says whether he is in his group still, and not disabled.
func (b By) may(ctx context.Context, tx pgx.Tx) (bool, error) {
	return value[bool](ctx, tx, mayStill, b.User, b.As)
}
