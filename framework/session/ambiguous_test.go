package session_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// connected is a server function for connected users.
var connected = session.Connected(func(context.Context, session.UserID, struct{}) (struct{}, error) { return struct{}{}, nil })

// TestRevocationAgain: a revocation was done, though its answer got lost. When it is tried again, and acknowledged,
// nothing goes on under the session, as if the first had been.
func TestRevocationAgain(t *testing.T) {
	for call, end := range map[string]func(w *world, b *browser) error{
		"DeleteUser":    func(w *world, _ *browser) error { return w.DisconnectAll(t.Context(), session.OfUser(ada)) },
		"DeleteBrowser": func(_ *world, b *browser) error { return b.ask(session.Disconnect) },
	} {
		w := newWorld(t)
		s := w.between()
		b := w.browser()
		b.connect(ada)
		page, tab := b.before(), b.open().start()
		ctx, done, err := begin(tab, 0, wanted)
		if err != nil {
			t.Fatal(err)
		}
		s.once("after "+call, lost)
		if err := end(w, b); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%s: whose answer got lost: %v", call, err)
		}
		if err := end(w, b); err != nil {
			t.Errorf("%s: again: %v", call, err)
		}
		if cause := context.Cause(ctx); !errors.Is(cause, session.ErrNotConnected) {
			t.Errorf("%s: what was running goes on: %v", call, cause)
		}
		done()
		if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("%s: a call: %v", call, err)
		}
		if page.visitor() != 0 {
			t.Errorf("%s: a page is hers", call)
		}
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("%s: the tab was told %q", call, got)
		}
	}
}

// TestLostRevocation: it may have been done, so that nothing is believed any more that was seen before.
func TestLostRevocation(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	s.once("after DeleteUser", lost)
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("whose answer got lost: %v", err)
	}
	if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) || b.visitor() != 0 {
		t.Errorf("a call: %v", err)
	}
}

// TestRevokedAfterALostRenewal: what runs was begun with a token that has been renewed, which this node does not know.
func TestRevokedAfterALostRenewal(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	ctx, end, err := begin(b.open().start(), 0, wanted)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	s.once("after Renew", lost)
	if err := b.ask(session.Reauthenticated); !errors.Is(err, session.ErrUnavailable) {
		t.Fatal(err)
	}
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
		t.Fatal(err)
	}
	if cause := context.Cause(ctx); !errors.Is(cause, session.ErrNotConnected) {
		t.Errorf("the call goes on: %v", cause)
	}
	if _, err := connected(ctx, struct{}{}); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("and its function has started: %v", err)
	}
}

// TestLostLogIn: nobody has the new session's cookie, so it goes; the one that it has replaced is over.
func TestLostLogIn(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	b.page(func(ctx context.Context) {
		s.once("after Open", lost)
		if err := session.Connect(ctx, bob); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("the log-in: %v", err)
		}
		if _, err := connected(ctx, struct{}{}); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("the rest of the request: %v", err)
		}
	})
	for _, user := range []session.UserID{ada, bob} {
		if all, err := w.SessionsOf(t.Context(), user); err != nil || len(all) > 0 {
			t.Errorf("user %d has the sessions %v, %v", user, all, err)
		}
	}
	if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) || b.visitor() != 0 {
		t.Errorf("afterwards: %v", err)
	}
}

// TestFailedLogInRevivesNothing: the request's session has ended before the log-in that fails.
func TestFailedLogInRevivesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	b.page(func(ctx context.Context) {
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
		w.store.full.Store(true)
		if err := session.Connect(ctx, bob); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("the log-in: %v", err)
		}
		if _, err := connected(ctx, struct{}{}); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("the rest of the request is hers again: %v", err)
		}
	})
}

// TestLogInSentTwice by somebody who is logged in: the first fails, because the second is faster. The other tab is told
// to ask first, when the second has been seen, and not to leave for the main page: she is connected.
func TestLogInSentTwice(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	other := b.open().start()
	again := b.before()
	var sent atomic.Bool
	w.OnOpenSession(func(context.Context, session.UserID) error {
		if sent.CompareAndSwap(false, true) {
			again.connect(ada)
		}
		return nil
	})
	logIn := func(ctx context.Context) error { return session.Connect(ctx, ada) }
	if err := b.ask(logIn); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("the first: %v", err)
	}
	if got := other.heard(); len(got) > 0 {
		t.Errorf("the other tab was told %q", got)
	}
	again.open()
	if got := other.heard(); !slices.Equal(got, askFirst) {
		t.Errorf("when the second has been seen it was told %q", got)
	}
}
