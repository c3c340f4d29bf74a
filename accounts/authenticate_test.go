package accounts

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

const keptHash = `SELECT password_hash FROM users WHERE id = $1`

// A hash that we would not make today is replaced when its user logs in, once, and stays when somebody else tries.
func TestAuthenticateReplacesTheHash(t *testing.T) {
	a := newAccounts(t)
	for _, test := range []struct{ name, email, kept, password string }{
		{"bcrypt", "ada@example.com", bcryptOfTest, testPassword},
		{"bcrypt of what is not normal", "bob@example.com", bcryptOfDecomposed, norm.NFD.String("Öl auf kaltem Wasser")},
		{"argon2id of lower cost", "eve@example.com", weakHash(testPassword), testPassword},
	} {
		id := signUp(t, a, test.email)
		exec(t, a, `UPDATE users SET password_hash = $2 WHERE id = $1`, id, test.kept)

		if _, err := a.Authenticate(t.Context(), test.email, "another password", Client{}); err != ErrWrongPassword {
			t.Errorf("%s: a wrong password: %v", test.name, err)
		}
		if kept := query[string](t, a, keptHash, id); kept != test.kept {
			t.Errorf("%s: a wrong password changed the hash to %s", test.name, kept)
		}
		if got, err := a.Authenticate(t.Context(), test.email, test.password, Client{}); got != id || err != nil {
			t.Errorf("%s: Authenticate = %d, %v", test.name, got, err)
		}
		better := query[string](t, a, keptHash, id)
		if p, err := parsePHC(better); err != nil || p.weakerThan(cost) {
			t.Errorf("%s: the hash is %s now", test.name, better)
		}
		for _, password := range []string{test.password, norm.NFC.String(test.password)} {
			if got, err := a.Authenticate(t.Context(), test.email, password, Client{}); got != id || err != nil {
				t.Errorf("%s: Authenticate(%q) after that = %d, %v", test.name, password, got, err)
			}
		}
		if kept := query[string](t, a, keptHash, id); kept != better {
			t.Errorf("%s: the hash was replaced twice", test.name)
		}
	}
}

// Who changes the password while somebody logs in with the old one has changed it.
func TestAuthenticateReplacesNoOtherHash(t *testing.T) {
	a := newAccounts(t)
	id := signUp(t, a, "ada@example.com")
	kept := query[string](t, a, keptHash, id)
	exec(t, a, replaceHash, id, weakHash(testPassword), "what a slow log-in made")
	if now := query[string](t, a, keptHash, id); now != kept {
		t.Errorf("the hash is %q now", now)
	}
}

// Who changes the password while an old one is checked has changed it: the old one opens nothing.
func TestPasswordChangedMeanwhile(t *testing.T) {
	a := newAccounts(t)
	ada := signUp(t, a, "ada@example.com")
	found, err := a.findPassword(t.Context(), "ada@example.com", Client{})
	must(t, err)
	changePassword(t, a, ada)
	if err := a.arrived(t.Context(), found, Client{}); err != ErrWrongPassword {
		t.Errorf("with what was found before: %v", err)
	}
	found, err = a.findPassword(t.Context(), "ada@example.com", Client{})
	must(t, err)
	must(t, a.arrived(t.Context(), found, Client{}))
}

// Of many who log in at once each gets in, and one hash is kept in the end.
func TestAuthenticateAtOnce(t *testing.T) {
	a := newAccounts(t)
	id := signUp(t, a, "ada@example.com")
	exec(t, a, `UPDATE users SET password_hash = $2 WHERE id = $1`, id, bcryptOfTest)
	var all sync.WaitGroup
	for range wrongPasswords.most {
		all.Go(func() {
			if got, err := a.Authenticate(t.Context(), "ada@example.com", testPassword, Client{}); got != id || err != nil {
				t.Errorf("Authenticate = %d, %v", got, err)
			}
		})
	}
	all.Wait()
	if _, err := parsePHC(query[string](t, a, keptHash, id)); err != nil {
		t.Error(err)
	}
}

// Where too many hash, known and unknown addresses hear the same.
func TestAuthenticateWhenBusy(t *testing.T) {
	a := newAccounts(t)
	signUp(t, a, "ada@example.com")
	a.passwords.slots, a.passwords.waiting = make(chan struct{}), make(chan struct{})
	for _, email := range []string{"ada@example.com", "nobody@example.com", "no address"} {
		if id, err := a.Authenticate(t.Context(), email, testPassword, Client{}); id != 0 || !errors.Is(err, ErrBusy) {
			t.Errorf("Authenticate(%q) = %d, %v", email, id, err)
		}
	}
	if id, err := a.Create(t.Context(), "bob@example.com", "", testPassword); id != 0 || !errors.Is(err, ErrBusy) {
		t.Errorf("Create = %d, %v", id, err)
	}
	if users := query[int](t, a, `SELECT count(*) FROM users`); users != 1 {
		t.Errorf("%d users", users)
	}
}

// BenchmarkAuthenticate is 200 people who log in at once, again and again. It tells how many get in each second, how
// many of the 200 are told to try again, and how much memory the program took meanwhile above what it had.
func BenchmarkAuthenticate(b *testing.B) {
	const people = 200
	a := newAccounts(b)
	hash := argon(testPassword)
	exec(b, a, `INSERT INTO users (password_hash) SELECT $1 FROM generate_series(1, $2)`, hash, people)
	exec(b, a, `INSERT INTO addresses SELECT id || '@example.com', id, true, now() FROM users`)
	before, peak := inUse(), uint64(0)
	var in atomic.Int64 // who got in
	done := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for ticker := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				peak = max(peak, inUse())
			case <-done:
				ticker.Stop()
				return
			}
		}
	})
	for b.Loop() {
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				_, err := a.Authenticate(b.Context(), fmt.Sprintf("%d@example.com", i+1), testPassword, Client{})
				switch {
				case err == nil:
					in.Add(1)
				case err != ErrBusy:
					b.Error(err)
				}
			})
		}
		all.Wait()
	}
	close(done)
	watcher.Wait()
	b.ReportMetric(float64(in.Load())/b.Elapsed().Seconds(), "log-ins/s")
	b.ReportMetric(float64(people)-float64(in.Load())/float64(b.N), "busy/op")
	b.ReportMetric(float64(max(peak, before)-before)/(1<<20), "peak-MiB")
	b.ReportMetric(float64(cap(a.passwords.slots)), "slots")
}

// inUse returns how much memory the program has from the system, in bytes.
func inUse() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// weakHash is one of less cost than we take.
func weakHash(password string) string {
	p := phc{parameters: parameters{memory: 256, passes: 1, threads: 1}, salt: random(saltBytes)}
	p.key = p.derive(password, keyBytes)
	return p.String()
}
