package session_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestMissed: a tab that was left out while its node was blind loads its document again when the node sees, and no other
// does, nor one whose session has ended meanwhile: that goes to the main page.
func TestMissed(t *testing.T) {
	for name, left := range map[string]func(*world, *session.Tab){
		"of all":                func(w *world, _ *session.Tab) { w.Tabs() },
		"of the user's":         func(w *world, _ *session.Tab) { w.TabsOfUser(ada) },
		"of what it listens to": func(_ *world, tab *session.Tab) { tab.Misses() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { missed(t, left) })
		})
	}
}

func missed(t *testing.T, left func(*world, *session.Tab)) {
	w := newWorld(t)
	b, gone, stranger := w.browser(), w.browser(), w.browser()
	b.connect(ada)
	gone.connect(ada)
	tab, ended, nobodys := b.open(), gone.open(), stranger.open()
	w.Question(t.Context())
	w.store.fails.Store(true)
	w.clock.pass(session.HeldFor)
	for _, each := range []*session.Tab{tab.Tab, ended.Tab, nobodys.Tab} {
		left(w, each)
	}
	w.Question(t.Context())
	if told := tab.heard(); len(told) != 0 {
		t.Errorf("a blind node has told %q", told)
	}
	w.store.fails.Store(false)
	if _, err := w.store.DeleteBrowser(t.Context(), session.BrowserOf(ended.Tab), session.Ending{}); err != nil {
		t.Fatal(err)
	}
	quiet := b.open() // which has missed nothing
	for range 2 {
		w.Question(t.Context())
	}
	if got := tab.heard(); !slices.Equal(got, askFirst) {
		t.Errorf("the tab was told %q", got)
	}
	if got := ended.heard(); !slices.Equal(got, mainPage) {
		t.Errorf("the one whose session has ended was told %q", got)
	}
	if told := slices.Concat(quiet.heard(), nobodys.heard()); len(told) != 0 {
		t.Errorf("the others were told %q", told)
	}
}

// missing lets so many tabs of a browser miss something, and its node see again.
func missing(t *testing.T, tabs int) (w *world, b *browser, open []*tab) {
	w = newWorld(t, func(o *session.Options) { o.Now = time.Now })
	b = w.browser()
	b.connect(ada)
	for range tabs {
		open = append(open, b.open())
	}
	w.Question(t.Context())
	time.Sleep(session.HeldFor)
	w.Tabs()
	return w, b, open
}

func toldOf(open []*tab) (n int) {
	synctest.Wait()
	for _, tab := range open {
		n += len(tab.heard())
	}
	return n
}

// TestMissedNotAtOnce: tabs that have missed something do not all load their documents at the same moment.
func TestMissedNotAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, open := missing(t, 100)
		var question sync.WaitGroup
		question.Go(func() { w.Question(t.Context()) })
		last := 0
		for range 5 { // that one of them is empty happens once in a thousand million
			time.Sleep(session.ReloadsWithin / 5)
			now := toldOf(open)
			if now == last {
				t.Errorf("nobody is told in one of five parts of the time; before it %d were", last)
			}
			last = now
		}
		if last != len(open) {
			t.Errorf("%d of %d were told in time", last, len(open))
		}
		question.Wait()
	})
}

// TestMissedMeanwhile: who has been logged out meanwhile, without a restart, is told nothing.
func TestMissedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, b, open := missing(t, 100)
		var question sync.WaitGroup
		question.Go(func() { w.Question(t.Context()) })
		time.Sleep(session.ReloadsWithin / 2)
		before := toldOf(open)
		b.disconnectAll(session.WithRestart(false))
		question.Wait()
		if now := toldOf(open); before == len(open) || now != before {
			t.Errorf("%d were told before, %d in the end", before, now)
		}
	})
}

// TestMissedWhenTheNodeStops: it waits for nobody's moment.
func TestMissedWhenTheNodeStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, open := missing(t, 100)
		ctx, cancel := context.WithTimeout(t.Context(), session.ReloadsWithin/2)
		defer cancel()
		began := time.Now()
		w.Question(ctx)
		if took := time.Since(began); took != session.ReloadsWithin/2 {
			t.Errorf("it took %v", took)
		}
		if n := toldOf(open); n == 0 || n == len(open) {
			t.Errorf("%d were told", n)
		}
	})
}
