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

// ofAda is where references mean somebody's values though he does not ask: a user, his session, his tab.
type ofAda struct {
	name string
	in   func(ctx context.Context, f func(context.Context) error) error
	has  []session.Scope
}

// everywhere lets ada log in and open a tab, and returns where her values are found.
func everywhere(t *testing.T, w *world) (b *browser, tab *tab, places []ofAda) {
	t.Helper()
	b = w.browser()
	b.connect(ada)
	tab = b.open()
	id := sessionOf(t, w, ada)
	return b, tab, []ofAda{
		{"user", func(ctx context.Context, f func(context.Context) error) error { return w.InUser(ctx, ada, f) },
			[]session.Scope{session.PerRequest, session.PerUser}},
		{"session", func(ctx context.Context, f func(context.Context) error) error { return w.InSession(ctx, id, f) },
			[]session.Scope{session.PerRequest, session.PerBrowser, session.PerUser, session.PerBrowserUserIndep}},
		{"tab", tab.Do,
			[]session.Scope{session.PerRequest, session.PerTab, session.PerBrowser, session.PerUser, session.PerTabUserIndep, session.PerBrowserUserIndep}},
	}
}

// sessionOf is the id of a user's only session.
func sessionOf(t *testing.T, w *world, user session.UserID) session.ID {
	t.Helper()
	all, err := w.SessionsOf(t.Context(), user)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d sessions, %v", len(all), err)
	}
	return all[0].ID
}

// scopeOf are the scopes in the order of the references of these tests.
var scopeOf = []session.Scope{
	session.PerRequest, session.PerTab, session.PerBrowser, session.PerUser, session.PerTabUserIndep, session.PerBrowserUserIndep,
}

// TestOnBehalf: what an administrator writes is what the user reads then, and the other way round; in memory and
// stored. Where there is no value he hears so.
func TestOnBehalf(t *testing.T) {
	w := newWorld(t)
	_, tab, places := everywhere(t, w)
	for _, place := range places {
		for i, s := range scopes {
			if !slices.Contains(place.has, scopeOf[i]) {
				checkNothingThere(t, place, s.ref)
				continue
			}
			err := place.in(t.Context(), func(ctx context.Context) error { s.ref.Set(ctx, 5); return nil })
			tab.do(func(ctx context.Context) {
				if got := s.ref.Get(ctx); scopeOf[i] != session.PerRequest && (err != nil || got != 5) {
					t.Errorf("in the %s, %s: the user reads %d, %v", place.name, s.name, got, err)
				}
				s.ref.Set(ctx, 6)
			})
			_ = place.in(t.Context(), func(ctx context.Context) error {
				if got := s.ref.Get(ctx); scopeOf[i] != session.PerRequest && got != 6 {
					t.Errorf("in the %s, %s: the administrator reads %d", place.name, s.name, got)
				}
				return nil
			})
		}
	}
}

func checkNothingThere(t *testing.T, place ofAda, ref *session.Ref[int]) {
	t.Helper()
	_ = place.in(t.Context(), func(ctx context.Context) error {
		for what, f := range map[string]func(){
			"Get": func() { ref.Get(ctx) }, "Set": func() { ref.Set(ctx, 1) }, "Unset": func() { ref.Unset(ctx) },
		} {
			if words := said(f); !strings.Contains(words, "on behalf of a "+place.name+", which has no value Per") {
				t.Errorf("%s in the %s: it says %q", what, place.name, words)
			}
		}
		return nil
	})
}

// TestStoredOnBehalf is the same for what is stored.
func TestStoredOnBehalf(t *testing.T) {
	w := newWorld(t)
	b, _, places := everywhere(t, w)
	for _, place := range places {
		for i, scope := range []session.Scope{session.PerBrowser, session.PerUser, session.PerBrowserUserIndep} {
			ref := storedScopes[i].ref
			err := place.in(t.Context(), func(ctx context.Context) error { return ref.Set(ctx, 5) })
			if !slices.Contains(place.has, scope) {
				if !errors.Is(err, session.ErrOutside) {
					t.Errorf("in the %s, %v: %v", place.name, scope, err)
				}
				continue
			}
			b.do(func(ctx context.Context) error {
				if got, readErr := ref.Get(ctx); got != 5 || readErr != nil || err != nil {
					t.Errorf("in the %s, %v: the user reads %d, %v, %v", place.name, scope, got, readErr, err)
				}
				return ref.Set(ctx, 6)
			})
			_ = place.in(t.Context(), func(ctx context.Context) error {
				if got, err := ref.Get(ctx); err != nil || got != 6 {
					t.Errorf("in the %s, %v: the administrator reads %d, %v", place.name, scope, got, err)
				}
				return nil
			})
		}
	}
}

// TestOnBehalfIsNobodyElses: the values are those of whom it is about, also inside the administrator's own request and
// of somebody who is not there at all.
func TestOnBehalfIsNobodyElses(t *testing.T) {
	w := newWorld(t)
	_, _, places := everywhere(t, w)
	bobs := w.browser()
	bobs.connect(bob)
	bobs.page(func(ctx context.Context) {
		perUser.Set(ctx, 1)
		for _, place := range places {
			err := place.in(ctx, func(ctx context.Context) error {
				if perUser.Get(ctx) != 0 {
					t.Errorf("in the %s: bob's value is ada's", place.name)
				}
				return w.InUser(ctx, bob, func(ctx context.Context) error {
					if perUser.Get(ctx) != 1 {
						t.Errorf("bob inside the %s: his value is not his", place.name)
					}
					return nil
				})
			})
			if err != nil || perUser.Get(ctx) != 1 {
				t.Errorf("after the %s: %v", place.name, err)
			}
		}
	})
}

// TestOnBehalfIsNoRequest: who acts for somebody knows who it is, but has none of his secrets, and can be nobody.
func TestOnBehalfIsNoRequest(t *testing.T) {
	w := newWorld(t)
	var hooks journal
	w.OnRequest(func(context.Context, session.Visitor) error { hooks.note("request"); return nil })
	_, _, places := everywhere(t, w)
	hooks.check(t, "request", "request")
	admin := w.browser()
	admin.bare(func(ctx context.Context) {
		for _, place := range places {
			err := place.in(ctx, func(ctx context.Context) error {
				if who, _ := session.Current(ctx).User(); who != ada {
					t.Errorf("in the %s: it is %d", place.name, who)
				}
				checkPowerless(t, ctx)
				return errors.New("mine")
			})
			if err == nil || err.Error() != "mine" {
				t.Errorf("in the %s: %v", place.name, err)
			}
		}
	})
	hooks.check(t)
	if requests, _ := w.Watched(); requests != 0 {
		t.Errorf("%d requests are still known", requests)
	}
}

func checkPowerless(t *testing.T, ctx context.Context) {
	t.Helper()
	token, err := session.PageToken(ctx)
	tag, tagErr := session.IdentityTag(ctx)
	if token != "" || tag != "" || session.ProcessID(ctx) != "" || session.BrowserHash(ctx) != (session.Hash{}) {
		t.Error("it has somebody's secrets")
	}
	_, wrapErr := session.Wrap(func(context.Context, int) (int, error) { return 0, nil })(ctx, 0)
	for name, err := range map[string]error{
		"Connect":       session.Connect(ctx, bob),
		"Disconnect":    session.Disconnect(ctx),
		"DisconnectAll": session.DisconnectAll(ctx),
		"PageToken":     err,
		"IdentityTag":   tagErr,
		"a wrapper":     wrapErr,
	} {
		if err != session.ErrOutside {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOnBehalfOfNobody: there must be somebody.
func TestOnBehalfOfNobody(t *testing.T) {
	w := newWorld(t)
	f := func(context.Context) error { t.Error("it was called"); return nil }
	b := w.browser()
	b.connect(ada)
	id, closed := sessionOf(t, w, ada), b.open()
	closed.Close()
	onClosed := closed.Do(t.Context(), f)
	ended := b.open()
	b.disconnect()
	for name, c := range map[string]struct{ got, want error }{
		"no user":        {w.InUser(t.Context(), 0, f), session.ErrNoUser},
		"no session":     {w.InSession(t.Context(), 0, f), session.ErrNoSession},
		"ended session":  {w.InSession(t.Context(), id, f), session.ErrNoSession},
		"closed tab":     {onClosed, session.ErrNoTab},
		"tab of no user": {ended.Do(t.Context(), f), session.ErrNotConnected},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if requests, _ := w.Watched(); requests != 0 {
		t.Errorf("%d requests are still known", requests)
	}
}

// TestTabOnBehalfInDoubt: nothing is done for a tab of which nobody knows whether its session is open, nor when the time of
// that is over; nobody's tab has nothing to fear.
func TestTabOnBehalfInDoubt(t *testing.T) {
	for want, doubt := range map[error]func(*world){
		session.ErrUnavailable: func(w *world) {
			w.store.fails.Store(true)
			w.clock.pass(session.HeldFor)
		},
		session.ErrNotConnected: func(w *world) { w.clock.pass(31 * 24 * time.Hour) },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab, nobodys := b.open(), w.browser().open()
		w.Question(t.Context())
		doubt(w)
		err := tab.Tab.Do(t.Context(), func(context.Context) error { t.Errorf("%v: it was called", want); return nil })
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if err := nobodys.Tab.Do(t.Context(), func(context.Context) error { return nil }); err != nil {
			t.Errorf("of nobody: %v", err)
		}
	}
}

// TestTabOfNobodyOnBehalf: the tab of nobody has values too.
func TestTabOfNobodyOnBehalf(t *testing.T) {
	tab := newWorld(t).browser().open()
	err := tab.Do(t.Context(), func(ctx context.Context) error {
		writeAll(ctx)
		return storeAll(ctx)
	})
	tab.do(func(ctx context.Context) {
		if got := remembered(ctx); err != nil || len(got) != 5 || len(storedEverywhere(t, ctx)) != 3 {
			t.Errorf("remembered by %v alone, %v", got, err)
		}
	})
}

// TestSessionEndsMeanwhile: who acts for a session or a tab hears of its end, reads nothing of it and writes nothing;
// who acts for a user goes on.
func TestSessionEndsMeanwhile(t *testing.T) {
	for i, want := range []error{nil, session.ErrNotConnected, session.ErrNotConnected} {
		w := newWorld(t)
		b, _, places := everywhere(t, w)
		err := places[i].in(t.Context(), func(ctx context.Context) error {
			perUser.Set(ctx, 1)
			b.disconnect()
			if (perUser.Get(ctx) == 1) != (want == nil) {
				t.Errorf("in the %s: it reads %d", places[i].name, perUser.Get(ctx))
			}
			if err := storedPerUser.Set(ctx, 1); !errors.Is(err, want) {
				t.Errorf("in the %s: it writes %v", places[i].name, err)
			}
			return context.Cause(ctx)
		})
		if err != want {
			t.Errorf("in the %s: %v, want %v", places[i].name, err, want)
		}
	}
}

// TestSessionEndsAsItIsFound: whoever closes it between the look-up and the work is heard, too.
func TestSessionEndsAsItIsFound(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	id := sessionOf(t, w, ada)
	asked := 0
	meanwhile := session.New(&closesBetween{Store: w.store, find: func() {
		if asked++; asked == 2 {
			b.disconnect()
		}
	}}, session.Options{})
	t.Cleanup(meanwhile.Close)
	err := meanwhile.InSession(t.Context(), id, func(context.Context) error { t.Error("it was called"); return nil })
	if !errors.Is(err, session.ErrNoSession) || asked != 2 {
		t.Errorf("%v after %d questions", err, asked)
	}
}

// closesBetween is a store that does something before it is asked for sessions by their ids.
type closesBetween struct {
	session.Store
	find func()
}

func (s *closesBetween) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	s.find()
	return s.Store.FindAll(ctx, ids)
}

// TestClosingHooksOnBehalf: a session that is closed on behalf of somebody runs its hooks as itself.
func TestClosingHooksOnBehalf(t *testing.T) {
	w := newWorld(t)
	var read int
	w.OnPreCloseSession(func(ctx context.Context, _ session.Closing) error { read = perBrowser.Get(ctx); return nil })
	b := w.browser()
	b.connect(ada)
	b.page(func(ctx context.Context) { perBrowser.Set(ctx, 1) })
	err := w.InUser(t.Context(), bob, func(ctx context.Context) error {
		return w.DisconnectAll(ctx, session.OfUser(ada))
	})
	if err != nil || read != 1 {
		t.Errorf("the hook has read %d, %v", read, err)
	}
}
