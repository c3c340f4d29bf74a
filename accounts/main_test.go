package accounts

import (
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
	"github.com/ocsigo/start/migrations"
)

func TestMain(m *testing.M) {
	dbtest.Main(m, dbtest.Template{Key: migrations.Key(), Migrate: migrations.Apply})
}

// siteName is that of the site in these tests.
const siteName = "Analytical Engine"

// newAccounts returns the accounts of a database of their own. Their post does not run: letters stay jobs.
func newAccounts(t testing.TB) *Accounts {
	t.Helper()
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	a, _ := openAccounts(t, db, mail.NewMailbox())
	return a
}

// openAccounts makes the accounts of a database anew, as after a restart or on another node.
func openAccounts(t testing.TB, db *pgxpool.Pool, box *mail.Mailbox) (*Accounts, *mail.Post) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	post, err := mail.New(db, mail.Options{From: "Engine <site@example.com>", Mailbox: box, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	a := New(db, post, Options{Site: siteName, URL: &url.URL{Scheme: "https", Host: "engine.example"}, Log: log})
	a.now = newClock().now
	return a, post
}

// clock shows the time that a test wants.
type clock struct {
	mu   sync.Mutex
	time time.Time
}

func newClock() *clock { return &clock{time: time.Now().Truncate(time.Microsecond)} } // as exact as the database

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
}

// withClock gives accounts a clock that the test turns.
func withClock(a *Accounts) *clock {
	c := newClock()
	a.now = c.now
	return c
}

// hashed is testPassword, hashed once for all tests that are not about that: under the race detector it takes longest.
var hashed = sync.OnceValue(func() string { return argon(testPassword) })

// signUp makes the account of somebody whose password is testPassword.
func signUp(t testing.TB, a *Accounts, email string) (id session.UserID) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), a.db, func(tx pgx.Tx) (err error) {
		id, err = a.insertAccount(t.Context(), tx, account{address: email, hash: hashed()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// tokenIn returns the token of a link.
func tokenIn(t testing.TB, url string) string {
	t.Helper()
	token, ok := strings.CutPrefix(url, "https://engine.example/link/")
	if !ok {
		t.Fatalf("%q is no link", url)
	}
	return token
}

// newLink makes a link as the letter of a purpose does, and returns its token.
func newLink[T any](t testing.TB, purpose *Purpose[T], of Owner, data T) (token string) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), purpose.accounts.db, func(tx pgx.Tx) error {
		url, err := purpose.Make(t.Context(), tx, of, data)
		if err == nil {
			token = tokenIn(t, url)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// byLink logs somebody in with a link, and returns whom.
func byLink(t testing.TB, a *Accounts, token string, from Client) (user session.UserID, err error) {
	t.Helper()
	err = a.LogInByLink(t.Context(), token, from, func(id session.UserID) error {
		user = id
		return nil
	})
	return user, err
}

func exec(t testing.TB, a *Accounts, query string, arguments ...any) {
	t.Helper()
	if _, err := a.db.Exec(t.Context(), query, arguments...); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t testing.TB, a *Accounts, text string, arguments ...any) T {
	t.Helper()
	var value T
	if err := a.db.QueryRow(t.Context(), text, arguments...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
