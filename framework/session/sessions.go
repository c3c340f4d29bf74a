package session

import (
	"context"
	"slices"
	"time"
)

// Info is what a session's user, or an administrator, may see of it.
type Info struct {
	ID       ID
	User     UserID
	Created  time.Time // when he logged in
	SignedIn time.Time // when he last proved who he is: then, or at Reauthenticated
	Seen     time.Time // when he last did something, as far as that is written down: a minute ago it may not be yet
	Ends     time.Time // when the session is over, at the latest
	Agent    string    // what its browser calls itself: "Firefox on Linux"
	Network  string    // from where he was last seen: "192.0.2.0/24"; "" when that is unknown
	Tabs     int       // how many tabs of it are open on this node
	Here     bool      // it is the session of this request
}

// Sessions returns the open sessions of the current user, the last seen first.
func Sessions(ctx context.Context) ([]Info, error) {
	r := requestOf(ctx)
	if r == nil {
		return nil, ErrOutside
	}
	visitor, err := r.find(ctx)
	if err != nil {
		return nil, err
	}
	me, connected := visitor.User()
	if !connected {
		return nil, ErrNotConnected
	}
	all, err := r.m.SessionsOf(ctx, me)
	for i := range all {
		all[i].Here = r.isOf(all[i].ID)
	}
	return all, err
}

// SessionsOf returns the open sessions of a user, the last seen first, for administration. ErrUnavailable: the store
// does not answer.
func (m *Manager) SessionsOf(ctx context.Context, user UserID) ([]Info, error) {
	records, err := ask(ctx, "look a user's sessions up", func(ctx context.Context) ([]Record, error) {
		return m.store.OfUser(ctx, user)
	})
	if err != nil {
		return nil, err
	}
	tabs := m.open.tabsBySession(user)
	var all []Info
	for i := range records {
		r := m.activity.latest(&records[i])
		if r.over(m.opts.Now()) {
			continue
		}
		all = append(all, Info{
			ID: r.ID, User: r.User, Created: r.Created, SignedIn: r.SignedIn, Seen: r.Seen, Ends: r.Ends,
			Agent: r.Agent, Network: r.Network, Tabs: tabs[r.ID],
		})
	}
	slices.SortStableFunc(all, func(a, b Info) int { return b.Seen.Compare(a.Seen) })
	return all, nil
}

// DisconnectSession closes one session of the current user, here or in another browser: see Sessions. Its tabs go to
// the main page. ErrNoSession: the user has no such session, or it has ended already.
func DisconnectSession(ctx context.Context, id ID) error {
	r := requestOf(ctx)
	if r == nil {
		return ErrOutside
	}
	visitor, err := r.find(ctx)
	if err != nil {
		return err
	}
	me, connected := visitor.User()
	switch {
	case !connected:
		return ErrNotConnected
	case r.isOf(id):
		return Disconnect(ctx)
	}
	return r.m.disconnectSession(ctx, id, me)
}

// DisconnectSession closes any session, for administration: see SessionsOf.
func (m *Manager) DisconnectSession(ctx context.Context, id ID) error {
	return m.disconnectSession(ctx, id, 0)
}

// disconnectSession closes a session if it is this user's, or anybody's for user 0.
func (m *Manager) disconnectSession(ctx context.Context, id ID, of UserID) error {
	found, err := m.ofStore(ctx, id)
	if err != nil {
		return err
	}
	if len(found) == 0 || of != 0 && found[0].User != of {
		return ErrNoSession
	}
	return m.end(ctx, &found[0], Ended)
}
