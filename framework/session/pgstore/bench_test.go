package pgstore_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

const million = 1_000_000

// filled is a store of n sessions.
func filled(b *testing.B, n int, over bool) *pgstore.Store {
	pool, err := pgxpool.New(b.Context(), dbtest.New(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	fill(b, pool, n, over)
	return pgstore.New(pool)
}

// BenchmarkFind: a look-up takes no longer among a million sessions. It prints the ratio to a thousand.
func BenchmarkFind(b *testing.B) {
	few, many := filled(b, 1000, false), filled(b, million, false)
	find := func(s *pgstore.Store, n int) time.Duration {
		began := time.Now()
		for range 1000 {
			token := hashOf("token" + strconv.Itoa(1+rand.IntN(n)))
			if _, err := s.Find(b.Context(), token, began); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	find(few, 1000) // the statements are prepared, and the first pages read
	find(many, million)
	var first, second time.Duration
	for b.Loop() {
		first += find(few, 1000)
		second += find(many, million)
	}
	b.ReportMetric(float64(second)/float64(first), "ratio")
}

// BenchmarkLoginsBesideSweep: log-ins hardly wait for the removal of a million sessions that are over, batch by batch
// and without a pause. It prints the ratios to log-ins alone; and to those beside a sweep of another database, which
// takes as much of the machine and no lock that a log-in could wait for.
func BenchmarkLoginsBesideSweep(b *testing.B) {
	s, other := filled(b, million, true), filled(b, million/4, true)
	logins(b, s, 500) // the statements are prepared
	var alone, elsewhere, beside []time.Duration
	for b.Loop() {
		alone = append(alone, logins(b, s, 2000)...)
		elsewhere = append(elsewhere, loginsBeside(b, s, other)...)
		beside = append(beside, loginsBeside(b, s, s)...)
	}
	for name, part := range map[string]float64{"p50": 0.5, "p99": 0.99} {
		took := quantile(beside, part)
		b.ReportMetric(float64(took)/float64(quantile(alone, part)), name+"-ratio")
		b.ReportMetric(float64(took)/float64(quantile(elsewhere, part)), name+"-ratio-elsewhere")
		b.ReportMetric(float64(took.Microseconds()), name+"-µs")
	}
}

// loginsBeside logs in while a store, which may be another, is swept.
func loginsBeside(b *testing.B, s, swept *pgstore.Store) []time.Duration {
	stop, stopped := make(chan struct{}), make(chan int)
	go func() { stopped <- sweep(b, swept, stop) }()
	took := logins(b, s, 2000)
	close(stop)
	if n := <-stopped; n == 0 {
		b.Error("there was no sweep")
	}
	return took
}

// logins logs somebody in so often, in a new browser each time, and returns how long that took each time.
func logins(b *testing.B, s *pgstore.Store, n int) (took []time.Duration) {
	for range n {
		r := record(session.UserID(1+rand.IntN(1000)), rand.Int())
		began := time.Now()
		if _, err := s.Open(b.Context(), r, 10, session.Ending{}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return took
}

// sweep removes what is over, batch by batch, until it is stopped or nothing is left. It returns how much it was.
func sweep(b *testing.B, s *pgstore.Store, stop <-chan struct{}) (swept int) {
	for {
		select {
		case <-stop:
			return swept
		default:
		}
		now := time.Now()
		gone, err := s.DeleteOver(b.Context(), now, now, 500)
		if err != nil {
			b.Error(err)
		}
		if len(gone) == 0 {
			return swept
		}
		swept += len(gone)
	}
}

func quantile(of []time.Duration, part float64) time.Duration {
	slices.Sort(of)
	return of[int(float64(len(of)-1)*part)]
}
