package accounts

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// Address is an e-mail address of which a user has shown that he reads what comes there.
type Address struct {
	Address  string    `json:"address"` // as it was typed
	Main     bool      `json:"main"`    // notices go there, and it cannot be removed
	Verified time.Time `json:"verified"`
}

// The statements. The user's row is locked first, so that two who change his addresses do it one after the other.
const (
	raiseState    = `UPDATE users SET state = state + 1 WHERE id = $1`
	findAddress   = `SELECT address, main, verified FROM addresses WHERE user_id = $1 AND lower(address) = lower($2)`
	unsetMain     = `UPDATE addresses SET main = false WHERE user_id = $1 AND main`
	setMain       = `UPDATE addresses SET main = true WHERE user_id = $1 AND lower(address) = lower($2)`
	deleteAddress = `DELETE FROM addresses WHERE user_id = $1 AND lower(address) = lower($2)`
)

// Addresses returns a user's addresses, the main one first; session.ErrNoUser when the account is gone.
func (a *Accounts) Addresses(ctx context.Context, me session.UserID) ([]Address, error) {
	all, err := rows[Address](ctx, a.db, findAddresses, me)
	if err == nil && len(all) == 0 {
		err = session.ErrNoUser
	}
	return all, err
}

// ConfirmAddress adds the address of a link that RequestAddress has sent. The user is told at his main address. ErrBadLink;
// ErrOthersLink when it is another user's link, which still works then; ErrEmailTaken.
func (a *Accounts) ConfirmAddress(ctx context.Context, token string, me session.UserID) error {
	err := a.newAddresses.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, link Link, _ nothing) error {
		if link.User != me {
			return ErrOthersLink
		}
		if _, err := tx.Exec(ctx, raiseState, me); err != nil {
			return err
		}
		inserted, err := tx.Exec(ctx, insertAddress, link.Address, me, false, a.now())
		if err != nil {
			return err
		}
		if inserted.RowsAffected() == 0 {
			return ErrEmailTaken
		}
		if _, err := tx.Exec(ctx, deleteWaiting, link.Address); err != nil {
			return err
		}
		return a.tell(ctx, tx, me, notice{What: addedNotice, Address: link.Address})
	})
	return a.logged(ctx, err, "address added", me)
}

// MakeMain lets notices go to another one of a user's addresses. He is told at the one before. ErrNoEmail when it is none
// of his.
func (a *Accounts) MakeMain(ctx context.Context, me session.UserID, address string) error {
	err := a.changeAddress(ctx, me, address, func(tx pgx.Tx, change Address) error {
		if change.Main {
			return nil
		}
		if err := a.tell(ctx, tx, me, notice{What: mainNotice, Address: change.Address}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, unsetMain, me); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, setMain, me, change.Address)
		return err
	})
	return a.logged(ctx, err, "main address changed", me)
}

// RemoveAddress removes one of a user's addresses. He is told there and at his main address. ErrNoEmail when it is none of
// his, ErrMainEmail when it is the main one.
func (a *Accounts) RemoveAddress(ctx context.Context, me session.UserID, address string) error {
	err := a.changeAddress(ctx, me, address, func(tx pgx.Tx, change Address) error {
		if change.Main {
			return ErrMainEmail
		}
		removed := notice{What: removedNotice, Address: change.Address}
		if err := a.tell(ctx, tx, me, removed); err != nil {
			return err
		}
		removed.To = change.Address
		if err := a.letters.notice.Send(ctx, tx, removed); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, deleteAddress, me, change.Address)
		return err
	})
	return a.logged(ctx, err, "address removed", me)
}

// changeAddress changes something about one of a user's addresses. The links that were sent to him before are void then.
func (a *Accounts) changeAddress(ctx context.Context, me session.UserID, address string,
	f func(tx pgx.Tx, change Address) error) error {
	address, err := parseAddress(address)
	if err != nil {
		return ErrNoEmail
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, raiseState, me); err != nil {
			return err
		}
		change, err := row[Address](ctx, tx, findAddress, me, address)
		if err == session.ErrNoUser { // no row
			return ErrNoEmail
		}
		if err != nil {
			return err
		}
		return f(tx, change)
	})
}
