package pgstore_test

import (
	"testing"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

func TestDrop(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		for _, of := range holders {
			write(t, s, of, "clicks", "", "1")
			write(t, s, of, "cart", "", "2")
		}
		if err := s.Drop(t.Context()); err != nil {
			t.Error(err)
		}
		gone := []session.Holder{holders[0], holders[3], holders[4], holders[0], {Kind: session.HeldByUser, Number: 99}}
		for range 2 {
			if err := s.Drop(t.Context(), gone...); err != nil {
				t.Error(err)
			}
		}
		for i, of := range holders {
			clicks, cart := "1", "2"
			if i == 0 || i == 3 || i == 4 {
				clicks, cart = "", ""
			}
			holds(t, s, of, "clicks", clicks)
			holds(t, s, of, "cart", cart)
		}
	})
}

func TestDropWaitsForChange(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	write(t, s, adas, "clicks", "", "1")
	dropped := make(chan error, 1)
	change(t, s, adas, "clicks", func([]byte) (session.Stored, error) {
		go func() { dropped <- s.Drop(t.Context(), adas) }()
		untilWaiting(t, pool, 1)
		return session.Stored{Value: []byte("2")}, nil
	})
	if err := <-dropped; err != nil {
		t.Error(err)
	}
	holds(t, s, adas, "clicks", "")
}

func TestDropsAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		atOnce(30, func(n int) {
			if n%3 != 0 {
				of := holders[n%len(holders)]
				change(t, s, of, "clicks", func([]byte) (session.Stored, error) { return session.Stored{Value: []byte("1")}, nil })
				return
			}
			var all []session.Holder
			for i := range holders {
				all = append(all, holders[(i*3+n)%len(holders)])
			}
			if err := s.Drop(t.Context(), all...); err != nil {
				t.Error(err)
			}
		})
	})
}
