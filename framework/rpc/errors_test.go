package rpc_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

const (
	notRecent   = "reauthenticate: Prove again who you are, and then do this once more."
	unavailable = "unavailable: It cannot be checked at the moment who you are. Try again in a while."
)

func wantError(t *testing.T, tab *processtest.Tab, function, want string) {
	t.Helper()
	if err := tab.Call(function, in{"x"}, nil); err == nil || err.Error() != want {
		t.Errorf("%s: got %v, want %s", function, err, want)
	}
}

// TestErrorsOfSession: what package session answers to a function may be handed on as it is, also wrapped.
func TestErrorsOfSession(t *testing.T) {
	w := newWorld(t)
	for function, tt := range map[string]struct {
		err  error
		want string
	}{
		"unavailable": {session.ErrUnavailable, unavailable},
		"recent":      {session.ErrNotRecent, notRecent},
		"connected":   {session.ErrNotConnected, "not_connected: You are not logged in any more."},
		"permitted":   {session.ErrPermissionDenied, "permission_denied: You may not do this."},
	} {
		rpc.Handle(w.api, function, func(context.Context, in) (int, error) { return 0, fmt.Errorf("wrapped: %w", tt.err) })
		wantError(t, w.tab(t, 2), function, tt.want)
	}
}

// TestNotRecent: a function for users who have just signed in is not called for one who did so long ago.
func TestNotRecent(t *testing.T) {
	w := newWorld(t)
	calls := 0
	rpc.Connected(w.api, "change", func(context.Context, session.UserID, in) (int, error) { calls++; return calls, nil },
		session.SignedInWithin(time.Hour))
	tab := w.tab(t, 2)
	if err := tab.Call("change", in{"x"}, nil); err != nil {
		t.Error(err)
	}
	w.ahead.Store(int64(2 * time.Hour))
	wantError(t, tab, "change", notRecent)
	if calls != 1 {
		t.Errorf("it was called %d times", calls)
	}
}

// TestGroupsUnavailable: who cannot be checked is not let in, and is told why.
func TestGroupsUnavailable(t *testing.T) {
	w := newWorld(t)
	calls := 0
	rpc.Opt(w.api, "admins", func(context.Context, session.Visitor, in) (int, error) { calls++; return calls, nil },
		session.Allow("admin"))
	tab := w.tab(t, 1)
	w.ahead.Store(int64(30 * time.Second)) // what was known is too old
	w.down.Store(true)
	wantError(t, tab, "admins", unavailable)
	w.down.Store(false)
	if err := tab.Call("admins", in{"x"}, nil); err != nil || calls != 1 {
		t.Errorf("called %d times, %v", calls, err)
	}
}
