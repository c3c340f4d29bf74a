package accounts

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/mail"
)

// join is what a site's own link knows, in these tests.
type join struct {
	Team string `json:"team"`
}

func TestLink(t *testing.T) {
	a := newAccounts(t)
	joins := Register[join](a, "join-team", time.Hour)
	token := newLink(t, joins, Owner{Address: "ada@example.com"}, join{"Engine"})
	for range 3 { // scanners look too
		link, err := a.Look(t.Context(), token)
		if err != nil || link.Purpose != "join-team" || link.Address != "ada@example.com" || link.User != 0 || !link.Expires.Equal(a.now().Add(time.Hour)) {
			t.Fatalf("Look = %+v, %v", link, err)
		}
		if data, err := joins.Data(link); err != nil || data.Team != "Engine" {
			t.Errorf("Data = %+v, %v", data, err)
		}
		if _, err := a.logIns.Data(link); err == nil {
			t.Error("it was taken for one to log in")
		}
	}
	if kept := query[string](t, a, `SELECT links::text || encode(hash, 'escape') FROM links`); strings.Contains(kept, token) {
		t.Errorf("the database has the token: %s", kept)
	}

	// What goes wrong has not happened.
	broken := errors.New("broken")
	err := joins.Use(t.Context(), token, func(ctx context.Context, tx pgx.Tx, _ Link, _ join) error {
		if _, err := tx.Exec(ctx, insertWaiting, "bob@example.com", a.now()); err != nil {
			return err
		}
		return broken
	})
	if err != broken || query[int](t, a, `SELECT count(*) FROM waiting`) != 0 {
		t.Errorf("Use: %v", err)
	}
	if err := use(t, a.logIns, token); err != ErrBadLink {
		t.Errorf("used to log in: %v", err)
	}
	if err := use(t, joins, token); err != nil {
		t.Errorf("Use: %v", err)
	}
	bad(t, a, joins, token, "used")
}

// Of fifty who use one link at once, one does: whether it is a user's or of an address alone.
func TestLinkAtOnce(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	joins := Register[join](a, "join-team", time.Hour)
	for _, of := range []Owner{{User: ada, Address: "ada@example.com"}, {Address: "bob@example.com"}} {
		token := newLink(t, joins, of, join{})
		var done atomic.Int64
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				switch err := use(t, joins, token); err {
				case nil:
					done.Add(1)
				case ErrBadLink:
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%+v: it was used %d times", of, done.Load())
		}
	}
}

// A link is void, and one bad link is as bad as another.
func TestBadLinks(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada := signUp(t, a, "ada@example.com")
	hers := Owner{ada, "ada@example.com"}
	for _, test := range []struct {
		why   string
		spoil func()
	}{
		{"expired", func() { clock.pass(logInLife) }},
		{"replaced", func() { newLink(t, a.logIns, hers, nothing{}) }},
		{"the password was changed", func() { changePassword(t, a, ada) }},
		{"disabled", func() { must(t, a.Disable(t.Context(), By{}, ada)) }},
		{"disabled and enabled", func() { must(t, errors.Join(a.Disable(t.Context(), By{}, ada), a.Enable(t.Context(), By{}, ada))) }},
		{"an address was confirmed", func() { confirm(t, a, ada, "lovelace@example.com") }},
		{"the main address was changed", func() { must(t, a.MakeMain(t.Context(), ada, "lovelace@example.com")) }},
		{"an address was removed", func() { must(t, a.RemoveAddress(t.Context(), ada, "ada@example.com")) }},
	} {
		token := newLink(t, a.logIns, hers, nothing{})
		test.spoil()
		bad(t, a, a.logIns, token, test.why)
		must(t, a.Enable(t.Context(), By{}, ada))
	}
	for _, token := range []string{"", "x", newToken().encode(), strings.Repeat("A", 43), strings.Repeat("-", 44), "\x00"} {
		bad(t, a, a.logIns, token, "never made")
	}
	token := newLink(t, a.logIns, hers, nothing{})
	exec(t, a, `DELETE FROM users`)
	bad(t, a, a.logIns, token, "its user is gone")
}

// Just before it is too old a link works; and one for another purpose, or of another user or address, replaces nothing.
func TestLinksThatStay(t *testing.T) {
	a := newAccounts(t)
	clock := withClock(a)
	ada, bob := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com")
	first := newLink(t, a.logIns, Owner{User: ada}, nothing{})
	newLink(t, a.logIns, Owner{User: bob}, nothing{})
	newLink(t, a.newPasswords, Owner{User: ada}, nothing{})
	newLink(t, a.logIns, Owner{Address: "ada@example.com"}, nothing{})
	clock.pass(logInLife - time.Microsecond)
	if err := use(t, a.logIns, first); err != nil {
		t.Error(err)
	}

	old := newLink(t, a.signUps, Owner{Address: "eve@example.com"}, nothing{})
	newer := newLink(t, a.signUps, Owner{Address: "EVE@example.com"}, nothing{})
	bad(t, a, a.signUps, old, "replaced by the same address in capitals")
	if err := use(t, a.signUps, newer); err != nil {
		t.Error(err)
	}
	one, two := newLink(t, a.signUps, Owner{}, nothing{}), newLink(t, a.signUps, Owner{}, nothing{})
	if err := errors.Join(use(t, a.signUps, one), use(t, a.signUps, two)); err != nil {
		t.Errorf("links of nobody: %v", err)
	}
}

// When the newest link was used, those before it do not work again.
func TestOlderLinksStayBad(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for _, of := range []Owner{{User: ada}, {Address: "bob@example.com"}} {
		var older []string
		for range 2 {
			older = append(older, newLink(t, a.logIns, of, nothing{}))
		}
		must(t, use(t, a.logIns, newLink(t, a.logIns, of, nothing{})))
		for _, token := range older {
			bad(t, a, a.logIns, token, "a newer one was used")
		}
	}
	old := newLink(t, a.logIns, Owner{User: ada}, nothing{})
	newLink(t, a.logIns, Owner{User: ada}, nothing{})
	must(t, a.sweep(t.Context()))
	bad(t, a, a.logIns, old, "swept")
	if n := query[int](t, a, `SELECT count(*) FROM links`); n != 2 { // the newest of each
		t.Errorf("%d links are kept", n)
	}
}

// A letter that was on its way for so long that a newer one was sent and its link used brings nothing that works.
func TestOlderLinkThatComesLate(t *testing.T) {
	a := newAccounts(t)
	for _, of := range []Owner{{User: signUp(t, a, "ada@example.com")}, {Address: "bob@example.com"}} {
		tx, err := a.db.Begin(t.Context())
		must(t, err)
		url, err := a.logIns.Make(t.Context(), tx, of, nothing{})
		must(t, err)
		must(t, use(t, a.logIns, newLink(t, a.logIns, of, nothing{})))
		must(t, a.sweep(t.Context()))
		must(t, tx.Commit(t.Context()))
		bad(t, a, a.logIns, tokenIn(t, url), "a newer one was used meanwhile")
	}
}

// A letter whose server hangs holds nobody up: the link before it works as long as it does, its user logs in, and what is
// over is swept.
func TestHangingLetter(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	first := newLink(t, a.logIns, Owner{User: ada}, nothing{})
	tx, err := a.db.Begin(t.Context())
	must(t, err)
	url, err := a.logIns.Make(t.Context(), tx, Owner{User: ada}, nothing{})
	must(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // for ever, if it waits
	defer cancel()
	if _, err := a.Look(ctx, first); err != nil {
		t.Errorf("Look: %v", err)
	}
	_, err = a.Authenticate(ctx, "ada@example.com", testPassword, Client{})
	must(t, err)
	must(t, a.logIns.Use(ctx, first, func(context.Context, pgx.Tx, Link, nothing) error { return nil }))
	must(t, a.sweep(ctx))
	must(t, tx.Commit(ctx))
	must(t, use(t, a.logIns, tokenIn(t, url)))
}

// For who is disabled or gone no link is made.
func TestLinkForNobody(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	must(t, a.Disable(t.Context(), By{}, ada))
	for _, user := range []session.UserID{ada, ada + 1} {
		err := pgx.BeginFunc(t.Context(), a.db, func(tx pgx.Tx) error {
			_, err := a.logIns.Make(t.Context(), tx, Owner{User: user}, nothing{})
			return err
		})
		if !errors.Is(err, mail.ErrNobody) {
			t.Errorf("user %d: %v", user, err)
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	a := newAccounts(t)
	for _, name := range []string{"", "Join", "join team", "1", ForLogIn, strings.Repeat("a", 41)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a purpose %q was registered", name)
				}
			}()
			Register[join](a, name, time.Hour)
		}()
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(newToken().encode())
	f.Add(strings.Repeat("A", 42) + "B") // bits that mean nothing
	f.Add(strings.Repeat("A", 42) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		token, ok := parseToken(text)
		if ok && (len(token) != tokenBytes || token.encode() != text) {
			t.Errorf("parseToken(%q) took %q", text, token)
		}
	})
}

// use uses a link, for nothing.
func use[T any](t *testing.T, purpose *Purpose[T], token string) error {
	return purpose.Use(t.Context(), token, func(context.Context, pgx.Tx, Link, T) error { return nil })
}

// bad checks that a link can neither be looked at nor used.
func bad[T any](t *testing.T, a *Accounts, purpose *Purpose[T], token, why string) {
	t.Helper()
	if link, err := a.Look(t.Context(), token); err != ErrBadLink {
		t.Errorf("%s: Look = %+v, %v", why, link, err)
	}
	if err := use(t, purpose, token); err != ErrBadLink {
		t.Errorf("%s: Use: %v", why, err)
	}
}

// changePassword gives a user otherPassword.
func changePassword(t *testing.T, a *Accounts, user session.UserID) {
	t.Helper()
	must(t, a.ChangePassword(t.Context(), user, "", otherPassword, true, Client{}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
