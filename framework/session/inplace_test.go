package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// ask makes one page request of a tab, as its runtime does to show a page in place.
func (t *tab) ask(b *browser, f func(ctx context.Context) error, opts ...session.Option) (err error) {
	b.bare(func(ctx context.Context) {
		if err = session.Join(ctx, t.ID(), t.number); err != nil {
			return
		}
		_, err = session.Wrap(func(ctx context.Context, _ struct{}) (struct{}, error) { return struct{}{}, f(ctx) }, opts...)(ctx, struct{}{})
	})
	return err
}

// page makes one page request of a tab that must not fail.
func (t *tab) page(b *browser, f func(ctx context.Context), opts ...session.Option) {
	t.w.t.Helper()
	if err := t.ask(b, func(ctx context.Context) error { f(ctx); return nil }, opts...); err != nil {
		t.w.t.Fatalf("in place: %v", err)
	}
}

// connect logs a user in in place. The tab learns its number from the answer.
func (t *tab) connect(b *browser, user session.UserID) (err error) {
	t.w.t.Helper()
	t.page(b, func(ctx context.Context) {
		err = session.Connect(ctx, user)
		if number, raised := session.Raised(ctx); raised {
			t.number = number
		}
	})
	return err
}

// TestJoin: a page in place sees what its tab remembers, and what it writes is the tab's at once.
func TestJoin(t *testing.T) {
	for _, user := range []session.UserID{0, ada} {
		w := newWorld(t)
		b := w.browser()
		if user != 0 {
			b.connect(user)
		}
		first, second := b.open().start(), b.open().start()
		first.do(func(ctx context.Context) { perTab.Set(ctx, 1); perTabIndep.Set(ctx, 1) })
		first.page(b, func(ctx context.Context) {
			if perTab.Get(ctx) != 1 || perTabIndep.Get(ctx) != 1 {
				t.Errorf("user %d: the page does not see its tab's values", user)
			}
			perTab.Set(ctx, 2)
			perTabIndep.Set(ctx, 2)
			if !session.InTab(ctx) || session.LeftTab(ctx) || session.ProcessID(ctx) != first.ID() {
				t.Errorf("user %d: the page is not one of its tab", user)
			}
			if got := session.TabsSharing(ctx, session.PerTab); !slices.Equal(got, []*session.Tab{first.Tab}) {
				t.Errorf("user %d: the page shares its tab with %v", user, got)
			}
			if _, raised := session.Raised(ctx); raised {
				t.Errorf("user %d: a page has raised the number", user)
			}
		})
		first.do(func(ctx context.Context) {
			if perTab.Get(ctx) != 2 || perTabIndep.Get(ctx) != 2 {
				t.Errorf("user %d: the tab does not see what its page wrote", user)
			}
		})
		second.page(b, func(ctx context.Context) {
			if perTab.Get(ctx) != 0 || perTabIndep.Get(ctx) != 0 {
				t.Errorf("user %d: another tab's page sees it", user)
			}
		})
		if _, drafts := w.Held(); drafts != 0 {
			t.Errorf("user %d: %d documents wait for a hello that never comes", user, drafts)
		}
		told(t, "a page in place", map[string]*tab{"first": first, "second": second}, nil)
	}
}

// TestForeignTab: a request that is not one of the tab is refused, and no hook has run.
func TestForeignTab(t *testing.T) {
	for what, foreign := range map[string]func(w *world) (*browser, *tab, int){
		"unknown": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			tab := b.open().start()
			tab.Close()
			return b, tab, 0
		},
		"another browser's": func(w *world) (*browser, *tab, int) {
			other := w.browser()
			other.visitor()
			return other, w.browser().open().start(), 0
		},
		"nobody's, but she is connected": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			tab := b.open().start()
			b.connect(ada)
			return b, tab, 0
		},
		"hers, but she is not connected": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			b.connect(ada)
			tab := b.open().start()
			delete(b.cookies, "dev-session")
			return b, tab, 0
		},
		"of her session before": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			b.connect(ada)
			tab := b.open().start()
			b.connect(ada)
			return b, tab, 0
		},
		"with another number": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			return b, b.open().start(), 1
		},
		"with the number before the log-in": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			tab := b.open().start()
			if err := tab.connect(b, ada); err != nil {
				t.Fatal(err)
			}
			return b, tab, 0
		},
		"not started": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			return b, b.open(), 0
		},
		"ended": func(w *world) (*browser, *tab, int) {
			b := w.browser()
			b.connect(ada)
			tab := b.open().start()
			if err := w.DisconnectAll(t.Context(), session.OfUser(ada), session.WithRestart(false)); err != nil {
				t.Fatal(err)
			}
			return b, tab, 0
		},
	} {
		w := newWorld(t)
		b, tab, number := foreign(w)
		hooks, told := w.watchRequests(), tab.heard()
		b.bare(func(ctx context.Context) {
			if err := session.Join(ctx, tab.ID(), number); !errors.Is(err, session.ErrForeignTab) {
				t.Errorf("%s: %v", what, err)
			}
			if session.InTab(ctx) || session.LeftTab(ctx) || session.ProcessID(ctx) != "" {
				t.Errorf("%s: the request is one of the tab", what)
			}
		})
		hooks.check(t)
		if !slices.Equal(tab.heard(), told) {
			t.Errorf("%s: the tab was told %q", what, tab.heard())
		}
	}
}

// TestJoinOutside: only a page request can be one of a tab, and of one only.
func TestJoinOutside(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	first, second := b.open().start(), b.open().start()
	if err := session.Join(t.Context(), first.ID(), 0); !errors.Is(err, session.ErrOutside) {
		t.Errorf("outside a request: %v", err)
	}
	first.do(func(ctx context.Context) {
		if err := session.Join(ctx, second.ID(), 0); !errors.Is(err, session.ErrForeignTab) || session.InTab(ctx) {
			t.Errorf("a server function: %v", err)
		}
	})
	first.page(b, func(ctx context.Context) {
		if err := session.Join(ctx, second.ID(), 0); !errors.Is(err, session.ErrForeignTab) {
			t.Errorf("a second tab: %v", err)
		}
	})
}

// TestSessionEndsAfterJoin: a request of a tab does not run as nobody because its session ends between Join
// and the look-up.
func TestSessionEndsAfterJoin(t *testing.T) {
	for what, end := range map[string]func(w *world) error{
		"a log-out everywhere": func(w *world) error { return w.DisconnectAll(context.Background(), session.OfUser(ada)) },
		"expiry":               func(w *world) error { w.clock.pass(31 * 24 * time.Hour); return nil },
		"her account goes":     func(w *world) error { w.leaves(ada); return nil },
		"by another node":      func(w *world) error { return w.gone(ada) },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open().start()
		hooks := w.watchRequests()
		b.bare(func(ctx context.Context) {
			if err := session.Join(ctx, tab.ID(), 0); err != nil {
				t.Fatal(err)
			}
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			_, err := session.Wrap(func(context.Context, struct{}) (struct{}, error) {
				t.Errorf("%s: the function has run", what)
				return struct{}{}, nil
			})(ctx, struct{}{})
			if !errors.Is(err, session.ErrForeignTab) {
				t.Errorf("%s: %v", what, err)
			}
		})
		hooks.check(t)
	}
}

// TestForcedInPlace: a page that looks no session up is nobody's, also in her tab. It neither reads nor writes
// what is hers, and the tab goes on.
func TestForcedInPlace(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	tab.do(func(ctx context.Context) { perTab.Set(ctx, 1) })
	tab.page(b, func(ctx context.Context) {
		if session.Current(ctx).Connected() || perTab.Get(ctx) != 0 || session.LeftTab(ctx) {
			t.Error("the page is hers")
		}
		perTab.Set(ctx, 2)
	}, session.ForceUnconnected())
	tab.do(func(ctx context.Context) {
		if perTab.Get(ctx) != 1 {
			t.Error("the page wrote what is hers")
		}
	})
	tab.Close()
	if states, _ := w.Held(); states != 0 {
		t.Errorf("%d states are left of a closed tab", states)
	}
}

// TestSeenInPlace: the browser's other tabs hear of a log-in in place at the first request that brings the new
// cookie back, not before, and without waiting for a hello.
func TestSeenInPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b, other := w.browser(), w.browser()
		here := b.open().start()
		tabs := map[string]*tab{"here": here, "beside": b.open().start(), "elsewhere": other.open().start()}
		if err := here.connect(b, ada); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		told(t, "after the log-in", tabs, nil)
		here.page(b, func(context.Context) {})
		told(t, "after the next page", tabs, map[string][]string{"beside": askFirst})
		if w.Waiting() != 0 {
			t.Error("an alarm is left")
		}
	})
}

// TestLogOutInPlace: the tab that asks is over, but gets its answer first; the session's other tabs go at once.
func TestLogOutInPlace(t *testing.T) {
	for what, out := range map[string]func(ctx context.Context) error{
		"here":       session.Disconnect,
		"everywhere": func(ctx context.Context) error { return session.DisconnectAll(ctx) },
	} {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		asking := b.open().start()
		tabs := map[string]*tab{"asking": asking, "beside": b.open().start()}
		asking.page(b, func(ctx context.Context) {
			writeAll(ctx)
			if err := out(ctx); err != nil || ctx.Err() != nil {
				t.Fatalf("%s: %v, %v", what, err, ctx.Err())
			}
			if !session.LeftTab(ctx) || session.Current(ctx).Connected() || perTab.Get(ctx) != 0 {
				t.Errorf("%s: the tab goes on", what)
			}
			told(t, what+", before the answer", tabs, map[string][]string{"beside": mainPage})
		})
		told(t, what+", after it", tabs, map[string][]string{"asking": mainPage, "beside": mainPage})
		if err := asking.ask(b, nop); !errors.Is(err, session.ErrForeignTab) {
			t.Errorf("%s: the next page in place: %v", what, err)
		}
	}
}

// flushed is a host that notes whether an answer was out when it was told to restart.
type flushed struct {
	host
	answer *httptest.ResponseRecorder
	out    bool
}

func (h *flushed) Restart(how session.Restart) { h.out = h.answer.Flushed; h.host.Restart(how) }

// TestAnswerBeforeRestart: what the answer still holds back is sent before the tab hears that it restarts.
func TestAnswerBeforeRestart(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	h := &flushed{answer: httptest.NewRecorder()}
	tab, err := w.OpenTab(t.Context(), w.Cookies(b.request()), session.Hello{Token: b.document()}, h)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if err := tab.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		err := session.Join(r.Context(), tab.ID(), 0)
		if err := errors.Join(err, session.Disconnect(r.Context())); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(h.answer, b.request())
	if !slices.Equal(h.heard(), mainPage) || !h.out {
		t.Errorf("the tab was told %q; the answer was out: %v", h.heard(), h.out)
	}
}

// TestLoggedOutMeanwhile: somebody else logs the user out while a page in place is under way.
func TestLoggedOutMeanwhile(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	tab.page(b, func(ctx context.Context) {
		if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
			t.Fatal(err)
		}
		if cause := context.Cause(ctx); !errors.Is(cause, session.ErrNotConnected) {
			t.Errorf("the page's context: %v", cause)
		}
		if !session.LeftTab(ctx) {
			t.Error("the tab goes on")
		}
		if writeAll(ctx); perTab.Get(ctx) != 0 {
			t.Error("the page still writes what was hers")
		}
		if got := tab.heard(); !slices.Equal(got, mainPage) {
			t.Errorf("the tab was told %q", got)
		}
	})
}

// TestClosedMeanwhile: the tab's process ends while a page in place is under way.
func TestClosedMeanwhile(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.page(b, func(ctx context.Context) {
		tab.Close()
		if !session.InTab(ctx) || !session.LeftTab(ctx) {
			t.Error("the tab goes on")
		}
	})
}
