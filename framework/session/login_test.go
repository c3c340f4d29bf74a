package session_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestFixation: what an attacker has planted before a log-in opens nothing after it.
func TestFixation(t *testing.T) {
	w := newWorld(t)
	planted := strings.Repeat("A", 43)
	evil := w.browser()
	evil.page(func(context.Context) {}) // he has a browser's cookie
	evil.cookies["dev-session"] = planted
	victim := w.browser()
	victim.cookies = maps.Clone(evil.cookies)
	before := victim.cookies["dev-browser"]
	victim.connect(ada)
	switch {
	case victim.cookies["dev-session"] == planted:
		t.Error("the session has the token that the attacker chose")
	case victim.cookies["dev-browser"] != before:
		t.Error("the log-in changed the browser's cookie, which is not the session's")
	case evil.visitor() != 0:
		t.Error("the attacker is in")
	case victim.visitor() != ada:
		t.Error("the victim is not in")
	}
}

// TestEachLogInHasItsOwnToken, also in the same browser and for the same user; the old one is dead.
func TestEachLogInHasItsOwnToken(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	old := &browser{w: w, cookies: maps.Clone(b.cookies)}
	b.connect(ada)
	if old.cookies["dev-session"] == b.cookies["dev-session"] {
		t.Fatal("the token is the old one")
	}
	if old.visitor() != 0 || b.visitor() != ada {
		t.Error("the old token still opens something, or the new one does not")
	}
}

// TestStolenSessionCookie: alone, in another browser, it opens nothing, in a page and in a hello; and its use
// there does not disturb its owner.
func TestStolenSessionCookie(t *testing.T) {
	w := newWorld(t)
	b, thief := w.browser(), w.browser()
	b.connect(ada)
	token := b.document()
	thief.page(func(context.Context) {})
	thief.cookies["dev-session"] = b.cookies["dev-session"]
	if thief.visitor() != 0 {
		t.Error("the thief's page is ada's")
	}
	if _, err := thief.hello(token, ""); !errors.Is(err, loadAgain) {
		t.Errorf("the thief's hello: %v", err)
	}
	if thief.do(session.Disconnect); b.visitor() != ada {
		t.Error("the thief has logged ada out")
	}
}

// TestDeadCookie is ignored and not cleared by pages, and cleared by a log-out.
func TestDeadCookie(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
		t.Fatal(err)
	}
	if answer := b.entered(nop); len(answer.Cookies()) != 0 || b.visitor() != 0 {
		t.Errorf("a page says %v", answer.Cookies())
	}
	if c := cookie(t, b.entered(session.Disconnect), "dev-session"); c == nil || c.MaxAge >= 0 {
		t.Errorf("the log-out says %v", c)
	}
}

// TestExpiry: a session is over by the clock, for pages and for the calls of a tab that was open all the time.
func TestExpiry(t *testing.T) {
	for what, find := range map[string]func(b *browser, tab *tab){
		"a page finds it": func(b *browser, _ *tab) {
			if b.visitor() != 0 {
				t.Error("the page is still ada's")
			}
		},
		"a call finds it": func(_ *browser, tab *tab) {
			err := tab.call(func(context.Context) { t.Error("the call has run") })
			if !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("the call: %v", err)
			}
		},
	} {
		w := newWorld(t, func(o *session.Options) { o.Idle = 365 * 24 * time.Hour })
		closed := &journal{}
		w.OnPostCloseSession(func(_ context.Context, c session.Closing) error { closed.note(string(c.Reason)); return nil })
		b := w.browser()
		b.connect(ada)
		tabs := []*tab{b.open(), b.open()}
		w.clock.pass(30*24*time.Hour - time.Second)
		if err := tabs[0].call(func(context.Context) {}); err != nil || b.visitor() != ada {
			t.Errorf("%s: it is over too early: %v", what, err)
		}
		w.clock.pass(time.Second)
		find(b, tabs[0])
		closed.check(t, "expired")
		for _, tab := range tabs {
			if got := tab.heard(); !slices.Equal(got, mainPage) {
				t.Errorf("%s: a tab was told %q", what, got)
			}
		}
		find(b, tabs[0]) // once more changes nothing
		closed.check(t)
	}
}

// TestOpenSessionFails: the error of a hook undoes the session, whatever it is.
func TestOpenSessionFails(t *testing.T) {
	broken := errors.New("broken")
	for what, hook := range map[string]func(context.Context, *world) error{
		"an error":    func(context.Context, *world) error { return broken },
		"a panic":     func(context.Context, *world) error { panic("oh") },
		"it logs out": func(ctx context.Context, _ *world) error { return session.Disconnect(ctx) },
		"meanwhile somebody logs her out": func(_ context.Context, w *world) error {
			return w.DisconnectAll(context.Background(), session.OfUser(ada))
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			hooks := w.watchSessions()
			w.OnOpenSession(func(ctx context.Context, _ session.UserID) error {
				perBrowser.Set(ctx, 1)
				return hook(ctx, w)
			})
			w.OnOpenSession(func(context.Context, session.UserID) error { hooks.note("open, second"); return nil })
			b.page(func(ctx context.Context) {
				if err := session.Connect(ctx, ada); err == nil {
					t.Error("the log-in went well")
				}
				if session.Current(ctx).Connected() || perBrowser.Get(ctx) != 0 {
					t.Error("the rest of the request is the user's")
				}
			})
			if b.cookies["dev-session"] != "" {
				t.Error("there is a cookie")
			}
			gone, err := w.store.DeleteUser(t.Context(), ada, 0, session.Ending{})
			if err != nil || len(gone) != 0 {
				t.Errorf("rows left: %v, %v", gone, err)
			}
			if what == "an error" || what == "a panic" {
				hooks.check(t, "open ada") // and nothing closes
			}
		})
	}
}

// watchSessions writes the hooks of sessions down.
func (w *world) watchSessions() *journal {
	j := &journal{}
	who := func(ctx context.Context) string { return name(session.Current(ctx)) }
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error { j.note("open " + who(ctx)); return nil })
	w.OnPreCloseSession(func(ctx context.Context, c session.Closing) error {
		j.note("pre " + who(ctx) + " " + string(c.Reason))
		return nil
	})
	w.OnPostCloseSession(func(ctx context.Context, c session.Closing) error {
		j.note("post " + who(ctx) + " " + string(c.Reason))
		return nil
	})
	return j
}

// TestLogInOrder: an old session closes before the new one opens, and the rest of the request is the new one's.
func TestLogInOrder(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchSessions()
	b := w.browser()
	b.connect(ada)
	hooks.check(t, "open ada")
	b.page(func(ctx context.Context) {
		if err := session.Connect(ctx, bob); err != nil {
			t.Fatal(err)
		}
		if who := name(session.Current(ctx)); who != "bob" {
			t.Errorf("the rest of the request is %s's", who)
		}
	})
	hooks.check(t, "pre ada replaced", "post ada replaced", "open bob")
	b.disconnect()
	hooks.check(t, "pre bob logged out", "post bob logged out")
	b.disconnect()
	hooks.check(t)
}

func TestConnectRefuses(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if err := b.ask(func(ctx context.Context) error { return session.Connect(ctx, 0) }); !errors.Is(err, session.ErrNoUser) {
		t.Errorf("user 0: %v", err)
	}
	w.OnStartUnconnectedProcess(func(ctx context.Context) error {
		if err := session.Connect(ctx, ada); !errors.Is(err, session.ErrNoAnswer) {
			t.Errorf("in a tab's start: %v", err)
		}
		return nil
	})
	b.open().start()
	if rows := w.store.made.Load(); rows != 0 {
		t.Errorf("%d rows were made", rows)
	}
}

// TestStoreFails: a store that does not answer is an error, never "nobody", and nobody is let in.
func TestStoreFails(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	b.connect(ada)
	token := b.document()
	w.store.fails.Store(true)
	w.Doubt()
	for what, ask := range map[string]func() error{
		"a page":   func() error { return b.ask(func(context.Context) error { t.Error("a page was made"); return nil }) },
		"a hello":  func() error { _, err := b.hello(token, ""); return err },
		"a log-in": func() error { return other.ask(func(ctx context.Context) error { return session.Connect(ctx, bob) }) },
		"a form": func() (err error) {
			b.bare(func(ctx context.Context) { _, err = session.CheckIdentityTag(ctx, "") })
			return err
		},
		"a log-out everywhere": func() error {
			return w.DisconnectAll(t.Context(), session.OfUser(ada))
		},
	} {
		if err := ask(); !errors.Is(err, errStore) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if other.cookies["dev-session"] != "" {
		t.Error("a log-in without its row has a cookie")
	}
	w.store.fails.Store(false)
	if b.visitor() != ada {
		t.Error("afterwards ada is not connected any more")
	}
}

// TestLogOutFails: a log-out that could not be done leaves the cookie, so that it can be tried again.
func TestLogOutFails(t *testing.T) {
	for what, out := range map[string]func(ctx context.Context) error{
		"Disconnect":    session.Disconnect,
		"DisconnectAll": func(ctx context.Context) error { return session.DisconnectAll(ctx) },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		err := b.ask(func(ctx context.Context) error {
			w.store.fails.Store(true)
			defer w.store.fails.Store(false)
			return out(ctx)
		})
		if !errors.Is(err, errStore) || b.visitor() != ada {
			t.Errorf("%s: %v, and then the visitor is %d", what, err, b.visitor())
		}
		if err := tab.call(func(context.Context) {}); err != nil || len(tab.heard()) != 0 {
			t.Errorf("%s: her tab was told %q: %v", what, tab.heard(), err)
		}
	}
}

// TestExpiryFails: a tab whose expired session cannot be closed now is not let in, and the error is no
// "not connected", which would say that the tab has been told to restart.
func TestExpiryFails(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open()
	w.clock.pass(365 * 24 * time.Hour)
	w.store.fails.Store(true)
	err := tab.call(func(context.Context) { t.Error("the call has run") })
	if !errors.Is(err, errStore) || errors.Is(err, session.ErrNotConnected) {
		t.Errorf("%v", err)
	}
}

// TestConnectInConnect: a hook of a log-in may not make another. What comes of the first is what the hook says.
func TestConnectInConnect(t *testing.T) {
	for _, c := range []struct {
		name  string
		add   func(w *world, hook func(context.Context, session.UserID) error)
		tells bool // the hook returns the error
		want  session.UserID
	}{
		{"OnOpenSession", func(w *world, f func(context.Context, session.UserID) error) { w.OnOpenSession(f) }, true, 0},
		{"OnOpenSession, silent", func(w *world, f func(context.Context, session.UserID) error) { w.OnOpenSession(f) }, false, ada},
		{"OnStartConnectedProcess", func(w *world, f func(context.Context, session.UserID) error) { w.OnStartConnectedProcess(f) }, true, ada},
	} {
		w := newWorld(t)
		c.add(w, func(ctx context.Context, me session.UserID) error {
			if me != ada {
				t.Errorf("%s: %d", c.name, me)
			}
			err := session.Connect(ctx, bob)
			if !errors.Is(err, session.ErrConnecting) {
				t.Errorf("%s: the inner one: %v", c.name, err)
			}
			if now, _ := session.Current(ctx).User(); now != ada {
				t.Errorf("%s: then it is %d", c.name, now)
			}
			if c.tells {
				return err
			}
			return nil
		})
		b := w.browser()
		tab := b.open().start()
		tab.page(b, func(ctx context.Context) {
			if err := session.Connect(ctx, ada); (err == nil) != (c.want == ada) {
				t.Errorf("%s: the outer one: %v", c.name, err)
			}
			if now, _ := session.Current(ctx).User(); now != c.want {
				t.Errorf("%s: the rest of the request is %d's", c.name, now)
			}
		})
		if who := b.visitor(); who != c.want || w.store.made.Load() != 1 {
			t.Errorf("%s: the browser is %d's, %d rows were made", c.name, who, w.store.made.Load())
		}
		b.page(func(ctx context.Context) { // one after the other is no harm
			if err := errors.Join(session.Disconnect(ctx), session.Disconnect(ctx)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		})
	}
}

// TestTwoLogInsAtOnce: both were sent while nobody was connected. One session is left in that browser, that of whose
// row came last, whatever cookie the browser has by then; the other has closed.
func TestTwoLogInsAtOnce(t *testing.T) {
	w := newWorld(t)
	closed := &journal{}
	w.OnPostCloseSession(func(_ context.Context, c session.Closing) error {
		closed.note(name(session.VisitorOf(c.User)) + " " + string(c.Reason))
		return nil
	})
	b := w.browser()
	tab := b.open().start()
	late := &browser{w: w, cookies: maps.Clone(b.cookies)} // its answer comes last: its cookie stays
	w.store.meanwhile = func() { late.connect(bob) }
	if err := tab.connect(b, ada); err != nil {
		t.Fatal(err)
	}
	closed.check(t, "bob replaced")
	if late.visitor() != 0 || b.visitor() != ada {
		t.Error("not one alone is connected")
	}
	tab.do(func(context.Context) {})
	late.disconnect() // with a cookie that opens nothing, where ada is connected
	closed.check(t, "ada logged out")
	if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
		t.Errorf("her tab still calls: %v", err)
	}
	if got := tab.heard(); !slices.Equal(got[len(got)-1:], mainPage) {
		t.Errorf("her tab was told %q", got)
	}
	if b.visitor() != 0 {
		t.Error("her cookie still opens her session")
	}
}

// TestRefusedLogInForgetsNothing: what a browser, its tabs and its documents remember for nobody stays as it was, and
// nothing of what the hooks have written. A log-in that is not refused drops it.
func TestRefusedLogInForgetsNothing(t *testing.T) {
	w := newWorld(t)
	refused := errors.New("refused")
	fault := refused
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error {
		if perTab.Get(ctx) != 0 || perBrowser.Get(ctx) != 0 {
			t.Error("the hook sees what is nobody's")
		}
		perTab.Set(ctx, 9)
		perBrowser.Set(ctx, 9)
		return fault
	})
	set := func(ctx context.Context) { perTab.Set(ctx, 5); perBrowser.Set(ctx, 5) }
	see := func(what string, tab *tab, want int) {
		t.Helper()
		tab.do(func(ctx context.Context) {
			if perTab.Get(ctx) != want || perBrowser.Get(ctx) != want {
				t.Errorf("%s: %d in the tab, %d in the browser, want %d", what, perTab.Get(ctx), perBrowser.Get(ctx), want)
			}
		})
	}
	hello := func(b *browser, token string) *tab {
		t.Helper()
		tab, err := b.hello(token, "")
		if err != nil {
			t.Fatal(err)
		}
		return tab
	}
	b := w.browser()
	asking, beside := b.open().start(), b.open().start()
	asking.do(set)
	beside.do(set)
	waiting := b.document(set)
	var own string // the log-in's answer is a document
	logIn := func(ctx context.Context) (err error) {
		set(ctx)
		fails := session.Connect(ctx, ada)
		if own, err = session.PageToken(ctx); err != nil {
			t.Error(err)
		}
		return fails
	}
	for what, ask := range map[string]func() error{
		"in place":                func() error { return asking.ask(b, logIn) },
		"in place, unconnected":   func() error { return asking.ask(b, logIn, session.ForceUnconnected()) },
		"a document, unconnected": func() error { return b.ask(logIn, session.ForceUnconnected()) },
		"a document":              func() error { return b.ask(logIn) },
	} {
		if err := ask(); !errors.Is(err, refused) {
			t.Errorf("%s: %v", what, err)
		}
		see(what+": the asking tab", asking, 5)
		see(what+": another tab", beside, 5)
		if what == "a document" {
			see("its own tab", hello(b, own), 5)
		}
	}
	see("a document from before", hello(b, waiting), 5)

	fault = nil
	forgotten := b.document(set)
	b.do(logIn)
	see("her document", hello(b, own), 9)
	see("nobody's tab", asking, 0)
	if err := w.gone(ada); err != nil { // as another node does
		t.Fatal(err)
	}
	see("nobody's document", hello(b, forgotten), 0)
}
