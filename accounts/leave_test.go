package accounts

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// Who leaves is deleted after seven days with all that is his, and who logs in before stays.
func TestLeave(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada, bob, eve := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com"), signUp(t, a, "eve@example.com")
	for _, user := range []session.UserID{ada, bob, eve} {
		must(t, a.Leave(t.Context(), user))
	}
	clock.pass(time.Hour)
	must(t, a.Leave(t.Context(), ada)) // once more, which wins no time
	if user, err := a.User(t.Context(), ada); err != nil || !user.Leaves.Equal(clock.now().Add(leaveTime-time.Hour)) {
		t.Errorf("User = %+v, %v", user, err)
	}
	exec(t, a, `DELETE FROM river_job`)

	clock.pass(leaveTime - 2*time.Hour)
	must(t, a.sweep(t.Context()))
	_, err := a.Authenticate(t.Context(), "bob@example.com", testPassword, at(1, 1))
	must(t, err)
	told(t, a, notice{"bob@example.com", staysNotice, ""})
	_, err = byLink(t, a, newLink(t, a.logIns, Owner{User: eve}, nothing{}), at(1, 1))
	must(t, err)
	told(t, a, notice{"eve@example.com", staysNotice, ""})
	newLink(t, a.newPasswords, Owner{User: ada}, nothing{})
	must(t, a.AddGroup(t.Context(), By{}, ada, "admin"))
	remembered := func() int {
		return query[int](t, a, `SELECT count(*) FROM ocsigo_states WHERE kind = 'user' AND number = $1`, ada)
	}
	exec(t, a, `INSERT INTO ocsigo_states (kind, number, browser, name, value, written)
		VALUES ('user', $1, '', 'note', 'hers', now())`, ada)

	clock.pass(time.Hour)
	exec(t, a, `CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stuck'; END $$`)
	exec(t, a, `CREATE TRIGGER stuck BEFORE DELETE ON ocsigo_states EXECUTE FUNCTION stuck()`)
	if err := a.sweep(t.Context()); err == nil || remembered() != 1 {
		t.Errorf("what cannot be forgotten: %v", err)
	}
	if user, err := a.User(t.Context(), ada); err != nil || user.Leaves == nil {
		t.Errorf("she is deleted, and her values are not: %+v, %v", user, err)
	}
	told(t, a)
	exec(t, a, `DROP FUNCTION stuck CASCADE`)
	must(t, a.sweep(t.Context()))
	told(t, a, notice{"ada@example.com", deletedNotice, ""})
	if n := remembered(); n != 0 {
		t.Errorf("%d values of hers are left", n)
	}
	if _, err := a.Groups(t.Context(), ada, nil); err != session.ErrNoUser {
		t.Errorf("Ada is still there: %v", err)
	}
	for _, user := range []session.UserID{bob, eve} {
		if u, err := a.User(t.Context(), user); err != nil || u.Leaves != nil {
			t.Errorf("User = %+v, %v", u, err)
		}
	}
	for _, table := range []string{"addresses", "links", "browsers", "user_groups"} {
		if n := query[int](t, a, `SELECT count(*) FROM `+table+` WHERE user_id = $1`, ada); n != 0 {
			t.Errorf("%s has %d rows of hers", table, n)
		}
	}
	signUp(t, a, "ada@example.com")
	if err := a.Leave(t.Context(), 99); err != session.ErrNoUser {
		t.Errorf("nobody leaves: %v", err)
	}
}

// Two nodes that sweep at once delete each account once, however many there are.
func TestSweepAtOnce(t *testing.T) {
	a := newAccounts(t)
	exec(t, a, `INSERT INTO users (leaves) SELECT now() - interval '1 day' FROM generate_series(1, 250)`)
	exec(t, a, `INSERT INTO addresses SELECT id || '@example.com', id, true, now() FROM users`)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if err := a.sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	must(t, a.sweep(t.Context())) // what one has left to the other
	if users, letters := query[int](t, a, `SELECT count(*) FROM users`), jobs(t, a); users != 0 || letters != 250 {
		t.Errorf("%d users are left, and %d were told", users, letters)
	}
}

// What is over is deleted, and nothing else.
func TestSweep(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada := signUp(t, a, "ada@example.com")
	sweep := func(links, tries, browsers int) {
		t.Helper()
		must(t, a.sweep(t.Context()))
		for table, want := range map[string]int{"links": links, "tries": tries, "browsers": browsers} {
			if n := query[int](t, a, `SELECT count(*) FROM `+table); n != want {
				t.Errorf("%s has %d rows, want %d", table, n, want)
			}
		}
	}
	newLink(t, a.logIns, Owner{User: ada}, nothing{})
	newLink(t, a.newPasswords, Owner{User: ada}, nothing{})
	_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1))
	must(t, err)
	wrong(t, a, 1, "ada@example.com", at(1, 2))
	sweep(2, 3, 1) // of the account, in a row, from the network
	clock.pass(logInLife)
	sweep(1, 1, 1)
	clock.pass(browserTime)
	sweep(0, 0, 0)
}

// Run sweeps at once, and ends when it is told to.
func TestRun(t *testing.T) {
	a := newAccounts(t)
	exec(t, a, `INSERT INTO tries VALUES ('', 1, now() - interval '1 hour')`)
	ctx, end := context.WithCancel(t.Context())
	asked := make(chan struct{}, 10)
	a.now = func() time.Time {
		asked <- struct{}{}
		return time.Now()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.Run(ctx)
	}()
	<-asked
	<-asked // for the accounts, which come last
	end()
	<-done
	if n := query[int](t, a, `SELECT count(*) FROM tries`); n != 0 {
		t.Errorf("%d tries are left", n)
	}
}
