package accounts

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

func TestCreateAndAuthenticate(t *testing.T) {
	a := newAccounts(t)
	id, err := a.Create(t.Context(), " Ada@Example.com ", " Ada Lovelace ", testPassword)
	if err != nil || id == 0 {
		t.Fatalf("Create = %d, %v", id, err)
	}

	user, err := a.User(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if user.ID != id || user.Email != "Ada@example.com" || user.Name != "Ada Lovelace" ||
		!user.HasPassword || !user.Created.Equal(a.now()) {
		t.Errorf("User = %+v", user)
	}

	for _, test := range []struct {
		email, password string
		want            error
	}{
		{"Ada@Example.com", testPassword, nil},
		{" ada@ｅｘａｍｐｌｅ.com ", testPassword, nil},
		{"ada@example.com\n", testPassword, nil},
		{"ADA@EXAMPLE.COM", testPassword, nil},
		{"ada@example.com", testPassword + " ", ErrWrongPassword},
		{"ada@example.com", "", ErrWrongPassword},
		{"ada@example.com", strings.Repeat("a", passwordBytes+1), ErrWrongPassword},
		{"bob@example.com", testPassword, ErrWrongPassword},
		{"no address", testPassword, ErrWrongPassword},
		{"ada\x00@example.com", testPassword, ErrWrongPassword},
	} {
		got, err := a.Authenticate(t.Context(), test.email, test.password, Client{})
		if !errors.Is(err, test.want) || (err == nil) != (got == id) {
			t.Errorf("Authenticate(%q, %q) = %d, %v; want %v", test.email, test.password, got, err, test.want)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "ada@example.com")
	for _, test := range []struct {
		email, password string
		want            error
	}{
		{"ada@example.com", testPassword, ErrEmailTaken},
		{"ADA@example.com", testPassword, ErrEmailTaken},
		{"ada", "another password", ErrBadEmail},
		{"bob@example.com", "short", ErrShortPassword},
		{"bob@example.com", strings.Repeat("a", 2000), ErrLongPassword},
		{"bob@example.com", testPassword + "\x00", ErrNotText},
		{"bob@example.com", "password2024", ErrCommonWords},
		{"bob@example.com", "Bob@example.com", ErrOwnWords},
		{"bob@example.com", "analytical engine 1", ErrOwnWords}, // the site's name
	} {
		id, err := a.Create(t.Context(), test.email, "", test.password)
		if id != 0 || err != test.want {
			t.Errorf("Create(%q, %q) = %d, %v; want %v", test.email, test.password, id, err, test.want)
		}
		if field, ok := errors.AsType[FieldError](err); !ok || field.Message == "" {
			t.Errorf("%v says nothing to the form", err)
		}
	}
}

// Of two who get an account with one e-mail at once, one gets it.
func TestCreateAtOnce(t *testing.T) {
	a := newAccounts(t)
	results := make(chan error)
	for range 2 {
		go func() {
			_, err := a.Create(t.Context(), "ada@example.com", "", testPassword)
			results <- err
		}()
	}
	got := []error{<-results, <-results}
	if !slices.Contains(got, nil) || !slices.Contains(got, error(ErrEmailTaken)) {
		t.Errorf("the two heard %v", got)
	}
}

// An e-mail that nobody has is answered no sooner than a wrong password: it waits for its turn to hash too.
func TestAuthenticateHashesForUnknownEmails(t *testing.T) {
	a := newAccounts(t)
	a.passwords.slots = make(chan struct{}) // none will ever be free
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for _, email := range []string{"nobody@example.com", "no address"} {
		if _, err := a.Authenticate(ctx, email, "some password", Client{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Authenticate(%q): %v, want to have waited", email, err)
		}
	}
}

func TestGroups(t *testing.T) {
	a := newAccounts(t)
	ada, bob := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com")
	exec(t, a, `INSERT INTO user_groups VALUES ($1, 'admin'), ($1, 'editor'), ($2, 'reader')`, ada, bob)
	for _, test := range []struct {
		user session.UserID
		of   []session.Group
		want []session.Group
	}{
		{ada, []session.Group{"admin", "reader"}, []session.Group{"admin"}},
		{ada, []session.Group{"editor", "admin"}, []session.Group{"admin", "editor"}},
		{bob, []session.Group{"admin"}, nil},
		{bob, nil, nil},
	} {
		got, err := a.Groups(t.Context(), test.user, test.of)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("Groups(%d, %v) = %v, %v; want %v", test.user, test.of, got, err, test.want)
		}
	}
}

func TestUserIsGone(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	exec(t, a, `INSERT INTO user_groups VALUES ($1, 'admin')`, ada)
	exec(t, a, `DELETE FROM users WHERE id = $1`, ada)
	if _, err := a.User(t.Context(), ada); err != session.ErrNoUser {
		t.Errorf("User: %v", err)
	}
	for _, of := range [][]session.Group{nil, {"admin"}} {
		if _, err := a.Groups(t.Context(), ada, of); err != session.ErrNoUser {
			t.Errorf("Groups(%v): %v", of, err)
		}
	}
}
