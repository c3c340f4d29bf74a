package accounts

import (
	"slices"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// An address is added at its link, becomes the main one, and the old one is removed; each time the user is told.
func TestAddresses(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	confirm(t, a, ada, "Lovelace@example.com")
	told(t, a, notice{"ada@example.com", addedNotice, "Lovelace@example.com"})
	has(t, a, ada, "ada@example.com", "Lovelace@example.com")
	for _, address := range []string{"ada@example.com", "LOVELACE@example.com"} {
		if id, err := a.Authenticate(t.Context(), address, testPassword, Client{}); id != ada || err != nil {
			t.Errorf("log in as %s: %d, %v", address, id, err)
		}
	}

	if err := a.RemoveAddress(t.Context(), ada, "ADA@example.com"); err != ErrMainEmail {
		t.Errorf("the main address is removed: %v", err)
	}
	must(t, a.MakeMain(t.Context(), ada, " lovelace@example.com "))
	told(t, a, notice{"ada@example.com", mainNotice, "Lovelace@example.com"})
	has(t, a, ada, "Lovelace@example.com", "ada@example.com")
	must(t, a.MakeMain(t.Context(), ada, "lovelace@example.com")) // it is already
	told(t, a)
	must(t, a.RemoveAddress(t.Context(), ada, "Ada@example.com"))
	told(t, a, notice{"Lovelace@example.com", removedNotice, "ada@example.com"},
		notice{"ada@example.com", removedNotice, "ada@example.com"})
	has(t, a, ada, "Lovelace@example.com")
	if _, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); err != ErrWrongPassword {
		t.Errorf("log in as the removed one: %v", err)
	}
	signUp(t, a, "ada@example.com") // it is free again
}

func TestAddressesRefuse(t *testing.T) {
	a := newAccounts(t)
	ada, bob := signUp(t, a, "ada@example.com"), signUp(t, a, "bob@example.com")
	for _, address := range []string{"bob@example.com", "nobody@example.com", "no address", ""} {
		if err := a.MakeMain(t.Context(), ada, address); err != ErrNoEmail {
			t.Errorf("MakeMain(%q): %v", address, err)
		}
		if err := a.RemoveAddress(t.Context(), ada, address); err != ErrNoEmail {
			t.Errorf("RemoveAddress(%q): %v", address, err)
		}
	}
	for address, want := range map[string]error{"no address": ErrBadEmail, "ADA@example.com": ErrOwnEmail, "bob@example.com": nil} {
		if err := a.RequestAddress(t.Context(), ada, address); err != want {
			t.Errorf("RequestAddress(%q): %v", address, err)
		}
	}
	token := newLink(t, a.newAddresses, Owner{ada, "lovelace@example.com"}, nothing{})
	if err := a.ConfirmAddress(t.Context(), token, bob); err != ErrOthersLink {
		t.Errorf("Bob confirms Ada's: %v", err)
	}
	must(t, a.ConfirmAddress(t.Context(), token, ada))
	token = newLink(t, a.newAddresses, Owner{bob, "lovelace@example.com"}, nothing{})
	if err := a.ConfirmAddress(t.Context(), token, bob); err != ErrEmailTaken {
		t.Errorf("Bob confirms what is Ada's meanwhile: %v", err)
	}
	for i := range addressesMost - 1 {
		exec(t, a, insertAddress, string(rune('a'+i))+"@example.com", bob, false, a.now())
	}
	if err := a.RequestAddress(t.Context(), bob, "more@example.com"); err != ErrManyEmails {
		t.Errorf("one too many: %v", err)
	}
	if _, err := a.Addresses(t.Context(), 99); err != session.ErrNoUser {
		t.Errorf("nobody's addresses: %v", err)
	}
}

// confirm adds an address to a user's.
func confirm(t *testing.T, a *Accounts, user session.UserID, address string) {
	t.Helper()
	must(t, a.ConfirmAddress(t.Context(), newLink(t, a.newAddresses, Owner{user, address}, nothing{}), user))
}

// has checks a user's addresses, the main one first.
func has(t *testing.T, a *Accounts, user session.UserID, want ...string) {
	t.Helper()
	all, err := a.Addresses(t.Context(), user)
	must(t, err)
	var got []string
	for i, address := range all {
		got = append(got, address.Address)
		if address.Main != (i == 0) {
			t.Errorf("%+v is number %d", address, i)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the addresses are %q, want %q", got, want)
	}
}

// told checks which notices were handed in since it was asked last.
func told(t *testing.T, a *Accounts, want ...notice) {
	t.Helper()
	got, err := rows[notice](t.Context(), a.db, `WITH told AS (
			DELETE FROM river_job WHERE args->>'name' = 'notice' RETURNING id, args->'in' AS n)
		SELECT n->>'to' AS to, n->>'what' AS what, n->>'address' AS address FROM told ORDER BY id`)
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("users were told %+v, want %+v", got, want)
	}
}
