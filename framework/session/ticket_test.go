package session_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// ticket is what a server function of the tab comes to that must not fail.
func (t *tab) ticket(f func(ctx context.Context) error) (ticket string) {
	t.w.t.Helper()
	t.do(func(ctx context.Context) {
		if err := f(ctx); err != nil {
			t.w.t.Fatalf("in a call: %v", err)
		}
		ticket = taken(t.w.t, ctx)
	})
	return ticket
}

// taken is the ticket of a call that has one.
func taken(t testing.TB, ctx context.Context) string {
	t.Helper()
	ticket, ok := session.Ticket(ctx)
	if again, twice := session.Ticket(ctx); !ok || ticket == "" || twice {
		t.Errorf("a call has the ticket %q, %v, and then %q", ticket, ok, again)
	}
	return ticket
}

// logsIn is a server function that logs a user in.
func logsIn(user session.UserID, opts ...session.ConnectOption) func(ctx context.Context) error {
	return func(ctx context.Context) error { return session.Connect(ctx, user, opts...) }
}

// redeem makes the tab's request with a ticket. The tab learns its number from the answer.
func (t *tab) redeem(b *browser, ticket string) error {
	return t.ask(b, func(ctx context.Context) error {
		err := session.Redeem(ctx, ticket)
		if number, raised := session.Raised(ctx); raised {
			t.number = number
		}
		return err
	})
}

// TestNoTicketForNotifications: where nobody hears what becomes of a call there is no ticket, and the function learns it.
func TestNoTicketForNotifications(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	ctx, end, err := begin(tab, 0, mute{wanted})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	for name, f := range map[string]func(context.Context) error{"Connect": logsIn(bob), "Reauthenticated": session.Reauthenticated} {
		if err := f(ctx); !errors.Is(err, session.ErrNoAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ticket, ok := session.Ticket(ctx); ok {
		t.Errorf("there is a ticket %q", ticket)
	}
}

// TestLogInByTicket: what the call wants is done in the tab's own request, with all that belongs to a log-in in place.
func TestLogInByTicket(t *testing.T) {
	w := newWorld(t)
	hooks := w.watchEverything()
	b := w.browser()
	tab := b.open().start()
	b.page(func(ctx context.Context) { perBrowser.Set(ctx, 5) })
	hooks.log = nil
	var ticket string
	tab.do(func(ctx context.Context) {
		perTab.Set(ctx, 1)
		perTabIndep.Set(ctx, 2)
		if err := session.Connect(ctx, ada); err != nil {
			t.Fatal(err)
		}
		ticket = taken(t, ctx)
		if session.Current(ctx).Connected() || perTab.Get(ctx) != 1 || perBrowser.Get(ctx) != 5 {
			t.Error("the call is not nobody's any more")
		}
	})
	hooks.check(t)
	if rows := w.store.made.Load(); rows != 0 || tab.Number() != 0 {
		t.Errorf("the call has made %d rows; the tab has number %d", rows, tab.Number())
	}
	tab.page(b, func(ctx context.Context) {
		if err := session.Redeem(ctx, ticket); err != nil {
			t.Fatal(err)
		}
		if number, raised := session.Raised(ctx); number != 1 || !raised || session.LeftTab(ctx) || name(session.Current(ctx)) != "ada" {
			t.Errorf("number %d, %v; left %v; %s", number, raised, session.LeftTab(ctx), name(session.Current(ctx)))
		}
		if perTab.Get(ctx) != 0 || perBrowser.Get(ctx) != 0 || perTabIndep.Get(ctx) != 2 {
			t.Error("what nobody remembered is hers, or what is the tab's is not")
		}
	})
	hooks.check(t, "request nobody", "unconnected request nobody", "open ada", "start connected ada")
	if tab.number = tab.Number(); name(tab.Visitor()) != "ada" || b.visitor() != ada {
		t.Error("the tab, or the browser, is not hers")
	}
	if err := tab.redeem(b, ticket); !errors.Is(err, session.ErrNoTicket) {
		t.Errorf("once more: %v", err)
	}
	if got := tab.heard(); len(got) > 0 {
		t.Errorf("the tab was told %q", got)
	}
}

// TestExpireByTicket: what Connect was told goes with the ticket.
func TestExpireByTicket(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	ticket := tab.ticket(logsIn(ada, session.Expire()))
	answer := b.serve(func(_ http.ResponseWriter, r *http.Request) {
		if err := errors.Join(session.Join(r.Context(), tab.ID(), 0), session.Redeem(r.Context(), ticket)); err != nil {
			t.Error(err)
		}
	})
	for _, c := range answer.Cookies() {
		if c.MaxAge != 0 || c.Value == "" {
			t.Errorf("the cookie is %v", c)
		}
	}
	if b.visitor() != ada {
		t.Error("she is not connected")
	}
}

// TestNoTicket: a ticket that is not good says nothing more, and nothing happens.
func TestNoTicket(t *testing.T) {
	late := func(d time.Duration) func(*world, *browser, *tab, string) (*tab, string) {
		return func(w *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			w.clock.pass(d)
			return tab, ticket
		}
	}
	for what, c := range map[string]struct {
		meanwhile func(w *world, b *browser, tab *tab, ticket string) (*tab, string)
		want      error
	}{
		"just in time": {late(session.TicketTime - 1), nil},
		"too late":     {late(session.TicketTime), session.ErrNoTicket},
		"unknown": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			other := []byte(ticket)
			if other[0]++; ticket[0] == 'z' || ticket[0] == 'Z' || ticket[0] == '9' {
				other[0] = 'a'
			}
			return tab, string(other)
		}, session.ErrNoTicket},
		"empty":     {func(_ *world, _ *browser, tab *tab, _ string) (*tab, string) { return tab, "" }, session.ErrNoTicket},
		"malformed": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) { return tab, ticket + "=" }, session.ErrNoTicket},
		"another tab's": {func(_ *world, b *browser, _ *tab, ticket string) (*tab, string) {
			return b.open().start(), ticket
		}, session.ErrNoTicket},
		"nobody's, whose tab is a user's since": {func(_ *world, b *browser, tab *tab, ticket string) (*tab, string) {
			if err := tab.connect(b, bob); err != nil {
				t.Fatal(err)
			}
			return tab, ticket
		}, session.ErrNoTicket},
		"that was put out by newer ones": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			for range session.TicketsAtMost {
				tab.ticket(logsIn(bob))
			}
			return tab, ticket
		}, session.ErrNoTicket},
		"the oldest that stays": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			for range session.TicketsAtMost - 1 {
				tab.ticket(logsIn(bob))
			}
			return tab, ticket
		}, nil},
		"of a browser that has logged in elsewhere": {func(_ *world, b *browser, tab *tab, ticket string) (*tab, string) {
			b.connect(bob)
			return tab, ticket
		}, session.ErrForeignTab},
		"of a tab that has closed": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			tab.Close()
			return tab, ticket
		}, session.ErrForeignTab},
		"of a tab whose process is over": {func(_ *world, _ *browser, tab *tab, ticket string) (*tab, string) {
			tab.Leave()
			return tab, ticket
		}, session.ErrForeignTab},
		"on another node": {func(w *world, _ *browser, was *tab, ticket string) (*tab, string) {
			return &tab{Tab: was.Tab, host: was.host, w: w.another()}, ticket
		}, session.ErrForeignTab},
	} {
		w := newWorld(t)
		b := w.browser()
		tab := b.open().start()
		tab, ticket := c.meanwhile(w, b, tab, tab.ticket(logsIn(ada)))
		rows, was, number := w.store.made.Load(), b.visitor(), tab.Number()
		at := &browser{w: tab.w, cookies: b.cookies}
		if err := tab.redeem(at, ticket); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if c.want == nil {
			was, rows, number = ada, rows+1, number+1
		}
		if b.visitor() != was || w.store.made.Load() != rows || tab.Number() != number {
			t.Errorf("%s: user %d is connected, where %d was", what, b.visitor(), was)
		}
	}
}

// TestTicketInAnotherBrowser is refused, and still good in its own.
func TestTicketInAnotherBrowser(t *testing.T) {
	w := newWorld(t)
	b, other := w.browser(), w.browser()
	tab, others := b.open().start(), other.open().start()
	ticket := tab.ticket(logsIn(ada))
	if err := tab.redeem(other, ticket); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("as the same tab: %v", err)
	}
	if err := others.redeem(other, ticket); !errors.Is(err, session.ErrNoTicket) {
		t.Errorf("in a tab of its own: %v", err)
	}
	if other.visitor() != 0 {
		t.Error("somebody is connected there")
	}
	if err := tab.redeem(b, ticket); err != nil || b.visitor() != ada {
		t.Errorf("in its own: %v", err)
	}
}

// TestTicketOfTheNextIdentity: a request that began as nobody's cannot redeem what the tab was given as the user's.
func TestTicketOfTheNextIdentity(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.page(b, func(slow context.Context) {
		if err := tab.connect(b, ada); err != nil {
			t.Fatal(err)
		}
		if err := session.Redeem(slow, tab.ticket(logsIn(bob))); !errors.Is(err, session.ErrNoTicket) {
			t.Errorf("got %v", err)
		}
	})
	if b.visitor() != ada {
		t.Errorf("user %d is connected", b.visitor())
	}
}

// TestTicketNotSaid: without Ticket, as for a function that fails, nothing is left of what it wanted.
func TestTicketNotSaid(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	tab.do(func(ctx context.Context) {
		if err := session.Connect(ctx, ada); err != nil {
			t.Error(err)
		}
	})
	tab.do(func(ctx context.Context) {
		if ticket, ok := session.Ticket(ctx); ok {
			t.Errorf("the next call has the ticket %q", ticket)
		}
	})
	b.page(func(ctx context.Context) {
		if err := session.Connect(ctx, ada); err != nil {
			t.Error(err)
		}
		if _, ok := session.Ticket(ctx); ok {
			t.Error("a page has one")
		}
	})
	if _, ok := session.Ticket(t.Context()); ok {
		t.Error("there is one outside")
	}
}

// TestLastWishCounts: a call has one ticket, for what it wanted last.
func TestLastWishCounts(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	ticket := tab.ticket(func(ctx context.Context) error {
		return errors.Join(session.Connect(ctx, ada), session.Connect(ctx, bob))
	})
	if err := tab.redeem(b, ticket); err != nil || b.visitor() != bob {
		t.Errorf("%v, and user %d is connected", err, b.visitor())
	}
}

// TestRedeemRefuses: it is for page requests of a tab.
func TestRedeemRefuses(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	ticket := tab.ticket(logsIn(ada))
	if err := session.Redeem(t.Context(), ticket); !errors.Is(err, session.ErrOutside) {
		t.Errorf("outside: %v", err)
	}
	redeem := func(ctx context.Context) error { return session.Redeem(ctx, ticket) }
	if err := b.ask(redeem); !errors.Is(err, session.ErrNoTicket) {
		t.Errorf("in a page: %v", err)
	}
	tab.do(func(ctx context.Context) {
		if err := redeem(ctx); !errors.Is(err, session.ErrNoTicket) {
			t.Errorf("in a call: %v", err)
		}
	})
	if err := tab.redeem(b, ticket); err != nil {
		t.Errorf("then in the tab's own: %v", err)
	}
}

// TestConnectInACallRefuses what cannot be done later either.
func TestConnectInACallRefuses(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	refused := func(what string, f func(ctx context.Context) error, want error) {
		t.Helper()
		tab.do(func(ctx context.Context) {
			if err := f(ctx); !errors.Is(err, want) {
				t.Errorf("%s: %v", what, err)
			}
			if _, ok := session.Ticket(ctx); ok {
				t.Errorf("%s: there is a ticket", what)
			}
		})
	}
	refused("user 0", logsIn(0), session.ErrNoUser)
	refused("to prove again, as nobody", session.Reauthenticated, session.ErrNotConnected)
	w.users.remove(bob)
	refused("a user who is gone", logsIn(bob), session.ErrNoUser)
	w.users.fail(errStore)
	refused("the site does not answer", logsIn(ada), session.ErrUnavailable)
	w.users.fail(nil)
	b.connect(ada)
	tab = b.open().start()
	refused("behind a log-out", func(ctx context.Context) error {
		return errors.Join(session.Disconnect(ctx), session.Connect(ctx, ada))
	}, session.ErrNotConnected)
}

// TestUserGoesBeforeTheTicket: the groups are asked again.
func TestUserGoesBeforeTheTicket(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	ticket := tab.ticket(logsIn(ada))
	w.users.remove(ada)
	if err := tab.redeem(b, ticket); !errors.Is(err, session.ErrNoUser) || b.visitor() != 0 {
		t.Errorf("%v, and user %d is connected", err, b.visitor())
	}
}

// TestTicketRefusedByAHook: nobody is connected, the tab stays nobody's, and the ticket was used.
func TestTicketRefusedByAHook(t *testing.T) {
	w := newWorld(t)
	veto := errors.New("she may not")
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error {
		if err := session.Connect(ctx, bob); !errors.Is(err, session.ErrConnecting) {
			t.Errorf("the hook logs in: %v", err)
		}
		return veto
	})
	b := w.browser()
	tab := b.open().start()
	tab.do(func(ctx context.Context) { perTab.Set(ctx, 1) })
	ticket := tab.ticket(logsIn(ada))
	if err := tab.redeem(b, ticket); !errors.Is(err, veto) {
		t.Errorf("got %v", err)
	}
	if b.visitor() != 0 || tab.Visitor().Connected() || tab.Number() != 0 {
		t.Error("somebody is connected")
	}
	tab.do(func(ctx context.Context) {
		if perTab.Get(ctx) != 1 {
			t.Error("the tab has forgotten")
		}
	})
	if err := tab.redeem(b, ticket); !errors.Is(err, session.ErrNoTicket) {
		t.Errorf("once more: %v", err)
	}
}

// TestTicketOverAnotherUser: no tab goes on from one user to another.
func TestTicketOverAnotherUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.browser()
		b.connect(ada)
		tab := b.open().start()
		hooks := w.watchEverything()
		ticket := tab.ticket(logsIn(bob))
		tab.page(b, func(ctx context.Context) {
			if err := session.Redeem(ctx, ticket); err != nil {
				t.Fatal(err)
			}
			if _, raised := session.Raised(ctx); raised || !session.LeftTab(ctx) {
				t.Error("the tab goes on")
			}
		})
		hooks.check(t, "request ada", "connected request ada", "pre ada", "post ada", "open bob")
		if b.visitor() != bob {
			t.Error("he is not connected")
		}
		time.Sleep(session.ReplacedTabs)
		synctest.Wait()
		if got := tab.heard(); !slices.Equal(got, samePage) {
			t.Errorf("the tab was told %q", got)
		}
	})
}

// TestReauthenticatedByTicket gives the session a new token and a new time of sign-in; tabs and what they remember stay.
func TestReauthenticatedByTicket(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tabs := []*tab{b.open().start(), b.open().start()}
	tab := tabs[0]
	tab.do(func(ctx context.Context) { perTab.Set(ctx, 1); perBrowser.Set(ctx, 2) })
	w.clock.pass(time.Hour)
	hooks := w.watchEverything()
	was := b.cookies["dev-session"]
	ticket := tab.ticket(session.Reauthenticated)
	recent := session.SignedInWithin(time.Minute)
	if err := b.ask(nop, recent); !errors.Is(err, session.ErrNotRecent) || b.cookies["dev-session"] != was {
		t.Errorf("before it is redeemed: %v", err)
	}
	hooks.log = nil
	if err := tab.redeem(b, ticket); err != nil {
		t.Fatal(err)
	}
	hooks.check(t, "request ada", "connected request ada")
	if b.cookies["dev-session"] == was {
		t.Error("it has no new cookie")
	}
	if err := tab.ask(b, nop, recent); err != nil || tab.Number() != 0 {
		t.Errorf("a page in place after it: %v; number %d", err, tab.Number())
	}
	for _, each := range tabs {
		each.do(func(ctx context.Context) {
			if perBrowser.Get(ctx) != 2 || each == tab && perTab.Get(ctx) != 1 {
				t.Error("a tab has forgotten")
			}
		})
		if got := each.heard(); len(got) > 0 {
			t.Errorf("a tab was told %q", got)
		}
	}
}

// TestReauthenticatedByTicketTooLate: the session has ended meanwhile.
func TestReauthenticatedByTicketTooLate(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	ticket := tab.ticket(session.Reauthenticated)
	tab.page(b, func(ctx context.Context) {
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada), session.WithRestart(false)); err != nil {
			t.Fatal(err)
		}
		if err := session.Redeem(ctx, ticket); !errors.Is(err, session.ErrNoTicket) {
			t.Errorf("during the request: %v", err)
		}
	})
	if err := tab.redeem(b, ticket); !errors.Is(err, session.ErrForeignTab) {
		t.Errorf("after it: %v", err)
	}
}

// TestTicketUsedAtOnce by many requests of the tab: one of them logs her in, and there is one session.
func TestTicketUsedAtOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for range 20 {
		tab := b.open().start()
		made := w.store.made.Load()
		ticket := tab.ticket(logsIn(ada))
		var good atomic.Int64
		var all sync.WaitGroup
		begin := make(chan struct{})
		for range 50 {
			one := &browser{w: w, cookies: map[string]string{"dev-browser": b.cookies["dev-browser"]}}
			all.Go(func() {
				<-begin
				err := one.ask(nop) // so that not all of them come to the ticket in the order of their start
				one.bare(func(ctx context.Context) {
					if err = session.Join(ctx, tab.ID(), 0); err == nil {
						err = session.Redeem(ctx, ticket)
					}
				})
				switch {
				case err == nil:
					good.Add(1)
				case !errors.Is(err, session.ErrNoTicket) && !errors.Is(err, session.ErrForeignTab):
					t.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
		if rows := w.store.made.Load() - made; good.Load() != 1 || rows != 1 || tab.Number() != 1 {
			t.Fatalf("%d of 50 were good, %d rows were made, the tab has number %d", good.Load(), rows, tab.Number())
		}
		tab.Close()
		if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTicketsAreForgotten: a tab keeps no more than those that are good, and nothing outlives it.
func TestTicketsAreForgotten(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	tab := b.open().start()
	for range 3 * session.TicketsAtMost {
		tab.ticket(logsIn(ada))
	}
	if n := tab.Tickets(); n != session.TicketsAtMost {
		t.Errorf("the tab has %d", n)
	}
	w.clock.pass(session.TicketTime)
	tab.ticket(logsIn(ada))
	if n := tab.Tickets(); n != 1 {
		t.Errorf("10 s later the tab has %d", n)
	}
	tab.Close()
	if _, tabs := w.Watched(); tabs != 0 {
		t.Errorf("%d tabs are known", tabs)
	}
}
