package accounts

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// A password is changed with the present one, or without by who has shown lately who he is; the user is told.
func TestChangePassword(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	for _, test := range []struct {
		old, new string
		recent   bool
		want     error
	}{
		{"not the password", otherPassword, false, ErrNotYourOldPassword},
		{"", otherPassword, false, ErrNotYourOldPassword},
		{testPassword, "short", false, ErrShortPassword},
		{testPassword, testPassword, false, ErrSamePassword},
		{"", testPassword, true, ErrSamePassword},
		{"not the password", testPassword, false, ErrNotYourOldPassword}, // which it is he does not hear
		{"", "ada@example.com", true, ErrOwnWords},
		{"", "analytical engine", true, ErrOwnWords}, // the site's name
	} {
		if err := a.ChangePassword(t.Context(), ada, test.old, test.new, test.recent, Client{}); err != test.want {
			t.Errorf("ChangePassword(%q, %q, %t): %v", test.old, test.new, test.recent, err)
		}
	}
	told(t, a)
	must(t, a.ChangePassword(t.Context(), ada, testPassword, otherPassword, false, Client{}))
	told(t, a, notice{"ada@example.com", passwordNotice, ""})
	must(t, a.ChangePassword(t.Context(), ada, "", testPassword, true, Client{}))
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); id != ada || err != nil {
		t.Errorf("the new one: %d, %v", id, err)
	}
	if _, err := a.Authenticate(t.Context(), "ada@example.com", otherPassword, Client{}); err != ErrWrongPassword {
		t.Errorf("the old one: %v", err)
	}
}

// Who guesses the password of a connected user is stopped, and strangers who guess do not stop the user.
func TestReauthenticate(t *testing.T) {
	a := newAccounts(t)
	withClock(a)
	ada := signUp(t, a, "ada@example.com")
	wrong(t, a, wrongPasswords.most, "ada@example.com", at(1, 1))
	must(t, a.Reauthenticate(t.Context(), ada, testPassword, at(2, 2)))
	for range wrongPasswords.most {
		if err := a.Reauthenticate(t.Context(), ada, "not the password", at(2, 2)); err != ErrNotYourPassword {
			t.Fatal(err)
		}
	}
	if err := a.Reauthenticate(t.Context(), ada, testPassword, at(2, 2)); err != (TooManyTries{wrongPasswords.time}) {
		t.Errorf("one too many: %v", err)
	}
	err := a.ChangePassword(t.Context(), ada, testPassword, otherPassword, false, at(2, 2))
	if _, many := errors.AsType[TooManyTries](err); !many {
		t.Errorf("with the form of another password: %v", err)
	}
}

// Who has no password is answered as with a wrong one, and gets one by letter.
func TestNoPassword(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	exec(t, a, `UPDATE users SET password_hash = NULL`)
	for _, password := range []string{"", testPassword} {
		if id, err := a.Authenticate(t.Context(), "ada@example.com", password, Client{}); id != 0 || err != ErrWrongPassword {
			t.Errorf("Authenticate(%q) = %d, %v", password, id, err)
		}
		if err := a.Reauthenticate(t.Context(), ada, password, Client{}); err != ErrNotYourPassword {
			t.Errorf("Reauthenticate(%q): %v", password, err)
		}
	}
	if user, err := a.User(t.Context(), ada); err != nil || user.HasPassword {
		t.Errorf("User = %+v, %v", user, err)
	}
	_, err := a.SetNewPassword(t.Context(), newLink(t, a.newPasswords, Owner{User: ada}, nothing{}), testPassword)
	must(t, err)
	if id, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); id != ada || err != nil {
		t.Errorf("afterwards: %d, %v", id, err)
	}
}

// Fifty forms of one letter set one password; what is wrong with the others is that the link was used. S117
func TestSetNewPasswordAtOnce(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	token := newLink(t, a.newPasswords, Owner{User: ada}, nothing{})
	if _, err := a.SetNewPassword(t.Context(), token, "short"); err != ErrShortPassword {
		t.Errorf("a short one: %v", err)
	}
	var set atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			switch _, err := a.SetNewPassword(t.Context(), token, otherPassword); err {
			case nil:
				set.Add(1)
			case ErrBadLink, ErrBusy: // fifty hashes may take long
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if set.Load() != 1 {
		t.Errorf("it was set %d times", set.Load())
	}
	told(t, a, notice{"ada@example.com", passwordNotice, ""})
	other := newLink(t, a.logIns, Owner{User: ada}, nothing{})
	if _, err := a.SetNewPassword(t.Context(), other, otherPassword); err != ErrBadLink {
		t.Errorf("with a link to log in: %v", err)
	}
}
