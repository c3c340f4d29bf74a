package accounts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/unicode/norm"
)

func TestHash(t *testing.T) {
	h := newHasher()
	const password = " öl under  gravel "
	kept, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", kept)
	}
	for candidate, want := range map[string]bool{
		password:                               true,
		norm.NFD.String(password):              true,
		strings.TrimSpace(password):            false,
		strings.ToUpper(password):              false,
		strings.Replace(password, "ö", "o", 1): false,
		password + "x":                         false,
		password + "\x00":                      false,
		password + "\xff":                      false,
		"":                                     false,
	} {
		right, better, err := h.verify(t.Context(), kept, candidate)
		if right != want || better != "" || err != nil {
			t.Errorf("verify(%q) = %v, %q, %v; want %v", candidate, right, better, err, want)
		}
	}
	if again, _ := h.hash(t.Context(), password); again == kept {
		t.Error("two users with the same password have the same hash")
	}
}

// A hash that an older or another program made says itself how to check it, and a better one is made of the password
// when it is right. This one was made by the reference implementation:
// echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32 -e
func TestVerifyReadsTheCost(t *testing.T) {
	const kept = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	h := newHasher()
	right, better, err := h.verify(t.Context(), kept, "password")
	if !right || err != nil {
		t.Fatalf("verify = %v, %v", right, err)
	}
	if right, again, err := h.verify(t.Context(), better, "password"); !right || again != "" || err != nil {
		t.Errorf("of the better hash %s: verify = %v, %q, %v", better, right, again, err)
	}
	if right, better, err := h.verify(t.Context(), kept, "passwort"); right || better != "" || err != nil {
		t.Errorf("of a wrong password: verify = %v, %q, %v", right, better, err)
	}
}

func TestWeakerThan(t *testing.T) {
	good := phc{parameters: cost, salt: random(saltBytes), key: random(keyBytes)}
	for _, test := range []struct {
		change func(p *phc)
		want   bool
	}{
		{func(p *phc) {}, false},
		{func(p *phc) { p.memory++ }, false},
		{func(p *phc) { p.passes++ }, false},
		{func(p *phc) { p.threads++ }, false},
		{func(p *phc) { p.memory-- }, true},
		{func(p *phc) { p.passes-- }, true},
		{func(p *phc) { p.salt = p.salt[1:] }, true},
		{func(p *phc) { p.key = p.key[1:] }, true},
	} {
		p := good
		test.change(&p)
		if got := p.weakerThan(cost); got != test.want {
			t.Errorf("%v is weaker than %v: %v", p, cost, got)
		}
	}
}

// What cannot be read is a fault of ours, and not a wrong password.
func TestVerifyRefusesOtherHashes(t *testing.T) {
	for _, kept := range []string{"", "password", "$1$salt$hash", "$2x$06$" + strings.Repeat("a", 53)} {
		if right, _, err := newHasher().verify(t.Context(), kept, testPassword); right || err == nil {
			t.Errorf("verify of %q = %v, %v", kept, right, err)
		}
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
		h := hasher{slots: make(chan struct{}, 1), waiting: make(chan struct{}, 1)}
		h.slots <- struct{}{} // somebody else is hashing
		done := false
		go func() {
			h.hash(context.Background(), testPassword)
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
		if len(h.slots) != 0 || len(h.waiting) != 0 {
			t.Error("the slot, or the place in the queue, was not given back")
		}
	})
}

// Nobody waits longer than five seconds: then the site is too busy.
func TestHashingWaitsNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher{slots: make(chan struct{}), waiting: make(chan struct{}, 1)} // no slot will ever be free
		began := time.Now()
		if _, err := h.hash(t.Context(), testPassword); err != ErrBusy {
			t.Errorf("hash: %v, want %v", err, ErrBusy)
		}
		if waited := time.Since(began); waited != waitLongest {
			t.Errorf("waited %v", waited)
		}
	})
}

// Nobody waits behind more people than there are places, and who has waited leaves his place.
func TestTheQueueIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher{slots: make(chan struct{}), waiting: make(chan struct{}, 3)}
		for range cap(h.waiting) {
			go h.hash(t.Context(), testPassword)
		}
		synctest.Wait()
		began := time.Now()
		if _, err := h.hash(t.Context(), testPassword); err != ErrBusy || time.Since(began) != 0 {
			t.Errorf("hash: %v after %v, want %v at once", err, time.Since(began), ErrBusy)
		}
		time.Sleep(waitLongest)
		synctest.Wait()
		if len(h.waiting) != 0 {
			t.Errorf("%d still stand in the queue", len(h.waiting))
		}
	})
}

func TestHashingWaitsNotLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher{slots: make(chan struct{}), waiting: make(chan struct{}, 1)} // none will ever be free
		gone := errors.New("the visitor has gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		var err error
		go func() { _, err = h.hash(ctx, testPassword) }()
		synctest.Wait()
		if len(h.waiting) != 1 {
			t.Error("he does not stand in the queue")
		}
		cancel(gone)
		synctest.Wait()
		if err != gone {
			t.Errorf("hash: %v, want %v", err, gone)
		}
		if len(h.waiting) != 0 {
			t.Error("he still stands in the queue")
		}
		free := newHasher()
		if _, err := free.hash(ctx, testPassword); err != gone || len(free.slots) != 0 {
			t.Errorf("hash, with a free slot: %v, want %v", err, gone)
		}
	})
}
