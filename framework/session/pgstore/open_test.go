package pgstore_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// TestOpenReplaces: a browser has one session, whoever has logged in there before.
func TestOpenReplaces(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		before, elsewhere := open(t, s, record(bob, 1)), open(t, s, record(bob, 2))
		now := record(ada, 3)
		now.Browser = before.Browser
		opened, err := s.Open(t.Context(), now, 1, session.Ending{})
		if err != nil || len(opened.Evicted) != 0 || !sameAll(opened.Replaced, []session.Record{before}) {
			t.Fatalf("opened %+v, %v", opened, err)
		}
		now.ID = opened.ID
		isThere(t, s, now)
		isThere(t, s, elsewhere)
		isGone(t, s, before)
	})
}

// TestOpenEvicts: of a user's sessions those seen last stay. That of the browser makes room too.
func TestOpenEvicts(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		bobs := open(t, s, record(bob, 9))
		var all []session.Record
		for n, seen := range []int{5, 1, 4, 3, 1, 2} {
			r := record(ada, n)
			r.Seen = start.Add(time.Duration(seen) * time.Minute)
			all = append(all, open(t, s, r))
		}
		now := record(ada, 10)
		now.Browser = all[2].Browser
		opened, err := s.Open(t.Context(), now, 3, session.Ending{})
		if err != nil || !sameAll(opened.Replaced, []session.Record{all[2]}) ||
			!sameAll(opened.Evicted, []session.Record{all[1], all[4], all[5]}) {
			t.Fatalf("opened %+v, %v", opened, err)
		}
		now.ID = opened.ID
		found, err := s.OfUser(t.Context(), ada)
		if err != nil || !sameAll(found, []session.Record{all[0], all[3], now}) {
			t.Errorf("there are %+v, %v", found, err)
		}
		isThere(t, s, bobs)
	})
}

// TestOpenTheOnlyOne: one session at most is the new one, and so is none at most.
func TestOpenTheOnlyOne(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		for n, atMost := range []int{1, 0, 1, -1} {
			opened, err := s.Open(t.Context(), record(ada, n), atMost, session.Ending{})
			if err != nil || len(opened.Evicted) != min(n, 1) {
				t.Errorf("opened %+v, %v", opened, err)
			}
		}
		if found, err := s.OfUser(t.Context(), ada); err != nil || len(found) != 1 {
			t.Errorf("there are %+v, %v", found, err)
		}
	})
}

// TestOpenFails: then nothing has changed, and nobody was told anything.
func TestOpenFails(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, here, old := open(t, s, record(bob, 1)), open(t, s, record(ada, 2)), open(t, s, record(ada, 3))
		hears := listening(t, s)
		twin := record(ada, 4)
		twin.Token, twin.Browser = first.Token, here.Browser
		if opened, err := s.Open(t.Context(), twin, 1, session.Ending{}); err == nil || opened.ID != 0 ||
			len(opened.Replaced)+len(opened.Evicted) != 0 {
			t.Errorf("opened %+v, %v", opened, err)
		}
		for _, r := range []session.Record{first, here, old} {
			isThere(t, s, r)
		}
		hears.exactly()
	})
}

// TestLoginsOfABrowserAtOnce: one session is left, and each of the others was replaced by one log-in.
func TestLoginsOfABrowserAtOnce(t *testing.T) {
	for _, logins := range []int{2, 50} {
		contract(t, func(t *testing.T, s session.Store) {
			made, gone := opening(t, s, logins, func(n int) (session.Record, int) {
				r := record(session.UserID(1+n%5), n)
				r.Browser = hashOf("browser")
				return r, many
			})
			left, err := s.FindAll(t.Context(), made)
			if err != nil || len(left) != 1 {
				t.Fatalf("there are %+v, %v", left, err)
			}
			if !isPartition(made, gone, left) {
				t.Errorf("made %v\ngone %v\nleft %v", made, gone, left[0].ID)
			}
		})
	}
}

// TestLoginsOfAUserAtOnce: they never leave more sessions than he may have.
func TestLoginsOfAUserAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		made, gone := opening(t, s, 50, func(n int) (session.Record, int) { return record(ada, n), 5 })
		left, err := s.OfUser(t.Context(), ada)
		if err != nil || len(left) != 5 || !isPartition(made, gone, left) {
			t.Errorf("made %v\ngone %v\nleft %v, %v", made, gone, left, err)
		}
	})
}

// opening logs in so often at once, and returns what was made and what was removed by that.
func opening(t *testing.T, s session.Store, logins int, what func(n int) (r session.Record, atMost int)) (made, gone []session.ID) {
	t.Helper()
	var mu sync.Mutex // protects what is returned
	atOnce(logins, func(n int) {
		r, atMost := what(n)
		opened, err := s.Open(t.Context(), r, atMost, session.Ending{})
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		made = append(made, opened.ID)
		for _, r := range append(opened.Replaced, opened.Evicted...) {
			gone = append(gone, r.ID)
		}
	})
	slices.Sort(made)
	return made, gone
}

// isPartition reports whether each that was made is either gone, once, or left.
func isPartition(made, gone []session.ID, left []session.Record) bool {
	all := slices.Clone(gone)
	for _, r := range left {
		all = append(all, r.ID)
	}
	slices.Sort(all)
	return slices.Equal(all, made)
}

// TestLoginsOfAUserWait: two that make room by removing the same session both find it, if they do not wait.
func TestLoginsOfAUserWait(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	old := open(t, s, record(ada, 1))
	foreign, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := foreign.Exec(t.Context(), `SELECT FROM ocsigo_sessions WHERE id = $1 FOR UPDATE`, old.ID); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for n := range 2 {
		both.Go(func() {
			if _, err := s.Open(t.Context(), record(ada, 2+n), 1, session.Ending{}); err != nil {
				t.Error(err)
			}
		})
	}
	untilWaiting(t, pool, 2)
	if err := foreign.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
	both.Wait()
	if left, err := s.OfUser(t.Context(), ada); err != nil || len(left) != 1 {
		t.Errorf("there are %+v, %v", left, err)
	}
}

// TestOpenBesideAForeignRow: somebody who does not take the locks of a log-in has made a row in the same browser, and
// it is seen only when the log-in makes its own. Then it is tried again, and replaces it.
func TestOpenBesideAForeignRow(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	foreign, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = foreign.Rollback(context.WithoutCancel(t.Context())) }()
	r := record(ada, 1)
	_, err = foreign.Exec(t.Context(), `INSERT INTO ocsigo_sessions (`+named+`) VALUES
		(8, sha256('t'), $1, now(), now(), now(), now(), now(), false, '', '', now())`, r.Browser[:])
	if err != nil {
		t.Fatal(err)
	}
	result := make(chan session.Opened, 1)
	go func() {
		defer close(result)
		opened, err := s.Open(t.Context(), r, many, session.Ending{})
		if err != nil {
			t.Error(err)
		}
		result <- opened
	}()
	untilWaiting(t, pool, 1)
	if err := foreign.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	if opened := <-result; len(opened.Replaced) != 1 || opened.Replaced[0].User != bob {
		t.Errorf("opened %+v", opened)
	}
}

// untilWaiting waits until so many statements in this database wait for a lock.
func untilWaiting(t *testing.T, pool *pgxpool.Pool, want int) {
	t.Helper()
	for n := 0; n < want; {
		err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
	}
}
