package pgstore_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

func TestDelete(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		goes, stays := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
		gone, err := s.Delete(t.Context(), goes.ID, session.Ending{})
		if err != nil || !sameAll(gone, []session.Record{goes}) {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		if gone, err := s.Delete(t.Context(), goes.ID, session.Ending{}); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		isGone(t, s, goes)
		isThere(t, s, stays)
		if again := open(t, s, record(ada, 1)); again.ID == goes.ID {
			t.Error("an ID was given twice")
		}
	})
}

func TestDeleteUser(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, second, third := open(t, s, record(ada, 1)), open(t, s, record(ada, 2)), open(t, s, record(ada, 3))
		bobs := open(t, s, record(bob, 4))
		gone, err := s.DeleteUser(t.Context(), ada, second.ID, session.Ending{})
		if err != nil || !sameAll(gone, []session.Record{first, third}) {
			t.Fatalf("all but one: deleted %+v, %v", gone, err)
		}
		isThere(t, s, second)
		gone, err = s.DeleteUser(t.Context(), ada, 0, session.Ending{})
		if err != nil || !sameAll(gone, []session.Record{second}) {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		if gone, err := s.DeleteUser(t.Context(), ada, 0, session.Ending{}); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		isThere(t, s, bobs)
	})
}

func TestDeleteBrowser(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		goes, stays := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
		gone, err := s.DeleteBrowser(t.Context(), goes.Browser, session.Ending{})
		if err != nil || !sameAll(gone, []session.Record{goes}) {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		if gone, err := s.DeleteBrowser(t.Context(), goes.Browser, session.Ending{}); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		isThere(t, s, stays)
	})
}

// TestDeletesAtOnce: of fifty that delete one session, in all ways, one alone gets it: it runs the hooks.
func TestDeletesAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := record(ada, 1)
		r.Ends = start
		r = open(t, s, r)
		var got atomic.Int64
		atOnce(50, func(i int) {
			gone, err := []session.Record(nil), error(nil)
			switch i % 4 {
			case 0:
				gone, err = s.Delete(t.Context(), r.ID, session.Ending{})
			case 1:
				gone, err = s.DeleteUser(t.Context(), ada, 0, session.Ending{})
			case 2:
				gone, err = s.DeleteBrowser(t.Context(), r.Browser, session.Ending{})
			default:
				gone, err = s.DeleteOver(t.Context(), start, start, 10)
			}
			if err != nil {
				t.Error(err)
			}
			got.Add(int64(len(gone)))
		})
		if got.Load() != 1 {
			t.Errorf("%d of them got the session", got.Load())
		}
	})
}

// overAndNot opens ten sessions of each kind: ended, idle, both, just not yet.
func overAndNot(t *testing.T, s session.Store) (over, fresh []session.Record) {
	for n := range 40 {
		r := record(ada, n)
		r.Ends, r.IdleEnds = start.Add(time.Microsecond), start.Add(-time.Hour+time.Microsecond)
		if n%4 == 0 || n%4 == 2 {
			r.Ends = start
		}
		if n%4 == 1 {
			r.IdleEnds = start.Add(-time.Hour)
		}
		if n%4 == 2 {
			r.IdleEnds = start.Add(-2 * time.Hour)
		}
		r = open(t, s, r)
		if n%4 == 3 {
			fresh = append(fresh, r)
		} else {
			over = append(over, r)
		}
	}
	return over, fresh
}

// TestDeleteOver takes what is over in parts, and tells nobody.
func TestDeleteOver(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		over, fresh := overAndNot(t, s)
		hears := listening(t, s)
		var gone []session.Record
		for _, want := range []int{7, 7, 7, 7, 2, 0} {
			some, err := s.DeleteOver(t.Context(), start, start.Add(-time.Hour), 7)
			if err != nil || len(some) != want {
				t.Errorf("deleted %d, %v, want %d", len(some), err, want)
			}
			gone = append(gone, some...)
		}
		if !sameAll(gone, over) {
			t.Errorf("deleted %+v", gone)
		}
		for _, r := range fresh {
			isThere(t, s, r)
		}
		hears.exactly()
	})
}

// TestDeleteOverAtOnce: several nodes sweep, and each session is one node's.
func TestDeleteOverAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		over, _ := overAndNot(t, s)
		var mu sync.Mutex // protects gone
		var gone []session.Record
		atOnce(10, func(int) {
			some, err := s.DeleteOver(t.Context(), start, start.Add(-time.Hour), 5)
			if err != nil || len(some) > 5 {
				t.Errorf("deleted %d, %v", len(some), err)
			}
			mu.Lock()
			defer mu.Unlock()
			gone = append(gone, some...)
		})
		rest, err := s.DeleteOver(t.Context(), start, start.Add(-time.Hour), 100)
		if err != nil {
			t.Error(err)
		}
		if gone = slices.Concat(gone, rest); !sameAll(gone, over) {
			t.Errorf("deleted %+v", gone)
		}
	})
}

// TestDeleteOverPassesOver what somebody else holds: it waits for nobody.
func TestDeleteOverPassesOver(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	over, _ := overAndNot(t, s)
	foreign, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Rollback(context.WithoutCancel(t.Context())) }()
	held := []session.ID{over[0].ID, over[1].ID, over[2].ID} // one of each kind
	if _, err := foreign.Exec(t.Context(), `SELECT FROM ocsigo_sessions WHERE id = ANY($1) FOR UPDATE`, held); err != nil {
		t.Fatal(err)
	}
	gone, err := s.DeleteOver(t.Context(), start, start.Add(-time.Hour), 100)
	if err != nil || !sameAll(gone, over[3:]) {
		t.Errorf("deleted %+v, %v", gone, err)
	}
}
