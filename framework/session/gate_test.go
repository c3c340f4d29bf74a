package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// watchRequests writes the hooks of requests down.
func (w *world) watchRequests() *journal {
	j := &journal{}
	w.OnRequest(func(_ context.Context, v session.Visitor) error { j.note("request " + name(v)); return nil })
	w.OnConnectedRequest(func(context.Context, session.UserID) error { j.note("connected"); return nil })
	w.OnUnconnectedRequest(func(context.Context) error { j.note("unconnected"); return nil })
	w.OnDeniedRequest(func(_ context.Context, v session.Visitor) error { j.note("denied " + name(v)); return nil })
	return j
}

func name(v session.Visitor) string {
	user, connected := v.User()
	switch {
	case !connected:
		return "nobody"
	case user == ada:
		return "ada"
	}
	return "bob"
}

// TestGate is the table of who gets in: visitor, options and function, then the result and the hooks.
func TestGate(t *testing.T) {
	const admin, staff, banned session.Group = "admin", "staff", "banned"
	opts := func(o ...session.Option) []session.Option { return o }
	let := func(session.Visitor) error { return nil }
	no := func(session.Visitor) error { return session.ErrPermissionDenied }
	wrapped := func(session.Visitor) error { return errors.Join(errors.New("because"), session.ErrPermissionDenied) }
	mine := func(v session.Visitor) error {
		if !v.Connected() {
			return session.ErrNotConnected
		}
		return nil
	}
	for _, c := range []struct {
		name  string
		in    []session.Group // where ada is; nil: nobody is connected
		opts  []session.Option
		f     func(session.Visitor) error
		want  error
		hooks string
	}{
		{"nobody", nil, nil, let, nil, "request nobody, unconnected, f nobody"},
		{"nobody, for users", nil, nil, mine, session.ErrNotConnected, "request nobody, unconnected, f nobody"},
		{"nobody, allow", nil, opts(session.Allow(admin)), let, session.ErrPermissionDenied, "request nobody, denied nobody"},
		{"nobody, allow no group", nil, opts(session.Allow()), let, session.ErrPermissionDenied, "request nobody, denied nobody"},
		{"nobody, deny", nil, opts(session.Deny(banned)), let, nil, "request nobody, unconnected, f nobody"},
		{"nobody, allow and deny", nil, opts(session.Allow(admin), session.Deny(banned)), let, session.ErrPermissionDenied, "request nobody, denied nobody"},
		{"nobody, refused by f", nil, nil, no, session.ErrPermissionDenied, "request nobody, unconnected, f nobody, denied nobody"},
		{"nobody, forced", nil, opts(session.ForceUnconnected()), let, nil, "request nobody, unconnected, f nobody"},

		{"a user", []session.Group{}, nil, let, nil, "request ada, connected, f ada"},
		{"a user, allow", []session.Group{}, opts(session.Allow(admin)), let, session.ErrPermissionDenied, "request ada, denied ada"},
		{"a user, allow no group", []session.Group{admin}, opts(session.Allow()), let, session.ErrPermissionDenied, "request ada, denied ada"},
		{"a user, deny", []session.Group{}, opts(session.Deny(banned)), let, nil, "request ada, connected, f ada"},
		{"a user, deny no group", []session.Group{}, opts(session.Deny()), let, nil, "request ada, connected, f ada"},
		{"a user, refused by f", []session.Group{}, nil, no, session.ErrPermissionDenied, "request ada, connected, f ada, denied ada"},
		{"a user, refused by f, wrapped", []session.Group{}, nil, wrapped, session.ErrPermissionDenied, "request ada, connected, f ada, denied ada"},
		{"a user, forced", []session.Group{admin}, opts(session.ForceUnconnected()), let, nil, "request nobody, unconnected, f nobody"},
		{"a user, forced, allow", []session.Group{admin}, opts(session.ForceUnconnected(), session.Allow(admin)), let, session.ErrPermissionDenied, "request nobody, denied nobody"},

		{"a member, allow", []session.Group{admin}, opts(session.Allow(admin)), let, nil, "request ada, connected, f ada"},
		{"a member, any of", []session.Group{staff}, opts(session.Allow(admin, staff)), let, nil, "request ada, connected, f ada"},
		{"a member, any of two lists", []session.Group{staff}, opts(session.Allow(admin), session.Allow(staff)), let, nil, "request ada, connected, f ada"},
		{"a member, deny", []session.Group{banned}, opts(session.Deny(banned)), let, session.ErrPermissionDenied, "request ada, denied ada"},
		{"a member, none of", []session.Group{banned}, opts(session.Deny(staff, banned)), let, session.ErrPermissionDenied, "request ada, denied ada"},
		{"a member of both: deny wins", []session.Group{admin, banned}, opts(session.Allow(admin), session.Deny(banned)), let, session.ErrPermissionDenied, "request ada, denied ada"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			if c.in != nil {
				b.connect(ada)
				w.users.join(ada, c.in...)
			}
			hooks := w.watchRequests()
			f := session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (struct{}, error) {
				hooks.note("f " + name(v))
				return struct{}{}, c.f(v)
			}, c.opts...)
			if err := b.run(f); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			hooks.check(t, strings.Split(c.hooks, ", ")...)
		})
	}
}

func TestOneQueryAnswersForBothLists(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.users.join(ada, "admin")
	w.Doubt()
	w.users.asked = 0
	err := b.ask(func(context.Context) error { return nil }, session.Allow("admin", "staff"), session.Deny("banned"))
	if err != nil || w.users.asked != 1 { // it is about the user herself too
		t.Errorf("%v, after %d questions, want 1", err, w.users.asked)
	}
}

func TestDenyFunc(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchRequests()
	deny := session.DenyFunc(func(_ context.Context, v session.Visitor) (string, error) {
		hooks.note("deny function")
		return "not for " + name(v), nil
	})
	f := session.Wrap(func(context.Context, struct{}) (string, error) { return "secret", session.ErrPermissionDenied }, deny)
	w.browser().bare(func(ctx context.Context) {
		if got, err := f(ctx, struct{}{}); err != nil || got != "not for nobody" {
			t.Errorf("%q, %v", got, err)
		}
	})
	hooks.check(t, "request nobody", "unconnected", "denied nobody", "deny function")
}

// TestDeniedHookFails: its error is the request's, and the deny function does not run.
func TestDeniedHookFails(t *testing.T) {
	w := newWorld(t)
	broken := errors.New("broken")
	w.OnDeniedRequest(func(context.Context, session.Visitor) error { return broken })
	deny := session.DenyFunc(func(context.Context, session.Visitor) (struct{}, error) {
		t.Error("the deny function has run")
		return struct{}{}, nil
	})
	if err := w.browser().ask(func(context.Context) error { return nil }, session.Allow(), deny); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestWrappersPanicAtRegistration(t *testing.T) {
	users := func(context.Context, session.UserID, struct{}) (int, error) { return 0, nil }
	all := func(context.Context, struct{}) (int, error) { return 0, nil }
	if !panics(func() { session.Connected(users, session.ForceUnconnected()) }) {
		t.Error("Connected with ForceUnconnected: no panic")
	}
	wrong := session.DenyFunc(func(context.Context, session.Visitor) (string, error) { return "", nil })
	if !panics(func() { session.Wrap(all, wrong) }) {
		t.Error("a deny function of another type: no panic")
	}
}

func TestConnectedGetsMe(t *testing.T) {
	w := newWorld(t)
	var got session.UserID
	f := session.Connected(func(_ context.Context, me session.UserID, _ struct{}) (struct{}, error) {
		got = me
		return struct{}{}, nil
	})
	b := w.browser()
	if err := b.run(f); !errors.Is(err, session.ErrNotConnected) || got != 0 {
		t.Errorf("nobody got in as %d: %v", got, err)
	}
	b.connect(ada)
	if err := b.run(f); err != nil || got != ada {
		t.Errorf("ada got in as %d: %v", got, err)
	}
}

// TestUserGone: all the sessions of a user whom the site no longer knows are closed, whoever asks first.
func TestUserGone(t *testing.T) {
	gone := func(w *world) *browser { w.leaves(ada); return w.browser() }
	for name, ask := range map[string]func(w *world, adas *browser, adasTab *tab){
		"a page": func(w *world, b *browser, _ *tab) {
			gone(w)
			if who := b.visitor(); who != 0 {
				t.Errorf("the page is for %d", who)
			}
		},
		"a call with a gate": func(w *world, _ *browser, tab *tab) {
			gone(w)
			f := session.Wrap(func(context.Context, struct{}) (struct{}, error) {
				t.Error("the function ran for a user who is gone")
				return struct{}{}, nil
			}, session.Deny("banned"))
			err := tab.call(func(ctx context.Context) { _, _ = f(ctx, struct{}{}) })
			if !errors.Is(err, session.ErrNotConnected) {
				t.Errorf("the call: %v", err)
			}
		},
		"a log-in": func(w *world, _ *browser, _ *tab) {
			err := gone(w).ask(func(ctx context.Context) error { return session.Connect(ctx, ada) })
			if !errors.Is(err, session.ErrNoUser) {
				t.Errorf("Connect: %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			here, there := w.browser(), w.browser()
			here.connect(ada)
			there.connect(ada)
			tabs := []*tab{here.open(), there.open()}
			closed := &journal{}
			w.OnPostCloseSession(func(_ context.Context, c session.Closing) error {
				closed.note(string(c.Reason))
				return nil
			})
			ask(w, here, tabs[0])
			closed.check(t, "user gone", "user gone")
			for _, tab := range tabs {
				if got := tab.heard(); !slices.Equal(got, mainPage) {
					t.Errorf("a tab was told %q", got)
				}
				if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
					t.Errorf("a tab's next call: %v", err)
				}
			}
		})
	}
}

// TestGroupsFail: who cannot be asked about is not let in, and is not taken for nobody; nor does a panic of
// the site's function go further than this request.
func TestGroupsFail(t *testing.T) {
	down := errors.New("the database is down")
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	token := b.document()
	tab := b.open()
	w.users.fail(down)
	w.Doubt()
	never := func(context.Context) error { t.Error("the function ran"); return nil }
	if err := b.ask(never); !errors.Is(err, down) {
		t.Errorf("a page: %v", err)
	}
	if _, err := b.hello(token, ""); !errors.Is(err, down) {
		t.Errorf("a hello: %v", err)
	}
	if err := w.browser().ask(func(ctx context.Context) error { return session.Connect(ctx, bob) }); !errors.Is(err, down) {
		t.Errorf("a log-in: %v", err)
	}
	w.users.fail(nil)
	if err := tab.call(func(context.Context) {}); err != nil || b.visitor() != ada {
		t.Errorf("afterwards she is not connected any more: %v", err)
	}
}

func TestGroupsPanic(t *testing.T) {
	panicking := false
	w := newWorld(t, func(o *session.Options) {
		o.Groups = func(context.Context, session.UserID, []session.Group) ([]session.Group, error) {
			if panicking {
				panic("a fault of the site")
			}
			return nil, nil
		}
	})
	b := w.browser()
	b.connect(ada)
	token := b.document()
	panicking = true
	w.Doubt()
	if _, err := b.hello(token, ""); err == nil || !strings.Contains(err.Error(), "a fault of the site") {
		t.Errorf("a hello: %v", err)
	}
}

// TestTwoWrappers: the second is an error in development, and runs no hooks again in production.
func TestTwoWrappers(t *testing.T) {
	inner := session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (string, error) { return name(v), nil })
	t.Run("development", func(t *testing.T) {
		w := newWorld(t, func(o *session.Options) { o.Development = true })
		err := w.browser().ask(func(ctx context.Context) error { _, err := inner(ctx, struct{}{}); return err })
		if !errors.Is(err, session.ErrTwoWrappers) {
			t.Errorf("%v", err)
		}
	})
	production := func(t *testing.T) (*browser, *journal) {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		return b, w.watchRequests()
	}
	t.Run("production", func(t *testing.T) {
		b, hooks := production(t)
		b.page(func(ctx context.Context) {
			if who, err := inner(ctx, struct{}{}); err != nil || who != "ada" {
				t.Errorf("the second got %s, %v", who, err)
			}
		})
		hooks.check(t, "request ada", "connected")
	})
	t.Run("production, both deny", func(t *testing.T) {
		b, hooks := production(t)
		denies := session.Wrap(func(context.Context, struct{}) (struct{}, error) { return struct{}{}, session.ErrPermissionDenied })
		err := b.ask(func(ctx context.Context) error { _, err := denies(ctx, struct{}{}); return err })
		if !errors.Is(err, session.ErrPermissionDenied) {
			t.Errorf("%v", err)
		}
		hooks.check(t, "request ada", "connected", "denied ada")
	})
	t.Run("production, the second forced", func(t *testing.T) {
		b, _ := production(t)
		forced := session.Opt(func(_ context.Context, v session.Visitor, _ struct{}) (string, error) { return name(v), nil }, session.ForceUnconnected())
		b.page(func(ctx context.Context) {
			if who, err := forced(ctx, struct{}{}); err != nil || who != "nobody" {
				t.Errorf("the second got %s, %v", who, err)
			}
			if who := name(session.Current(ctx)); who != "ada" {
				t.Errorf("after it the request is %s's", who)
			}
		})
	})
}

// TestForceUnconnected: such a request asks neither the store nor the site, and does not end with a session.
func TestForceUnconnected(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.users.fail(errors.New("nobody may be asked"))
	w.store.fails.Store(true)
	err := b.ask(func(ctx context.Context) error {
		if session.Current(ctx).Connected() {
			t.Error("somebody is connected")
		}
		if token, err := session.PageToken(ctx); err != nil || token != "" {
			t.Errorf("its document may start a process: %q, %v", token, err)
		}
		w.store.fails.Store(false)
		if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
			t.Error(err)
		}
		return ctx.Err()
	}, session.ForceUnconnected())
	if err != nil {
		t.Error(err)
	}
}

// TestForcedLogOut: who logs in or out behind ForceUnconnected means the browser's session all the same.
func TestForcedLogOut(t *testing.T) {
	for name, change := range map[string]func(ctx context.Context) error{
		"Disconnect": session.Disconnect,
		"Connect":    func(ctx context.Context) error { return session.Connect(ctx, bob) },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		if err := b.ask(change, session.ForceUnconnected()); err != nil {
			t.Fatal(err)
		}
		if err := tab.call(func(context.Context) {}); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("%s: the old session's tab still calls: %v", name, err)
		}
	}
}
