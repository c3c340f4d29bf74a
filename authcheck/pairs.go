package authcheck

import (
	"cmp"
	"math"
	"slices"
)

// What is taken in turn comes in pairs: a machine that is slow for a while is so for both.

// ratios are those of each pair.
func ratios(a, b times) (all []float64) {
	for i := range min(len(a), len(b)) {
		all = append(all, float64(a[i])/float64(b[i]))
	}
	return all
}

// medianRatio is the middle one; of an even number, between the two in the middle. 1 when there are none.
func medianRatio(a, b times) float64 {
	sorted := slices.Sorted(slices.Values(ratios(a, b)))
	if len(sorted) == 0 {
		return 1
	}
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// signedRank returns how likely pairs of the same kind differ at least as much as these (two-sided), and z, which is negative
// when the first of each tends to be smaller. It is the test of Wilcoxon, by the normal approximation with corrections for
// ties and continuity; pairs without a difference are left out. With few pairs p is 1.
func signedRank(a, b times) (p, z float64) {
	var logs []float64
	for _, ratio := range ratios(a, b) {
		if ratio != 1 {
			logs = append(logs, math.Log(ratio))
		}
	}
	n := float64(len(logs))
	if len(logs) < leastSamples {
		return 1, 0
	}
	slices.SortFunc(logs, func(x, y float64) int { return cmp.Compare(math.Abs(x), math.Abs(y)) })
	rank, ties := 0.0, 0.0
	for i := 0; i < len(logs); {
		j := i
		for j < len(logs) && math.Abs(logs[j]) == math.Abs(logs[i]) {
			j++
		}
		t := float64(j - i)
		ties += t*t*t - t
		for ; i < j; i++ {
			if logs[i] > 0 {
				rank += float64(j) - (t-1)/2 // the middle of the ranks that are shared
			}
		}
	}
	distance := rank - n*(n+1)/4
	deviation := math.Sqrt(n*(n+1)*(2*n+1)/24 - ties/48)
	z = math.Copysign(max(0, math.Abs(distance)-0.5), distance) / deviation
	return math.Erfc(math.Abs(z) / math.Sqrt2), z
}
