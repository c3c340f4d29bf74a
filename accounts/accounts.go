package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
)

// Accounts are the users in a database. All methods may be called at once.
type Accounts struct {
	db        *pgxpool.Pool
	passwords hasher
	site      []string
}

// New returns the accounts of a database in which the site's migrations have run. Site are the site's names, of which no
// password may be made.
func New(db *pgxpool.Pool, site ...string) *Accounts { return &Accounts{db, newHasher(), site} }

// User is what is known about a user.
type User struct {
	ID      session.UserID
	Email   string // as it was typed
	Created time.Time
}

const userColumns = `id, email, created`

// The statements. E-mails are compared by the database alone, in small letters, as its unique index does.
const (
	insertUser = `INSERT INTO users (email, password_hash) VALUES ($1, $2)
		ON CONFLICT (lower(email)) DO NOTHING RETURNING id`
	findPassword = `SELECT id, password_hash FROM users WHERE lower(email) = lower($1)`
	replaceHash  = `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2` // unless it was changed meanwhile
	findUser     = `SELECT ` + userColumns + ` FROM users WHERE id = $1`
	findGroups   = `SELECT ARRAY(SELECT name FROM user_groups WHERE user_id = users.id AND name = ANY($2))
		FROM users WHERE id = $1`
)

// User returns what is known about a user; session.ErrNoUser when the account is gone.
func (a *Accounts) User(ctx context.Context, id session.UserID) (User, error) {
	return one(ctx, a.db, pgx.RowToStructByName[User], findUser, id)
}

// Groups returns in which of these groups the user is; session.ErrNoUser when the account is gone, which
// ends its sessions. It is made for session.Options.Groups.
func (a *Accounts) Groups(ctx context.Context, id session.UserID, of []session.Group) ([]session.Group, error) {
	return one(ctx, a.db, pgx.RowTo[[]session.Group], findGroups, id, of)
}

// one returns the only row of a query about a user; session.ErrNoUser when there is none.
func one[T any](ctx context.Context, db *pgxpool.Pool, read pgx.RowToFunc[T], query string, arguments ...any) (T, error) {
	rows, err := db.Query(ctx, query, arguments...)
	if err != nil {
		var none T
		return none, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, read)
	if errors.Is(err, pgx.ErrNoRows) {
		err = session.ErrNoUser
	}
	return found, err
}
