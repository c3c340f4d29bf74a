package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// SignUp makes an account and returns its user. ErrBadEmail, ErrEmailTaken, ErrBusy, and what
// CheckPassword refuses.
func (a *Accounts) SignUp(ctx context.Context, email, password string) (session.UserID, error) {
	email, err := parseEmail(email)
	if err != nil {
		return 0, err
	}
	if err := CheckPassword(password, append([]string{email}, a.site...)...); err != nil {
		return 0, err
	}
	hash, err := a.hashOf(ctx, password)
	if err != nil {
		return 0, err
	}
	id, err := one(ctx, a.db, pgx.RowTo[session.UserID], insertUser, email, hash)
	if errors.Is(err, session.ErrNoUser) { // nothing was inserted
		err = ErrEmailTaken
	}
	return id, err
}

// hashOf returns what to keep of a password that CheckPassword took. ErrBusy.
func (a *Accounts) hashOf(ctx context.Context, password string) (string, error) {
	password, err := normal(password)
	if err != nil {
		return "", err
	}
	return a.passwords.hash(ctx, password)
}
