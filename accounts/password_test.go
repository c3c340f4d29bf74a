package accounts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

func TestCheckPassword(t *testing.T) {
	for _, test := range []struct {
		password string
		want     error
	}{
		{"", ErrShortPassword},
		{"eleven char", ErrShortPassword},
		{"twelve chars", nil},
		{"            ", nil},
		{"éééééé", ErrShortPassword}, // twelve bytes, but six characters
		{"éééééééééééé", nil},
		{strings.Repeat("a", passwordBytes), nil},
		{strings.Repeat("a", passwordBytes+1), ErrLongPassword},
	} {
		if err := checkPassword(test.password); err != test.want {
			t.Errorf("checkPassword(%q) = %v, want %v", test.password, err, test.want)
		}
	}
}

func TestHash(t *testing.T) {
	h := newHasher()
	const password = " correct horse  battery "
	text, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", text)
	}
	for candidate, want := range map[string]bool{
		password:                    true,
		strings.TrimSpace(password): false,
		strings.ToUpper(password):   false,
		password + "x":              false,
		"":                          false,
	} {
		if right, err := h.verify(t.Context(), text, candidate); right != want || err != nil {
			t.Errorf("verify(%q) = %v, %v; want %v", candidate, right, err, want)
		}
	}
	if again, _ := h.hash(t.Context(), password); again == text {
		t.Error("two users with the same password have the same hash")
	}
}

// A hash that an older or another program made says itself how to check it. This one was made by the
// reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32 -e
func TestVerifyReadsTheCost(t *testing.T) {
	const text = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	if right, err := newHasher().verify(t.Context(), text, "password"); !right || err != nil {
		t.Errorf("verify = %v, %v", right, err)
	}
}

// Nobody's hash must cost what everybody's does.
func TestNobodysHash(t *testing.T) {
	p, err := parsePHC(newHasher().nobodys)
	if err != nil || p.parameters != cost || len(p.key) != keyBytes {
		t.Errorf("nobody's hash is %v, %v", p, err)
	}
}

func TestHashingWaitsForASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher{slots: make(chan struct{}, 1)}
		h.slots <- struct{}{} // somebody else is hashing
		done := false
		go func() {
			h.hash(context.Background(), "twelve chars")
			done = true
		}()
		synctest.Wait()
		if done {
			t.Fatal("two passwords were hashed at once, with one slot")
		}
		<-h.slots
		synctest.Wait()
		if !done {
			t.Error("the free slot was not taken")
		}
		if len(h.slots) != 0 {
			t.Error("the slot was not given back")
		}
	})
}

func TestHashingWaitsNotLongerThanItsContext(t *testing.T) {
	h := hasher{slots: make(chan struct{})} // none will ever be free
	gone := errors.New("the visitor has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := h.hash(ctx, "twelve chars"); err != gone {
		t.Errorf("hash: %v, want %v", err, gone)
	}
}
