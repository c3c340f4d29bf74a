package accounts

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// at is a client in a network of its own, in a browser of its own.
func at(network int, browser byte) Client {
	address := netip.AddrFrom4([4]byte{10, 0, byte(network >> 8), byte(network)})
	return ClientAt(address, session.Hash{browser})
}

// wrong checks that passwords are wrong, n times.
func wrong(t *testing.T, a *Accounts, n int64, address string, from Client) {
	t.Helper()
	for i := range n {
		if _, err := a.Authenticate(t.Context(), address, "not the password", from); err != ErrWrongPassword {
			t.Fatalf("%s, wrong password %d: %v", address, i+1, err)
		}
	}
}

// tooMany checks that not even the right password helps, and for how long.
func tooMany(t *testing.T, a *Accounts, address string, from Client, after time.Duration) {
	t.Helper()
	_, err := a.Authenticate(t.Context(), address, testPassword, from)
	if many, ok := errors.AsType[TooManyTries](err); !ok || many.RetryAfter != after {
		t.Fatalf("%s: %v, want to wait for %v", address, err, after)
	}
}

// After five wrong passwords nobody gets in, from wherever and in whatever case: the same for an account and an address that
// nobody has, after a restart, and until five minutes are over.
func TestWrongPasswords(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada := signUp(t, a, "ada@example.com")
	signUp(t, a, "bob@example.com")
	confirm(t, a, ada, "lovelace@example.com")
	for _, addresses := range [][]string{
		{"ada@example.com", "ADA@example.com", " lovelace@example.com"},
		{"nobody@example.com", "NOBODY@example.com", " nobody@example.com"},
	} {
		for i := range int(wrongPasswords.most) {
			wrong(t, a, 1, addresses[i%len(addresses)], at(i, byte(i)))
		}
		clock.pass(2 * time.Minute)
		again, _ := openAccounts(t, a.db, mail.NewMailbox()) // another node, or this one after a restart
		again.now = clock.now
		for i, address := range addresses {
			tooMany(t, again, address, at(i+10, 0), 3*time.Minute)
		}
	}
	if _, err := a.Authenticate(t.Context(), "bob@example.com", testPassword, at(1, 1)); err != nil {
		t.Errorf("Bob: %v", err)
	}
	clock.pass(5 * time.Minute)
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1)); id != ada || err != nil {
		t.Errorf("after five minutes: %d, %v", id, err)
	}
}

// Of fifty who guess at once five do.
func TestWrongPasswordsAtOnce(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "ada@example.com")
	var guessed atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if _, err := a.Authenticate(t.Context(), "ada@example.com", "not the password", at(i, 0)); err == ErrWrongPassword {
				guessed.Add(1)
			}
		})
	}
	all.Wait()
	if guessed.Load() != wrongPasswords.most {
		t.Errorf("%d were checked", guessed.Load())
	}
}

// A stranger locks nobody out of a browser in which he has logged in before; nor does he get in there more often.
func TestKnownBrowser(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	withClock(a)
	home, stranger := at(1, 1), at(1, 2) // in one network
	_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, home)
	must(t, err)
	wrong(t, a, wrongPasswords.most, "ada@example.com", stranger)
	tooMany(t, a, "ada@example.com", stranger, wrongPasswords.time)
	exec(t, a, `UPDATE tries SET count = 10000`) // of the account and the network, and of these in a row
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, home); id != ada || err != nil {
		t.Fatalf("at home: %d, %v", id, err)
	}
	wrong(t, a, wrongPasswords.most, "ada@example.com", home)
	tooMany(t, a, "ada@example.com", home, wrongPasswords.time)
}

// Ten wrong passwords a minute come from one network, for whatever address; an IPv6 network has 2^64 addresses.
func TestWrongPasswordsFromANetwork(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	signUp(t, a, "ada@example.com")
	from := func(address string) Client { return ClientAt(netip.MustParseAddr(address), session.Hash{}) }
	for i := range wrongFrom.most {
		wrong(t, a, 1, fmt.Sprintf("%d@example.com", i), from(fmt.Sprintf("2001:db8::%x", i)))
	}
	tooMany(t, a, "ada@example.com", from("2001:db8::ffff:0:0:1"), time.Minute)
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, from("2001:db8:0:1::1")); err != nil {
		t.Errorf("the next network: %v", err)
	}
	clock.pass(time.Minute)
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, from("2001:db8::1")); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// After a hundred wrong passwords in a row only a mailed link helps; and a right one in between begins anew.
func TestWrongInARow(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada := signUp(t, a, "ada@example.com")
	guess := func(times int64) {
		t.Helper()
		for i := range times {
			if i%wrongPasswords.most == 0 {
				clock.pass(wrongPasswords.time)
			}
			exec(t, a, `UPDATE users SET password_hash = $1`, weakHash(testPassword)) // so that it takes no minutes
			wrong(t, a, 1, "ada@example.com", at(int(i), 0))
		}
		clock.pass(wrongPasswords.time)
	}
	guess(wrongInARow.most - 1)
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); err != nil {
		t.Fatalf("the hundredth is right: %v", err)
	}
	told(t, a)
	guess(wrongInARow.most)
	for i := range 2 { // the right password is as wrong as any for strangers, who must not learn that there is an account
		if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(i, 0)); err != ErrWrongPassword {
			t.Errorf("one more: %v", err)
		}
	}
	told(t, a, notice{"ada@example.com", closedNotice, ""})
	token := newLink(t, a.logIns, Owner{User: ada}, nothing{})
	if id, err := byLink(t, a, token, Client{}); id != ada || err != nil {
		t.Errorf("by link: %d, %v", id, err)
	}
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); err != nil {
		t.Errorf("after the link: %v", err)
	}
}

// Which capitals are the same the database says, and not every one says the same: in a locale of its own "İ" is none of "i".
// What is another address there has tries of its own, whether somebody has one of the two or not.
func TestTriesInAnotherLocale(t *testing.T) {
	a := newAccounts(t)
	withClock(a)
	signUp(t, a, "iris@example.com")
	exec(t, a, `CREATE FUNCTION public.lower(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN pg_catalog.lower($1 COLLATE "C")`)
	exec(t, a, fmt.Sprintf(`ALTER DATABASE %s SET search_path = public, pg_catalog`, query[string](t, a, `SELECT quote_ident(current_database())`)))
	a.db.Reset() // in connections that are new
	for i, name := range []string{"iris", "idris"} {
		wrong(t, a, wrongPasswords.most, name+"@example.com", at(2*i, 0))
		tooMany(t, a, strings.ToUpper(name)+"@example.com", at(2*i, 0), wrongPasswords.time)
		wrong(t, a, 1, "İ"+name[1:]+"@example.com", at(2*i+1, 0))
	}
}

// What strangers make up leaves no rows for long: of addresses that nobody has nothing is left after some minutes.
func TestTriesOfNobody(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	for i := range 20 {
		wrong(t, a, 1, fmt.Sprintf("nobody%d@example.com", i), at(i, 0))
	}
	clock.pass(wrongPasswords.time)
	must(t, a.sweep(t.Context()))
	if n := query[int](t, a, `SELECT count(*) FROM tries`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// Nor does who logs in with one new browser after the other: those that he has used longest ago are forgotten, with what is
// counted there.
func TestManyBrowsers(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada := signUp(t, a, "ada@example.com")
	first := at(0, 255)
	_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, first)
	must(t, err)
	wrong(t, a, 1, "ada@example.com", first)
	for i := range browsersMost {
		clock.pass(time.Second)
		must(t, pgx.BeginFunc(t.Context(), a.db, func(tx pgx.Tx) error { return a.arrivedIn(t.Context(), tx, ada, at(0, byte(i+1))) }))
	}
	if n := query[int](t, a, `SELECT count(*) FROM browsers`); n != browsersMost {
		t.Errorf("%d browsers are known", n)
	}
	if n := jobs(t, a); n != browserNotices.most {
		t.Errorf("%d letters tell of them", n)
	}
	there := passwordTries{of: passwordsOf(ada, first.Browser)}
	if n := query[int](t, a, `SELECT count(*) FROM tries WHERE key = ANY($1)`, keysOf([]string{there.of, there.inARow()})); n != 0 {
		t.Errorf("%d rows of tries are left", n)
	}
}

// A new password by letter takes back all tries of the one before, in every browser.
func TestNewPasswordForgetsTries(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	_, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1))
	must(t, err)
	for _, from := range []Client{at(1, 1), at(2, 2)} {
		wrong(t, a, wrongPasswords.most, "ada@example.com", from)
		tooMany(t, a, "ada@example.com", from, wrongPasswords.time)
	}
	token := newLink(t, a.newPasswords, Owner{User: ada}, nothing{})
	if id, err := a.SetNewPassword(t.Context(), token, otherPassword); id != ada || err != nil {
		t.Fatalf("SetNewPassword = %d, %v", id, err)
	}
	for _, from := range []Client{at(1, 1), at(2, 2)} {
		if id, err := a.Authenticate(t.Context(), "ada@example.com", otherPassword, from); id != ada || err != nil {
			t.Errorf("the new password: %d, %v", id, err)
		}
	}
}

// Where too many hash, no try is counted.
func TestBusyIsNoTry(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "ada@example.com")
	slots, waiting := a.passwords.slots, a.passwords.waiting
	a.passwords.slots, a.passwords.waiting = make(chan struct{}), make(chan struct{})
	for range 2 * wrongPasswords.most {
		if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1)); err != ErrBusy {
			t.Fatal(err)
		}
	}
	token := newLink(t, a.signUps, Owner{Address: "bob@example.com"}, nothing{})
	if _, err := a.CompleteSignUp(t.Context(), token, "", strings.Repeat("abcdefgh", 128), Client{}); err != ErrBusy {
		t.Errorf("a password that is soon guessed, and takes long to be found so: %v", err)
	}
	a.passwords.slots, a.passwords.waiting = slots, waiting
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 1)); err != nil {
		t.Error(err)
	}
}

// Nobody's address and network can be read in what is counted.
func TestTriesTellNothing(t *testing.T) {
	a := newAccounts(t)
	wrong(t, a, 1, "ada@example.com", at(1, 1))
	must(t, a.RequestSignUp(t.Context(), "ada@example.com", at(1, 1)))
	if n := query[int](t, a, `SELECT count(*) FROM tries WHERE length(key) = 32`); n != 6 {
		t.Errorf("%d rows: two tries of the password, one from the network, three of letters", n)
	}
	if n := query[int](t, a, `SELECT count(*) FROM tries WHERE encode(key, 'escape') ~ '(ada|example|10\.0)'`); n != 0 {
		t.Errorf("%d rows are clear text", n)
	}
}

// Five letters an hour go to one address, whatever they are and however it is written: then silently none.
func TestLettersToAnAddress(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	signUp(t, a, "ada@example.com")
	for _, name := range []string{"ada@example.com", "nobody@example.com"} {
		for i := range 3 {
			must(t, a.RequestLogIn(t.Context(), name, at(i, 0)))
			must(t, a.RequestSignUp(t.Context(), " "+strings.ToUpper(name), at(i, 0)))
			must(t, a.RequestNewPassword(t.Context(), name, at(i, 0)))
		}
	}
	if n := jobs(t, a); n != 2*lettersTo.most {
		t.Errorf("%d letters", n)
	}
	clock.pass(time.Hour)
	must(t, a.RequestLogIn(t.Context(), "ada@example.com", at(1, 0)))
	if n := jobs(t, a); n != 2*lettersTo.most+1 {
		t.Errorf("%d letters an hour later", n)
	}
}

// Twenty letters an hour come from one network, which is told; and a thousand in all, silently.
func TestLettersFromANetwork(t *testing.T) {
	a := newAccounts(t)
	withClock(a)
	for i := range lettersFrom.most {
		must(t, a.RequestSignUp(t.Context(), fmt.Sprintf("%d@example.com", i), at(1, byte(i))))
	}
	for _, ask := range []func() error{
		func() error { return a.RequestSignUp(t.Context(), "ada@example.com", at(1, 0)) },
		func() error { return a.RequestLogIn(t.Context(), "ada@example.com", at(1, 0)) },
		func() error { return a.RequestNewPassword(t.Context(), "ada@example.com", at(1, 0)) },
		func() error { return a.Wait(t.Context(), "ada@example.com", at(1, 0)) },
	} {
		if err := ask(); err != (TooManyTries{time.Hour}) {
			t.Errorf("one too many: %v", err)
		}
	}
	exec(t, a, `UPDATE tries SET count = $2 WHERE key = $1`, keyOf("letters"), lettersAll.most)
	must(t, a.RequestSignUp(t.Context(), "ada@example.com", at(2, 0)))
	if n := jobs(t, a); n != lettersFrom.most {
		t.Errorf("%d letters", n)
	}
}

// A user who adds addresses is told too.
func TestLettersOfAUser(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for i := range lettersFrom.most {
		must(t, a.RequestAddress(t.Context(), ada, fmt.Sprintf("%d@example.com", i)))
	}
	err := a.RequestAddress(t.Context(), ada, "more@example.com")
	if _, many := errors.AsType[TooManyTries](err); !many {
		t.Errorf("one too many: %v", err)
	}
}

// jobs counts the letters that were handed in.
func jobs(t *testing.T, a *Accounts) int64 {
	t.Helper()
	return query[int64](t, a, `SELECT count(*) FROM river_job`)
}
