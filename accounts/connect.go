package accounts

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// LogIn is Authenticate for a request: connect connects the user, with session.Connect. If his password or one of his
// addresses was changed, or he was disabled or has left, after he had shown who he is and before there was a session, it
// ends again: ErrWrongPassword. (In a server function the session begins when its ticket is redeemed, so there this is not
// noticed.)
func (a *Accounts) LogIn(ctx context.Context, address, password string, from Client,
	connect func(user session.UserID) error) error {
	known, err := a.authenticate(ctx, address, password, from)
	if err != nil {
		return err
	}
	return a.loggedIn(ctx, a.connect(ctx, known, connect, ErrWrongPassword), known.ID, "password", from)
}

// changedSince waits for what is being changed. Who logs in stays (arrivedIn), so one who leaves has left since.
const changedSince = `SELECT state <> $2 OR leaves IS NOT NULL FROM users WHERE id = $1 FOR SHARE`

// connect connects a user, unless something has changed about him since he was known: then it is refused.
func (a *Accounts) connect(ctx context.Context, known credentials, connect func(user session.UserID) error, refused error) error {
	if err := connect(known.ID); err != nil {
		return err
	}
	changed, err := value[bool](ctx, a.db, changedSince, known.ID, known.State)
	switch {
	case errors.Is(err, session.ErrNoUser), err == nil && changed:
		err = refused
	case err == nil:
		return nil
	}
	return also(err, session.Disconnect(ctx))
}
