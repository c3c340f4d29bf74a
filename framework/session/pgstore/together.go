package pgstore

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// What is done in a transaction of the site's, together with what it does there. The nodes hear of it when that commits.

// forgetUsers ends sessions as deleteUserSessions does.
const forgetUsers = `WITH remembered AS (
		DELETE FROM ocsigo_states WHERE kind = 'user' AND number = ANY($1)
	), locked AS (
		SELECT id FROM ocsigo_sessions WHERE user_id = ANY($1) ORDER BY id FOR UPDATE
	), gone AS (
		DELETE FROM ocsigo_sessions WHERE id = ANY(ARRAY(SELECT id FROM locked)) RETURNING ` + columns + `, $2::json AS how
	) ` + tellGone

const isThere = `SELECT EXISTS (SELECT FROM ocsigo_sessions WHERE id = $1)`

// DeleteUser is Store.DeleteUser in a transaction, for session.Together, which does what follows. Call it last: when the
// session that is to go on has ended by then, it is session.ErrNotConnected. Where there is no Manager, as in a command, let
// how name no node: then all of them hear that the sessions have ended. Closing hooks do not run.
func DeleteUser(ctx context.Context, tx pgx.Tx, user session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
	if but != 0 {
		var there bool
		if err := tx.QueryRow(ctx, isThere, but).Scan(&there); err != nil {
			return nil, err
		}
		if !there {
			return nil, session.ErrNotConnected
		}
	}
	return records(ctx, tx, deleteUserSessions, user, but, ending(how))
}

// ForgetUsers forgets users whose accounts are deleted in a transaction: what stored references remember for them, and
// where they are logged in, if they are. All nodes hear that these sessions have ended; closing hooks do not run. It is too
// early for what is written for such a user later, as by a job in Manager.InUser.
func ForgetUsers(ctx context.Context, tx pgx.Tx, users ...session.UserID) error {
	_, err := records(ctx, tx, forgetUsers, users, ending{Reason: session.UserGone})
	return err
}
