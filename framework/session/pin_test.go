package session_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// watchEverything writes down all hooks that a log-in may run, with who is connected in them.
func (w *world) watchEverything() *journal {
	j := &journal{}
	note := func(ctx context.Context, hook string) error {
		j.note(hook + " " + name(session.Current(ctx)))
		return nil
	}
	w.OnRequest(func(ctx context.Context, _ session.Visitor) error { return note(ctx, "request") })
	w.OnConnectedRequest(func(ctx context.Context, _ session.UserID) error { return note(ctx, "connected request") })
	w.OnUnconnectedRequest(func(ctx context.Context) error { return note(ctx, "unconnected request") })
	w.OnStartProcess(func(ctx context.Context, _ session.Visitor) error { return note(ctx, "start") })
	w.OnStartConnectedProcess(func(ctx context.Context, _ session.UserID) error { return note(ctx, "start connected") })
	w.OnStartUnconnectedProcess(func(ctx context.Context) error { return note(ctx, "start unconnected") })
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error { return note(ctx, "open") })
	w.OnPreCloseSession(func(ctx context.Context, _ session.Closing) error { return note(ctx, "pre") })
	w.OnPostCloseSession(func(ctx context.Context, _ session.Closing) error { return note(ctx, "post") })
	return j
}

// TestLogInInPlace: the tab in which a user logs in goes on as the user's, under the next number.
func TestLogInInPlace(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchEverything()
	w.OnStartConnectedProcess(func(ctx context.Context, _ session.UserID) error {
		if perTab.Set(ctx, 3); !session.InTab(ctx) {
			t.Error("the hook does not run in the tab")
		}
		return nil
	})
	b := w.browser()
	tab := b.open().start()
	hooks.check(t, "request nobody", "unconnected request nobody", "start nobody", "start unconnected nobody")
	tab.do(func(ctx context.Context) { perTab.Set(ctx, 1); perTabIndep.Set(ctx, 1) })
	tab.page(b, func(ctx context.Context) {
		if err := session.Connect(ctx, ada); err != nil {
			t.Fatal(err)
		}
		if number, raised := session.Raised(ctx); number != 1 || !raised || session.LeftTab(ctx) {
			t.Errorf("number %d, %v; left %v", number, raised, session.LeftTab(ctx))
		}
		if !session.Current(ctx).Connected() || perTab.Get(ctx) != 3 || perTabIndep.Get(ctx) != 1 {
			t.Error("the rest of the request is not hers")
		}
		hooks.check(t, "request nobody", "unconnected request nobody", "open ada", "start connected ada")
	})

	if err := tab.call(func(context.Context) { t.Error("a call under the old number has run") }); !errors.Is(err, session.ErrIdentityChanged) {
		t.Errorf("a call under the old number: %v", err)
	}
	if err := tab.ask(b, nop); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("a page under the old number: %v", err)
	}
	hooks.check(t)
	tab.number = tab.Number()
	tab.do(func(ctx context.Context) {
		if session.Current(ctx) != tab.Visitor() || name(tab.Visitor()) != "ada" || perTab.Get(ctx) != 3 {
			t.Error("the tab's calls are not hers")
		}
	})
	tab.page(b, func(ctx context.Context) {
		if _, raised := session.Raised(ctx); raised || perTab.Get(ctx) != 3 {
			t.Error("the next page says the number again, or does not see the tab's values")
		}
	})
	hooks.check(t, "request ada", "connected request ada")
	tab.start()
	hooks.check(t)
	if got := w.TabsOfUser(ada); !slices.Equal(got, []*session.Tab{tab.Tab}) {
		t.Errorf("her tabs are %v", got)
	}

	b.disconnect()
	if got := tab.heard(); !slices.Equal(got, mainPage) {
		t.Errorf("at her log-out the tab was told %q", got)
	}
	if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("a call after the log-out: %v", err)
	}
	tab.Close()
	if states, _ := w.Held(); states != 1 { // what is user-independent waits for the next document
		t.Errorf("%d states are left", states)
	}
	if requests, tabs := w.Watched(); requests != 0 || tabs != 0 {
		t.Errorf("%d requests and %d tabs are left", requests, tabs)
	}
}

// TestNobodysCallGoesOn: what began as nobody ends as nobody, and neither sees nor spoils what is hers.
func TestNobodysCallGoesOn(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.do(func(call context.Context) {
		tab.page(b, func(page context.Context) {
			writeAll(call)
			if err := tab.connect(b, ada); err != nil {
				t.Fatal(err)
			}
			tab.page(b, func(ctx context.Context) { perTab.Set(ctx, 2); perBrowser.Set(ctx, 2); perUser.Set(ctx, 2) })
			for what, ctx := range map[string]context.Context{"call": call, "page": page} {
				if session.Current(ctx).Connected() || ctx.Err() != nil {
					t.Errorf("nobody's %s has become %s's, or has ended: %v", what, name(session.Current(ctx)), ctx.Err())
				}
				if perTab.Get(ctx) != 0 || perBrowser.Get(ctx) != 0 || perUser.Get(ctx) != 0 {
					t.Errorf("nobody's %s sees what is hers", what)
				}
				if got := session.TabsSharing(ctx, session.PerTab); len(got) != 0 {
					t.Errorf("nobody's %s shares with her tab", what)
				}
			}
			writeAll(call)
			if !session.LeftTab(page) {
				t.Error("nobody's page is still one of the tab")
			}
		})
	})
	tab.do(func(ctx context.Context) {
		if perTab.Get(ctx) != 2 || perBrowser.Get(ctx) != 2 || perUser.Get(ctx) != 2 {
			t.Error("nobody's call has written what is hers")
		}
	})
}

// TestLogInOverAnother: from one user to another, or to the same again, no tab goes on.
func TestLogInOverAnother(t *testing.T) {
	for _, c := range []struct {
		to   session.UserID
		want []string
	}{{bob, samePage}, {ada, askFirst}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			tab := b.open().start()
			if err := tab.connect(b, ada); err != nil {
				t.Fatal(err)
			}
			starts := w.watchStarts()
			tab.page(b, func(ctx context.Context) {
				if err := session.Connect(ctx, c.to); err != nil {
					t.Fatal(err)
				}
				if _, raised := session.Raised(ctx); raised || !session.LeftTab(ctx) {
					t.Errorf("to %d: the tab goes on", c.to)
				}
			})
			starts.check(t)
			if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("to %d: a call: %v", c.to, err)
			}
			if got := tab.heard(); len(got) != 0 {
				t.Errorf("to %d: at first the tab was told %q", c.to, got)
			}
			time.Sleep(session.ReplacedTabs)
			synctest.Wait()
			if got := tab.heard(); !slices.Equal(got, c.want) {
				t.Errorf("to %d: the tab was told %q", c.to, got)
			}
		})
	}
}

// TestLogInTwice: two requests of nobody's tab log in at once. One of them has the tab; the answer of the other
// says that it is over there.
func TestLogInTwice(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.page(b, func(slow context.Context) {
		if err := tab.connect(b, ada); err != nil || tab.number != 1 {
			t.Fatalf("the faster one: %v, number %d", err, tab.number)
		}
		if err := session.Connect(slow, bob); err != nil {
			t.Fatal(err)
		}
		if _, raised := session.Raised(slow); raised || !session.LeftTab(slow) {
			t.Error("the slower one has the tab too")
		}
	})
	if name(tab.Visitor()) != "ada" || b.visitor() != bob {
		t.Error("the tab, or the browser, is not whose it should be")
	}
	if err := tab.ask(b, nop); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("a page in place: %v", err)
	}
}

// TestLogInInAClosedTab: the tab goes while its request logs in. The log-in stands.
func TestLogInInAClosedTab(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	w.OnStartConnectedProcess(func(context.Context, session.UserID) error { t.Error("a closed tab has started"); return nil })
	tab.page(b, func(ctx context.Context) {
		tab.Close()
		if err := session.Connect(ctx, ada); err != nil || !session.LeftTab(ctx) {
			t.Errorf("%v; left %v", err, session.LeftTab(ctx))
		}
	})
	if b.visitor() != ada {
		t.Error("she is not connected")
	}
	if _, tabs := w.Watched(); tabs != 0 {
		t.Errorf("%d tabs are known", tabs)
	}
}

// TestLogInInPlaceAndOutEverywhere: whatever comes first, no tab is left live on a session without its row.
func TestLogInInPlaceAndOutEverywhere(t *testing.T) {
	w := newWorld(t)
	for run := range 300 {
		b := w.browser()
		tab := b.open().start()
		begun := make(chan struct{})
		var out sync.WaitGroup
		out.Go(func() {
			<-begun
			for range run % 3 { // now and then somewhat later
				b.w.TabsOfUser(ada)
			}
			if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
				t.Error(err)
			}
		})
		tab.page(b, func(ctx context.Context) {
			close(begun)
			err := session.Connect(ctx, ada)
			_, raised := session.Raised(ctx)
			if raised && err != nil {
				t.Errorf("the number is raised by a log-in that failed: %v", err)
			}
			out.Wait()
		})
		live := slices.Contains(w.TabsOfUser(ada), tab.Tab)
		rows, err := w.store.DeleteUser(t.Context(), ada, 0, session.Ending{})
		if err != nil {
			t.Fatal(err)
		}
		if live != (len(rows) == 1) {
			t.Fatal("run " + strconv.Itoa(run) + ": a tab and its session do not live together")
		}
		tab.Close()
	}
}
