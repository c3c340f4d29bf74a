package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestWhatStaysStored writes a value of each stored scope, lets something happen, and reads.
func TestWhatStaysStored(t *testing.T) {
	for _, c := range []struct {
		name  string
		first session.UserID // who writes
		then  func(b *browser)
		want  []string
	}{
		{"nobody comes again", 0, func(*browser) {}, []string{"browser", "user", "indep browser"}},
		{"a user comes again", ada, func(*browser) {}, []string{"browser", "user", "indep browser"}},
		{"nobody logs in", 0, func(b *browser) { b.connect(ada) }, []string{"indep browser"}},
		{"nobody logs in and out", 0, func(b *browser) { b.connect(ada); b.disconnect() }, []string{"indep browser"}},
		{"log out", ada, (*browser).disconnect, []string{"indep browser"}},
		{"log out and in", ada, func(b *browser) { b.disconnect(); b.connect(ada) }, []string{"user", "indep browser"}},
		{"log in as another", ada, func(b *browser) { b.connect(bob) }, []string{"indep browser"}},
		{"as another and back", ada, func(b *browser) { b.connect(bob); b.connect(ada) }, []string{"user", "indep browser"}},
		{"log out everywhere", ada, func(b *browser) { b.disconnectAll() }, nil},
		{"everywhere and in again", ada, func(b *browser) { b.disconnectAll(); b.connect(ada) }, []string{"user"}},
		{"everywhere, not what is user-independent", ada, func(b *browser) {
			b.disconnectAll(session.UserIndep(false))
			b.connect(ada)
		}, []string{"user", "indep browser"}},
		{"expired", ada, func(b *browser) { b.w.clock.pass(30 * time.Minute) }, []string{"indep browser"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newWorld(t, func(o *session.Options) { o.Lifetime = 30 * time.Minute }).browser()
			if c.first != 0 {
				b.connect(c.first)
			}
			b.do(storeAll)
			c.then(b)
			b.page(func(ctx context.Context) {
				if got := storedEverywhere(t, ctx); !slices.Equal(got, c.want) {
					t.Errorf("remembered by %v, want %v", got, c.want)
				}
			})
		})
	}
}

// TestRefusedLogInStoresNothing: what the hook of a log-in has stored goes with the session that it refuses.
func TestRefusedLogInStoresNothing(t *testing.T) {
	w := newWorld(t)
	refused := errors.New("not today")
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error { return errors.Join(storeAll(ctx), refused) })
	b := w.browser()
	err := b.ask(func(ctx context.Context) error { return session.Connect(ctx, ada) })
	if !errors.Is(err, refused) {
		t.Fatal(err)
	}
	b.page(func(ctx context.Context) {
		if got, want := storedEverywhere(t, ctx), []string{"indep browser"}; !slices.Equal(got, want) {
			t.Errorf("remembered by %v, want %v", got, want)
		}
	})
}

// TestPreCloseHookReadsStored: they are still there before a session closes, and not after.
func TestPreCloseHookReadsStored(t *testing.T) {
	w := newWorld(t)
	var pre, post []string
	w.OnPreCloseSession(func(ctx context.Context, _ session.Closing) error { pre = storedEverywhere(t, ctx); return nil })
	w.OnPostCloseSession(func(ctx context.Context, _ session.Closing) error { post = storedEverywhere(t, ctx); return nil })
	b := w.browser()
	b.connect(ada)
	b.do(storeAll)
	b.disconnectAll()
	if len(pre) != 3 || !slices.Equal(post, []string{"user"}) {
		t.Errorf("before %v, after %v", pre, post)
	}
}

// TestStoredOfEndedSession: what still runs when its session has ended reads nothing of it and writes nothing, but
// goes on with what is user-independent.
func TestStoredOfEndedSession(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	b.page(func(ctx context.Context) {
		if err := storeAll(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada), session.UserIndep(false)); err != nil {
			t.Fatal(err)
		}
		if got, want := storedEverywhere(t, ctx), []string{"indep browser"}; !slices.Equal(got, want) {
			t.Errorf("remembered by %v, want %v", got, want)
		}
		for _, s := range storedScopes[:2] {
			_, err := s.ref.Update(ctx, raise)
			for what, err := range map[string]error{"Set": s.ref.Set(ctx, 2), "Update": err, "Unset": s.ref.Unset(ctx)} {
				if !errors.Is(err, session.ErrNotConnected) {
					t.Errorf("%s of %s: %v", what, s.name, err)
				}
			}
		}
		if err := storedIndep.Set(ctx, 2); err != nil {
			t.Errorf("what is user-independent: %v", err)
		}
	})
}

// TestReadingStoresNothing: pages that read leave the store as it is.
func TestReadingStoresNothing(t *testing.T) {
	w, s := newStates(t)
	for range 10 {
		w.browser().page(func(ctx context.Context) { storedEverywhere(t, ctx) })
	}
	if n := len(s.changed()); n != 0 {
		t.Errorf("%d changes", n)
	}
}
