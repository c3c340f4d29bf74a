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

// watchStarts writes the start hooks down.
func (w *world) watchStarts() *journal {
	j := &journal{}
	w.OnStartProcess(func(_ context.Context, v session.Visitor) error { j.note("start " + name(v)); return nil })
	w.OnStartConnectedProcess(func(context.Context, session.UserID) error { j.note("connected"); return nil })
	w.OnStartUnconnectedProcess(func(context.Context) error { j.note("unconnected"); return nil })
	return j
}

func TestStartHooks(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchStarts()
	b := w.browser()
	b.open().start().start()
	hooks.check(t, "start nobody", "unconnected") // once, although it was started twice
	b.connect(ada)
	tab := b.open().start()
	hooks.check(t, "start ada", "connected")
	tab.do(func(context.Context) {})
	b.visitor()
	hooks.check(t)
	b.openAfter(tab).start()
	hooks.check(t, "start ada", "connected")
}

// TestStartResumes: after an error, or a panic, the next hello goes on at the hook that failed.
func TestStartResumes(t *testing.T) {
	w := newWorld(t)
	hooks := &journal{}
	broken := errors.New("broken")
	faults := []func() error{
		func() error { return broken },
		func() error { panic("a fault of the site") },
		func() error { return nil },
	}
	w.OnStartProcess(func(context.Context, session.Visitor) error { hooks.note("1"); return nil })
	w.OnStartConnectedProcess(func(context.Context, session.UserID) error {
		hooks.note("2")
		fault := faults[0]
		faults = faults[1:]
		return fault()
	})
	w.OnStartConnectedProcess(func(context.Context, session.UserID) error { hooks.note("3"); return nil })
	b := w.browser()
	b.connect(ada)
	tab := b.open()
	if err := tab.Start(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the first time: %v", err)
	}
	hooks.check(t, "1", "2")
	if err := tab.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "a fault of the site") {
		t.Errorf("the second time: %v", err)
	}
	hooks.check(t, "2")
	tab.start()
	hooks.check(t, "2", "3")
	tab.start()
	hooks.check(t)
}

// TestStartOfAnEndedSession: where the session ends between two start hooks, the second does not begin.
func TestStartOfAnEndedSession(t *testing.T) {
	for what, end := range map[string]func(ctx context.Context, w *world) error{
		"by a hook itself": func(ctx context.Context, _ *world) error { return session.Disconnect(ctx) },
		"by another": func(_ context.Context, w *world) error {
			return w.DisconnectAll(context.Background(), session.OfUser(ada))
		},
	} {
		w := newWorld(t)
		w.OnStartProcess(func(ctx context.Context, _ session.Visitor) error { return end(ctx, w) })
		w.OnStartConnectedProcess(func(context.Context, session.UserID) error {
			t.Errorf("%s: the next hook has run", what)
			return nil
		})
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		if err := tab.Start(t.Context()); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("%s: %v", what, err)
		}
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("%s: the tab was told %q", what, got)
		}
	}
}

// TestHelloRefused: whatever does not fit is refused, and leaves nothing behind.
func TestHelloRefused(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	nobodys := b.document()
	b.connect(ada)
	before := b.document()
	b.connect(ada)
	adas, elsewhere := b.document(), other.document()
	for _, c := range []struct {
		name, token string
		from        *browser
		want        error
	}{
		{"nobody's document, now hers", nobodys, b, loadAgain},
		{"one of her session before", before, b, loadAgain},
		{"another browser's", elsewhere, b, loadAgain},
		{"hers, in another browser", adas, other, loadAgain},
		{"none", "", b, loadAgain},
		{"without its seal", strings.Split(adas, ".")[0], b, loadAgain},
		{"with an empty seal", strings.Split(adas, ".")[0] + ".", b, loadAgain},
		{"with another's seal", strings.Split(adas, ".")[0] + "." + strings.Split(before, ".")[1], b, loadAgain},
		{"no cookies", adas, w.browser(), session.ErrNoCookies},
	} {
		if _, err := c.from.hello(c.token, ""); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, tabs := w.Watched(); tabs != 0 {
		t.Errorf("%d tabs are known", tabs)
	}
	if _, err := b.hello(adas, ""); err != nil {
		t.Errorf("the right one: %v", err)
	}
}

// TestAnotherBuild: a document of another build is loaded again.
func TestAnotherBuild(t *testing.T) {
	old := newWorld(t)
	b := old.browser()
	token := b.document()
	b.w = newWorld(t, func(o *session.Options) { o.Build = "the next build" })
	if _, err := b.hello(token, ""); !errors.Is(err, loadAgain) {
		t.Errorf("%v", err)
	}
}

// TestSuccessor: a tab's next document ends the process before it and takes its user-independent values over,
// once, in the same browser only.
func TestSuccessor(t *testing.T) {
	value := func(tab *tab) (n int) { tab.do(func(ctx context.Context) { n = perTabIndep.Get(ctx) }); return n }
	opened := func(t *testing.T) (*browser, *tab) {
		b := newWorld(t).browser()
		tab := b.open()
		tab.do(func(ctx context.Context) { perTabIndep.Set(ctx, 5); perTab.Set(ctx, 5) })
		return b, tab
	}
	t.Run("of an open tab", func(t *testing.T) {
		b, before := opened(t)
		after := b.openAfter(before)
		if got := before.heard(); !slices.Equal(got, []string{"end"}) {
			t.Errorf("the process before was told %q", got)
		}
		if value(after) != 5 || value(before) != 0 {
			t.Error("its value did not move")
		}
		before.Close()
		if b.w.clock.pass(time.Hour); value(after) != 5 {
			t.Error("its value went when the process before ended")
		}
		after.do(func(ctx context.Context) {
			if perTab.Get(ctx) != 0 {
				t.Error("what is not user-independent moved too")
			}
		})
	})
	t.Run("of a closed tab", func(t *testing.T) {
		b, before := opened(t)
		before.Close()
		b.w.clock.pass(session.HandOver - time.Second)
		if after := b.openAfter(before); value(after) != 5 {
			t.Error("its value was not kept for a minute")
		}
	})
	t.Run("too late", func(t *testing.T) {
		b, before := opened(t)
		before.Close()
		b.w.clock.pass(session.HandOver)
		if after := b.openAfter(before); value(after) != 0 {
			t.Error("its value was kept longer than a minute")
		}
	})
	t.Run("which does not hear its id", func(t *testing.T) {
		b, before := opened(t)
		first := b.openAfter(before)
		first.do(func(ctx context.Context) { perTabIndep.Set(ctx, 6) })
		second := b.openAfter(before)
		if got := first.heard(); !slices.Equal(got, []string{"end"}) {
			t.Errorf("the process that nobody knows of was told %q", got)
		}
		if value(first) != 0 || value(second) != 6 {
			t.Error("its value did not move on")
		}
		first.Close()
		if value(second) != 6 {
			t.Error("its value went when the process that nobody knows of ended")
		}
		second.Close()
		if third := b.openAfter(second); value(third) != 6 {
			t.Error("its value is not found under the second's id")
		}
	})
	t.Run("which closes before it hears its id", func(t *testing.T) {
		for what, next := range map[string]func(b *browser, before, first *tab) *tab{
			"names the one before": func(b *browser, before, _ *tab) *tab { return b.openAfter(before) },
			"names it":             func(b *browser, _, first *tab) *tab { return b.openAfter(first) },
		} {
			b, before := opened(t)
			before.Close()
			first := b.openAfter(before)
			first.Close()
			third := next(b, before, first)
			if value(third) != 5 {
				t.Errorf("%s: its value did not move on", what)
			}
			if states, _ := b.w.Held(); states != 1 || value(b.openAfter(before)) == 5 && value(b.openAfter(first)) == 5 {
				t.Errorf("%s: %d states; its value moved twice", what, states)
			}
			for _, tab := range b.w.Tabs() {
				tab.Close()
			}
			if _, tabs := b.w.Watched(); tabs != 0 {
				t.Errorf("%s: %d tabs are known", what, tabs)
			}
			b.w.clock.pass(session.HandOver)
			if sweep(b.w); value(b.openAfter(before)) != 0 || value(b.openAfter(third)) != 0 {
				t.Errorf("%s: its value was kept longer than a minute", what)
			}
			if states, _ := b.w.Held(); states != 1 { // the sweeper's own
				t.Errorf("%s: %d states are left", what, states)
			}
		}
	})
	t.Run("which does not hear its id, in another browser", func(t *testing.T) {
		b, before := opened(t)
		first := b.openAfter(before)
		if thief := b.w.browser().openAfter(before); value(thief) != 0 || value(first) != 5 || len(first.heard()) != 0 {
			t.Errorf("another browser took it; the tab was told %q", first.heard())
		}
	})
	t.Run("in another browser", func(t *testing.T) {
		b, before := opened(t)
		thief := b.w.browser().openAfter(before)
		if value(thief) != 0 || value(before) != 5 || len(before.heard()) != 0 {
			t.Errorf("another browser took it; the tab was told %q", before.heard())
		}
	})
	t.Run("refused", func(t *testing.T) {
		b, before := opened(t)
		if _, err := b.hello("forged", before.ID()); err == nil {
			t.Fatal("a forged hello was let in")
		}
		if value(before) != 5 || len(before.heard()) != 0 {
			t.Errorf("a refused hello took it; the tab was told %q", before.heard())
		}
	})
}

// TestTabsSharing: whom to tell when a value has changed.
func TestTabsSharing(t *testing.T) {
	w := newWorld(t)
	home, work, other, anonymous := w.browser(), w.browser(), w.browser(), w.browser()
	home.connect(ada)
	work.connect(ada)
	other.connect(bob)
	tabs := map[string]*tab{
		"home 1": home.open(), "home 2": home.open(), "work": work.open(), "bob": other.open(),
		"nobody 1": anonymous.open(), "nobody 2": anonymous.open(),
	}
	names := func(shared []*session.Tab) string {
		var found []string
		for name, tab := range tabs {
			if slices.Contains(shared, tab.Tab) {
				found = append(found, name)
			}
		}
		slices.Sort(found)
		return strings.Join(found, ", ")
	}
	for _, c := range []struct {
		of    string
		scope session.Scope
		want  string
	}{
		{"home 1", session.PerRequest, ""},
		{"home 1", session.PerTab, "home 1"},
		{"home 1", session.PerTabUserIndep, "home 1"},
		{"home 1", session.PerBrowser, "home 1, home 2"},
		{"home 1", session.PerBrowserUserIndep, "home 1, home 2"},
		{"home 1", session.PerUser, "home 1, home 2, work"},
		{"nobody 1", session.PerBrowser, "nobody 1, nobody 2"},
		{"nobody 1", session.PerBrowserUserIndep, "nobody 1, nobody 2"},
		{"nobody 1", session.PerUser, "nobody 1, nobody 2"},
	} {
		tabs[c.of].do(func(ctx context.Context) {
			if got := names(session.TabsSharing(ctx, c.scope)); got != c.want {
				t.Errorf("scope %d of %s: %s, want %s", c.scope, c.of, got, c.want)
			}
		})
	}
	home.page(func(ctx context.Context) {
		if got := names(session.TabsSharing(ctx, session.PerTab)); got != "" {
			t.Errorf("a page shares its tab with %s", got)
		}
	})
	if got, want := names(w.TabsOfUser(ada)), "home 1, home 2, work"; got != want {
		t.Errorf("ada's tabs: %s, want %s", got, want)
	}
	home.disconnectAll(session.WithRestart(false))
	if got, want := names(w.Tabs()), "bob, nobody 1, nobody 2"; got != want {
		t.Errorf("tabs after ada is gone: %s, want %s", got, want)
	}
	anonymous.connect(bob) // nobody's tabs have not been told yet
	anonymous.page(func(ctx context.Context) {
		if got := names(session.TabsSharing(ctx, session.PerBrowser)); got != "" {
			t.Errorf("the new session shares with %s", got)
		}
		if got, want := names(session.TabsSharing(ctx, session.PerBrowserUserIndep)), "nobody 1, nobody 2"; got != want {
			t.Errorf("the browser shares with %s, want %s", got, want)
		}
	})
}

// TestCallKnowsItsTab: what a call and a page say of where they come from.
func TestCallKnowsItsTab(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open()
	var browser session.Hash
	b.page(func(ctx context.Context) {
		if browser = session.BrowserHash(ctx); browser == (session.Hash{}) || session.ProcessID(ctx) != "" {
			t.Errorf("a page says browser %s, process %q", browser, session.ProcessID(ctx))
		}
	})
	tab.do(func(ctx context.Context) {
		if session.BrowserHash(ctx) != browser || session.ProcessID(ctx) != tab.ID() || tab.ID() == "" {
			t.Errorf("a call says browser %s, process %q", session.BrowserHash(ctx), session.ProcessID(ctx))
		}
	})
	if strings.Contains(browser.String(), b.cookies["dev-browser"]) {
		t.Error("the browser's hash holds its cookie")
	}
}
