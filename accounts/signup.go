package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// SignUp makes an account and returns its user. ErrBadEmail, ErrShortPassword, ErrLongPassword, ErrEmailTaken.
func (a *Accounts) SignUp(ctx context.Context, email, password string) (session.UserID, error) {
	email, err := parseEmail(email)
	if err != nil {
		return 0, err
	}
	if err := checkPassword(password); err != nil {
		return 0, err
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return 0, err
	}
	id, err := one(ctx, a.db, pgx.RowTo[session.UserID], insertUser, email, hash)
	if errors.Is(err, session.ErrNoUser) { // nothing was inserted
		err = ErrEmailTaken
	}
	return id, err
}
