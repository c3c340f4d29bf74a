package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestActivity: page requests and calls of a visible tab keep a session from ending; nothing else does, and no activity
// makes it last longer than its absolute end. (S014, S015)
func TestActivity(t *testing.T) {
	type doing func(b *browser, tab *tab)
	for what, c := range map[string]struct {
		do    doing
		keeps bool
	}{
		"a page":          {func(b *browser, _ *tab) { b.visitor() }, true},
		"a page in place": {func(b *browser, tab *tab) { tab.page(b, func(context.Context) {}) }, true},
		"a call":          {func(_ *browser, tab *tab) { tab.do(func(context.Context) {}) }, true},
		"a call, seen again": {func(_ *browser, tab *tab) {
			tab.SetVisible(false)
			tab.SetVisible(true)
			tab.do(func(context.Context) {})
		}, true},
		"nothing":         {func(*browser, *tab) {}, false},
		"a hidden tab's":  {func(_ *browser, tab *tab) { tab.SetVisible(false); tab.do(func(context.Context) {}) }, false},
		"a hello":         {func(b *browser, tab *tab) { _, _ = b.hello(tab.token, "") }, false},
		"a return":        {func(b *browser, tab *tab) { _, _ = b.back(tab, "") }, false},
		"the start hooks": {func(_ *browser, tab *tab) { tab.start() }, false},
		"the question":    {func(b *browser, _ *tab) { b.w.Question(b.w.t.Context()) }, false},
		"a prefetch": {func(b *browser, _ *tab) {
			b.headers = map[string]string{"Sec-Purpose": "prefetch;prerender"}
			b.visitor()
		}, false},
		"a prefetch of ours": {func(b *browser, _ *tab) {
			b.headers = map[string]string{"Ocsigo-Purpose": "prefetch"}
			b.visitor()
		}, false},
		"an unconnected page": {func(b *browser, _ *tab) {
			_ = b.ask(func(context.Context) error { return nil }, session.ForceUnconnected())
		}, false},
	} {
		for _, written := range []bool{false, true} {
			w := newWorld(t, func(o *session.Options) { o.Idle = time.Hour })
			b := w.browser()
			b.connect(ada)
			token := b.document()
			tab, err := b.hello(token, "")
			if err != nil {
				t.Fatal(err)
			}
			tab.start()
			tab.token = token
			w.clock.pass(time.Hour - 1)
			c.do(b, tab)
			b.headers = nil
			if written {
				w.Chores(t.Context())
				w.Doubt()
			}
			w.clock.pass(1)
			if kept := b.visitor() == ada; kept != c.keeps {
				t.Errorf("%s, written %v: she is connected: %v", what, written, kept)
			}
		}
	}
}

// TestActivityEnds at the session's absolute end, whatever the user does. (S015, S016)
func TestActivityEnds(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	for range 29 {
		w.clock.pass(24 * time.Hour)
		w.Chores(t.Context())
		if b.visitor() != ada {
			t.Fatal("it is over too early")
		}
	}
	w.clock.pass(24 * time.Hour)
	if b.visitor() != 0 {
		t.Error("after 30 days she is still connected")
	}
}

// TestActivityIsWrittenInBatches: once for all that happened in a minute, and not again when nothing has.
func TestActivityIsWrittenInBatches(t *testing.T) {
	w := newWorld(t)
	hers, his := w.browser(), w.browser()
	hers.connect(ada)
	his.connect(bob)
	for range 10 {
		w.clock.pass(time.Second)
		hers.visitor()
		his.visitor()
	}
	if n := w.store.noted.Load(); n != 0 {
		t.Errorf("%d writes before the minute is over", n)
	}
	w.Chores(t.Context())
	w.Chores(t.Context())
	if n := w.store.noted.Load(); n != 1 {
		t.Errorf("%d writes", n)
	}
	w.store.fails.Store(true)
	w.clock.pass(time.Second)
	seen := w.clock.Now()
	hers.visitor()
	w.Chores(t.Context())
	w.store.fails.Store(false)
	w.Chores(t.Context())
	if row, err := w.store.MemoryStore.OfUser(t.Context(), ada); err != nil || !row[0].Seen.Equal(seen) {
		t.Errorf("after a write that failed: seen %v, want %v", row[0].Seen, seen)
	}
}

// TestSweepSessions closes sessions whose time is over with their hooks, though nobody asks for anything, and no others; with it
// goes what they remembered. (S032, peers 98)
func TestSweepSessions(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	var tabs []*tab
	for range 3 {
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		tab.do(func(ctx context.Context) { perBrowser.Set(ctx, 1); perTab.Set(ctx, 1) })
		tabs = append(tabs, tab)
	}
	w.clock.pass(14*24*time.Hour + 3*time.Minute)
	stays := w.browser()
	stays.connect(bob)
	hooks.log = nil
	w.Chores(t.Context())
	hooks.check(t, "pre ada expired", "post ada expired", "pre ada expired", "post ada expired", "pre ada expired", "post ada expired")
	for _, tab := range tabs {
		if got := tab.heard(); len(got) != 1 || got[0] != "main page" {
			t.Errorf("a tab was told %q", got)
		}
		tab.Close()
	}
	if states, _ := w.Held(); states > 0 {
		t.Errorf("%d states are left", states)
	}
	if stays.visitor() != bob {
		t.Error("the sweep has closed another session")
	}
	w.Chores(t.Context())
	hooks.check(t)
}

// TestActivityOfCalls: calls of one tab that follow each other at once are one activity, and the next second's is another.
func TestActivityOfCalls(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	call := func() { tab.do(func(context.Context) {}) }
	seen := func() time.Time {
		w.Chores(t.Context())
		row, err := w.store.MemoryStore.OfUser(t.Context(), ada)
		if err != nil || len(row) != 1 {
			t.Fatal(row, err)
		}
		return row[0].Seen
	}
	w.clock.pass(time.Minute)
	first := w.clock.Now()
	call()
	w.clock.pass(time.Second - 1)
	call()
	if got := seen(); !got.Equal(first) {
		t.Errorf("within the second: seen %v, want %v", got, first)
	}
	w.clock.pass(1)
	call()
	if got := seen(); !got.Equal(w.clock.Now()) {
		t.Errorf("a second later: seen %v, want %v", got, w.clock.Now())
	}
}
