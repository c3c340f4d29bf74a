package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

const leave = `UPDATE users SET leaves = coalesce(leaves, $2) WHERE id = $1`

// Leave has an account deleted in seven days, unless its user logs in before. He is told by mail. The caller ends his
// sessions. session.ErrNoUser.
func (a *Accounts) Leave(ctx context.Context, me session.UserID) error {
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		leaving, err := tx.Exec(ctx, leave, me, a.now().Add(leaveTime))
		if err != nil {
			return err
		}
		if leaving.RowsAffected() == 0 {
			return session.ErrNoUser
		}
		return a.tell(ctx, tx, me, notice{What: leavesNotice})
	})
}
