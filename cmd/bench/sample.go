package main

import (
	"fmt"
	"slices"
)

// sample is one figure of one server, a value for each round.
type sample []float64

// median is the middle value, of an even number the mean of the middle two; 0 when there is none.
func (s sample) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// quantile is the value below which so much of all lies: 0.99 is all but a hundredth.
func (s sample) quantile(q float64) float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// over compares two samples round by round: what disturbs a round disturbs both.
func (s sample) over(base sample) sample {
	ratios := make(sample, len(s))
	for i := range s {
		ratios[i] = s[i] / base[i]
	}
	return ratios
}

// String is the median, and between which values the others lie.
func (s sample) String() string {
	if len(s) == 0 {
		return ""
	}
	low, high := slices.Min(s), slices.Max(s)
	if low == high {
		return number(low)
	}
	return fmt.Sprintf("%s (%s–%s)", number(s.median()), number(low), number(high))
}

// number has three digits that matter, as far as they are behind the point.
func number(n float64) string {
	switch {
	case n == float64(int64(n)) || n >= 100 || n <= -100:
		return fmt.Sprintf("%.0f", n)
	case n >= 10 || n <= -10:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.2f", n)
}
