package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestPageViewsLeaveNothing: ten thousand loads by browsers without JavaScript, which read but write nothing.
func TestPageViewsLeaveNothing(t *testing.T) {
	w := newWorld(t)
	for range 10_000 {
		w.browser().document(func(ctx context.Context) { remembered(ctx) })
	}
	if states, drafts := w.Held(); states != 0 || drafts != 0 {
		t.Errorf("%d states and %d drafts are held", states, drafts)
	}
	if requests, tabs := w.Watched(); requests != 0 || tabs != 0 {
		t.Errorf("%d requests and %d tabs are known", requests, tabs)
	}
	if rows := w.store.made.Load(); rows != 0 {
		t.Errorf("%d rows were made", rows)
	}
}

// TestNothingIsLeft: when everybody has gone, the registry and the alarms are empty.
func TestNothingIsLeft(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	nobodys := b.open()
	b.connect(ada)
	adas := b.open()
	b.connect(bob)
	bobs := b.open()
	bobs.do(writeAll)
	b.disconnectAll()
	for _, tab := range []*tab{nobodys, adas, bobs} {
		tab.Close()
		tab.Close() // twice is no harm
	}
	w.Close()
	if requests, tabs := w.Watched(); requests != 0 || tabs != 0 {
		t.Errorf("%d requests and %d tabs are still known", requests, tabs)
	}
	if n := w.Waiting(); n != 0 {
		t.Errorf("%d alarms are still set", n)
	}
	if states, drafts := w.Held(); states != 1 || drafts != 0 {
		t.Errorf("%d states and %d drafts are held, want bob's own state alone", states, drafts)
	}
}

// TestIdle: what a browser and its user remember ends an hour after its last use, whether or not anybody has
// swept since, and not while one of their tabs is open.
func TestIdle(t *testing.T) {
	raise := func(ctx context.Context) {
		perUser.Update(ctx, func(n int) int { return n + 1 })
		perBrowser.Update(ctx, func(n int) int { return n + 1 })
		perBrowserIndep.Update(ctx, func(n int) int { return n + 1 })
	}
	for _, c := range []struct {
		name string
		life func(b *browser)
		want int
	}{
		{"used within the hour", func(b *browser) {
			b.page(raise)
			b.w.clock.pass(59 * time.Minute)
		}, 1},
		{"read within the hour", func(b *browser) {
			b.page(raise)
			b.w.clock.pass(59 * time.Minute)
			b.page(func(ctx context.Context) { remembered(ctx) })
			b.w.clock.pass(59 * time.Minute)
		}, 1},
		{"idle for an hour", func(b *browser) {
			b.page(raise)
			b.w.clock.pass(time.Hour)
		}, 0},
		{"idle, and a tab is open", func(b *browser) {
			tab := b.open()
			b.page(raise)
			b.w.clock.pass(5 * time.Hour)
			sweep(b.w)
			tab.do(func(context.Context) {})
		}, 1},
		{"idle, and the tab has just closed", func(b *browser) {
			tab := b.open()
			b.page(raise)
			b.w.clock.pass(5 * time.Hour)
			tab.Close()
			sweep(b.w)
		}, 1},
		{"an hour after the tab has closed", func(b *browser) {
			tab := b.open()
			b.page(raise)
			tab.Close()
			b.w.clock.pass(time.Hour)
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newWorld(t).browser()
			b.connect(ada)
			c.life(b)
			b.page(func(ctx context.Context) {
				for _, ref := range scopes[2:4] {
					if got := ref.ref.Get(ctx); got != c.want {
						t.Errorf("%s: %d, want %d", ref.name, got, c.want)
					}
				}
				if got := perBrowserIndep.Get(ctx); got != c.want {
					t.Errorf("indep browser: %d, want %d", got, c.want)
				}
			})
		})
	}
}

// sweep lets a writer look for what nobody uses any more, as one does once a minute.
func sweep(w *world) {
	w.clock.pass(time.Minute)
	w.browser().page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
}

// TestSweep: what is over does not only read as initial, it goes.
func TestSweep(t *testing.T) {
	w := newWorld(t)
	for range 100 {
		w.browser().page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
	}
	w.clock.pass(time.Hour)
	sweep(w)
	if states, _ := w.Held(); states != 1 {
		t.Errorf("%d states are held, want the last writer's alone", states)
	}
}

// atMost lets a node remember that much.
func atMost(states int) func(*session.Options) {
	return func(o *session.Options) { o.States = states }
}

// TestStatesAreBounded: a crowd of browsers that write once and never come back is forgotten, oldest first.
func TestStatesAreBounded(t *testing.T) {
	w := newWorld(t, atMost(100))
	var all []*browser
	for range 1000 {
		b := w.browser()
		b.page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
		all = append(all, b)
		w.clock.pass(time.Millisecond)
		if states, _ := w.Held(); states > 100 {
			t.Fatalf("%d states are held", states)
		}
	}
	remembers := func(b *browser) (n int) {
		b.page(func(ctx context.Context) { n = perBrowser.Get(ctx) })
		return n
	}
	if remembers(all[0]) != 0 || remembers(all[900-1]) != 0 {
		t.Error("those who came first are remembered")
	}
	if remembers(all[1000-89]) != 1 || remembers(all[1000-1]) != 1 {
		t.Error("those who came last are not remembered")
	}
}

// TestCrowdDoesNotReachTabs: what open tabs use stays, however old it is, and what was used meanwhile too.
func TestCrowdDoesNotReachTabs(t *testing.T) {
	w := newWorld(t, atMost(100))
	b, nobodys, regular := w.browser(), w.browser(), w.browser()
	b.connect(ada)
	tabs := []*tab{b.open(), nobodys.open()}
	for _, tab := range tabs {
		tab.do(writeAll)
	}
	regular.page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
	for i := range 1000 {
		w.browser().page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
		w.clock.pass(time.Millisecond)
		if i%50 == 0 {
			regular.page(func(ctx context.Context) {
				if perBrowser.Get(ctx) != 1 {
					t.Fatal("what was used just now is forgotten")
				}
			})
		}
	}
	for _, tab := range tabs {
		tab.do(func(ctx context.Context) {
			if got := remembered(ctx); len(got) != 5 {
				t.Errorf("remembered by %v alone", got)
			}
		})
	}
}

// TestTabsAboveTheBound: where open tabs keep more than there may be, nothing of theirs goes, and what no tab keeps
// goes as soon as it can.
func TestTabsAboveTheBound(t *testing.T) {
	w := newWorld(t, atMost(10))
	var tabs []*tab
	for range 30 {
		tab := w.browser().open()
		tab.do(func(ctx context.Context) { perTab.Set(ctx, 1) })
		tabs = append(tabs, tab)
	}
	for range 30 {
		w.browser().page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
	}
	for _, tab := range tabs {
		tab.do(func(ctx context.Context) {
			if perTab.Get(ctx) != 1 {
				t.Error("an open tab has forgotten")
			}
		})
	}
	if states, _ := w.Held(); states > 32 {
		t.Errorf("%d states are held for 30 tabs", states)
	}
	for _, tab := range tabs {
		tab.Close()
	}
	w.clock.pass(time.Minute)
	w.browser().page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
	if states, _ := w.Held(); states > 10 {
		t.Errorf("%d states are held when the tabs are closed", states)
	}
}
