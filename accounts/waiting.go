package accounts

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/mail"
)

// Waiting is somebody who wants an account while nobody can sign up.
type Waiting struct {
	Address string // as it was typed; nobody has shown that it is his
	Since   time.Time
	Invited *time.Time // when an invitation that still works was sent to him; nil: none was
}

// The statements.
const (
	insertWaiting = `INSERT INTO waiting (address, since) SELECT $1, $2
		WHERE NOT EXISTS (SELECT FROM addresses WHERE lower(address) = lower($1)) ON CONFLICT (lower(address)) DO NOTHING`
	findWaiting = `SELECT * FROM (
			SELECT address, since, (SELECT max(made) FROM links WHERE purpose = 'invitation' AND user_id IS NULL
				AND lower(links.address) = lower(waiting.address) AND NOT used AND expires > $1) AS invited
			FROM waiting WHERE strpos(lower(address), lower($2)) > 0
		) AS they ORDER BY invited IS NOT NULL, since, lower(address) LIMIT $3`
)

// Wait puts an address on the waiting list, and has a letter written that says so; or, to who has an account, that. Where
// there were too many letters it does neither, so the list is no longer than letters are. Errors are those of
// RequestSignUp.
func (a *Accounts) Wait(ctx context.Context, address string, from Client) error {
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	if err := a.countLetterFrom(ctx, from); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		few, err := sendIfFew(ctx, tx, a, a.letters.waiting, address, asked{address})
		if err != nil || !few {
			return err
		}
		_, err = tx.Exec(ctx, insertWaiting, address, a.now())
		return err
	})
}

func (a *Accounts) writeWaiting(ctx context.Context, tx pgx.Tx, in asked) (mail.Message, error) {
	known, err := holderOf(ctx, tx, in.Address)
	if err != nil {
		return mail.Message{}, err
	}
	if known != nil {
		return a.letter(known.Address, "You have an account at %s already", a.knownLetter()), nil
	}
	return a.letter(in.Address, "You are on the waiting list of %s", a.waitingLetter()), nil
}

// Waiting returns who is on the waiting list and has a text in his address; "" finds all. Those who have waited longest come
// first, and who was invited after the others; there are no more than limit. Who makes an account is off it.
func (a *Accounts) Waiting(ctx context.Context, text string, limit int) ([]Waiting, error) {
	return rows[Waiting](ctx, a.db, findWaiting, a.now(), searchable(text), limit)
}

// StopWaiting takes an address off the waiting list. ErrBadEmail, session.ErrPermissionDenied.
func (a *Accounts) StopWaiting(ctx context.Context, by By, address string) error {
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	err = a.change(ctx, by, 0, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, deleteWaiting, address)
		return err
	})
	return a.logged(ctx, err, "taken off the waiting list", 0, "by", by.User)
}
