package session_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// states is a store whose states can be watched, and fail when they are told to.
type states struct {
	session.Store
	fails    atomic.Bool
	readOnly atomic.Bool

	meanwhile func() // is called once, just before a value is changed

	mu      sync.Mutex // protects changes
	changes []session.Stored
}

var errStates = errors.New("the states do not answer")

func (s *states) Load(ctx context.Context, of session.Holder, name string) ([]byte, error) {
	if s.fails.Load() {
		return nil, errStates
	}
	return s.Store.Load(ctx, of, name)
}

func (s *states) Change(ctx context.Context, of session.Holder, name string, now time.Time, change func([]byte) (session.Stored, error)) error {
	if s.fails.Load() || s.readOnly.Load() {
		return errStates
	}
	if do := s.meanwhile; do != nil {
		s.meanwhile = nil
		do()
	}
	return s.Store.Change(ctx, of, name, now, func(before []byte) (session.Stored, error) {
		after, err := change(before)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err == nil {
			s.changes = append(s.changes, after)
		}
		return after, err
	})
}

func (s *states) Drop(ctx context.Context, of ...session.Holder) error {
	if s.fails.Load() {
		return errStates
	}
	return s.Store.Drop(ctx, of...)
}

// changed returns what was changed since it was last asked.
func (s *states) changed() []session.Stored {
	s.mu.Lock()
	defer s.mu.Unlock()
	changes := s.changes
	s.changes = nil
	return changes
}

// put stores something for ada, as another program may have done.
func (s *states) put(t *testing.T, name, value string) {
	t.Helper()
	ofAda := session.Holder{Kind: session.HeldByUser, Number: int64(ada)}
	err := s.Store.Change(t.Context(), ofAda, name, time.Now(), func([]byte) (session.Stored, error) {
		return session.Stored{Value: []byte(value)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newStates makes a world with such a store.
func newStates(t *testing.T, change ...func(*session.Options)) (*world, *states) {
	t.Helper()
	var opts session.Options
	w := newWorld(t, append(change, func(o *session.Options) { opts = *o })...)
	s := &states{Store: w.store}
	w.Manager = session.New(s, opts)
	t.Cleanup(w.Manager.Close)
	return w, s
}
