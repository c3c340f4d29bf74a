package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// askTime is how long a question to the store, or to the site about a user, may take before who asks is turned away.
const askTime = 5 * time.Second

// lookUp returns the open session that this browser's token opens, or nobody. A dead
// token is nobody too: its cookie is ignored, and cleared only by a log-out's own answer. When the
// store cannot be asked nobody is let in: that is ErrUnavailable. of are the groups that will be asked about next.
func (m *Manager) lookUp(ctx context.Context, browser, token Hash, of []Group) (*Record, error) {
	if token == (Hash{}) {
		return nobody, nil
	}
	record, err := m.find(ctx, token)
	switch {
	case errors.Is(err, ErrNoSession):
		return nobody, nil
	case err != nil:
		return nil, err
	case record.Browser != browser:
		return nobody, nil // a session's cookie alone, in another browser, opens nothing
	}
	return m.alive(ctx, record, of)
}

// find returns the session of a token, held or looked up.
func (m *Manager) find(ctx context.Context, token Hash) (*Record, error) {
	if record, ok := m.held.byToken(token); ok {
		return record, nil
	}
	since := m.held.look()
	record, err := ask(ctx, "look the session up", func(ctx context.Context) (Record, error) {
		return m.store.Find(ctx, token, m.opts.Now())
	})
	if err != nil {
		return nil, err
	}
	m.held.keep(&record, since)
	return &record, nil
}

// stillOpen returns a tab's session as it is now; nobody when it has ended.
func (m *Manager) stillOpen(ctx context.Context, t *Tab, of *Record, now time.Time) (*Record, error) {
	if of.ID == 0 {
		return of, nil
	}
	if k := t.known.Load(); m.held.still(k, of.ID, now) && !k.record.over(now) {
		return k.record, nil // as nearly always
	}
	record, ok, k := m.held.byID(of.ID, now)
	if k != nil {
		t.known.Store(k)
	}
	if !ok {
		since := m.held.look()
		found, err := m.ofStore(ctx, of.ID)
		switch {
		case err != nil:
			return nil, err
		case len(found) == 0:
			m.vanished(ctx, of)
			return nobody, nil
		}
		record = &found[0]
		m.held.keep(record, since)
	}
	return m.alive(ctx, record, nil)
}

// alive returns a session whose time is not over and whose user is there; else nobody.
func (m *Manager) alive(ctx context.Context, record *Record, of []Group) (*Record, error) {
	record, over, err := m.nowOver(ctx, record)
	switch {
	case err != nil:
		return nil, err
	case over:
		return nobody, m.end(ctx, record, Expired)
	}
	_, err = m.groups(ctx, record.User, of)
	switch {
	case errors.Is(err, ErrNoUser):
		return nobody, nil
	case err != nil:
		return nil, err
	}
	return record, nil
}

// nowOver reports whether a session's time is over, and returns it as it is now. What was looked up may be older than
// what another node has written down of its user: so the row is asked before it goes.
func (m *Manager) nowOver(ctx context.Context, record *Record) (now *Record, over bool, err error) {
	if !record.over(m.opts.Now()) {
		return record, false, nil
	}
	if record = m.activity.latest(record); !record.over(m.opts.Now()) {
		return record, false, nil
	}
	found, err := m.ofStore(ctx, record.ID)
	if err != nil || len(found) == 0 {
		return record, true, err
	}
	m.held.drop(record.ID)
	now = m.activity.latest(&found[0])
	return now, now.over(m.opts.Now()), nil
}

// over reports whether a session's time is over.
func (r *Record) over(now time.Time) bool {
	return !now.Before(r.Ends) || !now.Before(r.IdleEnds)
}

// groups returns in which of these groups a user is, and perhaps in which others, as far as is known or else the
// site says.
func (m *Manager) groups(ctx context.Context, user UserID, of []Group) ([]Group, error) {
	if in, ok := m.held.groups(user, of); ok {
		return in, nil
	}
	return m.askGroups(ctx, user, of)
}

// askGroups asks the site. All the sessions of a user who is gone are closed; the answer is ErrNoUser then.
func (m *Manager) askGroups(ctx context.Context, user UserID, of []Group) ([]Group, error) {
	since := m.held.look()
	asked := m.held.question(of)
	in, err := ask(ctx, "ask about the user", func(ctx context.Context) (in []Group, err error) {
		err = guard(func() error {
			in, err = m.opts.Groups(ctx, user, asked)
			return err
		})
		return in, err
	})
	if err == nil {
		m.held.keepUser(user, asked, in, since)
	}
	if !errors.Is(err, ErrNoUser) {
		return in, err
	}
	if failed := m.endUser(ctx, user, 0, Ending{Reason: UserGone}, m.store.DeleteUser); failed != nil {
		return nil, failed
	}
	return nil, ErrNoUser
}

// ask puts a question that must be answered soon. What is no answer, yes or no, is ErrUnavailable.
func ask[T any](ctx context.Context, what string, question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	answer, err := question(ctx)
	if err == nil || errors.Is(err, ErrNoSession) || errors.Is(err, ErrNoUser) {
		return answer, err
	}
	return answer, fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
}

// Changed says that a user's groups have changed, or that he is gone or disabled. It is felt by his next page or
// call, also on an open socket, on every node; if he is gone, his sessions close. Call it when the change can be
// read, after its transaction. (Ocsigen asks about each group in each request.)
func (m *Manager) Changed(ctx context.Context, user UserID) error {
	ctx, cancel := lasting(ctx) // it has changed, also where nobody waits for this any more
	defer cancel()
	m.held.dropUser(user)
	_, err := m.askGroups(ctx, user, nil)
	if errors.Is(err, ErrNoUser) {
		err = nil
	}
	return errors.Join(err, m.store.Tell(ctx, Message{What: UserChanged, User: user, Node: m.node}))
}
