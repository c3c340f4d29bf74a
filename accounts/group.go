package accounts

import (
	"context"
	"regexp"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
)

// The statements. That a user is there is told by what they return.
const (
	addGroup = `WITH added AS (
			INSERT INTO user_groups (user_id, name) SELECT id, $2 FROM users WHERE id = $1 ON CONFLICT DO NOTHING
		) SELECT id FROM users WHERE id = $1`
	removeGroup = `WITH removed AS (DELETE FROM user_groups WHERE user_id = $1 AND name = $2)
		SELECT id FROM users WHERE id = $1`
)

// groupName is one that is easy to say to session.Allow. Groups that are in the table under others stay good.
var groupName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

func checkGroup(group session.Group) error {
	if !groupName.MatchString(string(group)) {
		return ErrBadGroup
	}
	return nil
}

// AddGroup puts a user into a group. It is felt within 30 seconds, and at once when the caller says so to the sessions:
// session.Manager.Changed. ErrBadGroup, session.ErrNoUser, session.ErrPermissionDenied.
func (a *Accounts) AddGroup(ctx context.Context, by By, user session.UserID, group session.Group) error {
	if err := checkGroup(group); err != nil {
		return err
	}
	err := a.changeGroup(ctx, by, addGroup, user, group)
	return a.logged(ctx, err, "group added", user, "group", group, "by", by.User)
}

// RemoveGroup takes a user out of a group, as AddGroup puts him into one.
func (a *Accounts) RemoveGroup(ctx context.Context, by By, user session.UserID, group session.Group) error {
	err := a.changeGroup(ctx, by, removeGroup, user, group)
	return a.logged(ctx, err, "group removed", user, "group", group, "by", by.User)
}

func (a *Accounts) changeGroup(ctx context.Context, by By, query string, user session.UserID, group session.Group) error {
	return a.change(ctx, by, user, func(tx pgx.Tx) error {
		_, err := value[session.UserID](ctx, tx, query, user, group)
		return err
	})
}

// Grant puts the user whose address it is into a group, and returns him: for commands. ErrBadEmail, session.ErrNoUser,
// ErrBadGroup.
func (a *Accounts) Grant(ctx context.Context, address string, group session.Group) (session.UserID, error) {
	address, err := parseAddress(address)
	if err != nil {
		return 0, err
	}
	known, err := holderOf(ctx, a.db, address)
	if err != nil {
		return 0, err
	}
	if known == nil {
		return 0, session.ErrNoUser
	}
	return idUnless(a.AddGroup(ctx, By{}, known.ID, group), known.ID)
}
