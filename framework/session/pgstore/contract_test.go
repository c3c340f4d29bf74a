package pgstore_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

const (
	ada session.UserID = 7
	bob session.UserID = 8
)

// many is how many sessions a user may have where that is not what a test is about.
const many = 1000

// stores are all that keep session.Store's promises.
var stores = map[string]func(t *testing.T) session.Store{
	"memory":   func(*testing.T) session.Store { return &session.MemoryStore{} },
	"Postgres": func(t *testing.T) session.Store { return pgstore.New(newPool(t)) },
}

// contract runs a promise over every store.
func contract(t *testing.T, promise func(t *testing.T, s session.Store)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { promise(t, open(t)) })
	}
}

// start is when these stories begin. Postgres keeps microseconds.
var start = time.Now().Truncate(time.Microsecond)

func hashOf(of string) session.Hash { return sha256.Sum256([]byte(of)) }

// record is a session that is not in a store yet.
func record(user session.UserID, n int) session.Record {
	return session.Record{
		User:     user,
		Token:    hashOf("token" + strconv.Itoa(n)),
		Browser:  hashOf("browser" + strconv.Itoa(n)),
		Created:  start,
		SignedIn: start.Add(time.Second),
		Seen:     start.Add(2 * time.Second),
		IdleEnds: start.Add(time.Hour),
		Ends:     start.Add(24 * time.Hour),
		Expires:  n%2 == 1,
		Agent:    "Firefox on Linux",
		Network:  "192.0.2.0/24",
		Issued:   start.Add(3 * time.Second),
	}
}

func open(t *testing.T, s session.Store, r session.Record) session.Record {
	t.Helper()
	opened, err := s.Open(t.Context(), r, many, session.Ending{})
	if err != nil {
		t.Fatal(err)
	}
	r.ID = opened.ID
	return r
}

// said is a session in one time zone, whatever the zone that a store says it in.
func said(r session.Record) session.Record {
	for _, t := range []*time.Time{&r.Created, &r.SignedIn, &r.Seen, &r.IdleEnds, &r.Ends, &r.Issued, &r.BeforeEnds} {
		*t = t.UTC()
	}
	return r
}

func same(a, b session.Record) bool { return said(a) == said(b) }

// sameAll compares sessions in any order.
func sameAll(a, b []session.Record) bool {
	byID := func(a, b session.Record) int { return cmp.Compare(a.ID, b.ID) }
	return slices.EqualFunc(slices.SortedFunc(slices.Values(a), byID), slices.SortedFunc(slices.Values(b), byID), same)
}

// isThere says what the store has for a session now.
func isThere(t *testing.T, s session.Store, want session.Record) {
	t.Helper()
	if got, err := s.Find(t.Context(), want.Token, start); err != nil || !same(got, want) {
		t.Errorf("there is  %+v, %v\nwant %+v", got, err, want)
	}
}

func isGone(t *testing.T, s session.Store, r session.Record) {
	t.Helper()
	if got, err := s.Find(t.Context(), r.Token, start); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("there is still %+v, %v", got, err)
	}
}

func TestFind(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, second := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
		if first.ID == 0 || second.ID == 0 || first.ID == second.ID {
			t.Errorf("IDs %d and %d", first.ID, second.ID)
		}
		isThere(t, s, first)
		isThere(t, s, second)
		for what, token := range map[string]session.Hash{
			"an unknown token": record(ada, 3).Token, "a browser's": first.Browser, "none": {},
		} {
			if got, err := s.Find(t.Context(), token, start); !errors.Is(err, session.ErrNoSession) || got != (session.Record{}) {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
	})
}

// TestFindBefore: the token before opens a session too, until its time is over.
func TestFindBefore(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := record(ada, 1)
		r.Before, r.BeforeEnds = hashOf("before"), start.Add(10*time.Second)
		r = open(t, s, r)
		for _, good := range []time.Time{start, r.BeforeEnds.Add(-time.Microsecond)} {
			if got, err := s.Find(t.Context(), r.Before, good); err != nil || !same(got, r) {
				t.Errorf("found  %+v, %v\nwant %+v", got, err, r)
			}
		}
		for _, over := range []time.Time{r.BeforeEnds, r.BeforeEnds.Add(time.Second)} {
			if got, err := s.Find(t.Context(), r.Before, over); !errors.Is(err, session.ErrNoSession) {
				t.Errorf("found by a token that is over: %+v, %v", got, err)
			}
			if _, err := s.Find(t.Context(), r.Token, over); err != nil {
				t.Errorf("by its own: %v", err)
			}
		}
	})
}

func TestFindAll(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, second, third := open(t, s, record(ada, 1)), open(t, s, record(bob, 2)), open(t, s, record(ada, 3))
		if _, err := s.Delete(t.Context(), second.ID, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		found, err := s.FindAll(t.Context(), []session.ID{third.ID, second.ID, first.ID, 1 << 40})
		if err != nil || !sameAll(found, []session.Record{first, third}) {
			t.Errorf("found %+v, %v", found, err)
		}
		if found, err := s.FindAll(t.Context(), nil); err != nil || len(found) != 0 {
			t.Errorf("of none: %+v, %v", found, err)
		}
	})
}

// TestOfUser: the last seen come first, and of those seen at once the last made.
func TestOfUser(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		open(t, s, record(bob, 9))
		var all []session.Record
		for n, seen := range []int{2, 3, 1, 3} {
			r := record(ada, n)
			r.Seen = start.Add(time.Duration(seen) * time.Minute)
			all = append(all, open(t, s, r))
		}
		found, err := s.OfUser(t.Context(), ada)
		if err != nil || !slices.EqualFunc(found, []session.Record{all[3], all[1], all[0], all[2]}, same) {
			t.Errorf("found %+v, %v", found, err)
		}
		if found, err := s.OfUser(t.Context(), 9); err != nil || len(found) != 0 {
			t.Errorf("of nobody's: %+v, %v", found, err)
		}
	})
}

// atOnce calls f from so many goroutines and waits for them.
func atOnce(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// TestManagerOverEachStore is a life in short: in, seen, out everywhere, not seen.
func TestManagerOverEachStore(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		m := session.New(s, session.Options{})
		defer m.Close()
		b := &jar{handler: m}
		b.ask(t, func(ctx context.Context) error { return session.Connect(ctx, ada) })
		if who := b.visitor(t); who != ada {
			t.Errorf("after the log-in: %d", who)
		}
		if err := m.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
			t.Fatal(err)
		}
		if who := b.visitor(t); who != 0 {
			t.Errorf("after the log-out: %d", who)
		}
	})
}
