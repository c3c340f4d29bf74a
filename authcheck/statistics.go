package authcheck

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// times are how long answers took.
type times []time.Duration

// mannWhitney returns how likely two samples of the same kind differ at least as much as these by their ranks
// (two-sided), and z, which is negative when a tends to be smaller. It is the normal approximation with corrections for
// ties and continuity, good from eight of each on; with less than that p is 1.
func mannWhitney(a, b times) (p, z float64) {
	n, m := float64(len(a)), float64(len(b))
	if len(a) < leastSamples || len(b) < leastSamples {
		return 1, 0
	}
	rank, ties := rankSum(a, b)
	u := rank - n*(n+1)/2
	total := n + m
	deviation := math.Sqrt(n * m / 12 * (total + 1 - ties/(total*(total-1))))
	if deviation == 0 {
		return 1, 0
	}
	distance := u - n*m/2
	z = math.Copysign(max(0, math.Abs(distance)-0.5), distance) / deviation
	return math.Erfc(math.Abs(z) / math.Sqrt2), z
}

const leastSamples = 8

// rankSum ranks all of both, and returns the sum of the ranks of a, and the sum of t³-t for each t that are equal.
func rankSum(a, b times) (rank, ties float64) {
	type one struct {
		took time.Duration
		ofA  bool
	}
	var all []one
	for _, d := range a {
		all = append(all, one{d, true})
	}
	for _, d := range b {
		all = append(all, one{d, false})
	}
	slices.SortFunc(all, func(x, y one) int { return cmp.Compare(x.took, y.took) })
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].took == all[i].took {
			j++
		}
		t := float64(j - i)
		ties += t*t*t - t
		for ; i < j; i++ {
			if all[i].ofA {
				rank += float64(j) - (t-1)/2 // the middle of the ranks that are shared
			}
		}
	}
	return rank, ties
}
