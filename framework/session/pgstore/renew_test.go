package pgstore_test

import (
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// renewal gives a session its n-th token.
func renewal(r session.Record, n int) session.Renewal {
	return session.Renewal{
		ID: r.ID, Token: r.Token, New: hashOf("renewed" + strconv.Itoa(n)), Nonce: hashOf("nonce" + strconv.Itoa(n)),
		Issued: start.Add(time.Minute), BeforeEnds: start.Add(time.Minute + 10*time.Second), Node: "a",
	}
}

// renewed is what becomes of it.
func renewed(r session.Record, with session.Renewal) session.Record {
	if with.New != (session.Hash{}) {
		r.Token, r.Issued, r.Before, r.BeforeEnds, r.Nonce = with.New, with.Issued, with.Token, with.BeforeEnds, with.Nonce
	}
	if !with.SignedIn.IsZero() {
		r.SignedIn = with.SignedIn
	}
	return r
}

func TestRenew(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, other := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
		again := renewal(first, 1)
		second := renewed(first, again)
		if got, err := s.Renew(t.Context(), again); err != nil || !same(got, second) {
			t.Fatalf("renewed %+v, %v\nwant %+v", got, err, second)
		}
		isThere(t, s, second)
		if got, err := s.Find(t.Context(), first.Token, start); err != nil || !same(got, second) {
			t.Errorf("by the token before: %+v, %v", got, err)
		}
		again = renewal(second, 2)
		again.SignedIn = start.Add(time.Hour)
		third := renewed(second, again)
		if got, err := s.Renew(t.Context(), again); err != nil || !same(got, third) {
			t.Fatalf("renewed %+v, %v\nwant %+v", got, err, third)
		}
		isThere(t, s, third)
		isThere(t, s, other)
		isGone(t, s, first) // two tokens ago

		keeps := session.Renewal{ID: third.ID, Token: third.Token, SignedIn: start.Add(2 * time.Hour), Issued: start, BeforeEnds: start}
		fourth := renewed(third, keeps)
		if got, err := s.Renew(t.Context(), keeps); err != nil || !same(got, fourth) {
			t.Fatalf("renewed %+v, %v\nwant %+v", got, err, fourth)
		}
		isThere(t, s, fourth)
	})
}

// TestRenewTooLate: a session that has another token by now, or is gone, stays as it is.
func TestRenewTooLate(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first := open(t, s, record(ada, 1))
		again := renewal(first, 1)
		second, err := s.Renew(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Renew(t.Context(), renewal(first, 2)); !errors.Is(err, session.ErrNoSession) || got != (session.Record{}) {
			t.Errorf("renewed %+v, %v", got, err)
		}
		isThere(t, s, second)
		if _, err := s.Delete(t.Context(), first.ID, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Renew(t.Context(), renewal(second, 3)); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("renewed %+v, %v", got, err)
		}
	})
}

// TestRenewAtOnce: one of fifty wins.
func TestRenewAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := open(t, s, record(ada, 1))
		hears := listening(t, s)
		var won atomic.Pointer[session.Renewal]
		atOnce(50, func(n int) {
			with := renewal(r, n)
			_, err := s.Renew(t.Context(), with)
			if err == nil && !won.CompareAndSwap(nil, &with) {
				t.Error("two have won")
			} else if err != nil && !errors.Is(err, session.ErrNoSession) {
				t.Error(err)
			}
		})
		if won.Load() == nil {
			t.Fatal("none has won")
		}
		now := renewed(r, *won.Load())
		isThere(t, s, now)
		hears.exactly(session.Message{
			What: session.Renewed, User: ada, Session: r.ID, Browser: r.Browser, Node: "a",
		})
	})
}

// TestNote writes what is newer than what was noted before, and nothing else.
func TestNote(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		one, two := record(ada, 1), record(ada, 2)
		one.Before, one.BeforeEnds = hashOf("before"), start.Add(10*time.Second)
		one, two = open(t, s, one), open(t, s, two)
		gone := open(t, s, record(bob, 3))
		if _, err := s.Delete(t.Context(), gone.ID, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		note := func(all ...session.Activity) {
			t.Helper()
			if err := s.Note(t.Context(), all); err != nil {
				t.Fatal(err)
			}
			isThere(t, s, one)
			isThere(t, s, two)
		}
		seen := func(r session.Record, after time.Duration) session.Activity {
			return session.Activity{Session: r.ID, Seen: start.Add(after), IdleEnds: start.Add(after + time.Hour)}
		}
		apply := func(r *session.Record, a session.Activity) session.Activity {
			r.Seen, r.IdleEnds = a.Seen, a.IdleEnds
			return a
		}
		note()
		note(seen(gone, time.Minute), apply(&two, seen(two, time.Minute)), apply(&one, seen(one, 2*time.Minute)))
		note(seen(one, time.Minute), seen(two, 0), seen(one, 2*time.Minute)) // older, and at the same time

		elsewhere := apply(&one, seen(one, 3*time.Minute))
		elsewhere.Network = "2001:db8::/48"
		one.Network = elsewhere.Network
		note(elsewhere, apply(&two, seen(two, 4*time.Minute)))
		late := seen(one, time.Minute)
		late.Network = "198.51.100.0/24"
		note(late)

		shorter := seen(one, time.Minute) // the time before is a matter of its own
		shorter.Used, shorter.BeforeEnds = one.Token, start.Add(5*time.Second)
		one.BeforeEnds = shorter.BeforeEnds
		none := apply(&two, seen(two, 5*time.Minute)) // this one has no token before
		none.Used, none.BeforeEnds = two.Token, shorter.BeforeEnds
		note(shorter, none)
		longer := apply(&one, seen(one, 6*time.Minute))
		longer.Used, longer.BeforeEnds = one.Token, start.Add(20*time.Second)
		note(longer)
		another := apply(&one, seen(one, 7*time.Minute)) // it was renewed since
		another.Used, another.BeforeEnds = one.Before, start.Add(time.Second)
		note(another)
	})
}

// TestNoteTwice: one session may be noted twice at once, in any order.
func TestNoteTwice(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := record(ada, 1)
		r.Before, r.BeforeEnds = hashOf("before"), start.Add(10*time.Second)
		r = open(t, s, r)
		early := session.Activity{Session: r.ID, Seen: start.Add(time.Minute), IdleEnds: start.Add(61 * time.Minute),
			Network: "2001:db8::/48", Used: r.Token, BeforeEnds: start.Add(5 * time.Second)}
		late := session.Activity{Session: r.ID, Seen: start.Add(2 * time.Minute), IdleEnds: start.Add(62 * time.Minute),
			Used: r.Token, BeforeEnds: start.Add(7 * time.Second)}
		if err := s.Note(t.Context(), []session.Activity{early, late, early}); err != nil {
			t.Fatal(err)
		}
		r.Seen, r.IdleEnds, r.Network, r.BeforeEnds = late.Seen, late.IdleEnds, early.Network, early.BeforeEnds
		isThere(t, s, r)
	})
}

// TestNotesAtOnce: several nodes note the same sessions, in orders of their own, while some are closed.
func TestNotesAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		var all []session.Record
		for n := range 20 {
			all = append(all, open(t, s, record(session.UserID(1+n%2), n)))
		}
		atOnce(20, func(n int) {
			if n == 10 {
				if gone, err := s.DeleteUser(t.Context(), 1, 0, session.Ending{}); err != nil || len(gone) != 10 {
					t.Errorf("deleted %+v, %v", gone, err)
				}
				return
			}
			var noted []session.Activity
			for i := range all {
				r := all[(i*(2*n+1)+n)%20]
				at := start.Add(time.Duration(n+10) * time.Second)
				noted = append(noted, session.Activity{Session: r.ID, Seen: at, IdleEnds: at.Add(time.Hour)})
			}
			if err := s.Note(t.Context(), noted); err != nil {
				t.Error(err)
			}
		})
		left, err := s.OfUser(t.Context(), 2)
		if err != nil || len(left) != 10 {
			t.Fatalf("there are %+v, %v", left, err)
		}
		for _, r := range left {
			if !r.Seen.Equal(start.Add(29 * time.Second)) {
				t.Errorf("seen %v", r.Seen.Sub(start))
			}
		}
	})
}
