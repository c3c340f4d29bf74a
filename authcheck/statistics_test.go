package authcheck

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestMannWhitney: values that the tables of the test have.
func TestMannWhitney(t *testing.T) {
	ms := func(all ...int) (t times) {
		for _, one := range all {
			t = append(t, time.Duration(one)*time.Millisecond)
		}
		return t
	}
	for _, test := range []struct {
		name string
		a, b times
		p, z float64
	}{
		{"apart", ms(1, 2, 3, 4, 5, 6, 7, 8), ms(9, 10, 11, 12, 13, 14, 15, 16), 0.000939, -3.308},
		{"the other way", ms(9, 10, 11, 12, 13, 14, 15, 16), ms(1, 2, 3, 4, 5, 6, 7, 8), 0.000939, 3.308},
		{"in turn", ms(1, 3, 5, 7, 9, 11, 13, 15), ms(2, 4, 6, 8, 10, 12, 14, 16), 0.7132, -0.3676},
		{"all the same", ms(1, 1, 1, 1, 1, 1, 1, 1), ms(1, 1, 1, 1, 1, 1, 1, 1), 1, 0},
		{"with ties", ms(1, 1, 1, 1, 2, 2, 2, 2), ms(2, 2, 2, 2, 3, 3, 3, 3), 0.007328, -2.6816},
		{"too few", ms(1, 2, 3), ms(4, 5, 6), 1, 0},
	} {
		p, z := mannWhitney(test.a, test.b)
		if math.Abs(p-test.p) > 0.0005 || math.Abs(z-test.z) > 0.005 {
			t.Errorf("%s: p %.6f z %.4f, want %.6f and %.4f", test.name, p, z, test.p, test.z)
		}
	}
}

// TestSignedRank: values that the tables of the test have.
func TestSignedRank(t *testing.T) {
	ms := func(all ...int) (t times) {
		for _, one := range all {
			t = append(t, time.Duration(one)*time.Millisecond)
		}
		return t
	}
	tens := ms(10, 10, 10, 10, 10, 10, 10, 10)
	for _, test := range []struct {
		name           string
		a, b           times
		p, z, inMiddle float64
	}{
		{"longer", ms(11, 12, 13, 14, 15, 16, 17, 18), tens, 0.01427, 2.4505, 1.45},
		{"shorter", tens, ms(11, 12, 13, 14, 15, 16, 17, 18), 0.01427, -2.4505, 0.6905},
		{"but for one", ms(9, 12, 13, 14, 15, 16, 17, 18), tens, 0.02086, 2.3105, 1.45},
		{"with ties", ms(20, 20, 20, 20, 20, 20, 20, 20), tens, 0.00596, 2.75, 2},
		{"alike", tens, tens, 1, 0, 1},
		{"few", ms(20, 20), ms(10, 10), 1, 0, 2},
	} {
		p, z := signedRank(test.a, test.b)
		if middle := medianRatio(test.a, test.b); math.Abs(p-test.p) > 0.0005 || math.Abs(z-test.z) > 0.005 || math.Abs(middle-test.inMiddle) > 0.0005 {
			t.Errorf("%s: p %.6f z %.4f, middle %.4f, want %.6f, %.4f and %.4f", test.name, p, z, middle, test.p, test.z, test.inMiddle)
		}
	}
}

// TestMannWhitneyByChance: of samples that do not differ, as many are called different as the chance says, and of
// samples that do nearly none are missed.
func TestMannWhitneyByChance(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	sample := func(more float64) (all times) {
		for range 60 {
			all = append(all, time.Duration(math.Exp(random.NormFloat64()*0.1)*(30+more)*1e6))
		}
		return all
	}
	const rounds = 2000
	alike, apart := 0, 0
	for range rounds {
		if p, _ := mannWhitney(sample(0), sample(0)); p <= chance {
			alike++
		}
		if p, _ := mannWhitney(sample(0), sample(3)); p <= chance {
			apart++
		}
	}
	// 20 are expected of the first kind, with a deviation of 4.5.
	if alike > 50 {
		t.Errorf("of %d rounds without a difference %d show one", rounds, alike)
	}
	if apart < rounds*9/10 {
		t.Errorf("of %d rounds with a difference of a tenth %d show it", rounds, apart)
	}
}
