package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestHooksRunInOrder: as they were added, and the first error stops the rest and is the request's.
func TestHooksRunInOrder(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		user session.UserID
		opts []session.Option
		add  func(w *world, f func() error)
		want string // what has run when the second of three fails
	}{
		{0, nil, func(w *world, f func() error) {
			w.OnRequest(func(context.Context, session.Visitor) error { return f() })
		}, "1 2"},
		{ada, nil, func(w *world, f func() error) {
			w.OnConnectedRequest(func(context.Context, session.UserID) error { return f() })
		}, "1 2"},
		{0, nil, func(w *world, f func() error) {
			w.OnUnconnectedRequest(func(context.Context) error { return f() })
		}, "1 2"},
		{0, []session.Option{session.Allow()}, func(w *world, f func() error) {
			w.OnDeniedRequest(func(context.Context, session.Visitor) error { return f() })
		}, "1 2"},
	} {
		w := newWorld(t)
		b := w.browser()
		if c.user != 0 {
			b.connect(c.user)
		}
		var ran []string
		for _, hook := range []struct {
			name string
			err  error
		}{{"1", nil}, {"2", broken}, {"3", nil}} {
			c.add(w, func() error { ran = append(ran, hook.name); return hook.err })
		}
		err := b.ask(func(context.Context) error { t.Error("the function has run"); return nil }, c.opts...)
		if got := strings.Join(ran, " "); got != c.want || !errors.Is(err, broken) {
			t.Errorf("ran %s, want %s; %v", got, c.want, err)
		}
	}
}

// TestHookPanics: it ends its request, with an error that says where, and nothing else.
func TestHookPanics(t *testing.T) {
	w := newWorld(t)
	fault := true
	w.OnRequest(func(context.Context, session.Visitor) error {
		if fault {
			panic("a fault of the site")
		}
		return nil
	})
	b := w.browser()
	err := b.ask(func(context.Context) error { t.Error("the function has run"); return nil })
	if err == nil || !strings.Contains(err.Error(), "a fault of the site") || !strings.Contains(err.Error(), "hooks_test.go") {
		t.Errorf("%v", err)
	}
	fault = false
	b.visitor()
}

// TestOnceForEachRequest: each page and each call has its own hooks; the hello has none of them.
func TestOnceForEachRequest(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchRequests()
	b := w.browser()
	b.connect(ada)
	hooks.check(t, "request nobody", "unconnected")
	token := b.document()
	hooks.check(t, "request ada", "connected")
	tab, err := b.hello(token, "")
	if err != nil {
		t.Fatal(err)
	}
	tab.start()
	hooks.check(t)
	f := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
	for range 2 {
		tab.do(func(ctx context.Context) {
			if _, err := f(ctx, struct{}{}); err != nil {
				t.Error(err)
			}
		})
		hooks.check(t, "request ada", "connected")
	}
}

// TestNoWrapper: without one nobody is known and no hook runs.
func TestNoWrapper(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchRequests()
	b := w.browser()
	b.connect(ada)
	hooks.check(t, "request nobody", "unconnected")
	b.bare(func(ctx context.Context) {
		if session.Current(ctx).Connected() {
			t.Error("somebody is known")
		}
	})
	hooks.check(t)
	f := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
	if _, err := f(t.Context(), struct{}{}); !errors.Is(err, session.ErrOutside) {
		t.Errorf("a wrapper outside a request: %v", err)
	}
}
