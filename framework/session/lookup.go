package session

import (
	"context"
	"errors"
	"fmt"
)

// lookUp returns the open session that this browser's token opens; the zero Record is nobody. A dead
// token is nobody too: its cookie is ignored, and cleared only by a log-out's own answer. When the
// store cannot be asked nobody is let in: that is an error.
func (m *Manager) lookUp(ctx context.Context, browser, token Hash) (Record, error) {
	if token == (Hash{}) {
		return Record{}, nil
	}
	record, err := m.store.Find(ctx, token)
	switch {
	case errors.Is(err, ErrNoSession):
		return Record{}, nil
	case err != nil:
		return Record{}, fmt.Errorf("look the session up: %w", err)
	case record.Browser != browser:
		return Record{}, nil // a session's cookie alone, in another browser, opens nothing
	case m.over(record):
		return Record{}, m.end(ctx, record, Expired)
	}
	_, err = m.groups(ctx, record.User, nil)
	if errors.Is(err, ErrNoUser) {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, fmt.Errorf("ask about the user: %w", err)
	}
	return record, nil
}

// groups asks the site which of these groups a user is in. All the sessions of a user who is gone are closed;
// the answer is ErrNoUser then.
func (m *Manager) groups(ctx context.Context, user UserID, of []Group) (in []Group, err error) {
	err = guard(func() error {
		in, err = m.opts.Groups(ctx, user, of)
		return err
	})
	if !errors.Is(err, ErrNoUser) {
		return in, err
	}
	if failed := m.endUser(ctx, user, ending{reason: UserGone}); failed != nil {
		return nil, failed
	}
	return nil, ErrNoUser
}

func (m *Manager) over(r Record) bool { return !m.opts.Now().Before(r.Ends) }
