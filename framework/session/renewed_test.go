package session_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// eightDays make a token old.
const eightDays = 8 * 24 * time.Hour

// inPlace reports what a page in place of a tab comes to.
func (t *tab) inPlace(b *browser) error { return t.ask(b, func(context.Context) error { return nil }) }

// TestLostRenewalInPlace: the answer with the new token got lost. The tab goes on with the old one, and is given the
// new one again; and nobody asks more often than otherwise.
func TestLostRenewalInPlace(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.clock.pass(eightDays)
	b.before().visitor()
	if err := tab.inPlace(b); err != nil {
		t.Errorf("a page in place with the old token: %v", err)
	}
	w.clock.pass(2 * time.Minute)
	w.Chores(t.Context())
	w.Question(t.Context())
	if err := tab.inPlace(b); err != nil || b.visitor() != ada {
		t.Errorf("two minutes later: %v", err)
	}
	if sessions, _ := w.asking(func() { b.visitor() }); sessions != 0 {
		t.Errorf("a page of a session that was seen just now asks %d times", sessions)
	}
}

// TestReauthenticatedSentTwice, and the browser keeps the answer of either: it stays hers.
func TestReauthenticatedSentTwice(t *testing.T) {
	for what, kept := range map[string]int{"the first": 0, "the second": 1} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		sent := []*browser{b.before(), b.before()}
		for _, each := range sent {
			each.do(session.Reauthenticated)
			w.clock.pass(time.Second)
		}
		w.clock.pass(10 * time.Second)
		if sent[kept].visitor() != ada {
			t.Errorf("%s: it is not hers any more", what)
		}
	}
}

// TestReauthenticatedWhileTimePasses again and again, with either token, and the token before is good for what is under way, though no two looks at
// the clock say the same.
func TestReauthenticatedWhileTimePasses(t *testing.T) {
	var looks atomic.Int64
	start := time.Now()
	w := newWorld(t, func(o *session.Options) {
		o.Now = func() time.Time { return start.Add(time.Duration(looks.Add(1)) * time.Millisecond) }
	})
	b := w.browser()
	b.connect(ada)
	underWay, again := b.before(), b.before()
	b.do(session.Reauthenticated)
	again.do(session.Reauthenticated)
	b.do(session.Reauthenticated)
	if underWay.visitor() != ada {
		t.Error("a page under way is not hers")
	}
}

// TestReauthenticatedWithAnOldToken, which her request renews before: requests under way have their time even so.
func TestReauthenticatedWithAnOldToken(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.clock.pass(eightDays)
	underWay := b.before()
	b.do(session.Reauthenticated)
	w.clock.pass(9 * time.Second)
	if err := tab.inPlace(underWay); err != nil || underWay.visitor() != ada {
		t.Errorf("a page in place: %v", err)
	}
}

// TestUseOfTheTokenBeforeLast: that it was used is written down when there is another already. It does not shorten the
// time of the token before that one.
func TestUseOfTheTokenBeforeLast(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.clock.pass(eightDays)
	b.visitor() // renewed
	b.visitor() // used: the one before ends in 10 seconds
	w.clock.pass(20 * time.Second)
	underWay := b.before()
	b.do(session.Reauthenticated)
	w.Chores(t.Context())
	w.clock.pass(time.Second)
	if underWay.visitor() != ada {
		t.Error("a page under way is not hers")
	}
}

// TestReauthenticatedCrosses another one, on another node: she is connected, and both succeed.
func TestReauthenticatedCrosses(t *testing.T) {
	crossingNodes(t, func(t *testing.T, one, two *world, here, _ *between) {
		b := one.browser()
		b.connect(ada)
		time.Sleep(time.Minute)
		synctest.Wait()
		other := b.before().at(two)
		here.once("before Renew", func() error { other.do(session.Reauthenticated); return nil })
		if err := b.ask(session.Reauthenticated); err != nil {
			t.Error(err)
		}
		if b.visitor() != ada || other.visitor() != ada {
			t.Error("a browser is not hers any more")
		}
	})
}

// TestRenewalsCross: two nodes find at the same time that a token is old. Whichever answer the browser hears last, it
// stays hers, and its tab goes on.
func TestRenewalsCross(t *testing.T) {
	for what, last := range map[string]int{"the one that renewed": 0, "the other": 1} {
		crossingNodes(t, func(t *testing.T, one, two *world, here, _ *between) {
			b := one.browser()
			b.connect(ada)
			tab := b.open().start()
			ctx, end, err := begin(tab, 0, wanted)
			if err != nil {
				t.Fatal(err)
			}
			defer end()
			time.Sleep(eightDays)
			synctest.Wait()
			renewed := b.before().at(two)
			here.once("after FindAll", func() error {
				renewed.visitor()
				synctest.Wait()
				return nil
			})
			b.visitor()
			b.cookies = []*browser{renewed, b}[last].cookies
			for range 130 {
				time.Sleep(time.Second)
				if err := tab.inPlace(b); err != nil || len(tab.heard()) > 0 {
					t.Fatalf("%s: a page in place: %v, the tab was told %q", what, err, tab.heard())
				}
			}
			if ctx.Err() != nil {
				t.Errorf("%s: what was running has ended: %v", what, context.Cause(ctx))
			}
		})
	}
}

// TestRenewalsHeardLate: a node meets the newest token before it hears of any. What began with the first goes on, and
// ends with the session.
func TestRenewalsHeardLate(t *testing.T) {
	crossingNodes(t, func(t *testing.T, one, two *world, _, there *between) {
		b := one.browser()
		b.connect(ada)
		tab := b.at(two).open().start()
		ctx, end, err := begin(tab, 0, wanted)
		if err != nil {
			t.Fatal(err)
		}
		defer end()
		time.Sleep(eightDays)
		synctest.Wait()
		release := there.holdBack()
		b.visitor()
		time.Sleep(11 * time.Second)
		b.do(session.Reauthenticated)
		if b.at(two).visitor() != ada {
			t.Error("a page is not hers")
		}
		release()
		synctest.Wait()
		if err := tab.inPlace(b.at(two)); err != nil || len(tab.heard()) > 0 {
			t.Errorf("a page in place: %v, the tab was told %q", err, tab.heard())
		}
		if err := one.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("what was running goes on without its session")
		}
	})
}

// TestHelloWithANewToken that the node has not heard of: it is the same session, and no tab of it is told anything.
func TestHelloWithANewToken(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		b := one.browser()
		there := b.at(two)
		there.open() // nobody's: it is told of the log-in when that has been seen
		b.connect(ada)
		first := there.open()
		two.store.hears(false)
		synctest.Wait()
		b.do(session.Reauthenticated)
		if next, err := there.hello(b.document(), ""); err != nil || len(first.heard())+len(next.heard()) > 0 {
			t.Errorf("the hello: %v, or a tab was told something: the first %q", err, first.heard())
		}
		two.store.hears(true)
	})
}
