package accounts

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	findPassword = `SELECT users.id, coalesce(password_hash, '') AS password_hash, state, disabled IS NOT NULL AS disabled,
			EXISTS (SELECT FROM browsers WHERE browsers.user_id = users.id AND browser = $2) AS known_browser
		FROM users JOIN addresses ON addresses.user_id = users.id WHERE lower(address) = lower($1)`
	replaceHash = `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2` // unless it was changed meanwhile
)

// Authenticate logs a user in who types one of his addresses and his password. When they do not belong together the answer
// is ErrWrongPassword, in words and in time the same whatever was wrong: it tells nobody who has an account. TooManyTries
// comes after too many of these, for an address that nobody has too. ErrDisabled, after the right password only. ErrBusy.
//
// Who has had enough of being deleted stays by logging in. A log-in in a browser that is new to the user is told to him by
// mail, unless it is his first. A hash that is weaker than those made today, or of another kind, is replaced.
func (a *Accounts) Authenticate(ctx context.Context, address, password string, from Client) (session.UserID, error) {
	known, err := a.findPassword(ctx, address, from)
	if err != nil {
		return 0, err
	}
	tries := triesToLogIn(known, address, from)
	if err := a.check(ctx, known, password, tries); err != nil {
		return 0, err
	}
	if known.Disabled {
		return 0, ErrDisabled
	}
	return idUnless(a.arrived(ctx, known, from), known.ID)
}

// check verifies a password, as often as that may be tried. It replaces a hash that is not good any more.
func (a *Accounts) check(ctx context.Context, known credentials, password string, tries passwordTries) error {
	if err := a.begin(ctx, tries); err != nil {
		return err
	}
	right, better, err := a.passwords.verify(ctx, known.PasswordHash, password)
	switch {
	case err != nil:
		return also(err, a.giveBack(ctx, tries.of, tries.inARow()))
	case !right || known.ID == 0:
		return a.wrong(ctx, tries)
	}
	if err := a.right(ctx, known.ID, tries); err != nil || better == "" {
		return err
	}
	_, err = a.db.Exec(ctx, replaceHash, known.ID, known.PasswordHash, better)
	return err
}

// credentials are what a log-in is checked against.
type credentials struct {
	ID           session.UserID
	PasswordHash string
	State        int64
	Disabled     bool
	KnownBrowser bool
}

// findPassword returns a hash to check in any case: nobody's, which costs the same time, when the address is unknown or its
// user has no password.
func (a *Accounts) findPassword(ctx context.Context, address string, from Client) (credentials, error) {
	nobody := credentials{PasswordHash: a.passwords.nobodys}
	known, err := row[credentials](ctx, a.db, findPassword, asKept(address), from.Browser[:])
	if errors.Is(err, session.ErrNoUser) {
		return nobody, nil
	}
	if known.PasswordHash == "" {
		known.PasswordHash = nobody.PasswordHash
	}
	return known, err
}

// also is an error, and another one if there is one.
func also(err, another error) error {
	if another == nil {
		return err
	}
	return errors.Join(err, another)
}
