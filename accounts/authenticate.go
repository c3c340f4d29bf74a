package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// Authenticate returns the user who has this e-mail and this password. When there is none the answer is
// ErrWrongPassword, in words and in time the same whether the e-mail or the password was wrong: it tells
// nobody who has an account. ErrBusy.
//
// A hash that is weaker than those made today, or of another kind, is replaced.
func (a *Accounts) Authenticate(ctx context.Context, email, password string) (session.UserID, error) {
	known, err := a.findPassword(ctx, email)
	if err != nil {
		return 0, err
	}
	right, better, err := a.passwords.verify(ctx, known.PasswordHash, password)
	switch {
	case err != nil:
		return 0, err
	case !right || known.ID == 0:
		return 0, ErrWrongPassword
	case better != "":
		if _, err := a.db.Exec(ctx, replaceHash, known.ID, known.PasswordHash, better); err != nil {
			return 0, err
		}
	}
	return known.ID, nil
}

// credentials are the row that a log-in is checked against.
type credentials struct {
	ID           session.UserID
	PasswordHash string
}

// findPassword returns a hash to check in any case: nobody's, which costs the same time, when the e-mail
// is unknown.
func (a *Accounts) findPassword(ctx context.Context, email string) (credentials, error) {
	nobody := credentials{0, a.passwords.nobodys}
	email, err := parseEmail(email)
	if err != nil {
		return nobody, nil
	}
	known, err := one(ctx, a.db, pgx.RowToStructByName[credentials], findPassword, email)
	if errors.Is(err, session.ErrNoUser) {
		return nobody, nil
	}
	return known, err
}
