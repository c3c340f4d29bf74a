package session_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// nodes runs f with two nodes over one store, in a time of their own. Both run.
func nodes(t *testing.T, f func(t *testing.T, one, two *world), change ...func(*session.Options)) {
	synctest.Test(t, func(t *testing.T) {
		one := newWorld(t, append(change, func(o *session.Options) { o.Now = time.Now })...)
		two := one.another()
		stop := run(one, two)
		synctest.Wait()
		f(t, one, two)
		stop()
	})
}

// run lets nodes run until stop is called, which waits for them.
func run(all ...*world) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, w := range all {
		running.Go(func() { w.Run(ctx) })
	}
	return func() { cancel(); running.Wait() }
}

// at is the same browser, whose requests another node answers.
func (b *browser) at(w *world) *browser { return &browser{w: w, cookies: b.cookies} }

// calls reports what a tab's next call comes to.
func (t *tab) calls() error { return t.call(func(context.Context) {}) }

// TestClosedElsewhere: however a session closes on one node, its tabs on the other restart, its calls are refused, its
// running work is cancelled, and what it remembers there is gone; the closing hooks run where it was closed, alone.
// Other users' tabs do not notice. (S022, and design 8.)
func TestClosedElsewhere(t *testing.T) {
	all := func(o ...session.DisconnectAllOption) func(w *world, _ *browser) error {
		return func(w *world, _ *browser) error {
			return w.DisconnectAll(context.Background(), append(o, session.OfUser(ada))...)
		}
	}
	for what, c := range map[string]struct {
		end   func(w *world, b *browser) error
		heard []string
		indep int // what is left of the user-independent
	}{
		"a log-out":               {func(_ *world, b *browser) error { return b.ask(session.Disconnect) }, mainPage, 1},
		"everywhere":              {all(), mainPage, 0},
		"everywhere, but for her": {all(session.UserIndep(false)), mainPage, 1},
		"silently":                {all(session.WithRestart(false)), nil, 0},
		"by an administrator": {func(w *world, _ *browser) error {
			found, err := w.SessionsOf(context.Background(), ada)
			return errors.Join(err, w.DisconnectSession(context.Background(), found[0].ID))
		}, mainPage, 1},
		"a log-in": {func(_ *world, b *browser) error {
			b.connect(bob)
			b.open()
			return nil
		}, nil, 1}, // told when the other has been seen there
		"her account goes": {func(w *world, _ *browser) error {
			w.users.remove(ada)
			return w.Changed(context.Background(), ada)
		}, mainPage, 1},
	} {
		nodes(t, func(t *testing.T, one, two *world) {
			here, there := one.watchSessions(), two.watchSessions()
			b, other := one.browser(), two.browser()
			b.connect(ada)
			other.connect(bob)
			here.check(t, "open ada")
			there.check(t, "open bob")
			tab, others := b.at(two).open(), other.open()
			tab.do(func(ctx context.Context) { perBrowser.Set(ctx, 1); perTab.Set(ctx, 1); perBrowserIndep.Set(ctx, 1) })
			ended := make(chan error)
			ctx, end, err := begin(tab, 0, wanted)
			if err != nil {
				t.Fatal(err)
			}
			go func() { <-ctx.Done(); ended <- context.Cause(ctx) }()

			if err := c.end(one, b); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if cause := <-ended; !errors.Is(cause, session.ErrNotConnected) {
				t.Errorf("%s: what was running ended with %v", what, cause)
			}
			end()
			synctest.Wait()
			if got := tab.heard(); !slices.Equal(got, c.heard) {
				t.Errorf("%s: the tab was told %q, want %q", what, got, c.heard)
			}
			if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("%s: a call: %v", what, err)
			}
			if len(here.log) < 2 {
				t.Errorf("%s: hooks where it closed: %q", what, here.log)
			}
			there.check(t)
			if err := others.calls(); err != nil || len(others.heard()) > 0 || other.visitor() != bob {
				t.Errorf("%s: another user's tab: %v, %q", what, err, others.heard())
			}
			nobody := &browser{w: two, cookies: maps.Clone(b.cookies)}
			delete(nobody.cookies, "dev-session")
			nobody.page(func(ctx context.Context) {
				if got := perBrowserIndep.Get(ctx); got != c.indep || perBrowser.Get(ctx) != 0 {
					t.Errorf("%s: %d is left of the user-independent, want %d", what, got, c.indep)
				}
			})
		})
	}
}

// TestUnheard: a session that another node closes without a word opens nothing here after 30 seconds, and no call
// starts under it; its open tabs notice within 15. (S024)
func TestUnheard(t *testing.T) {
	nodes(t, func(t *testing.T, one, _ *world) {
		b, page := one.browser(), one.browser()
		b.connect(ada)
		page.connect(ada)
		tab := b.open()
		page.visitor()
		far := time.Now().Add(1000 * time.Hour)
		if _, err := one.store.DeleteOver(t.Context(), far, far, 100); err != nil { // it tells nobody
			t.Fatal(err)
		}
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("after 15 seconds the tab was told %q", got)
		}
		time.Sleep(15 * time.Second)
		if page.visitor() != 0 {
			t.Error("after 30 seconds a page is still hers")
		}
	})
}

// TestConnectionComesBack: what was told while a node could not hear is made good as soon as it can again. (S024)
func TestConnectionComesBack(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		b := one.browser()
		b.connect(ada)
		tab := b.at(two).open()
		two.store.hears(false)
		synctest.Wait()
		b.disconnect()
		synctest.Wait()
		if got := tab.heard(); len(got) > 0 {
			t.Fatalf("it heard %q", got)
		}
		two.store.hears(true)
		time.Sleep(time.Second) // until it listens again
		synctest.Wait()
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("the tab was told %q", got)
		}
	})
}

// TestUsersStayLoggedIn when the server is started again: their sessions are read back, and nothing opens.
func TestUsersStayLoggedIn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	again := w.another()
	hooks := again.watchSessions()
	if b.at(again).visitor() != ada {
		t.Error("she is not connected any more")
	}
	b.at(again).open().start().do(func(context.Context) {})
	hooks.check(t)
}
