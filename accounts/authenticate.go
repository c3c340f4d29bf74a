package accounts

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	// findPassword finds a row for an address that nobody has, too.
	findPassword = `SELECT coalesce(users.id, 0) AS id, coalesce(password_hash, '') AS password_hash, coalesce(state, 0) AS state,
			disabled IS NOT NULL AS disabled, typed,
			EXISTS (SELECT FROM browsers WHERE browsers.user_id = users.id AND browser = $2) AS known_browser
		FROM (SELECT lower($1) AS typed) AS address LEFT JOIN addresses ON lower(addresses.address) = typed
			LEFT JOIN users ON users.id = addresses.user_id`
	replaceHash = `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2` // unless it was changed meanwhile
)

// Authenticate logs a user in who types one of his addresses and his password. When they do not belong together the answer
// is ErrWrongPassword, in words and in time the same whatever was wrong: it tells nobody who has an account. TooManyTries
// comes after too many of these, for an address that nobody has too. After too many in a row the right password is as wrong
// as the others, in browsers that are new to the user; he is told by mail. ErrDisabled, after the right password only.
// ErrBusy.
//
// Who has had enough of being deleted stays by logging in. A log-in in a browser that is new to the user is told to him by
// mail, unless it is his first. A hash that is weaker than those made today, or of another kind, is replaced.
//
// A page calls LogIn, which does this too.
func (a *Accounts) Authenticate(ctx context.Context, address, password string, from Client) (session.UserID, error) {
	known, err := a.authenticate(ctx, address, password, from)
	return idUnless(a.loggedIn(ctx, err, known.ID, "password", from), known.ID)
}

func (a *Accounts) authenticate(ctx context.Context, address, password string, from Client) (credentials, error) {
	known, err := a.findPassword(ctx, address, from)
	if err != nil {
		return known, err
	}
	if err := a.check(ctx, known, password, triesToLogIn(known, address, from)); err != nil {
		return known, err
	}
	if known.Disabled {
		return known, ErrDisabled
	}
	return known, a.arrived(ctx, known, from)
}

// check verifies a password, as often as that may be tried. It replaces a hash that is not good any more.
func (a *Accounts) check(ctx context.Context, known credentials, password string, tries passwordTries) error {
	closed, err := a.begin(ctx, tries)
	if err != nil {
		return err
	}
	kept := known.PasswordHash
	if closed {
		kept = a.passwords.nobodys
	}
	right, better, err := a.passwords.verify(ctx, kept, password)
	switch {
	case err != nil:
		return also(err, a.giveBack(ctx, tries.of, tries.inARow()))
	case !right || known.ID == 0:
		return a.wrong(ctx, known.ID, tries)
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
	Typed        string // the address, as the database compares it; "": what was typed is none
}

// findPassword returns a hash to check in any case: nobody's, which costs the same time, when the address is unknown or its
// user has no password.
func (a *Accounts) findPassword(ctx context.Context, address string, from Client) (credentials, error) {
	known, err := row[credentials](ctx, a.db, findPassword, asKept(address), from.Browser[:])
	if known.PasswordHash == "" {
		known.PasswordHash = a.passwords.nobodys
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
