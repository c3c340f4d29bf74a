package main

import "testing"

func TestSample(t *testing.T) {
	for _, c := range []struct {
		of     sample
		median float64
		last   float64 // the 99th percentile
		text   string
	}{
		{nil, 0, 0, ""},
		{sample{3}, 3, 3, "3"},
		{sample{4, 1}, 2.5, 4, "2.50 (1–4)"},
		{sample{120.4, 7, 12.34}, 12.34, 120.4, "12.3 (7–120)"},
	} {
		if got := c.of.median(); got != c.median {
			t.Errorf("median of %v: %v, want %v", []float64(c.of), got, c.median)
		}
		if got := c.of.quantile(0.99); got != c.last {
			t.Errorf("99th percentile of %v: %v, want %v", []float64(c.of), got, c.last)
		}
		if got := c.of.String(); got != c.text {
			t.Errorf("%v is written %q, want %q", []float64(c.of), got, c.text)
		}
	}
}

// TestVerdict: the ratio is judged round by round, and its median counts.
func TestVerdict(t *testing.T) {
	ours, bare := sample{2, 30, 4}, sample{1, 20, 4} // 2, 1.5 and 1
	for _, c := range []struct {
		row  row
		want string
	}{
		{row{ours: ours, base: bare, goals: []float64{1.6, 1.5}}, "aim"},
		{row{ours: ours, base: bare, goals: []float64{1.6, 1.4}}, "must"},
		{row{ours: ours, base: bare, goals: []float64{1.4, 1.3}}, "**no**"},
		{row{ours: ours, base: bare}, ""},
		{row{ours: sample{0}, goals: []float64{0, 0}}, "aim"},
		{row{ours: sample{1}, goals: []float64{0, 0}}, "**no**"},
	} {
		if got := c.row.verdict(); got != c.want {
			t.Errorf("%v: %q, want %q", c.row, got, c.want)
		}
	}
}
