package accounts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// The statements.
const (
	insertUser    = `INSERT INTO users (password_hash, name, created) VALUES ($1, $2, $3) RETURNING id`
	insertAddress = `INSERT INTO addresses (address, user_id, main, verified) VALUES ($1, $2, $3, $4)
		ON CONFLICT (lower(address)) DO NOTHING`
	deleteWaiting = `DELETE FROM waiting WHERE lower(address) = lower($1)`
)

// CompleteSignUp makes the account of who has followed a link for it, or an invitation, and returns its user. ErrBadLink;
// ErrBadName, ErrLongName and what CheckPassword refuses; ErrEmailTaken, when the address has got an account meanwhile;
// ErrBusy. The link still works then, unless it was bad. From now on the browser is one that the user knows.
func (a *Accounts) CompleteSignUp(ctx context.Context, token, name, password string, from Client) (session.UserID, error) {
	link, err := a.Look(ctx, token)
	if err != nil {
		return 0, err
	}
	account, err := a.prepare(ctx, link.Address, name, password)
	if err != nil {
		return 0, err
	}
	var id session.UserID
	switch link.Purpose {
	case ForSignUp:
		err = a.signUps.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, _ Link, _ nothing) error {
			if id, err = a.insertAccount(ctx, tx, account); err != nil {
				return err
			}
			return a.arrivedIn(ctx, tx, id, from)
		})
	case ForInvitation:
		err = a.invitations.Use(ctx, token, func(ctx context.Context, tx pgx.Tx, _ Link, by invitation) error {
			if id, err = a.insertAccount(ctx, tx, account); err != nil {
				return err
			}
			if err := by.giveGroups(ctx, tx, id); err != nil {
				return err
			}
			return a.arrivedIn(ctx, tx, id, from)
		})
	default:
		err = ErrBadLink
	}
	return idUnless(a.logged(ctx, err, "account made", id, "by", link.Purpose, "from", from.Network), id)
}

// Create makes an account whose address is taken as verified, and returns its user: for tests, for data to begin with, and
// for commands. People come by CompleteSignUp. ErrBadEmail, ErrEmailTaken and the errors of CompleteSignUp.
func (a *Accounts) Create(ctx context.Context, address, name, password string) (session.UserID, error) {
	address, err := parseAddress(address)
	if err != nil {
		return 0, err
	}
	account, err := a.prepare(ctx, address, name, password)
	if err != nil {
		return 0, err
	}
	var id session.UserID
	err = pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		id, err = a.insertAccount(ctx, tx, account)
		return err
	})
	return idUnless(err, id)
}

// account is one that can be made, if its address is free.
type account struct{ address, name, hash string }

// prepare checks what was typed and hashes the password: before the transaction, for it takes long.
func (a *Accounts) prepare(ctx context.Context, address, name, password string) (account, error) {
	name, err := parseName(name)
	if err != nil {
		return account{}, err
	}
	hash, err := a.hashOf(ctx, password, address, name)
	return account{address, name, hash}, err
}

// insertAccount makes the account. ErrEmailTaken.
func (a *Accounts) insertAccount(ctx context.Context, tx pgx.Tx, new account) (session.UserID, error) {
	now := a.now()
	id, err := value[session.UserID](ctx, tx, insertUser, new.hash, new.name, now)
	if err != nil {
		return 0, err
	}
	inserted, err := tx.Exec(ctx, insertAddress, new.address, id, true, now)
	if err != nil {
		return 0, err
	}
	if inserted.RowsAffected() == 0 {
		return 0, ErrEmailTaken
	}
	_, err = tx.Exec(ctx, deleteWaiting, new.address)
	return id, err
}

// hashOf checks a new password, of which a guesser knows what it may be about, and returns what to keep of it. ErrBusy.
func (a *Accounts) hashOf(ctx context.Context, password string, about ...string) (string, error) {
	if err := a.checkNew(ctx, password, about...); err != nil {
		return "", err
	}
	password, err := normal(password)
	if err != nil {
		return "", err
	}
	return a.passwords.hash(ctx, password)
}

// checkNew is CheckPassword, when there is a processor for it: a long password takes it for as long as a hash does. ErrBusy.
func (a *Accounts) checkNew(ctx context.Context, password string, about ...string) error {
	if err := a.passwords.enter(ctx); err != nil {
		return err
	}
	defer a.passwords.leave()
	return CheckPassword(password, append(about, a.options.Site)...)
}

func idUnless(err error, id session.UserID) (session.UserID, error) {
	if err != nil {
		return 0, err
	}
	return id, nil
}
