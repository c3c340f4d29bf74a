package session_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// between is a store between whose calls and answers a test can come.
type between struct {
	session.Store

	mu   sync.Mutex // protects the fields below
	next map[string]func() error
	held chan struct{} // what others tell waits until it is closed
}

// between gives a node that does not run yet such a store.
func (w *world) between() *between {
	s := &between{Store: w.store, next: map[string]func() error{}}
	w.Manager.Close()
	w.Manager = session.New(s, w.options)
	w.t.Cleanup(w.Close)
	return s
}

// once lets f come before or after the next call of that name: "before Renew". Its error is the answer.
func (s *between) once(when string, f func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next[when] = f
}

func (s *between) come(when string) error {
	s.mu.Lock()
	f := s.next[when]
	delete(s.next, when)
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f()
}

func crossed[T any](s *between, call string, do func() (T, error)) (none T, err error) {
	if err := s.come("before " + call); err != nil {
		return none, err
	}
	answer, err := do()
	if lost := s.come("after " + call); lost != nil {
		return none, lost
	}
	return answer, err
}

// lost is an answer that did not come back.
func lost() error { return errStore }

// holdBack lets what others tell wait until release is called.
func (s *between) holdBack() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := make(chan struct{})
	s.held = held
	return func() { close(held) }
}

func (s *between) Listen(ctx context.Context, ready func(), hear func(session.Message)) error {
	return s.Store.Listen(ctx, ready, func(m session.Message) {
		s.mu.Lock()
		held := s.held
		s.mu.Unlock()
		if held != nil {
			select {
			case <-held:
			case <-ctx.Done():
			}
		}
		hear(m)
	})
}

func (s *between) Open(ctx context.Context, r session.Record, atMost int, by session.Ending) (session.Opened, error) {
	return crossed(s, "Open", func() (session.Opened, error) { return s.Store.Open(ctx, r, atMost, by) })
}

func (s *between) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	return crossed(s, "FindAll", func() ([]session.Record, error) { return s.Store.FindAll(ctx, ids) })
}

func (s *between) Renew(ctx context.Context, r session.Renewal) (session.Record, error) {
	return crossed(s, "Renew", func() (session.Record, error) { return s.Store.Renew(ctx, r) })
}

func (s *between) DeleteUser(ctx context.Context, user session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
	return crossed(s, "DeleteUser", func() ([]session.Record, error) { return s.Store.DeleteUser(ctx, user, but, how) })
}

func (s *between) DeleteBrowser(ctx context.Context, browser session.Hash, how session.Ending) ([]session.Record, error) {
	return crossed(s, "DeleteBrowser", func() ([]session.Record, error) { return s.Store.DeleteBrowser(ctx, browser, how) })
}

// crossingNodes are nodes whose stores a test can come between.
func crossingNodes(t *testing.T, f func(t *testing.T, one, two *world, here, there *between)) {
	synctest.Test(t, func(t *testing.T) {
		one := newWorld(t, func(o *session.Options) { o.Now = time.Now })
		two := one.another()
		here, there := one.between(), two.between()
		stop := run(one, two)
		defer stop()
		synctest.Wait()
		f(t, one, two, here, there)
	})
}
