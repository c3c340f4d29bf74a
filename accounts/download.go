package accounts

import (
	"context"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// Kept is all that this package keeps about a user, for him to download as JSON. A site adds what it keeps elsewhere.
type Kept struct {
	ID        session.UserID  `json:"id"`
	Name      string          `json:"name"`
	Language  string          `json:"language"`
	Created   time.Time       `json:"created"`
	Disabled  *time.Time      `json:"disabled,omitzero"`
	Leaves    *time.Time      `json:"leaves,omitzero"`
	Password  bool            `json:"hasPassword"` // of which only a hash is kept
	Addresses []Address       `json:"addresses"`
	Groups    []session.Group `json:"groups"`
	Browsers  []SeenBrowser   `json:"browsers"`
	Links     []SentLink      `json:"links"`
}

// SeenBrowser is one in which the user has logged in.
type SeenBrowser struct {
	Seen time.Time `json:"seen"` // when he logged in there last
}

// SentLink is one that was sent to the user. It is kept until it expires, used or not.
type SentLink struct {
	Purpose string    `json:"purpose"`
	Address string    `json:"address"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
	Used    bool      `json:"used"`
}

// The statements.
const (
	findSeen  = `SELECT seen FROM browsers WHERE user_id = $1 ORDER BY seen DESC`
	findLinks = `SELECT purpose, coalesce(address, '') AS address, made, expires, used FROM links
		WHERE user_id = $1 AND ` + linkNewest + ` ORDER BY made DESC`
)

// Download returns what is kept about a user; session.ErrNoUser when the account is gone.
func (a *Accounts) Download(ctx context.Context, me session.UserID) (Kept, error) {
	user, err := a.Detail(ctx, me)
	if err != nil {
		return Kept{}, err
	}
	browsers, err := rows[SeenBrowser](ctx, a.db, findSeen, me)
	if err != nil {
		return Kept{}, err
	}
	links, err := rows[SentLink](ctx, a.db, findLinks, me)
	return Kept{
		ID: user.ID, Name: user.Name, Language: user.Language, Created: user.Created,
		Disabled: user.Disabled, Leaves: user.Leaves, Password: user.HasPassword,
		Addresses: user.Addresses, Groups: user.Groups, Browsers: browsers, Links: links,
	}, err
}
