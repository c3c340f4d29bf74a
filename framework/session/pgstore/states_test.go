package pgstore_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// holders are one of each kind, and another number or browser of each.
var holders = []session.Holder{
	{Kind: session.HeldBySession, Number: 7}, {Kind: session.HeldBySession, Number: 8},
	{Kind: session.HeldByUser, Number: 7}, {Kind: session.HeldByUser, Number: -7},
	{Kind: session.HeldByNobody, Browser: hashOf("b")}, {Kind: session.HeldByNobody, Browser: hashOf("c")},
	{Kind: session.HeldByBrowser, Browser: hashOf("b")}, {Kind: session.HeldByBrowser, Browser: hashOf("c")},
}

var adas = session.Holder{Kind: session.HeldByUser, Number: int64(ada)}

func change(t *testing.T, s session.Store, of session.Holder, name string, f func(before []byte) (session.Stored, error)) {
	t.Helper()
	if err := s.Change(t.Context(), of, name, start, f); err != nil {
		t.Error(err)
	}
}

// write replaces a value that was another before.
func write(t *testing.T, s session.Store, of session.Holder, name, before, after string) {
	t.Helper()
	change(t, s, of, name, func(found []byte) (session.Stored, error) {
		if string(found) != before {
			t.Errorf("%+v %s: found %q, want %q", of, name, found, before)
		}
		return session.Stored{Value: []byte(after)}, nil
	})
}

// holds says what is there; "" for nothing.
func holds(t *testing.T, s session.Store, of session.Holder, name, want string) {
	t.Helper()
	got, err := s.Load(t.Context(), of, name)
	if err != nil || string(got) != want || (got == nil) != (want == "") {
		t.Errorf("%+v %s: loaded %q, %v, want %q", of, name, got, err, want)
	}
}

// TestStates: each holder has values of its own, and they come back as they were.

func TestStates(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		for i, of := range holders {
			for _, name := range []string{"clicks", "cart"} {
				holds(t, s, of, name, "")
				write(t, s, of, name, "", `{"b":1.0, "a":"\u0000`+name+strconv.Itoa(i)+`"}`)
			}
		}
		for i, of := range holders {
			holds(t, s, of, "cart", `{"b":1.0, "a":"\u0000cart`+strconv.Itoa(i)+`"}`)
			write(t, s, of, "clicks", `{"b":1.0, "a":"\u0000clicks`+strconv.Itoa(i)+`"}`, "2")
			holds(t, s, of, "clicks", "2")
		}
	})
}

// TestChangeToNothing: no value is nil, and not an empty one.

func TestChangeToNothing(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		none := func([]byte) (session.Stored, error) { return session.Stored{}, nil }
		change(t, s, adas, "clicks", none)
		holds(t, s, adas, "clicks", "")
		write(t, s, adas, "clicks", "", "1")
		change(t, s, adas, "clicks", none)
		holds(t, s, adas, "clicks", "")
		change(t, s, adas, "clicks", func(before []byte) (session.Stored, error) {
			if before != nil {
				t.Errorf("found %q", before)
			}
			return session.Stored{}, nil
		})
	})
}

// TestChangesAtOnce loses nothing, also where the value comes and goes.

func TestChangesAtOnce(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		count := func(before []byte) (session.Stored, error) {
			n, _ := strconv.Atoi(string(before)) // nothing is 0
			return session.Stored{Value: []byte(strconv.Itoa(n + 1))}, nil
		}
		atOnce(50, func(int) { change(t, s, adas, "clicks", count) })
		holds(t, s, adas, "clicks", "50")
		atOnce(50, func(int) {
			change(t, s, adas, "on", func(before []byte) (session.Stored, error) {
				if before == nil {
					return session.Stored{Value: []byte("true")}, nil
				}
				return session.Stored{}, nil
			})
		})
		holds(t, s, adas, "on", "")
	})
}

// TestChangeFails: its error comes back, and nothing has changed.

func TestChangeFails(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		full := errors.New("the cart is full")
		fail := func([]byte) (session.Stored, error) {
			return session.Stored{Value: []byte("3"), Aside: []byte("x")}, full
		}
		for _, before := range []string{"", "2"} {
			if before != "" {
				write(t, s, adas, "cart", "", before)
			}
			if err := s.Change(t.Context(), adas, "cart", start, fail); !errors.Is(err, full) {
				t.Errorf("Change: %v", err)
			}
			holds(t, s, adas, "cart", before)
		}
	})
}

// TestChangePanics: nothing has changed, and nothing stays locked.

func TestChangePanics(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		if _, ok := s.(*pgstore.Store); ok {
			s = pgstore.New(configured(t, func(c *pgxpool.Config) { c.MaxConns = 1 }))
		}
		write(t, s, adas, "cart", "", "1")
		for range 3 {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic was lost")
					}
				}()
				change(t, s, adas, "cart", func([]byte) (session.Stored, error) { panic("no cart") })
			}()
		}
		write(t, s, adas, "cart", "1", "2")
	})
}

// TestAsideIsKept until another takes its place, whatever becomes of the value.

func TestAsideIsKept(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	for _, c := range []struct {
		after session.Stored
		aside string
	}{
		{session.Stored{Value: []byte("1")}, ""},
		{session.Stored{Value: []byte("2"), Aside: []byte("\x00\xff")}, "\x00\xff"},
		{session.Stored{Value: []byte("3")}, "\x00\xff"},
		{session.Stored{}, "\x00\xff"},
		{session.Stored{Aside: []byte("4")}, "4"},
	} {
		change(t, s, adas, "cart", func([]byte) (session.Stored, error) { return c.after, nil })
		holds(t, s, adas, "cart", string(c.after.Value))
		var aside []byte
		if err := pool.QueryRow(t.Context(), `SELECT aside FROM ocsigo_states`).Scan(&aside); err != nil || string(aside) != c.aside {
			t.Errorf("aside is %q, %v, want %q", aside, err, c.aside)
		}
	}
}

// TestRowsOfNothing: no row is left where there is no value, and loading makes none.

func TestRowsOfNothing(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	rows := func(want int) {
		t.Helper()
		var n int
		if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM ocsigo_states`).Scan(&n); err != nil || n != want {
			t.Errorf("%d rows, %v, want %d", n, err, want)
		}
	}
	holds(t, s, adas, "cart", "")
	rows(0)
	write(t, s, adas, "cart", "", "1")
	rows(1)
	change(t, s, adas, "cart", func([]byte) (session.Stored, error) { return session.Stored{}, nil })
	rows(0)
	_ = s.Change(t.Context(), adas, "cart", start, func([]byte) (session.Stored, error) { return session.Stored{}, errors.New("no") })
	rows(0)
}

// TestDropWaitsForChange: a change that is under way does not bring back what is dropped.

// TestDropsAtOnce: in any order, and beside changes.
