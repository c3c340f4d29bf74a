package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// presence is whose a tab is, for comparing: "" where it is in no audience.
func presence(t *session.Tab) string {
	visitor, absent := t.Present()
	if absent != nil {
		return ""
	}
	return name(visitor)
}

// TestPresent follows a tab from nobody's to its end.
func TestPresent(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	w.OnStartProcess(func(ctx context.Context, _ session.Visitor) error {
		if presence(session.TabOf(ctx)) != "nobody" {
			t.Error("a tab is not there when it starts")
		}
		return nil
	})
	tab := b.open().start()
	if err := tab.connect(b, ada); err != nil {
		t.Fatal(err)
	}
	if got := presence(tab.Tab); got != "ada" {
		t.Errorf("after a log-in in it it is %q's", got)
	}
	hers := b.open()
	b.disconnect()
	for _, each := range []*session.Tab{tab.Tab, hers.Tab} {
		if got := presence(each); got != "" {
			t.Errorf("after a log-out it is %q's", got)
		}
	}
	left, closed := b.open(), b.open()
	left.Leave()
	closed.Close()
	if presence(left.Tab)+presence(closed.Tab) != "" {
		t.Error("a tab whose process is over is still there")
	}
}

// TestPresentInTime: with its session's time, or when that cannot be asked about any more, a tab is in no audience.
func TestPresentInTime(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.Lifetime = time.Hour })
	b := w.browser()
	b.connect(ada)
	tab, nobodys := b.open(), w.browser().open()
	w.clock.pass(time.Hour)
	if presence(tab.Tab) != "" || presence(nobodys.Tab) != "nobody" {
		t.Errorf("it is %q's, and nobody's %q's", presence(tab.Tab), presence(nobodys.Tab))
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(o *session.Options) { o.Now = time.Now })
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		w.Question(t.Context())
		w.store.fails.Store(true)
		time.Sleep(session.HeldFor)
		if got := presence(tab.Tab); got != "" {
			t.Errorf("while its node is blind it is %q's", got)
		}
		w.store.fails.Store(false)
		w.Question(t.Context())
		if got := presence(tab.Tab); got != "ada" {
			t.Errorf("when its node sees again it is %q's", got)
		}
	})
}

// TestTabOf is the tab in its calls and its pages in place, and none elsewhere.
func TestTabOf(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.do(func(ctx context.Context) {
		if session.TabOf(ctx) != tab.Tab {
			t.Error("a call is not of its tab")
		}
	})
	tab.page(b, func(ctx context.Context) {
		if session.TabOf(ctx) != tab.Tab {
			t.Error("a page in place is not of its tab")
		}
	})
	b.page(func(ctx context.Context) {
		if session.TabOf(ctx) != nil {
			t.Error("a page load is of a tab")
		}
	})
	err := tab.Tab.Do(t.Context(), func(ctx context.Context) error {
		if session.TabOf(ctx) != nil {
			t.Error("what is done on behalf of a tab is its own request")
		}
		return nil
	})
	if err != nil || session.TabOf(t.Context()) != nil {
		t.Errorf("outside: %v", err)
	}
}
