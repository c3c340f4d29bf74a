package session_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// told compares what tabs were told, by name.
func told(t *testing.T, when string, tabs map[string]*tab, want map[string][]string) {
	t.Helper()
	for name, tab := range tabs {
		if got := tab.heard(); !slices.Equal(got, want[name]) {
			t.Errorf("%s: %s was told %q, want %q", when, name, got, want[name])
		}
	}
}

// TestLogInRestarts: the browser's other tabs hear of a log-in when the new session has been seen in a hello,
// not before: they would come back without its cookie. Other browsers do nothing.
func TestLogInRestarts(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	first, second, foreign := b.open(), b.open(), other.open()
	tabs := map[string]*tab{"the first": first, "the second": second, "a foreign one": foreign}
	b.connect(ada)
	told(t, "after the log-in", tabs, nil)
	token := b.document()
	told(t, "after the next page", tabs, nil)
	adas, err := b.hello(token, "")
	if err != nil {
		t.Fatal(err)
	}
	tabs["the new one"] = adas
	told(t, "after its hello", tabs, map[string][]string{"the first": askFirst, "the second": askFirst})
}

// TestLogInWithoutHello: where no hello follows, the browser's other tabs hear of the log-in 2 s after its
// cookie first came back.
func TestLogInWithoutHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		tabs := map[string]*tab{"the other": b.open()}
		b.connect(ada)
		time.Sleep(time.Minute)
		told(t, "a minute after the log-in", tabs, nil)
		b.visitor()
		time.Sleep(session.SeenAtLatest - time.Nanosecond)
		b.visitor() // does not put it off
		told(t, "just before", tabs, nil)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		told(t, "2 s after the next page", tabs, map[string][]string{"the other": askFirst})
	})
}

// TestLogInAsAnother: the tabs of the session before are refused at once, and told as after any log-in; if
// the new session stays unseen they are told all the same.
func TestLogInAsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		old := b.open()
		tabs := map[string]*tab{"ada's": old}
		b.connect(bob)
		if err := old.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("ada's tab still calls: %v", err)
		}
		told(t, "at first", tabs, nil)
		time.Sleep(session.ReplacedTabs)
		synctest.Wait()
		told(t, "unseen", tabs, map[string][]string{"ada's": samePage})

		b.connect(ada)
		tabs = map[string]*tab{"ada's": b.open()}
		b.connect(bob)
		b.open()
		told(t, "seen", tabs, map[string][]string{"ada's": samePage})
	})
}

// TestOldAlarm: a session that was seen and ended within 2 s does not restart the tabs of the next one.
func TestOldAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.open() // of nobody, and it never goes away
		b.connect(ada)
		b.visitor()
		b.disconnect()
		b.connect(bob)
		bobs := b.open()
		time.Sleep(time.Minute)
		synctest.Wait()
		told(t, "after a minute", map[string]*tab{"bob's": bobs}, nil)
	})
}

// TestOldAlarmIsNotInTheWay: a session that has an alarm when it is replaced still has its tabs told.
func TestOldAlarmIsNotInTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.open() // of nobody, and it never goes away
		b.connect(ada)
		adas := b.open()
		b.visitor() // sets the alarm: there is still a tab that is not hers
		b.connect(bob)
		time.Sleep(session.ReplacedTabs)
		synctest.Wait()
		told(t, "unseen", map[string]*tab{"ada's": adas}, map[string][]string{"ada's": samePage})
	})
}

// TestLogOutRestarts: all the session's tabs go to the main page, at once; the one that asked gets its answer
// first. The user's other browsers do nothing.
func TestLogOutRestarts(t *testing.T) {
	w := newWorld(t)
	here, there, bobs := w.browser(), w.browser(), w.browser()
	here.connect(ada)
	there.connect(ada)
	bobs.connect(bob)
	asking := here.open()
	tabs := map[string]*tab{"asking": asking, "beside": here.open(), "there": there.open(), "bob's": bobs.open()}
	asking.do(func(ctx context.Context) {
		if err := session.Disconnect(ctx); err != nil {
			t.Fatal(err)
		}
		told(t, "before the answer", tabs, map[string][]string{"beside": mainPage})
	})
	told(t, "after the answer", tabs, map[string][]string{"asking": mainPage, "beside": mainPage})
}

// TestLogOutEverywhereRestarts: every tab of the user in every browser, and no other.
func TestLogOutEverywhereRestarts(t *testing.T) {
	for _, c := range []struct {
		name string
		opts []session.DisconnectAllOption
		want []string
	}{
		{"with restart", nil, mainPage},
		{"without", []session.DisconnectAllOption{session.WithRestart(false)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			here, there, bobs := w.browser(), w.browser(), w.browser()
			here.connect(ada)
			there.connect(ada)
			bobs.connect(bob)
			adas := map[string]*tab{"here": here.open(), "beside": here.open(), "there": there.open()}
			tabs := map[string]*tab{"bob's": bobs.open()}
			maps.Copy(tabs, adas)
			here.disconnectAll(c.opts...)
			told(t, "log out everywhere", tabs, map[string][]string{"here": c.want, "beside": c.want, "there": c.want})
			for name, tab := range adas {
				err := tab.call(func(context.Context) { t.Errorf("%s: a call has run", name) })
				if !errors.Is(err, session.ErrNotConnected) {
					t.Errorf("%s: a call: %v", name, err)
				}
			}
			if err := tabs["bob's"].call(func(context.Context) {}); err != nil {
				t.Errorf("bob's call: %v", err)
			}
			if here.visitor() != 0 || there.visitor() != 0 || bobs.visitor() != bob {
				t.Error("the wrong ones are connected")
			}
			if here.cookies["dev-session"] != "" || there.cookies["dev-session"] == "" {
				t.Error("the log-out's own answer clears its cookie, and no other does")
			}
		})
	}
}

// TestDisconnectAnother: who logs another user out stays himself.
func TestDisconnectAnother(t *testing.T) {
	w := newWorld(t)
	b, victim := w.browser(), w.browser()
	b.connect(ada)
	victim.connect(bob)
	tabs := map[string]*tab{"ada's": b.open(), "bob's": victim.open()}
	b.disconnectAll(session.OfUser(bob))
	told(t, "afterwards", tabs, map[string][]string{"bob's": mainPage})
	if b.visitor() != ada || victim.visitor() != 0 {
		t.Error("the wrong one is connected")
	}
}

// TestLogInMeetsHello: a tab says hello under one user's session while another user logs in there. What it shows
// may be the first one's, so it does not ask.
func TestLogInMeetsHello(t *testing.T) {
	meanwhile := func() {}
	w := newWorld(t, func(o *session.Options) {
		o.Groups = func(context.Context, session.UserID, []session.Group) ([]session.Group, error) {
			do := meanwhile
			meanwhile = func() {}
			do()
			return nil, nil
		}
	})
	b := w.browser()
	b.connect(ada)
	cookies, token := w.Cookies(b.request()), b.document()
	w.Doubt()
	meanwhile = func() { b.connect(bob); b.open() }
	h := &host{}
	if _, err := w.OpenTab(t.Context(), cookies, session.Hello{Token: token}, h); !errors.Is(err, loadAgain) {
		t.Errorf("the hello: %v", err)
	}
	if got := h.heard(); !slices.Equal(got, samePage) {
		t.Errorf("the tab was told %q", got)
	}
}

// TestSeenOnce: a session tells each of the others once, also those that come later, and again the next one does.
func TestSeenOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tabs := map[string]*tab{"nobody's": b.open()}
	b.connect(ada)
	adas := b.open().start()
	tabs["ada's"] = adas
	want := map[string][]string{"nobody's": askFirst}
	for range 3 {
		adas.page(b, func(context.Context) {})
		b.visitor()
		told(t, "ada is seen", tabs, want)
	}
	tabs["a late one"], tabs["a closed one"] = b.hanger(), b.hanger()
	tabs["a closed one"].Close()
	told(t, "before she is seen again", tabs, want)
	for range 3 {
		adas.page(b, func(context.Context) {})
		want["a late one"] = askFirst
		told(t, "ada is seen again", tabs, want)
	}
	if w.Waiting() != 0 {
		t.Error("an alarm is left")
	}
	b.connect(bob)
	b.open()
	again := []string{"ask first", "ask first"}
	told(t, "bob is seen", tabs, map[string][]string{"nobody's": again, "a late one": again, "ada's": samePage})
}

// TestReplacedThenLoggedOut: the tabs of a session that was replaced hear of the log-out that follows, at once; and
// if another user follows, they do not go on showing what is the first one's.
func TestReplacedThenLoggedOut(t *testing.T) {
	out := func(b *browser) { b.disconnect() }
	another := func(b *browser) { b.connect(bob) }
	seen := func(b *browser) { b.open() }
	for _, c := range []struct {
		name  string
		then  []func(b *browser)
		at    []string // once
		later []string // when all alarms are over
	}{
		{"logged out", []func(b *browser){out}, mainPage, mainPage},
		{"logged out everywhere", []func(b *browser){func(b *browser) { b.disconnectAll() }}, mainPage, mainPage},
		{"another, logged out", []func(b *browser){another, out}, mainPage, mainPage},
		{"logged out, another", []func(b *browser){out, another, seen}, mainPage, mainPage},
		{"seen, logged out", []func(b *browser){seen, out}, []string{"ask first", "main page"}, []string{"ask first", "main page"}},
		{"another", []func(b *browser){another}, nil, samePage},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			b.connect(ada)
			tabs := map[string]*tab{"the first": b.open().start()}
			b.connect(ada)
			time.Sleep(session.ReplacedTabs - time.Second)
			for _, f := range c.then {
				f(b)
			}
			told(t, c.name, tabs, map[string][]string{"the first": c.at})
			time.Sleep(time.Minute)
			synctest.Wait()
			told(t, c.name+", a minute later", tabs, map[string][]string{"the first": c.later})
		})
	}
}

// ending is a host that does something when its process ends.
type ending struct {
	host
	do func()
}

func (h *ending) End() { h.do() }

// TestSeenWhenItHasEnded: a session that is replaced while its first hello is under way restarts nobody.
func TestSeenWhenItHasEnded(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	h := &ending{}
	before, err := w.OpenTab(t.Context(), w.Cookies(b.request()), session.Hello{Token: b.document()}, h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(before.Close)
	b.connect(ada)
	token, cookies := b.document(), w.Cookies(b.request())
	var bobs *tab
	h.do = func() { b.connect(bob); bobs = b.open().start() } // between the hello's pin and its end
	after, err := w.OpenTab(t.Context(), cookies, session.Hello{Token: token, Previous: before.ID()}, &host{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(after.Close)
	told(t, "the hello", map[string]*tab{"bob's": bobs}, nil)
}
