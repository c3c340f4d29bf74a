package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// Owner is whose a link is: a user, or somebody who reads what comes to an address.
type Owner struct {
	User    session.UserID // 0: nobody who has an account
	Address string         // that the link is about; "": none
}

// Link is one that works.
type Link struct {
	Owner
	Purpose string
	Data    json.RawMessage // see Purpose.Data
	Expires time.Time
}

// ErrBadLink says that a link does not work: it never did, was used, is too old, was replaced by a newer one, or is void,
// for something about its user has changed. A page says the same for all of these.
var ErrBadLink = errors.New("this link does not work")

// link is what a row says besides whose it is.
type link struct {
	hash    []byte
	purpose string
	data    json.RawMessage
	made    time.Time
	expires time.Time
}

const (
	linkColumns = `coalesce(user_id, 0) AS user, coalesce(address, '') AS address, purpose, data, expires`

	// linkWorks asks of a row of links whether it does, now ($2).
	linkWorks = `NOT used AND expires > $2 AND (user_id IS NULL OR EXISTS (
		SELECT FROM users WHERE id = user_id AND disabled IS NULL AND users.state = links.state)) AND ` + linkNewest

	// linkNewest asks whether no newer link of its purpose was sent to the same user, or without one to the same address. One
	// that was used counts: the letter with the older one may still be on its way.
	linkNewest = `NOT EXISTS (SELECT FROM links AS newer WHERE newer.purpose = links.purpose AND newer.number > links.number
		AND coalesce(newer.user_id::text, lower(newer.address)) = coalesce(links.user_id::text, lower(links.address)))`
)

// The statements. A newer link leaves the row of an older one alone, which is not to be locked while the letter is sent. What
// does not work any more is swept.
const (
	insertLink = `INSERT INTO links (hash, purpose, user_id, address, state, data, made, expires)
		VALUES ($1, $2, nullif($3::bigint, 0), nullif($4::text, ''), $5, $6, $7, $8)`
	findState = `SELECT state FROM users WHERE id = $1 AND disabled IS NULL`
	findLink  = `SELECT ` + linkColumns + ` FROM links WHERE hash = $1 AND ` + linkWorks
	useLink   = `UPDATE links SET used = true WHERE hash = $1 AND ` + linkWorks + ` AND purpose = $3 RETURNING ` + linkColumns

	// lockLinkUser lets nothing about the user of a link change until the transaction ends.
	lockLinkUser = `SELECT FROM users WHERE id = (SELECT user_id FROM links WHERE hash = $1) FOR NO KEY UPDATE`
)

// Look returns the link of a token, and uses nothing up. ErrBadLink.
func (a *Accounts) Look(ctx context.Context, token string) (Link, error) {
	t, ok := parseToken(token)
	if !ok {
		return Link{}, ErrBadLink
	}
	found, err := row[Link](ctx, a.db, findLink, t.hash(), a.now())
	return found, badIfNone(err)
}

// useUp uses a link up and returns it. ErrBadLink.
func (a *Accounts) useUp(ctx context.Context, tx pgx.Tx, token, purpose string) (Link, error) {
	t, ok := parseToken(token)
	if !ok {
		return Link{}, ErrBadLink
	}
	if _, err := tx.Exec(ctx, lockLinkUser, t.hash()); err != nil {
		return Link{}, err
	}
	used, err := row[Link](ctx, tx, useLink, t.hash(), a.now(), purpose)
	return used, badIfNone(err)
}

func badIfNone(err error) error {
	if errors.Is(err, session.ErrNoUser) { // no row
		return ErrBadLink
	}
	return err
}

// insert keeps a link, bound to the state in which its user is. mail.ErrNobody.
func insert(ctx context.Context, tx pgx.Tx, of Owner, l link) error {
	var state *int64
	if of.User != 0 {
		now, err := value[int64](ctx, tx, findState, of.User)
		if errors.Is(err, session.ErrNoUser) {
			return fmt.Errorf("%w: %w", mail.ErrNobody, err)
		}
		if err != nil {
			return err
		}
		state = &now
	}
	_, err := tx.Exec(ctx, insertLink, l.hash, l.purpose, of.User, of.Address, state, l.data, l.made, l.expires)
	return err
}
