package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestLogInInPlaceFails: OnOpenSession refuses. The tab is nobody's as before, under its old number.
func TestLogInInPlaceFails(t *testing.T) {
	broken := errors.New("broken")
	for what, hook := range map[string]func(context.Context, *world) error{
		"an error":    func(context.Context, *world) error { return broken },
		"a panic":     func(context.Context, *world) error { panic("oh") },
		"it logs out": func(ctx context.Context, _ *world) error { return session.Disconnect(ctx) },
		"meanwhile somebody logs her out": func(_ context.Context, w *world) error {
			return w.DisconnectAll(context.Background(), session.OfUser(ada))
		},
	} {
		w := newWorld(t)
		w.OnOpenSession(func(ctx context.Context, _ session.UserID) error { perTab.Set(ctx, 9); return hook(ctx, w) })
		w.OnStartConnectedProcess(func(context.Context, session.UserID) error {
			t.Errorf("%s: the tab has started as hers", what)
			return nil
		})
		b := w.browser()
		tabs := map[string]*tab{"the tab": b.open().start(), "beside": b.open().start()}
		tabs["the tab"].page(b, func(ctx context.Context) {
			if session.Connect(ctx, ada) == nil {
				t.Errorf("%s: she is connected", what)
			}
			if _, raised := session.Raised(ctx); raised || session.LeftTab(ctx) || session.Current(ctx).Connected() {
				t.Errorf("%s: the tab has changed", what)
			}
		})
		tabs["the tab"].do(func(ctx context.Context) {
			if session.Current(ctx).Connected() || perTab.Get(ctx) != 0 {
				t.Errorf("%s: the tab is hers", what)
			}
		})
		tabs["the tab"].page(b, func(context.Context) {})
		told(t, what, tabs, nil)
		if states, _ := w.Held(); states != 0 {
			t.Errorf("%s: %d states are left", what, states)
		}
	}
}

// TestDeadCookieInPlace: a log-in that fails in the tab of a browser whose session is long over changes nothing there.
func TestDeadCookieInPlace(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(bob)
	if err := w.DisconnectAll(t.Context(), session.OfUser(bob)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	fault := broken
	w.OnOpenSession(func(context.Context, session.UserID) error { return fault })
	tab := b.open().start()
	fails := func(want error) {
		t.Helper()
		tab.page(b, func(ctx context.Context) {
			if err := session.Connect(ctx, ada); !errors.Is(err, want) || session.LeftTab(ctx) {
				t.Errorf("%v, want %v; left %v", err, want, session.LeftTab(ctx))
			}
		})
	}
	fails(broken)
	w.store.full.Store(true)
	fails(errStore)
	w.store.full.Store(false)
	fault = nil
	if err := tab.connect(b, ada); err != nil || tab.number != 1 {
		t.Errorf("the log-in after it: %v, number %d", err, tab.number)
	}
	tab.do(func(context.Context) {})
}

// TestStartInPlaceFails: the log-in stands, the tab restarts when it has its answer.
func TestStartInPlaceFails(t *testing.T) {
	for what, fault := range map[string]func() error{
		"an error": func() error { return errors.New("a fault of the site") },
		"a panic":  func() error { panic("a fault of the site") },
	} {
		w := newWorld(t)
		fails := true
		w.OnStartConnectedProcess(func(context.Context, session.UserID) error {
			if fails {
				return fault()
			}
			return nil
		})
		b := w.browser()
		tab := b.open().start()
		tab.page(b, func(ctx context.Context) {
			if err := session.Connect(ctx, ada); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if _, raised := session.Raised(ctx); raised || !session.LeftTab(ctx) || !session.Current(ctx).Connected() {
				t.Errorf("%s: the tab goes on, or she is not connected", what)
			}
			if got := tab.heard(); len(got) != 0 {
				t.Errorf("%s: before its answer the tab was told %q", what, got)
			}
		})
		if got := tab.heard(); !slices.Equal(got, askFirst) {
			t.Errorf("%s: the tab was told %q", what, got)
		}
		for number := range 2 {
			tab.number = number
			if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("%s: a call under %d: %v", what, number, err)
			}
			if err := tab.ask(b, nop); !errors.Is(err, session.ErrForeignTab) {
				t.Errorf("%s: a page in place under %d: %v", what, number, err)
			}
		}
		if !strings.Contains(w.log.String(), "a fault of the site") {
			t.Errorf("%s: the log does not know of it", what)
		}
		fails = false
		if b.visitor() != ada {
			t.Errorf("%s: the log-in does not stand", what)
		}
		b.openAfter(tab).start()
	}
}

// TestLoggedOutInStart: the new session ends while its tab starts. The log-in has failed, and the tab is over.
func TestLoggedOutInStart(t *testing.T) {
	for what, end := range map[string]func(ctx context.Context, w *world) error{
		"by the hook": func(ctx context.Context, _ *world) error { return session.Disconnect(ctx) },
		"by another": func(_ context.Context, w *world) error {
			return w.DisconnectAll(context.Background(), session.OfUser(ada))
		},
	} {
		w := newWorld(t)
		w.OnStartConnectedProcess(func(ctx context.Context, _ session.UserID) error { return end(ctx, w) })
		w.OnStartConnectedProcess(func(context.Context, session.UserID) error {
			t.Errorf("%s: the next hook has run", what)
			return nil
		})
		b := w.browser()
		tab := b.open().start()
		tab.page(b, func(ctx context.Context) {
			if err := session.Connect(ctx, ada); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("%s: %v", what, err)
			}
			if !session.LeftTab(ctx) || session.Current(ctx).Connected() {
				t.Errorf("%s: the tab goes on", what)
			}
		})
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("%s: the tab was told %q", what, got)
		}
		if b.visitor() != 0 {
			t.Errorf("%s: she is connected", what)
		}
	}
}

// TestLogInOverAnotherFails: the session before is closed all the same, so nobody is connected.
func TestLogInOverAnotherFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		asking := b.open().start()
		tabs := map[string]*tab{"asking": asking, "beside": b.open().start()}
		w.OnOpenSession(func(context.Context, session.UserID) error { return errors.New("broken") })
		asking.page(b, func(ctx context.Context) {
			if session.Connect(ctx, bob) == nil || !session.LeftTab(ctx) {
				t.Error("the log-in did not fail, or the tab goes on")
			}
			told(t, "before the answer", tabs, map[string][]string{"beside": mainPage})
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		told(t, "afterwards", tabs, map[string][]string{"asking": mainPage, "beside": mainPage})
	})
}
