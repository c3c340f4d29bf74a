package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// The functions of this file ask for a letter. ErrBadEmail is all that they say of an address. TooManyTries says that there were too
// many from one network; too many to one address, or in all, are sent silently no more.

// RequestSignUp has a letter written to who wants an account: with a link for CompleteSignUp, or, when he has an account,
// saying so.
func (a *Accounts) RequestSignUp(ctx context.Context, address string, from Client) error {
	return a.request(ctx, a.letters.signUp, address, from)
}

// RequestLogIn has a letter written with a link for LogInByLink, if a user has the address.
func (a *Accounts) RequestLogIn(ctx context.Context, address string, from Client) error {
	return a.request(ctx, a.letters.logIn, address, from)
}

// RequestNewPassword has a letter written with a link for SetNewPassword, if a user has the address.
func (a *Accounts) RequestNewPassword(ctx context.Context, address string, from Client) error {
	return a.request(ctx, a.letters.newPassword, address, from)
}

func (a *Accounts) request(ctx context.Context, kind *mail.Kind[asked], address string, from Client) error {
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	if err := a.countLetterFrom(ctx, from); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		_, err := sendIfFew(ctx, tx, a, kind, address, asked{address})
		return err
	})
}

// RequestAddress has a letter written to an address that a user wants to add, with a link for ConfirmAddress. ErrOwnEmail
// and ErrManyEmails; TooManyTries when the user has asked for too many letters.
func (a *Accounts) RequestAddress(ctx context.Context, me session.UserID, address string) error {
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	has, err := a.Addresses(ctx, me)
	if err != nil {
		return err
	}
	if len(has) >= addressesMost {
		return ErrManyEmails
	}
	known, err := holderOf(ctx, a.db, address)
	if err != nil {
		return err
	}
	if known != nil && known.ID == me {
		return ErrOwnEmail
	}
	if err := a.count(ctx, a.db, fmt.Sprintf("letters of user %d", me), lettersFrom); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		_, err := sendIfFew(ctx, tx, a, a.letters.newAddress, address, askedBy{address, me})
		return err
	})
}

// countLetterFrom counts a letter that a network asks for. TooManyTries.
func (a *Accounts) countLetterFrom(ctx context.Context, from Client) error {
	if !from.Network.IsValid() {
		return nil
	}
	return a.count(ctx, a.db, "letters from "+from.Network.String(), lettersFrom)
}

// countLetterTo counts a letter to an address. TooManyTries.
func (a *Accounts) countLetterTo(ctx context.Context, tx pgx.Tx, address string) error {
	if err := a.count(ctx, tx, "letters to "+strings.ToLower(address), lettersTo); err != nil {
		return err
	}
	return a.count(ctx, tx, "letters", lettersAll)
}

// sendIfFew sends a letter, or silently none when there were too many.
func sendIfFew[In any](ctx context.Context, tx pgx.Tx, a *Accounts, kind *mail.Kind[In], address string, in In) (few bool, err error) {
	err = a.countLetterTo(ctx, tx, address)
	if _, many := errors.AsType[TooManyTries](err); many {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, kind.Send(ctx, tx, in)
}
