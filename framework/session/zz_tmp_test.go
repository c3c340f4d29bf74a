package session_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// rstore lets a test come between.
type rstore struct {
	session.Store
	deleteUser    func(rows []session.Record) error
	deleteBrowser func()
	renewed       func() error  // after
	renewing      func()        // before
	findAll       func()        // after reading
	hold          chan struct{} // if not nil, messages wait for it
}

func (s *rstore) DeleteUser(ctx context.Context, u session.UserID, but session.ID, how session.Ending) ([]session.Record, error) {
	rows, err := s.Store.DeleteUser(ctx, u, but, how)
	if f := s.deleteUser; f != nil {
		s.deleteUser = nil
		if err := f(rows); err != nil {
			return nil, err
		}
	}
	return rows, err
}
func (s *rstore) DeleteBrowser(ctx context.Context, b session.Hash, how session.Ending) ([]session.Record, error) {
	rows, err := s.Store.DeleteBrowser(ctx, b, how)
	if f := s.deleteBrowser; f != nil {
		s.deleteBrowser = nil
		f()
	}
	return rows, err
}
func (s *rstore) Renew(ctx context.Context, r session.Renewal) (session.Record, error) {
	if f := s.renewing; f != nil {
		s.renewing = nil
		f()
	}
	rec, err := s.Store.Renew(ctx, r)
	if f := s.renewed; f != nil {
		s.renewed = nil
		if err := f(); err != nil {
			return session.Record{}, err
		}
	}
	return rec, err
}
func (s *rstore) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	r, err := s.Store.FindAll(ctx, ids)
	if f := s.findAll; f != nil {
		s.findAll = nil
		f()
	}
	return r, err
}
func (s *rstore) Listen(ctx context.Context, ready func(), hear func(session.Message)) error {
	return s.Store.Listen(ctx, ready, func(m session.Message) {
		if s.hold != nil {
			select {
			case <-s.hold:
			case <-ctx.Done():
			}
		}
		hear(m)
	})
}

func (w *world) between() *rstore {
	s := &rstore{Store: w.store}
	w.Manager.Close()
	w.Manager = session.New(s, w.options)
	w.t.Cleanup(w.Close)
	return s
}

// 1: an ambiguous failure, then a retry that is acknowledged: the same node goes on for 30 s.
func TestR01AmbiguousDelete(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	hooks := w.watchSessions()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	s.deleteUser = func([]session.Record) error { return errStore } // committed, but the answer is lost
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); !errors.Is(err, session.ErrUnavailable) {
		t.Fatal(err)
	}
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(2 * time.Second)
	if err := tab.calls(); err == nil {
		t.Error("a call starts 2 s after the acknowledged revocation, on the same node")
	}
	if b.visitor() == ada {
		t.Error("a page is hers 2 s after the acknowledged revocation, on the same node")
	}
	hooks.check(t, "open ada")
}

// 2: renewal's answer lost; two quiet minutes; page in place.
func TestR02LostAnswerThenInPlace(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.clock.pass(8 * 24 * time.Hour)
	lost := b.before()
	lost.visitor()
	if err := tab.ask(b, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(2 * time.Minute)
	w.Chores(t.Context())
	w.Question(t.Context())
	if err := tab.ask(b, func(context.Context) error { return nil }); err != nil {
		t.Errorf("a page in place of a session that is open: %v", err)
	}
	if b.visitor() != ada {
		t.Error("not ada")
	}
	b.visitor()
	asked := w.store.asked.Load()
	b.visitor()
	b.visitor()
	if n := w.store.asked.Load() - asked; n != 0 {
		t.Errorf("two pages of a session seen just now asked %d times", n)
	}
}

// 3: the clock goes on between two readings.
func TestR03ReauthTwiceRealClock(t *testing.T) {
	var ticks atomic.Int64
	start := time.Now()
	w := newWorld(t, func(o *session.Options) {
		o.Now = func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Millisecond) }
	})
	b := w.browser()
	b.connect(ada)
	under, twice := b.before(), b.before()
	b.do(session.Reauthenticated)
	got := b.cookies["dev-session"]
	twice.do(session.Reauthenticated) // sent twice
	if under.visitor() != ada {
		t.Error("the token before is not good for a request under way, milliseconds later")
	}
	_ = got
}

// 4: form sent twice; browser takes only the second answer.
func TestR04ReauthDoubleSubmit(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	first := b.before() // its answer is dropped by the browser, which has sent the form again
	first.do(session.Reauthenticated)
	w.clock.pass(time.Second)
	b.do(session.Reauthenticated)
	w.clock.pass(10 * time.Second)
	if b.visitor() != ada {
		t.Error("who sent the form twice is logged out after 10 s")
	}
}

// 5: token of 7 days, first request is the re-authentication.
func TestR05OldTokenReauthenticated(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.clock.pass(8 * 24 * time.Hour)
	old := b.before()
	b.do(session.Reauthenticated)
	if err := tab.ask(old, func(context.Context) error { return nil }); err != nil {
		t.Errorf("a page in place under way: %v", err)
	}
	if old.visitor() != ada {
		t.Error("the old token is not accepted 10 s more, but 0 s")
	}
}

// 6: another node renews between.
func TestR06ReauthRacesRenewal(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		b := one.browser()
		b.connect(ada)
		time.Sleep(time.Minute)
		s := one.between()
		other := b.before().at(two)
		s.renewing = func() { other.do(session.Reauthenticated) }
		if err := b.ask(session.Reauthenticated); err != nil {
			t.Errorf("she is connected, but: %v", err)
		}
		if b.visitor() != ada {
			t.Error("...")
		}
	})
}

// 7: what waits to be written cuts the grace of another token.
func TestR07PendingBefore(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	w.clock.pass(8 * 24 * time.Hour)
	b.visitor() // renewed
	b.visitor() // the new token is used: the old one ends in 10 s
	w.clock.pass(20 * time.Second)
	under := b.before()
	b.do(session.Reauthenticated)
	w.Chores(t.Context())
	w.clock.pass(time.Second)
	if under.visitor() != ada {
		t.Error("1 s after Reauthenticated the token before is dead")
	}
}

// 8: a vanished session, found by a call, leaves what runs.
func TestR08VanishedLeavesRunning(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	b.do(session.Reauthenticated)
	w.clock.pass(3 * time.Minute)
	w.Chores(t.Context())
	w.Question(t.Context())
	ctx, end, err := tab.Begin(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	w.gone(ada)
	if err := tab.calls(); !errors.Is(err, session.ErrNotConnected) {
		t.Fatal(err)
	}
	w.Question(t.Context())
	if ctx.Err() == nil {
		t.Error("what runs under the session goes on, and nobody will ever end it")
	}
}

// 9: renewal whose answer from the store was lost.
func TestR09AmbiguousRenew(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	ctx, end, err := tab.Begin(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	s.renewed = func() error { return errStore }
	if err := b.ask(session.Reauthenticated); !errors.Is(err, session.ErrUnavailable) {
		t.Fatal(err)
	}
	w.DisconnectAll(t.Context(), session.OfUser(ada))
	if ctx.Err() == nil {
		t.Error("a running call outlives the acknowledged revocation")
	}
	f := session.Connected(func(context.Context, session.UserID, struct{}) (int, error) { return 1, nil })
	if _, err := f(ctx, struct{}{}); err == nil {
		t.Error("and its function starts")
	}
}

// 10: idle, with activity on another node that is not written yet.
func TestR10IdleElsewhere(t *testing.T) {
	for _, how := range []string{"page", "question"} {
		nodes(t, func(t *testing.T, one, two *world) {
			b := one.browser()
			b.connect(ada)
			tab := b.at(two).open().start()
			time.Sleep(61 * time.Second) // written
			tab.SetVisible(false)
			time.Sleep(15*time.Minute - 61*time.Second - 10*time.Second)
			if b.visitor() != ada { // active, 10 s before the idle end
				t.Fatal("?")
			}
			time.Sleep(26 * time.Second)
			synctest.Wait()
			if how == "page" && b.at(two).visitor() != ada {
				t.Error("26 s after her last page she is logged out for idleness")
			}
			if b.visitor() != ada {
				t.Errorf("%s: 26 s after her last page she is logged out for idleness, tab told %q", how, tab.heard())
			}
		}, func(o *session.Options) { o.Idle = 15 * time.Minute })
	}
}

// 11: slow closing hooks while sweeping hold back activity.
func TestR11SweepHoldsActivity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := newWorld(t, func(o *session.Options) { o.Now = time.Now; o.Idle = 15 * time.Minute })
		one.OnPostCloseSession(func(ctx context.Context, _ session.Closing) error {
			time.Sleep(9 * time.Second)
			return nil
		})
		stop := run(one)
		for i := range 150 {
			one.browser().connect(session.UserID(100 + i))
		}
		b := one.browser()
		time.Sleep(14*time.Minute + 30*time.Second)
		b.connect(ada)
		time.Sleep(5 * time.Minute) // one is sweeping
		two := one.another()
		stop2 := run(two)
		defer func() { stop(); stop2() }()
		for i := range 20 { // ada is active all the time, on node one
			if b.visitor() != ada {
				t.Fatalf("logged out though active each minute, at minute %d; written %d times", i, one.store.noted.Load())
			}
			time.Sleep(time.Minute)
		}
	})
}

// 12: node two sees the newest token before it hears of the two renewals.
func TestR12LateMessages(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		b := one.browser()
		b.connect(ada)
		stop := func() {}
		s := two.between()
		s.hold = make(chan struct{})
		stop = run(two)
		defer func() { stop() }()
		synctest.Wait()
		tab := b.at(two).open().start()
		ctx, end, err := tab.Begin(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		defer end()
		time.Sleep(8 * 24 * time.Hour)
		close(s.hold)
		s.hold = make(chan struct{})
		synctest.Wait()
		b.do(session.Reauthenticated) // renews twice: see 5
		if b.at(two).visitor() != ada {
			t.Fatal("?")
		}
		close(s.hold)
		synctest.Wait()
		if err := tab.ask(b.at(two), func(context.Context) error { return nil }); err != nil {
			t.Errorf("a page in place: %v, told %q", err, tab.heard())
		}
		one.DisconnectAll(t.Context(), session.OfUser(ada))
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("a running call is not cancelled")
		}
	})
}

// 13: Connect that fails revives a request whose session has ended.
func TestR13FailedConnect(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	b.page(func(ctx context.Context) {
		w.DisconnectAll(context.Background(), session.OfUser(ada))
		read := func() error {
			_, err := session.Opt(func(context.Context, session.Visitor, struct{}) (int, error) { return 0, nil })(ctx, struct{}{})
			return err
		}
		if err := read(); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("before: %v", err)
		}
		w.store.full.Store(true)
		if err := session.Connect(ctx, bob); err == nil {
			t.Error("?")
		}
		if err := read(); !errors.Is(err, session.ErrNotConnected) {
			t.Errorf("after a log-in that failed it is ada's again: %v", err)
		}
		perUser.Set(ctx, 5)
	})
}

// 14: a hello with the new token before the node has heard of it.
func TestR14HelloBeforeMessage(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		b := one.browser()
		there := b.at(two)
		there.open() // nobody's tab: told of the log-in, so that the house has seen the session
		b.connect(ada)
		first := there.open()
		two.store.hears(false)
		synctest.Wait()
		b.do(session.Reauthenticated)
		tok := b.document() // of node one
		next, err := there.hello(tok, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(next.heard()) > 0 || len(first.heard()) > 0 {
			t.Errorf("a tab that has just said hello is told %q, the other %q", next.heard(), first.heard())
		}
		two.store.hears(true)
	})
}

// 15: the question, just when somebody logs out.
func TestR15QuestionRacesLogOut(t *testing.T) {
	w := newWorld(t)
	s := w.between()
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	s.deleteBrowser = func() { w.Question(context.Background()) }
	tab.page(b, func(ctx context.Context) {
		if err := session.Disconnect(ctx); err != nil {
			t.Error(err)
		}
		if ctx.Err() != nil {
			t.Errorf("the request that asked is cancelled: %v", context.Cause(ctx))
		}
		if len(tab.heard()) > 0 {
			t.Errorf("its tab is told %q before the answer", tab.heard())
		}
	})
}

// 16: a renewal that another node has made just before.
func TestR16RenewalMeetsRenewal(t *testing.T) {
	nodes(t, func(t *testing.T, one, two *world) {
		s := one.between()
		stop := run(one)
		defer stop()
		synctest.Wait()
		b := one.browser()
		b.connect(ada)
		tab := b.open().start()
		ctx, end, _ := tab.Begin(t.Context(), 0)
		defer end()
		time.Sleep(8 * 24 * time.Hour)
		other := b.before().at(two)
		s.findAll = func() { other.visitor(); synctest.Wait() } // T0 -> T1 on two, heard
		b.visitor()
		b.cookies = other.cookies // its answer comes last
		var failed error
		for range 130 {
			time.Sleep(time.Second)
			if err := tab.ask(b.at(one), func(context.Context) error { return nil }); err != nil && failed == nil {
				failed = err
			}
		}
		if failed != nil || len(tab.heard()) > 0 {
			t.Errorf("%v, told %q", failed, tab.heard())
		}
		if ctx.Err() != nil {
			t.Error("cancelled")
		}
	})
}

// 17: a log-in form sent twice by somebody who is logged in.
func TestR17TwoLogIns(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	other := b.open().start() // with a half filled form
	again := b.before()
	var once atomic.Bool
	w.OnOpenSession(func(ctx context.Context, _ session.UserID) error {
		if once.CompareAndSwap(false, true) {
			again.connect(ada)
		}
		return nil
	})
	if err := b.ask(func(ctx context.Context) error { return session.Connect(ctx, ada) }); !errors.Is(err, session.ErrNotConnected) {
		t.Fatal(err)
	}
	if got := other.heard(); len(got) > 0 {
		t.Errorf("ada is connected, and her other tab is told %q", got)
	}
	again.open()
	if got := other.heard(); len(got) != 1 || got[0] != "ask first" {
		t.Errorf("told %q", got)
	}
}

// 18: a node that cannot check still counts the tab among those to push to.
func TestR18Pushes(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	ctx, end, _ := tab.Begin(t.Context(), 0)
	defer end()
	w.store.fails.Store(true)
	w.clock.pass(time.Hour)
	w.Question(t.Context())
	if err := tab.calls(); !errors.Is(err, session.ErrUnavailable) {
		t.Error(err)
	}
	if n := len(w.TabsOfUser(ada)); n != 0 {
		t.Errorf("an hour after the last check, %d tabs are pushed to", n)
	}
	if ctx.Err() == nil {
		t.Error("an hour after the last check, a stream of hers goes on")
	}
}
