package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

const leave = `UPDATE users SET leaves = coalesce(leaves, $2) WHERE id = $1`

// Leave has an account deleted in seven days, unless its user logs in before. He is told by mail, and his sessions end.
// session.ErrNoUser.
func (a *Accounts) Leave(ctx context.Context, me session.UserID) error {
	err := a.ending(ctx, me, func(ctx context.Context, tx pgx.Tx) error {
		leaving, err := tx.Exec(ctx, leave, me, a.now().Add(leaveTime))
		if err != nil {
			return err
		}
		if leaving.RowsAffected() == 0 {
			return session.ErrNoUser
		}
		return a.tell(ctx, tx, me, notice{What: leavesNotice})
	})
	return a.logged(ctx, err, "account will be deleted", me)
}
