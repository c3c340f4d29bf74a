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
	meanwhile = func() { b.connect(bob); b.open() }
	h := &host{}
	if _, err := w.OpenTab(t.Context(), cookies, session.Hello{Token: token}, h); !errors.Is(err, session.ErrForeignDocument) {
		t.Errorf("the hello: %v", err)
	}
	if got := h.heard(); !slices.Equal(got, samePage) {
		t.Errorf("the tab was told %q", got)
	}
}
