package accounts

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
)

// The purposes of our own links. A page that shows a link asks Link.Purpose.
const (
	ForSignUp      = "sign-up"
	ForInvitation  = "invitation"
	ForLogIn       = "log-in"
	ForNewPassword = "new-password"
	ForNewAddress  = "new-address"
)

// Purpose is what links are for. T is what such a link needs to know, besides whose it is.
type Purpose[T any] struct {
	accounts *Accounts
	name     string
	life     time.Duration
}

// nothing is what a link needs to know that says all by its user or its address.
type nothing struct{}

var purposeName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Register adds a purpose, when the site is built: its links work for that long. T is kept as JSON, in clear. Links outlive
// the program, so a name keeps its meaning. It panics when the name is taken, or not of small letters, digits and hyphens.
func Register[T any](a *Accounts, name string, life time.Duration) *Purpose[T] {
	switch {
	case !purposeName.MatchString(name):
		panic(fmt.Sprintf("accounts.Register: %q is no name such as join-team", name))
	case a.purposes[name]:
		panic(fmt.Sprintf("accounts.Register: %q is registered twice", name))
	case life <= 0:
		panic(fmt.Sprintf("accounts.Register: links for %q never work", name))
	}
	a.purposes[name] = true
	return &Purpose[T]{a, name, life}
}

// Make makes a link, and returns its URL: the only place where its token stands. It is for the function that writes a
// letter, and works when the transaction commits.
//
// A link is a user's, or of an address that nobody need have shown to be his; the other one of the two may be empty. A
// newer one of the same purpose for the same user, or without one for the same address, replaces it, when its transaction
// commits. A user's link is void as soon as his password or one of his addresses changes, and when he is disabled:
// mail.ErrNobody when he is already.
func (p *Purpose[T]) Make(ctx context.Context, tx pgx.Tx, of Owner, data T) (url string, err error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("a link for %s: %w", p.name, err)
	}
	token, now := newToken(), p.accounts.now()
	if err := insert(ctx, tx, of, link{token.hash(), p.name, kept, now, now.Add(p.life)}); err != nil {
		return "", err
	}
	return p.accounts.options.URL.JoinPath("link", token.encode()).String(), nil
}

// Use uses a link up and calls f, in one transaction: of many who use it at once, one does. When f returns an error nothing
// has happened and the link still works. ErrBadLink for every link that does not work, whatever the reason.
func (p *Purpose[T]) Use(ctx context.Context, token string, f func(ctx context.Context, tx pgx.Tx, link Link, data T) error) error {
	return pgx.BeginFunc(ctx, p.accounts.db, func(tx pgx.Tx) error { return p.useIn(ctx, tx, token, f) })
}

// useIn is Use in a transaction.
func (p *Purpose[T]) useIn(ctx context.Context, tx pgx.Tx, token string, f func(ctx context.Context, tx pgx.Tx, link Link, data T) error) error {
	link, err := p.accounts.useUp(ctx, tx, token, p.name)
	if err != nil {
		return err
	}
	data, err := p.Data(link)
	if err != nil {
		return err
	}
	return f(ctx, tx, link, data)
}

// Data reads what a link of this purpose knows.
func (p *Purpose[T]) Data(link Link) (data T, err error) {
	if link.Purpose != p.name {
		return data, fmt.Errorf("a link for %s was taken for one for %s", link.Purpose, p.name)
	}
	if err := json.Unmarshal(link.Data, &data); err != nil {
		return data, fmt.Errorf("a link for %s knows what does not fit %T any more: %w", p.name, data, err)
	}
	return data, nil
}
