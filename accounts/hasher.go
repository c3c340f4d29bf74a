package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

// cost is what hashing takes, by OWASP's advice: 19 MiB of memory, two passes, one thread. When you raise it the
// passwords there are stay good, for each hash says with which cost it was made, and each is hashed anew when its user
// logs in. Until then a wrong password is answered sooner for that user than for an unknown address.
var cost = parameters{memory: 19456, passes: 2, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// A log-in waits while others hash. Who would wait longer, or behind more, hears ErrBusy.
const (
	waitingMost = 256             // log-ins that wait, on this node
	waitLongest = 5 * time.Second // for a slot
)

// hasher hashes a few passwords at a time, one for each processor. Each takes memory and a processor, so that without a
// limit a crowd at the log-in form, or one visitor who knows this, would take all there are.
//
// It blocks its caller for up to waitLongest: a page's function and a server function may call it, for they have
// goroutines of their own; what reads a tab's socket may not.
type hasher struct {
	slots   chan struct{}
	waiting chan struct{}
	nobodys string // a hash to check for e-mails that nobody has
}

func newHasher() hasher {
	nobodys := phc{parameters: cost, salt: random(saltBytes), key: random(keyBytes)}
	return hasher{
		slots:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		waiting: make(chan struct{}, waitingMost),
		nobodys: nobodys.String(),
	}
}

// hash returns what to keep of a password, which is normal. ErrBusy.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon(password), nil
}

// verify reports whether the password is the one of which kept is the hash. Typed is the password as it was sent: other
// programs hashed it so. When it is right, and the hash is weaker than those we make now or of another kind, better is
// the hash to keep instead; else "". ErrBusy.
func (h hasher) verify(ctx context.Context, kept, typed string) (right bool, better string, err error) {
	password, err := normal(typed)
	if err != nil {
		return false, "", nil // nobody has such a password: it is not worth hashing
	}
	check, err := checkOf(kept)
	if err != nil {
		return false, "", err
	}
	if err := h.enter(ctx); err != nil {
		return false, "", err
	}
	defer h.leave()
	right, stale := check(typed, password)
	if right && stale {
		better = argon(password)
	}
	return right, better, nil
}

// check compares a password with a hash, and says whether the hash is one that we would not make today.
type check func(typed, normal string) (right, stale bool)

// checkOf reads a hash.
func checkOf(kept string) (check, error) {
	if isBcrypt(kept) {
		return checkBcrypt(kept)
	}
	p, err := parsePHC(kept)
	if err != nil {
		return nil, err
	}
	return func(_, password string) (right, stale bool) {
		return subtle.ConstantTimeCompare(p.derive(password, len(p.key)), p.key) == 1, p.weakerThan(cost)
	}, nil
}

// enter waits for a slot, not longer than the context lives. ErrBusy when it takes too long, or too many wait.
func (h hasher) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx) // nothing is hashed for who has gone
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return ErrBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, waitLongest, ErrBusy)
	defer cancel()
	select {
	case h.slots <- struct{}{}: // they are given in the order of arrival
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (h hasher) leave() { <-h.slots }

// argon hashes a password as passwords are hashed now.
func argon(password string) string {
	p := phc{parameters: cost, salt: random(saltBytes)}
	p.key = p.derive(password, keyBytes)
	return p.String()
}

func (p phc) derive(password string, length int) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(length))
}

func random(bytes int) []byte {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return b
}
