package accounts

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	findHash      = `SELECT coalesce(password_hash, '') FROM users WHERE id = $1`
	setPassword   = `UPDATE users SET password_hash = $2, state = state + 1 WHERE id = $1`
	findAddresses = `SELECT address, main, verified FROM addresses WHERE user_id = $1 ORDER BY main DESC, lower(address)`
)

// ChangePassword gives a user another password. old is the one he has, unless he has shown lately who he is (recent). He is
// told by mail, his sessions end but for the one of this request, and the links that were sent to him before are void. The
// caller gives this session another token. ErrNotYourOldPassword, ErrSamePassword, what CheckPassword refuses, TooManyTries,
// ErrBusy; session.ErrNotConnected when this session has ended meanwhile, as by a new password.
func (a *Accounts) ChangePassword(ctx context.Context, me session.UserID, old, new string, recent bool, from Client) error {
	about, err := a.aboutUser(ctx, me)
	if err != nil {
		return err
	}
	if err := a.checkNew(ctx, new, about...); err != nil { // before one that is right or wrong
		return err
	}
	if !recent {
		err := a.Reauthenticate(ctx, me, old, from)
		if errors.Is(err, ErrNotYourPassword) {
			return ErrNotYourOldPassword
		}
		if err != nil {
			return err
		}
	}
	if err := a.checkOther(ctx, me, new); err != nil { // it is he: nobody else hears what his password is
		return err
	}
	hash, err := a.hashOf(ctx, new, about...)
	if err != nil {
		return err
	}
	err = a.ending(ctx, me, func(ctx context.Context, tx pgx.Tx) error { return a.setPassword(ctx, tx, me, hash) },
		session.Others(), session.Because(session.NewPassword))
	return a.logged(ctx, err, "password changed", me)
}

// checkOther says ErrSamePassword when this is a user's password already.
func (a *Accounts) checkOther(ctx context.Context, me session.UserID, password string) error {
	hash, err := value[string](ctx, a.db, findHash, me)
	if err != nil || hash == "" {
		return err
	}
	same, _, err := a.passwords.verify(ctx, hash, password)
	if err == nil && same {
		err = ErrSamePassword
	}
	return err
}

// SetNewPassword gives a user who has followed a link of RequestNewPassword a password, and returns him. He is told by
// mail, all his sessions end, wrong passwords are counted anew, and the links that were sent to him before are void. The
// caller does not log him in: whoever reads his mail now and knows not his password has to type it once. ErrBadLink, what
// CheckPassword refuses, ErrBusy; the link still works then, unless it was bad.
func (a *Accounts) SetNewPassword(ctx context.Context, token, password string) (session.UserID, error) {
	link, err := a.Look(ctx, token)
	if err != nil {
		return 0, err
	}
	if link.Purpose != ForNewPassword {
		return 0, ErrBadLink
	}
	about, err := a.aboutUser(ctx, link.User)
	if err != nil {
		return 0, err
	}
	hash, err := a.hashOf(ctx, password, about...)
	if err != nil {
		return 0, err
	}
	err = a.ending(ctx, link.User, func(ctx context.Context, tx pgx.Tx) error {
		return a.newPasswords.useIn(ctx, tx, token, func(ctx context.Context, tx pgx.Tx, link Link, _ nothing) error {
			if err := forgetWrong(ctx, tx, link.User); err != nil {
				return err
			}
			return a.setPassword(ctx, tx, link.User, hash)
		})
	}, session.Because(session.NewPassword))
	return idUnless(a.logged(ctx, err, "password changed", link.User, "by", "link"), link.User)
}

func (a *Accounts) setPassword(ctx context.Context, tx pgx.Tx, user session.UserID, hash string) error {
	if _, err := tx.Exec(ctx, setPassword, user, hash); err != nil {
		return err
	}
	return a.tell(ctx, tx, user, notice{What: passwordNotice})
}

// aboutUser is what a guesser knows about a user: his addresses and his name. session.ErrNoUser.
func (a *Accounts) aboutUser(ctx context.Context, id session.UserID) ([]string, error) {
	user, err := a.User(ctx, id)
	if err != nil {
		return nil, err
	}
	has, err := rows[Address](ctx, a.db, findAddresses, id)
	about := []string{user.Name}
	for _, h := range has {
		about = append(about, h.Address)
	}
	return about, err
}
