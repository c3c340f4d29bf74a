package session_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// info is the only session of a user.
func (w *world) info(user session.UserID) session.Info {
	w.t.Helper()
	all, err := w.SessionsOf(w.t.Context(), user)
	if err != nil || len(all) != 1 {
		w.t.Fatalf("%d has the sessions %v, %v", user, all, err)
	}
	return all[0]
}

// before is the browser as it is now, whatever cookies it gets later: requests under way.
func (b *browser) before() *browser { return &browser{w: b.w, cookies: maps.Clone(b.cookies)} }

// TestReauthenticated: the session keeps its row, its tabs and what they remember; it gets another token and another
// time of sign-in. The token before opens it for 10 seconds more, for a page, a page in place, a hello and a return.
func TestReauthenticated(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	b := w.browser()
	b.connect(ada)
	hooks.check(t, "open ada")
	tab := b.open().start()
	tab.do(func(ctx context.Context) { perTab.Set(ctx, 1); perBrowser.Set(ctx, 2) })
	document, was := b.document(), w.info(ada)
	w.clock.pass(time.Hour)
	old := b.before()
	tab.page(b, func(ctx context.Context) {
		if err := session.Reauthenticated(ctx); err != nil {
			t.Error(err)
		}
		if at, ok := session.SignedIn(ctx); !ok || !at.Equal(w.clock.Now()) {
			t.Errorf("signed in at %v, %v", at, ok)
		}
	})
	if b.cookies["dev-session"] == old.cookies["dev-session"] {
		t.Error("the token is the same")
	}
	now := w.info(ada)
	if now.ID != was.ID || !now.Created.Equal(was.Created) || !now.Ends.Equal(was.Ends) || !now.SignedIn.Equal(w.clock.Now()) {
		t.Errorf("was %+v\nis  %+v", was, now)
	}

	good := func(b *browser) {
		t.Helper()
		if b.visitor() != ada {
			t.Error("a page is not hers")
		}
		tab.page(b, func(ctx context.Context) {
			if perTab.Get(ctx) != 1 || perBrowser.Get(ctx) != 2 {
				t.Error("the tab has forgotten")
			}
		})
		if _, err := b.hello(document, ""); err != nil {
			t.Errorf("a hello: %v", err)
		}
		if _, err := b.back(tab, ""); err != nil {
			t.Errorf("a return: %v", err)
		}
	}
	good(b)
	w.clock.pass(10*time.Second - 1)
	good(old.before())
	w.clock.pass(1)
	good(b)
	if old.visitor() != 0 {
		t.Error("after 10 seconds the old token still opens it")
	}
	if err := tab.ask(old, func(context.Context) error { return nil }); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("a page in place with the old token: %v", err)
	}
	if err := tab.calls(); err != nil || len(tab.heard()) > 0 {
		t.Errorf("the tab: %v, told %q", err, tab.heard())
	}
	hooks.check(t)
	b.disconnect()
	if old.visitor() != 0 || b.visitor() != 0 || tab.calls() == nil {
		t.Error("a log-out has left something open")
	}
}

// TestReauthenticatedExpels: who has the cookies of before is not given the new one, and is out after 10 s. (S021)
func TestReauthenticatedExpels(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.clock.pass(time.Hour)
	thief := b.before()
	stolen := thief.cookies["dev-session"]
	if err := b.ask(session.Reauthenticated); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		w.clock.pass(time.Second - 1)
		if thief.visitor() != ada {
			t.Error("a request under way is nobody's")
		}
		if thief.cookies["dev-session"] != stolen {
			t.Fatal("the new token is given to who has the old one")
		}
	}
	w.clock.pass(time.Second)
	if thief.visitor() != 0 || b.visitor() != ada {
		t.Errorf("after 10 s %d has the old token, and %d the new one", thief.visitor(), b.visitor())
	}
}

func TestReauthenticatedRefuses(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if err := b.ask(session.Reauthenticated); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("nobody: %v", err)
	}
	if err := session.Reauthenticated(t.Context()); !errors.Is(err, session.ErrOutside) {
		t.Errorf("outside: %v", err)
	}
	b.connect(ada)
	w.OnStartConnectedProcess(func(ctx context.Context, _ session.UserID) error {
		if err := session.Reauthenticated(ctx); !errors.Is(err, session.ErrNoAnswer) {
			t.Errorf("in a tab's start: %v", err)
		}
		return nil
	})
	b.open().start()
	was := b.cookies["dev-session"]
	b.page(func(ctx context.Context) {
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
		if err := session.Reauthenticated(ctx); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("a session that has just ended: %v", err)
		}
	})
	if b.cookies["dev-session"] != was {
		t.Error("it has a new cookie")
	}
}

// TestReauthenticatedAtOnce: each of many gets a token of its own; the session stays one, and its tabs its.
func TestReauthenticatedAtOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	var all sync.WaitGroup
	for range 20 {
		each := b.before()
		all.Go(func() {
			if err := each.ask(session.Reauthenticated); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.info(ada)
	if err := tab.calls(); err != nil || len(tab.heard()) > 0 {
		t.Errorf("the tab: %v, told %q", err, tab.heard())
	}
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil || tab.calls() == nil {
		t.Errorf("the tab outlives its session: %v", err)
	}
}

// TestReauthenticatedMeetsLogOut: whichever is first, nothing is left open.
func TestReauthenticatedMeetsLogOut(t *testing.T) {
	for range 200 {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open().start()
		begun := make(chan struct{})
		var out sync.WaitGroup
		out.Go(func() {
			<-begun
			if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
				t.Error(err)
			}
		})
		renewed := b.before()
		err := renewed.ask(func(ctx context.Context) error { close(begun); return session.Reauthenticated(ctx) })
		out.Wait()
		if err != nil && !errors.Is(err, session.ErrNotConnected) && !errors.Is(err, session.ErrUnavailable) {
			t.Error(err)
		}
		if b.visitor() != 0 || renewed.visitor() != 0 || tab.calls() == nil {
			t.Fatal("something is left open")
		}
		tab.Close()
	}
}

// TestReauthenticatedFails: nothing has changed then, the old token opens the session, and its end finds its tabs.
func TestReauthenticatedFails(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.store.stuck.Store(true)
	if err := b.ask(session.Reauthenticated); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	w.store.stuck.Store(false)
	w.Doubt()
	if err := tab.ask(b, func(context.Context) error { return nil }); err != nil || b.visitor() != ada {
		t.Errorf("afterwards: %v", err)
	}
	b.disconnect()
	if tab.calls() == nil {
		t.Error("the tab outlives its session")
	}
}

// TestReauthenticatedElsewhere: the session's tabs on another node go on, and are found when it ends, whether the
// node has heard of the new token or not.
func TestReauthenticatedElsewhere(t *testing.T) {
	for what, hears := range map[string]bool{"it has heard": true, "it has not": false} {
		nodes(t, func(t *testing.T, one, two *world) {
			b := one.browser()
			b.connect(ada)
			there := b.at(two)
			tab := there.open().start()
			two.store.hears(hears)
			synctest.Wait()
			b.do(session.Reauthenticated)
			synctest.Wait()
			if there.visitor() != ada || tab.calls() != nil {
				t.Errorf("%s: the tab's browser is not hers any more", what)
			}
			time.Sleep(3 * time.Second) // other tabs would have been told by then
			tab.page(there, func(context.Context) {})
			if got := tab.heard(); len(got) > 0 {
				t.Errorf("%s: the tab was told %q", what, got)
			}
			two.store.hears(true)
			time.Sleep(time.Second)
			synctest.Wait()
			b.disconnect()
			synctest.Wait()
			if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("%s: a call after the log-out: %v", what, err)
			}
		})
	}
}

// TestOldTokenIsRenewed by a page: the browser gets another, and the time of sign-in stays. The token before ends ten
// seconds after the new one was used, and no sooner: an answer may get lost. (peers 43)
func TestOldTokenIsRenewed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	was := w.info(ada)
	w.clock.pass(6 * 24 * time.Hour)
	old := b.before()
	if b.visitor() != ada || b.cookies["dev-session"] != old.cookies["dev-session"] {
		t.Fatal("it is renewed too early")
	}
	w.clock.pass(24 * time.Hour)
	lost := old.before()
	if lost.visitor() != ada || lost.cookies["dev-session"] == old.cookies["dev-session"] {
		t.Fatal("it is not renewed")
	}
	if now := w.info(ada); now.ID != was.ID || !now.SignedIn.Equal(was.SignedIn) || !now.Ends.Equal(was.Ends) {
		t.Errorf("was %+v\nis  %+v", was, now)
	}
	w.clock.pass(24 * time.Hour)
	w.Chores(t.Context())
	if b.visitor() != ada || b.cookies["dev-session"] != lost.cookies["dev-session"] {
		t.Error("an answer was lost: the browser is not hers any more, or has another token than the answer")
	}
	if b.visitor() != ada {
		t.Error("the new token opens nothing")
	}
	w.Chores(t.Context())
	w.clock.pass(10 * time.Second)
	if old.visitor() != 0 || b.visitor() != ada {
		t.Error("the old token outlives the use of the new one")
	}
}

// TestFetchedAheadRenewsNothing: nobody may ever look at it.
func TestFetchedAheadRenewsNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.clock.pass(8 * 24 * time.Hour)
	was := b.cookies["dev-session"]
	b.headers = map[string]string{"Sec-Purpose": "prefetch"}
	if b.visitor() != ada || b.cookies["dev-session"] != was {
		t.Error("it has a new token")
	}
}

// TestSignedInWithin: what wants the user to have proved lately who he is is refused later, for pages and calls, with an
// error of its own and no hook but OnRequest; nobody is asked nothing. (peers 97)
func TestSignedInWithin(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchRequests()
	b := w.browser()
	f := session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (struct{}, error) {
		hooks.note("f " + name(v))
		return struct{}{}, nil
	}, session.SignedInWithin(10*time.Minute))
	if err := b.run(f); err != nil {
		t.Error(err)
	}
	hooks.check(t, "request nobody", "unconnected", "f nobody")
	lately := func(want bool) {
		t.Helper()
		b.do(func(ctx context.Context) error {
			if got := session.SignedInLately(ctx, 10*time.Minute); got != want {
				t.Errorf("lately: %v", got)
			}
			return nil
		})
	}
	lately(false)
	b.connect(ada)
	tab := b.open().start()
	w.clock.pass(10 * time.Minute)
	lately(true)
	hooks.log = nil
	if err := b.run(f); err != nil {
		t.Error(err)
	}
	hooks.check(t, "request ada", "connected", "f ada")
	w.clock.pass(1)
	lately(false)
	hooks.log = nil
	tab.do(func(ctx context.Context) {
		if _, err := f(ctx, struct{}{}); !errors.Is(err, session.ErrNotRecent) {
			t.Errorf("a call: %v", err)
		}
	})
	hooks.check(t, "request ada")
	if err := b.run(f); !errors.Is(err, session.ErrNotRecent) {
		t.Errorf("a page: %v", err)
	}
	b.do(session.Reauthenticated)
	hooks.log = nil
	tab.do(func(ctx context.Context) {
		if _, err := f(ctx, struct{}{}); err != nil {
			t.Errorf("a call after she has proved who she is: %v", err)
		}
	})
	hooks.check(t, "request ada", "connected", "f ada")
}
