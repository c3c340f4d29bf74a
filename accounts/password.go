package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"runtime"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// PasswordMin is how many characters a password must have. Nothing else is asked of it: length is what
// makes it hard to guess, and spaces count.
const PasswordMin = 12

// passwordBytes is how long a password may be: hashing a longer one would only cost time.
const passwordBytes = 1024

// cost is what hashing takes, by OWASP's advice: 19 MiB of memory, two passes, one thread. When you raise
// it the passwords there are stay good, for each hash says with which cost it was made.
var cost = parameters{memory: 19456, passes: 2, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

func checkPassword(password string) error {
	switch {
	case len(password) > passwordBytes:
		return ErrLongPassword
	case utf8.RuneCountInString(password) < PasswordMin:
		return ErrShortPassword
	}
	return nil
}

// hasher hashes a few passwords at a time. Each takes memory and a processor, so that without a limit a
// crowd at the log-in form, or one visitor who knows this, would take all there are.
type hasher struct {
	slots   chan struct{}
	nobodys string // a hash to check for e-mails that nobody has
}

func newHasher() hasher {
	nobodys := phc{parameters: cost, salt: random(saltBytes), key: random(keyBytes)}
	return hasher{make(chan struct{}, runtime.GOMAXPROCS(0)), nobodys.String()}
}

// hash returns what to keep of a password.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	p := phc{parameters: cost, salt: random(saltBytes)}
	key, err := h.derive(ctx, p, password, keyBytes)
	if err != nil {
		return "", err
	}
	p.key = key
	return p.String(), nil
}

// verify reports whether the password is the one of which text was kept.
func (h hasher) verify(ctx context.Context, text, password string) (bool, error) {
	p, err := parsePHC(text)
	if err != nil {
		return false, err
	}
	key, err := h.derive(ctx, p, password, len(p.key))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

// derive waits for a slot, not longer than the context lives, and does the work.
func (h hasher) derive(ctx context.Context, p phc, password string, length int) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(length)), nil
}

func random(bytes int) []byte {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return b
}
