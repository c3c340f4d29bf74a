package session_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestOldTokenEndsWhenTheNewOneWasUsed: ten seconds later who still has it is nobody, though nothing but the use itself
// has been written, and is not given the new one; and that he uses it does not take this back.
func TestOldTokenEndsWhenTheNewOneWasUsed(t *testing.T) {
	for what, meanwhile := range map[string]func(old *browser){
		"he waits":   func(*browser) {},
		"he uses it": func(old *browser) { old.before().visitor() },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		w.clock.pass(8 * 24 * time.Hour)
		old := b.before()
		b.visitor() // it is renewed
		b.visitor() // and used
		meanwhile(old)
		w.clock.pass(10 * time.Second)
		if old.visitor() != 0 || old.cookies["dev-session"] == b.cookies["dev-session"] {
			t.Errorf("%s: the old token still opens the session", what)
		}
		w.Chores(t.Context())
		w.clock.pass(24 * time.Hour)
		if old.visitor() != 0 || b.visitor() != ada {
			t.Errorf("%s: a day later it does", what)
		}
	}
}

// TestLogInTakesTooLong: whether its row was made or not, no session is left whose cookie nobody has.
func TestLogInTakesTooLong(t *testing.T) {
	for what, made := range map[string]bool{"made": true, "not made": false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			b.connect(ada)
			w.store.opens = func(ctx context.Context, open func() (session.Opened, error)) (session.Opened, error) {
				if made {
					if _, err := open(); err != nil {
						t.Error(err)
					}
				}
				<-ctx.Done()
				return session.Opened{}, ctx.Err()
			}
			b.page(func(ctx context.Context) {
				if err := session.Connect(ctx, bob); !errors.Is(err, session.ErrUnavailable) {
					t.Errorf("%s: %v", what, err)
				}
				if !made && ctx.Err() != nil {
					t.Errorf("%s: the request has ended: %v", what, context.Cause(ctx))
				}
			})
			if left, err := w.SessionsOf(t.Context(), bob); err != nil || len(left) > 0 {
				t.Errorf("%s: %v is left, %v", what, left, err)
			}
		})
	}
}

// TestTwoFindAtOnce: two goroutines of one request look its session up, which ends in between. Neither takes that back.
func TestTwoFindAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		w.Doubt()
		found, ended := make(chan struct{}), make(chan struct{})
		w.store.found = func() {
			w.store.found = func() { <-ended }
			<-found
		}
		f := session.Connected(func(context.Context, session.UserID, struct{}) (struct{}, error) {
			t.Error("a function has started for her after the end of her session")
			return struct{}{}, nil
		})
		b.bare(func(ctx context.Context) {
			var both sync.WaitGroup
			both.Go(func() { _, _ = session.Sessions(ctx) })
			synctest.Wait()
			both.Go(func() {
				<-ended
				_, _ = f(ctx, struct{}{})
			})
			close(found)
			synctest.Wait()
			if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
				t.Error(err)
			}
			close(ended)
			both.Wait()
		})
	})
}

// TestFindAfterTheAnswer: what a handler has left behind is no request any more, and leaves nothing behind itself.
func TestFindAfterTheAnswer(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	var late context.Context
	b.bare(func(ctx context.Context) { late = ctx })
	if _, err := session.Sessions(late); !errors.Is(err, session.ErrOutside) {
		t.Errorf("it is answered with %v", err)
	}
	if requests, _ := w.Watched(); requests > 0 {
		t.Errorf("%d browsers with requests are kept", requests)
	}
}
