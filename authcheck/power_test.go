package authcheck

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// machine makes up how long answers take: their work, give or take a tenth, on a machine that is more and less loaded in turn,
// and where now and then something else comes first.
type machine struct {
	random *rand.Rand
	load   float64
}

func (m *machine) took(work float64) time.Duration {
	m.load = 0.95*m.load + 0.1*m.random.NormFloat64() // what follows soon is much the same
	ms := work * math.Exp(m.load+0.1*m.random.NormFloat64())
	if m.random.IntN(20) == 0 {
		ms += 100 * m.random.ExpFloat64()
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// shows is how many of many comparisons find a difference between the two.
func (m *machine) shows(t *testing.T, samples int, work, other float64) (found float64) {
	t.Helper()
	const rounds = 200
	s, _ := small(t, Options{Samples: samples}, nil)
	for range rounds {
		r := s.try(t, func(s *Site) {
			s.compare(func(int) Page { return Page{took: m.took(work)} }, func(int) Page { return Page{took: m.took(other)} })
		})
		if r.Outcome == Failed {
			found++
		}
	}
	return found / rounds
}

// TestComparePower: on a machine whose load changes all the time, a comparison finds no difference where there is none, and
// finds the one where no password is hashed, with the samples of the tests and with the default. The most that may be missed,
// or found, is far from what is to be expected.
func TestComparePower(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	m := &machine{random: rand.New(rand.NewPCG(seed, 0))}
	for _, one := range []struct {
		what        string
		samples     int
		work, other float64 // milliseconds
		least, most float64 // of all comparisons
	}{
		{"alike", 24, 50, 50, 0, 0.03},
		{"alike", 60, 50, 50, 0, 0.03},
		{"a tenth", 60, 50, 55, 0.3, 1},
		{"a third", 24, 50, 67, 0.7, 1},
		{"a third", 60, 50, 67, 0.9, 1},
		{"not hashed", 24, 50, 3, 0.98, 1},
	} {
		found := m.shows(t, one.samples, one.work, one.other)
		t.Logf("%s, %d samples of each: found in %.3f", one.what, one.samples, found)
		if found < one.least || found > one.most {
			t.Errorf("%s, %d samples of each: found in %.3f of all", one.what, one.samples, found)
		}
	}
}
