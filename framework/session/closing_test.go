package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestClosingHooksRunAll: they cannot veto. Errors and panics are logged, and the log-out is done.
func TestClosingHooksRunAll(t *testing.T) {
	w := newWorld(t)
	ran := &journal{}
	add := func(what string, err error) {
		w.OnPreCloseSession(func(context.Context, session.Closing) error { ran.note("pre " + what); return err })
		w.OnPostCloseSession(func(context.Context, session.Closing) error { ran.note("post " + what); return err })
	}
	add("1", errors.New("first fault"))
	w.OnPreCloseSession(func(context.Context, session.Closing) error { panic("second fault") })
	add("2", errors.New("third fault"))
	b := w.browser()
	b.connect(ada)
	b.disconnect()
	ran.check(t, "pre 1", "pre 2", "post 1", "post 2")
	for _, fault := range []string{"first fault", "second fault", "third fault"} {
		if !strings.Contains(w.log.String(), fault) {
			t.Errorf("the log does not know of the %s", fault)
		}
	}
	if b.visitor() != 0 {
		t.Error("she is still connected")
	}
}

// TestClosingSaysWhoAndWhy, for each way a session can end.
func TestClosingSaysWhoAndWhy(t *testing.T) {
	w := newWorld(t)
	var closings []session.Closing
	note := func(_ context.Context, c session.Closing) error { closings = append(closings, c); return nil }
	w.OnPreCloseSession(note)
	w.OnPostCloseSession(note)
	for _, c := range []struct {
		why session.Reason
		end func(b *browser)
	}{
		{session.LoggedOut, (*browser).disconnect},
		{session.Replaced, func(b *browser) { b.connect(bob); closings = closings[:2] }},
		{session.AllSessions, func(b *browser) { b.disconnectAll() }},
		{session.Expired, func(b *browser) { w.clock.pass(31 * 24 * time.Hour); b.visitor() }},
		{session.UserGone, func(b *browser) { w.leaves(ada); b.visitor() }},
	} {
		b := w.browser()
		b.connect(ada)
		closings = nil
		c.end(b)
		if len(closings) != 2 || closings[0] != closings[1] || closings[0].User != ada ||
			closings[0].Session == 0 || closings[0].Reason != c.why {
			t.Errorf("%s: %+v", c.why, closings)
		}
	}
}

// TestStatesInClosingHooks: before a session's states go they can be read, after that they are gone; the
// context still knows who, also when nobody's request asked for the end.
func TestStatesInClosingHooks(t *testing.T) {
	w := newWorld(t)
	var pre, post []string
	see := func(into *[]string) func(context.Context, session.Closing) error {
		return func(ctx context.Context, c session.Closing) error {
			if me, _ := session.Current(ctx).User(); me != c.User {
				t.Errorf("%s: the context says %d, not %d", c.Reason, me, c.User)
			}
			*into = remembered(ctx)
			return nil
		}
	}
	w.OnPreCloseSession(see(&pre))
	w.OnPostCloseSession(see(&post))
	writeAndLeave := func(ctx context.Context) {
		writeAll(ctx)
		if err := session.Disconnect(ctx); err != nil {
			t.Error(err)
		}
	}
	b := w.browser()
	for _, c := range []struct {
		name      string
		story     func()
		pre, post []string
	}{
		{"a page logs out", func() { b.page(writeAndLeave) },
			[]string{"request", "tab", "browser", "user", "indep tab", "indep browser"},
			[]string{"user", "indep tab", "indep browser"}},
		{"a call logs out", func() { b.open().do(writeAndLeave) },
			[]string{"request", "tab", "browser", "user", "indep tab", "indep browser"},
			[]string{"user", "indep tab", "indep browser"}},
		{"a job logs out everywhere", func() { // it has no request, and no one tab to speak of
			b.page(writeAll)
			if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
				t.Error(err)
			}
		}, []string{"browser", "user", "indep browser"}, []string{"user"}},
	} {
		b.connect(ada)
		if c.story(); !slices.Equal(pre, c.pre) || !slices.Equal(post, c.post) {
			t.Errorf("%s: before %v, after %v\n  want %v and %v", c.name, pre, post, c.pre, c.post)
		}
	}
	if _, drafts := w.Held(); drafts != 2 { // those of the two pages that wrote
		t.Errorf("%d documents wait: the hooks have made some", drafts)
	}
}

// TestClosingWithoutTheAsker: the visitor who asked has gone meanwhile. The session ends all the same, with
// its tabs and its hooks.
func TestClosingWithoutTheAsker(t *testing.T) {
	for what, out := range map[string]func(ctx context.Context) error{
		"Disconnect":    session.Disconnect,
		"DisconnectAll": func(ctx context.Context) error { return session.DisconnectAll(ctx) },
	} {
		w := newWorld(t)
		hooks := &journal{}
		w.OnPostCloseSession(func(ctx context.Context, _ session.Closing) error {
			deadline, limited := ctx.Deadline()
			if ctx.Err() != nil || !limited || time.Until(deadline) > 10*time.Second {
				t.Errorf("%s: the hook's context: %v, until %v", what, ctx.Err(), deadline)
			}
			hooks.note("post")
			return nil
		})
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		b.page(func(ctx context.Context) {
			ctx, leave := context.WithCancel(ctx)
			leave()
			if err := out(ctx); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		})
		hooks.check(t, "post")
		if got := tab.heard(); !slices.Equal(got, mainPage) || b.visitor() != 0 {
			t.Errorf("%s: the tab was told %q", what, got)
		}
	}
}

// TestRunningRequestsEnd: what runs under a session ends with it, except the request that asked.
func TestRunningRequestsEnd(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	b.connect(ada)
	other.connect(bob)
	tab := b.open()
	other.page(func(bobs context.Context) {
		b.page(func(page context.Context) {
			tab.do(func(call context.Context) {
				perBrowser.Set(page, 1)
				b.page(func(asker context.Context) {
					if err := session.Disconnect(asker); err != nil {
						t.Fatal(err)
					}
					if asker.Err() != nil {
						t.Error("the request that asked has ended")
					}
				})
				for what, ctx := range map[string]context.Context{"page": page, "call": call} {
					if cause := context.Cause(ctx); !errors.Is(cause, session.ErrNotConnected) {
						t.Errorf("a running %s has the cause %v", what, cause)
					}
					if writeAll(ctx); perBrowser.Get(ctx) != 0 || perUser.Get(ctx) != 0 {
						t.Errorf("a running %s still reads and writes the session's values", what)
					}
				}
			})
		})
		if bobs.Err() != nil {
			t.Error("another user's request has ended")
		}
	})
	b.connect(ada)
	b.page(func(ctx context.Context) {
		if perBrowser.Get(ctx) != 0 || perUser.Get(ctx) != 0 {
			t.Error("what was written after the end is found by the next session")
		}
	})
}

// TestNothingStartsUnderAClosedSession: it ends between a request's look-up and its function.
func TestNothingStartsUnderAClosedSession(t *testing.T) {
	end := func(w *world) error { return w.DisconnectAll(context.Background(), session.OfUser(ada)) }
	for what, hook := range map[string]func(w *world){
		"in OnRequest": func(w *world) {
			w.OnRequest(func(context.Context, session.Visitor) error { return end(w) })
		},
		"in OnConnectedRequest": func(w *world) {
			w.OnConnectedRequest(func(context.Context, session.UserID) error { return end(w) })
		},
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		hook(w)
		f := func(context.Context) error { t.Errorf("%s: the function has run", what); return nil }
		tab.do(func(ctx context.Context) {
			wrapped := session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) })
			if _, err := wrapped(ctx, struct{}{}); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("%s: a call: %v", what, err)
			}
		})
	}
}

// TestHooksThatLogInAndOut: who the request is for is asked again when OnRequest has run.
func TestHooksThatLogInAndOut(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, then session.UserID
		hook        func(ctx context.Context) error
	}{
		{"a hook logs in", 0, ada, func(ctx context.Context) error { return session.Connect(ctx, ada) }},
		{"a hook logs out", ada, 0, session.Disconnect},
	} {
		w := newWorld(t)
		b := w.browser()
		if c.first != 0 {
			b.connect(c.first)
		}
		w.OnRequest(func(ctx context.Context, _ session.Visitor) error { return c.hook(ctx) })
		err := b.run(session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (struct{}, error) {
			if user, _ := v.User(); user != c.then {
				t.Errorf("%s: the function is for %d", c.name, user)
			}
			return struct{}{}, nil
		}))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestTwoLogOutsAtOnce: one of them runs the hooks; after either the request is nobody's.
func TestTwoLogOutsAtOnce(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	b := w.browser()
	b.connect(ada)
	b.page(func(slow context.Context) {
		b.disconnect()
		if err := session.Disconnect(slow); err != nil || session.Current(slow).Connected() {
			t.Errorf("the slower one: %v", err)
		}
	})
	hooks.check(t, "open ada", "pre ada logged out", "post ada logged out")
}

// TestDisconnectAllOfNobody needs a user: from a job there is nobody to guess.
func TestDisconnectAllOfNobody(t *testing.T) {
	w := newWorld(t)
	if err := w.DisconnectAll(t.Context()); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("from nowhere: %v", err)
	}
	err := w.browser().ask(func(ctx context.Context) error { return session.DisconnectAll(ctx) })
	if !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("by nobody: %v", err)
	}
}

// TestDisconnectAllOfUser0 is a mistake; it does not mean the one who asks.
func TestDisconnectAllOfUser0(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	if err := w.DisconnectAll(t.Context(), session.OfUser(0)); !errors.Is(err, session.ErrNoUser) {
		t.Errorf("from nowhere: %v", err)
	}
	err := b.ask(func(ctx context.Context) error { return session.DisconnectAll(ctx, session.OfUser(0)) })
	if !errors.Is(err, session.ErrNoUser) || b.visitor() != ada {
		t.Errorf("by ada: %v, and then the visitor is %d", err, b.visitor())
	}
}
