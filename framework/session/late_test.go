package session_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestVanishedEndsWhatRuns: a call finds that its tab's session is gone. What has run in the tab for long, and was begun
// with an older token, ends too.
func TestVanishedEndsWhatRuns(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	b.do(session.Reauthenticated)
	w.clock.pass(3 * time.Minute)
	w.Chores(t.Context())
	w.Question(t.Context())
	ctx, end, err := begin(tab, 0, wanted)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if err := w.gone(ada); err != nil {
		t.Fatal(err)
	}
	if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("a call: %v", err)
	}
	if cause := context.Cause(ctx); !errors.Is(cause, session.ErrNotConnected) {
		t.Errorf("what was running goes on: %v", cause)
	}
}

// TestActiveElsewhere: shortly before a session is idle for too long, its user is active on one node. Another, which
// has asked before, does not end it.
func TestActiveElsewhere(t *testing.T) {
	for what, seen := range map[string]func(two *world, b *browser, tab *tab) bool{
		"a page":       func(_ *world, b *browser, _ *tab) bool { return b.visitor() == ada },
		"a call":       func(_ *world, _ *browser, tab *tab) bool { return tab.calls() == nil },
		"the question": func(two *world, _ *browser, tab *tab) bool { two.Question(t.Context()); return tab.calls() == nil },
		"the chores":   func(two *world, _ *browser, tab *tab) bool { two.Chores(t.Context()); return tab.calls() == nil },
	} {
		one := newWorld(t, func(o *session.Options) { o.Idle = 15 * time.Minute })
		two := one.another()
		b := one.browser()
		b.connect(ada)
		there := b.at(two)
		tab := there.open().start()
		one.clock.pass(15*time.Minute - 20*time.Second)
		two.Question(t.Context())
		one.clock.pass(10 * time.Second)
		b.visitor()
		one.clock.pass(11 * time.Second)
		if !seen(two, there, tab) || b.visitor() != ada || len(tab.heard()) > 0 {
			t.Errorf("%s: 11 seconds after her last page it has ended, the tab was told %q", what, tab.heard())
		}
	}
}

// TestSlowSweep: closing hooks that take their time do not keep activity from being written.
func TestSlowSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *session.Options) { o.Now = time.Now; o.Idle = 15 * time.Minute })
		sweeping, goOn := make(chan struct{}), make(chan struct{})
		w.OnPostCloseSession(func(context.Context, session.Closing) error {
			close(sweeping)
			<-goOn
			return nil
		})
		stop := run(w)
		w.browser().connect(bob)
		time.Sleep(16 * time.Minute)
		b := w.browser()
		b.connect(ada)
		<-sweeping
		b.visitor()
		seen := time.Now()
		time.Sleep(2 * time.Minute)
		if row, err := w.store.MemoryStore.OfUser(t.Context(), ada); err != nil || len(row) != 1 || !row[0].Seen.Equal(seen) {
			t.Errorf("she was active at %v, and written is %+v, %v", seen, row, err)
		}
		close(goOn)
		stop()
	})
}

// TestQuestionMeetsLogOut: the question finds that the row is gone while the log-out that has deleted it is under way.
// It leaves the rest to that one: the request that asked goes on, and its tab gets the answer first.
func TestQuestionMeetsLogOut(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	var question sync.WaitGroup
	s.once("after DeleteBrowser", func() error {
		answered := make(chan struct{})
		s.once("after FindAll", func() error { close(answered); return nil })
		question.Go(func() { w.Question(context.Background()) })
		<-answered
		return nil
	})
	tab.page(b, func(ctx context.Context) {
		if err := session.Disconnect(ctx); err != nil {
			t.Error(err)
		}
		question.Wait()
		if ctx.Err() != nil {
			t.Errorf("the request that asked is cancelled: %v", context.Cause(ctx))
		}
		if got := tab.heard(); len(got) > 0 {
			t.Errorf("before the answer its tab is told %q", got)
		}
	})
	if got := tab.heard(); !slices.Equal(got, mainPage) {
		t.Errorf("after the answer its tab was told %q", got)
	}
}

// TestBlindNodePushesNothing: when a node has not been able for 30 seconds to check whether sessions are open, nothing
// is pushed to their tabs. Nobody's have no session that could have ended.
func TestBlindNodePushesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	nobodys := w.browser().open()
	b.connect(ada)
	tab := b.open().start()
	ctx, end, err := begin(tab, 0, wanted)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	check := func(what string, hers bool) {
		t.Helper()
		for scope, tabs := range map[string][]*session.Tab{
			"the user's": w.TabsOfUser(ada), "PerUser": session.TabsSharing(ctx, session.PerUser),
			"PerBrowser": session.TabsSharing(ctx, session.PerBrowser), "PerTab": session.TabsSharing(ctx, session.PerTab),
			"all": w.Tabs(),
		} {
			if slices.Contains(tabs, tab.Tab) != hers {
				t.Errorf("%s: %s: her tab is among them: %v", what, scope, !hers)
			}
		}
		if !slices.Contains(w.Tabs(), nobodys.Tab) {
			t.Errorf("%s: nobody's tab is not among all", what)
		}
	}
	w.Question(t.Context())
	w.store.fails.Store(true)
	w.clock.pass(session.HeldFor - 1)
	w.Question(t.Context())
	check("within 30 seconds", true)
	w.clock.pass(1)
	check("after 30 seconds", false)
	w.store.fails.Store(false)
	check("before it has asked", false)
	w.Question(t.Context())
	check("when it has asked", true)
}

// TestHelloMeetsAPage: while the session of a hello is looked up, a page of the session is seen, that has got another
// token meanwhile. The new tab is no stranger to it, whichever token it has come with.
func TestHelloMeetsAPage(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	first := b.open().start()
	document, old := b.document(), b.before()
	b.do(session.Reauthenticated)
	for what, comes := range map[string]*browser{"the new token": b, "the old token": old} {
		w.Doubt()
		met := false
		w.store.found = func() { met = first.inPlace(b) == nil }
		next, err := comes.hello(document, "")
		if err != nil || !met {
			t.Fatalf("%s: %v, it has met the page: %v", what, err, met)
		}
		if len(first.heard())+len(next.heard()) > 0 {
			t.Errorf("%s: the first is told %q, the one that says hello %q", what, first.heard(), next.heard())
		}
	}
}
