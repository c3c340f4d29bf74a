package accounts

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/mail"
)

// office is accounts whose letters go out, to a mailbox.
type office struct {
	*Accounts
	t       *testing.T
	arrived chan mail.Received
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db, err := pgxpool.New(t.Context(), dbtest.New(t))
	must(t, err)
	t.Cleanup(db.Close)
	box := mail.NewMailbox()
	a, post := openAccounts(t, db, box)
	o := &office{a, t, make(chan mail.Received, 100)}
	box.OnArrival(func(m mail.Received) { o.arrived <- m })
	must(t, post.Start(t.Context()))
	t.Cleanup(post.Stop)
	return o
}

// letter waits for the next letter, and returns the token of the link in it; "" when there is none.
func (o *office) letter(to, subject string) (token string) {
	o.t.Helper()
	select {
	case m := <-o.arrived:
		if m.To != to || m.Subject != subject {
			o.t.Fatalf("a letter to %s: %q; want one to %s: %q", m.To, m.Subject, to, subject)
		}
		for _, link := range m.Links {
			if !strings.HasPrefix(link, "https://engine.example/") || !strings.Contains(m.Text, link) {
				o.t.Errorf("%q has a link to %q: %s", subject, link, m.Text)
			}
			if strings.Contains(link, "/link/") {
				token = tokenIn(o.t, link)
			}
		}
	case <-time.After(time.Minute):
		o.t.Fatalf("there is no letter to %s: %q", to, subject)
	}
	return token
}

// TestLetters goes from the waiting list to a deleted account, by letters alone.
func TestLetters(t *testing.T) {
	o := newOffice(t)
	clock := withClock(o.Accounts)
	must(t, o.Wait(t.Context(), "ada@example.com", at(1, 1)))
	o.letter("ada@example.com", "You are on the waiting list of Analytical Engine")
	must(t, o.Invite(t.Context(), By{}, "Ada@example.com"))
	invitation := o.letter("Ada@example.com", "You are invited to Analytical Engine")
	must(t, o.RequestSignUp(t.Context(), "ada@example.com", at(1, 1)))
	signUp := o.letter("ada@example.com", "Your account at Analytical Engine")
	ada, err := o.CompleteSignUp(t.Context(), signUp, "Ada", testPassword, Client{})
	must(t, err)
	if _, err := o.CompleteSignUp(t.Context(), invitation, "Ada", testPassword, Client{}); err != ErrEmailTaken {
		t.Errorf("the invitation of who has an account: %v", err)
	}
	must(t, o.RequestSignUp(t.Context(), "ADA@example.com", at(1, 1)))
	if token := o.letter("ada@example.com", "You have an account at Analytical Engine already"); token != "" {
		t.Error("that letter has a link that can be used")
	}

	must(t, o.RequestLogIn(t.Context(), "ada@EXAMPLE.com", at(1, 1)))
	logIn := o.letter("ada@example.com", "Log in at Analytical Engine")
	if id, err := byLink(t, o.Accounts, logIn, at(1, 1)); id != ada || err != nil {
		t.Errorf("LogInByLink = %d, %v", id, err)
	}
	_, err = o.Authenticate(t.Context(), "ada@example.com", testPassword, at(1, 2))
	must(t, err)
	o.letter("ada@example.com", "You have logged in to Analytical Engine in another browser")

	clock.pass(time.Hour) // five letters were enough
	must(t, o.RequestNewPassword(t.Context(), "ada@example.com", at(1, 1)))
	reset := o.letter("ada@example.com", "A new password for Analytical Engine")
	if id, err := o.SetNewPassword(t.Context(), reset, otherPassword); id != ada || err != nil {
		t.Errorf("SetNewPassword = %d, %v", id, err)
	}
	o.letter("ada@example.com", "Your password for Analytical Engine was changed")

	must(t, o.RequestAddress(t.Context(), ada, "lovelace@example.com"))
	must(t, o.ConfirmAddress(t.Context(), o.letter("lovelace@example.com", "Your address at Analytical Engine"), ada))
	o.letter("ada@example.com", "An address was added to your account at Analytical Engine")

	must(t, o.Leave(t.Context(), ada))
	o.letter("ada@example.com", "Your account at Analytical Engine will be deleted")
	clock.pass(leaveTime)
	must(t, o.sweep(t.Context()))
	o.letter("ada@example.com", "Your account at Analytical Engine was deleted")
}

// What is kept of a letter has no token, nor does what goes out without being asked for.
func TestNoTokenInJobs(t *testing.T) {
	o := newOffice(t)
	must(t, o.RequestSignUp(t.Context(), "ada@example.com", Client{}))
	token := o.letter("ada@example.com", "Your account at Analytical Engine")
	for _, table := range []string{"river_job", "links", "tries"} {
		if n := query[int](t, o.Accounts, `SELECT count(*) FROM `+table+` AS r WHERE strpos(r::text, $1) > 0`, token); n != 0 {
			t.Errorf("%s has the token", table)
		}
	}
}

// Nobody is written to whom nothing belongs, or who was disabled; it is found out when the letter is written, so that
// asking does the same for all.
func TestLettersToNobody(t *testing.T) {
	a := newAccounts(t)
	ada, bob := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com")
	must(t, a.Disable(t.Context(), By{}, bob))
	for name, write := range map[string]func(ctx context.Context, tx pgx.Tx) (mail.Message, error){
		"log-in, unknown":        writes(a.writeLogIn, asked{"eve@example.com"}),
		"log-in, disabled":       writes(a.writeLogIn, asked{"bob@example.com"}),
		"new password, unknown":  writes(a.writeNewPassword, asked{"eve@example.com"}),
		"new password, disabled": writes(a.writeNewPassword, asked{"bob@example.com"}),
		"new address, his":       writes(a.writeNewAddress, askedBy{"ada@example.com", ada}),
		"new address, disabled":  writes(a.writeNewAddress, askedBy{"b@example.com", bob}),
		"invitation, known":      writes(a.writeInvitation, invited{"ada@example.com", invitation{}}),
	} {
		err := pgx.BeginFunc(t.Context(), a.db, func(tx pgx.Tx) error {
			_, err := write(t.Context(), tx)
			return err
		})
		if !errors.Is(err, mail.ErrNobody) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := query[int](t, a, `SELECT count(*) FROM links`); n != 0 {
		t.Errorf("%d links were made", n)
	}
}

// writes is a letter that can be written.
func writes[In any](write func(context.Context, pgx.Tx, In) (mail.Message, error), in In,
) func(context.Context, pgx.Tx) (mail.Message, error) {
	return func(ctx context.Context, tx pgx.Tx) (mail.Message, error) { return write(ctx, tx, in) }
}

// A letter goes to the address that was shown to be the user's, not to one that is only equal to it in small letters, and
// may be read by another: K is the kelvin sign.
func TestLettersToTheKnownAddress(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "kelvin@example.com")
	typed := asked{"\u212aelvin@example.com"}
	if query[string](t, a, `SELECT lower($1)`, typed.Address) != "kelvin@example.com" {
		const otherwise = "this database compares otherwise: it knows only the locale C"
		if os.Getenv("CI") != "" {
			t.Fatal(otherwise)
		}
		t.Skip(otherwise)
	}
	err := pgx.BeginFunc(t.Context(), a.db, func(tx pgx.Tx) error {
		for _, write := range []func(context.Context, pgx.Tx, asked) (mail.Message, error){a.writeSignUp, a.writeLogIn, a.writeNewPassword, a.writeWaiting} {
			if m, err := write(t.Context(), tx, typed); err != nil || m.To != "kelvin@example.com" {
				t.Errorf("a letter to %q, %v", m.To, err)
			}
		}
		return nil
	})
	must(t, err)
}

// Whoever's address is to be added hears it, and no other user gets a link to it.
func TestAddressOfAnother(t *testing.T) {
	o := newOffice(t)
	ada := signUp(t, o.Accounts, "ada@example.com")
	signUp(t, o.Accounts, "bob@example.com")
	must(t, o.RequestAddress(t.Context(), ada, "BOB@example.com"))
	if token := o.letter("bob@example.com", "You have an account at Analytical Engine already"); token != "" {
		t.Error("the letter has a link that can be used")
	}
}

// Every notice has its words, and what a user has chosen is escaped.
func TestNoticesHaveWords(t *testing.T) {
	a := newAccounts(t)
	for what := range subjects {
		m, err := a.writeNotice(t.Context(), nil, notice{"ada@example.com", what, `"<b>"@example.com`})
		must(t, err)
		var html strings.Builder
		must(t, m.HTML.Render(t.Context(), &html))
		about := slices.Contains([]whatHappened{addedNotice, removedNotice, mainNotice}, what)
		if strings.Contains(html.String(), "<b>") || about != strings.Contains(html.String(), "&lt;b&gt;") || strings.Count(html.String(), "<p>") < 1 {
			t.Errorf("%s: %s", what, html.String())
		}
	}
	if _, err := a.writeNotice(t.Context(), nil, notice{"ada@example.com", "unknown", ""}); err == nil {
		t.Error("an unknown one was written")
	}
}
