package pgstore_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// dropOrphans says how many values go, so long after the start, when nothing unwritten does.
func dropOrphans(t *testing.T, s session.Store, after time.Duration, want int) {
	t.Helper()
	if n, err := s.DropOrphans(t.Context(), start.Add(after), start.Add(-time.Hour), 10); err != nil || n != want {
		t.Errorf("after %v: dropped %d, %v, want %d", after, n, err, want)
	}
}

// TestDropOrphans: what a session remembered goes a minute after the session was first missed.
func TestDropOrphans(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		stays, goes := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
		of := func(r session.Record) session.Holder {
			return session.Holder{Kind: session.HeldBySession, Number: int64(r.ID)}
		}
		write(t, s, of(stays), "cart", "", "1")
		write(t, s, of(goes), "cart", "", "2")
		write(t, s, of(goes), "clicks", "", "3")
		user := session.Holder{Kind: session.HeldByUser, Number: 1 << 40} // who has no session
		write(t, s, user, "cart", "", "4")
		dropOrphans(t, s, 0, 0)

		if _, err := s.Delete(t.Context(), goes.ID, session.Ending{}); err != nil {
			t.Fatal(err)
		}
		dropOrphans(t, s, time.Hour, 0)
		holds(t, s, of(goes), "cart", "2")
		write(t, s, of(goes), "clicks", "3", "5")      // its closing hooks
		write(t, s, of(goes), "late", "", "6")         // missed from the next time on
		dropOrphans(t, s, time.Hour+59*time.Second, 0) // now
		dropOrphans(t, s, time.Hour+60*time.Second, 2)
		holds(t, s, of(goes), "cart", "")
		holds(t, s, of(goes), "clicks", "")
		holds(t, s, of(goes), "late", "6")
		dropOrphans(t, s, time.Hour+119*time.Second, 1)
		holds(t, s, of(goes), "late", "")
		holds(t, s, of(stays), "cart", "1")
		holds(t, s, user, "cart", "4")
	})
}

// TestDropUnwritten: what a browser remembers goes when nobody has written it for long; reading does not keep it.
func TestDropUnwritten(t *testing.T) {
	contract(t, func(t *testing.T, s session.Store) {
		r := open(t, s, record(ada, 1))
		sessions := session.Holder{Kind: session.HeldBySession, Number: int64(r.ID)}
		all := append([]session.Holder{sessions}, holders[2:]...)
		for _, of := range all {
			write(t, s, of, "cart", "", "1")
		}
		err := s.Change(t.Context(), holders[4], "cart", start.Add(time.Minute), func(before []byte) (session.Stored, error) {
			return session.Stored{Value: before}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		drop := func(unwritten time.Time, want int) {
			t.Helper()
			if n, err := s.DropOrphans(t.Context(), start, unwritten, 10); err != nil || n != want {
				t.Errorf("dropped %d, %v, want %d", n, err, want)
			}
		}
		drop(start, 0)
		drop(start.Add(time.Second), 3)
		holds(t, s, holders[4], "cart", "1")
		drop(start.Add(time.Minute+time.Microsecond), 1)
		for i, of := range all {
			want := "1"
			if i > 2 {
				want = ""
			}
			holds(t, s, of, "cart", want)
		}
	})
}

// TestDropOrphansInParts: never more than it may at once, of both kinds together.
func TestDropOrphansInParts(t *testing.T) {
	s := pgstore.New(newPool(t))
	for n := range 10 {
		name := strconv.Itoa(n)
		write(t, s, holders[0], name, "", "1") // there is no session 7
		write(t, s, holders[4], name, "", "1")
	}
	for hour, want := range []int{4, 4, 2, 4, 4, 2, 0} { // what is missed in one hour goes in the next
		n, err := s.DropOrphans(t.Context(), start.Add(time.Duration(hour)*time.Hour), start.Add(time.Second), 4)
		if err != nil || n != want {
			t.Errorf("dropped %d, %v, want %d", n, err, want)
		}
	}
}

// TestDropOrphansAtOnce: several nodes do it, and each value is one node's.
func TestDropOrphansAtOnce(t *testing.T) {
	s := pgstore.New(newPool(t))
	for n := range 40 {
		write(t, s, holders[4+n%4], strconv.Itoa(n), "", "1")
	}
	dropped := make(chan int, 10)
	atOnce(cap(dropped), func(int) {
		n, err := s.DropOrphans(t.Context(), start, start.Add(time.Second), 4)
		if err != nil || n > 4 {
			t.Errorf("dropped %d, %v", n, err)
		}
		dropped <- n
	})
	close(dropped)
	total := 0
	for n := range dropped {
		total += n
	}
	rest, err := s.DropOrphans(t.Context(), start, start.Add(time.Second), 100)
	if err != nil || total+rest != 40 {
		t.Errorf("dropped %d, then %d, %v", total, rest, err)
	}
}
