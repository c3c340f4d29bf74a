package accounts

import (
	"context"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// User is what is known about a user.
type User struct {
	ID          session.UserID
	Email       string // the main address, as it was typed
	Name        string // "": none was given
	Language    string // a BCP 47 tag such as en-GB; "": what the browser asks for
	Created     time.Time
	Disabled    *time.Time // since when; nil: the account is not disabled
	Leaves      *time.Time // when the account is to be deleted; nil: it stays
	HasPassword bool       // or logs in by mailed links only
	Groups      []session.Group
}

// userColumns of users, joined with the main one of their addresses.
const (
	userColumns = `users.id, address AS email, name, language, created, disabled, leaves, password_hash IS NOT NULL AS has_password,
		ARRAY(SELECT user_groups.name FROM user_groups WHERE user_id = users.id ORDER BY user_groups.name) AS groups`
	userTables = `users JOIN addresses ON addresses.user_id = users.id AND main`
	findUser   = `SELECT ` + userColumns + ` FROM ` + userTables + ` WHERE users.id = $1`
)

// User returns what is known about a user; session.ErrNoUser when the account is gone.
func (a *Accounts) User(ctx context.Context, id session.UserID) (User, error) {
	return row[User](ctx, a.db, findUser, id)
}
