package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocsigo/start/framework/session"
)

const findOwnPassword = `SELECT id, coalesce(password_hash, '') AS password_hash, state, disabled IS NOT NULL AS disabled, '' AS typed,
	EXISTS (SELECT FROM browsers WHERE user_id = id AND browser = $2) AS known_browser FROM users WHERE id = $1`

// Reauthenticate says whether a connected user knows his password, for what wants that to be certain. ErrNotYourPassword;
// TooManyTries, which are counted apart from those of others who try to log in; ErrBusy. Who has no password asks for a
// link to log in instead.
func (a *Accounts) Reauthenticate(ctx context.Context, me session.UserID, password string, from Client) error {
	known, err := row[credentials](ctx, a.db, findOwnPassword, me, from.Browser[:])
	if err != nil {
		return err
	}
	if known.PasswordHash == "" {
		known.PasswordHash = a.passwords.nobodys
	}
	tries := triesToProve(me)
	if known.KnownBrowser {
		tries.of = passwordsOf(me, from.Browser)
	}
	err = a.check(ctx, known, password, tries)
	if errors.Is(err, ErrWrongPassword) {
		err = ErrNotYourPassword
	}
	return err
}

// triesToProve are those of somebody who is connected already, in a browser that is not known.
func triesToProve(me session.UserID) passwordTries {
	return passwordTries{of: fmt.Sprintf("passwords of user %d, connected", me), row: wrongInARow}
}
