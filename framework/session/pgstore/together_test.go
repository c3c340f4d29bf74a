package pgstore_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

var errUndone = errors.New("the transaction is undone")

// TestDeleteUserTogether with what else a transaction does: the rows go and the nodes hear it when that commits, and else
// never.
func TestDeleteUserTogether(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	first, second := open(t, s, record(ada, 1)), open(t, s, record(ada, 2))
	bobs := open(t, s, record(bob, 3))
	hears := listening(t, s)
	for _, end := range []error{errUndone, nil} {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			gone, err := pgstore.DeleteUser(t.Context(), tx, ada, second.ID, because(session.NewPassword))
			if err != nil || !sameAll(gone, []session.Record{first}) {
				t.Fatalf("deleted %+v, %v", gone, err)
			}
			hears.exactly()
			isThere(t, s, first)
			return end
		})
		if err != end {
			t.Fatal(err)
		}
		if end != nil {
			hears.exactly()
			isThere(t, s, first)
		}
	}
	hears.exactly(closed(first, because(session.NewPassword)))
	isGone(t, s, first)
	isThere(t, s, second)
	isThere(t, s, bobs)

	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := pgstore.DeleteUser(t.Context(), tx, ada, first.ID, because(session.NewPassword))
		return err
	})
	if err != session.ErrNotConnected {
		t.Errorf("but for one that has ended: %v", err)
	}
	isThere(t, s, second)
}

// TestForgetUsers: nothing is left of them, and others keep what is theirs.
func TestForgetUsers(t *testing.T) {
	pool := newPool(t)
	s := pgstore.New(pool)
	goes, too, stays := open(t, s, record(ada, 1)), open(t, s, record(bob, 2)), open(t, s, record(99, 3))
	held := func(user session.UserID) session.Holder {
		return session.Holder{Kind: session.HeldByUser, Number: int64(user)}
	}
	for _, user := range []session.UserID{ada, bob, 99} {
		write(t, s, held(user), "cart", "", "1")
		write(t, s, held(user), "theme", "", "2")
	}
	same := session.Holder{Kind: session.HeldBySession, Number: int64(ada)}
	write(t, s, same, "cart", "", "3")
	hears := listening(t, s)
	for _, end := range []error{errUndone, nil} {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			return errors.Join(pgstore.ForgetUsers(t.Context(), tx, ada, bob), pgstore.ForgetUsers(t.Context(), tx), end)
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
		if end != nil {
			holds(t, s, held(ada), "cart", "1")
			isThere(t, s, goes)
		}
	}
	gone := session.Ending{Reason: session.UserGone}
	hears.exactly(closed(goes, gone), closed(too, gone))
	for _, user := range []session.UserID{ada, bob} {
		holds(t, s, held(user), "cart", "")
		holds(t, s, held(user), "theme", "")
	}
	isGone(t, s, goes)
	isGone(t, s, too)
	isThere(t, s, stays)
	holds(t, s, held(99), "cart", "1")
	holds(t, s, same, "cart", "3")
}
