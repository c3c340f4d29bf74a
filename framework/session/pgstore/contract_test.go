package pgstore_test

import (
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

// record is a session that is not in a store yet. Postgres keeps microseconds.
func record(user session.UserID, n int) session.Record {
	now := time.Now().Truncate(time.Microsecond)
	return session.Record{
		User:     user,
		Token:    sha256.Sum256([]byte("token" + strconv.Itoa(n))),
		Browser:  sha256.Sum256([]byte("browser" + strconv.Itoa(n))),
		Created:  now,
		SignedIn: now.Add(time.Second),
		Ends:     now.Add(time.Hour),
	}
}

func insert(t *testing.T, s session.Store, r session.Record) session.Record {
	t.Helper()
	id, err := s.Insert(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	r.ID = id
	return r
}

// same reports whether two records say the same, whatever the time zone they say it in.
func same(a, b session.Record) bool {
	times := a.Created.Equal(b.Created) && a.SignedIn.Equal(b.SignedIn) && a.Ends.Equal(b.Ends)
	return times && a.ID == b.ID && a.User == b.User && a.Token == b.Token && a.Browser == b.Browser
}

func TestFind(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first, second := insert(t, s, record(ada, 1)), insert(t, s, record(ada, 2))
		if first.ID == 0 || second.ID == 0 || first.ID == second.ID {
			t.Errorf("IDs %d and %d", first.ID, second.ID)
		}
		for _, want := range []session.Record{first, second} {
			got, err := s.Find(t.Context(), want.Token)
			if err != nil || !same(got, want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
			}
		}
		for what, token := range map[string]session.Hash{
			"an unknown token": record(ada, 3).Token, "a browser's": first.Browser, "none": {},
		} {
			if got, err := s.Find(t.Context(), token); !errors.Is(err, session.ErrNoSession) || got != (session.Record{}) {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
	})
}

func TestTokenIsUnique(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		first := insert(t, s, record(ada, 1))
		twin := record(bob, 2)
		twin.Token = first.Token
		if id, err := s.Insert(t.Context(), twin); err == nil {
			t.Errorf("inserted as %d", id)
		}
		if got, err := s.Find(t.Context(), first.Token); err != nil || !same(got, first) {
			t.Errorf("the first is now %+v, %v", got, err)
		}
	})
}

func TestDelete(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		goes, stays := insert(t, s, record(ada, 1)), insert(t, s, record(ada, 2))
		gone, err := s.Delete(t.Context(), goes.ID)
		if err != nil || len(gone) != 1 || !same(gone[0], goes) {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		if gone, err := s.Delete(t.Context(), goes.ID); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		if _, err := s.Find(t.Context(), goes.Token); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("found after the delete: %v", err)
		}
		if _, err := s.Find(t.Context(), stays.Token); err != nil {
			t.Errorf("the other: %v", err)
		}
		if again := insert(t, s, record(ada, 1)); again.ID == goes.ID {
			t.Error("an ID was given twice")
		}
	})
}

func TestDeleteUser(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		adas := []session.Record{insert(t, s, record(ada, 1)), insert(t, s, record(ada, 2))}
		bobs := insert(t, s, record(bob, 3))
		gone, err := s.DeleteUser(t.Context(), ada)
		if err != nil || len(gone) != 2 {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		for _, want := range adas {
			if !slices.ContainsFunc(gone, func(got session.Record) bool { return same(got, want) }) {
				t.Errorf("%+v is not among the deleted", want)
			}
		}
		if gone, err := s.DeleteUser(t.Context(), ada); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		if _, err := s.Find(t.Context(), bobs.Token); err != nil {
			t.Errorf("bob's: %v", err)
		}
	})
}

func TestDeleteBrowser(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		here, there := record(ada, 1), record(ada, 2)
		bobs := record(bob, 3)
		bobs.Browser = here.Browser // two log-ins at once
		goes := []session.Record{insert(t, s, here), insert(t, s, bobs)}
		stays := insert(t, s, there)
		gone, err := s.DeleteBrowser(t.Context(), here.Browser)
		if err != nil || len(gone) != 2 {
			t.Fatalf("deleted %+v, %v", gone, err)
		}
		for _, want := range goes {
			if !slices.ContainsFunc(gone, func(got session.Record) bool { return same(got, want) }) {
				t.Errorf("%+v is not among the deleted", want)
			}
		}
		if gone, err := s.DeleteBrowser(t.Context(), here.Browser); err != nil || len(gone) != 0 {
			t.Errorf("deleted again: %+v, %v", gone, err)
		}
		if _, err := s.Find(t.Context(), stays.Token); err != nil {
			t.Errorf("that of the other browser: %v", err)
		}
	})
}

// TestDeletesAtOnce: of fifty that delete one session, in all ways, one alone gets it: it runs the hooks.
func TestDeletesAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := insert(t, s, record(ada, 1))
		var all sync.WaitGroup
		got := make(chan int, 50)
		for i := range 50 {
			all.Go(func() {
				gone, err := []session.Record(nil), error(nil)
				switch i % 3 {
				case 0:
					gone, err = s.Delete(t.Context(), r.ID)
				case 1:
					gone, err = s.DeleteUser(t.Context(), ada)
				default:
					gone, err = s.DeleteBrowser(t.Context(), r.Browser)
				}
				if err != nil {
					t.Error(err)
				}
				got <- len(gone)
			})
		}
		all.Wait()
		close(got)
		total := 0
		for n := range got {
			total += n
		}
		if total != 1 {
			t.Errorf("%d of them got the session", total)
		}
	})
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
