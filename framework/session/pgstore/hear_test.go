package pgstore_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// ear is somebody who listens.
type ear struct {
	t     *testing.T
	store session.Store
	heard chan session.Message
}

// listening begins to listen, and stops at the end of the test.
func listening(t *testing.T, s session.Store) *ear {
	t.Helper()
	e := &ear{t: t, store: s, heard: make(chan session.Message, 1000)}
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- s.Listen(ctx, func() { close(ready) }, func(m session.Message) { e.heard <- m }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Listen: %v", err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		t.Fatal("not ready")
	}
	return e
}

// exactly says that these were told, in any order, and nothing else: what is told last is heard last.
func (e *ear) exactly(want ...session.Message) {
	e.t.Helper()
	last := session.Message{What: session.UserChanged, User: 99}
	if err := e.store.Tell(e.t.Context(), last); err != nil {
		e.t.Fatal(err)
	}
	var got []session.Message
	for m := range e.heard {
		if m == last {
			break
		}
		got = append(got, m)
	}
	bySession := func(a, b session.Message) int { return cmp.Compare(a.Session, b.Session) }
	slices.SortFunc(got, bySession)
	slices.SortFunc(want, bySession)
	if !slices.Equal(got, want) {
		e.t.Errorf("heard %+v\nwant  %+v", got, want)
	}
}

func closed(r session.Record, how session.Ending) session.Message {
	return session.Message{
		What: session.Closed, User: r.User, Session: r.ID, Browser: r.Browser, How: how, Node: how.Node,
	}
}

// because is an ending with all its fields.
func because(reason session.Reason) session.Ending {
	return session.Ending{Reason: reason, By: bob, UserIndep: true, Silent: true, Node: `a "node"`}
}

// TestHear: each change is told as it was.
func TestHear(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		hears := listening(t, s)
		r := record(ada, 1)
		r.Before, r.BeforeEnds = hashOf("before"), start.Add(10*time.Second)
		first, second, third := open(t, s, r), open(t, s, record(ada, 2)), open(t, s, record(bob, 3))
		hears.exactly()

		if _, err := s.Delete(t.Context(), first.ID, because(session.LoggedOut)); err != nil {
			t.Fatal(err)
		}
		hears.exactly(closed(first, because(session.LoggedOut)))

		if _, err := s.DeleteUser(t.Context(), ada, 0, because(session.AllSessions)); err != nil {
			t.Fatal(err)
		}
		hears.exactly(closed(second, because(session.AllSessions)))

		if _, err := s.DeleteBrowser(t.Context(), third.Browser, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DeleteBrowser(t.Context(), third.Browser, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		hears.exactly(closed(third, session.Ending{}))
	})
}

// TestHearLogin: those that a log-in has removed are told, with the reason why.
func TestHearLogin(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		here, old, older := open(t, s, record(bob, 1)), open(t, s, record(ada, 2)), open(t, s, record(ada, 3))
		hears := listening(t, s)
		now := record(ada, 4)
		now.Browser = here.Browser
		if _, err := s.Open(t.Context(), now, 1, because("")); err != nil {
			t.Fatal(err)
		}
		hears.exactly(closed(here, because(session.Replaced)),
			closed(old, because(session.Evicted)), closed(older, because(session.Evicted)))
	})
}

// TestHearMany: there is a message for each session, however many there are.
func TestHearMany(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		var want []session.Message
		for n := range 300 {
			want = append(want, closed(open(t, s, record(ada, n)), because(session.UserGone)))
		}
		hears := listening(t, s)
		if gone, err := s.DeleteUser(t.Context(), ada, 0, because(session.UserGone)); err != nil || len(gone) != 300 {
			t.Fatalf("deleted %d, %v", len(gone), err)
		}
		hears.exactly(want...)
	})
}

// TestTell: what is told is heard as it is, whoever told it.
func TestTell(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		hears := listening(t, s)
		for _, m := range []session.Message{
			{What: session.UserChanged, User: ada, Node: "a"},
			{What: session.Renewed, User: -1 << 63, Session: 1<<63 - 1, Browser: hashOf("c")},
			{What: session.Closed, User: ada, How: because("<why> \u2028 ' \\ ü"), Node: "b"},
		} {
			if err := s.Tell(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			hears.exactly(m)
		}
	})
}

// TestReady: what is told inside ready is heard already.
func TestReady(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		want, times := session.Message{What: session.UserChanged, User: ada}, 0
		err := s.Listen(ctx, func() {
			times++
			if err := s.Tell(t.Context(), want); err != nil {
				t.Error(err)
			}
		}, func(got session.Message) {
			if got != want {
				t.Errorf("heard %+v", got)
			}
			stop()
		})
		if !errors.Is(err, context.Canceled) || times != 1 {
			t.Errorf("ready %d times, %v", times, err)
		}
	})
}

// TestListenOver: a context that is over is the reason, and nobody is ready.
func TestListenOver(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	err := pgstore.New(newPool(t)).Listen(ctx, func() { t.Error("ready") }, func(session.Message) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Listen: %v", err)
	}
}
