package web

import (
	"testing"
	"time"
)

// TestPaceOfAUser: ten messages at once, and then one each second, however long he was silent before.
func TestPaceOfAUser(t *testing.T) {
	var until time.Time
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	said := func() (n int) {
		for may := true; may && n < 100; n++ {
			if until, may = oneMore(until, now); !may {
				return n
			}
		}
		return n
	}
	for _, step := range []struct {
		silent time.Duration
		want   int
	}{{0, 10}, {0, 0}, {sayTime - 1, 0}, {1, 1}, {3 * sayTime, 3}, {time.Hour, 10}} {
		now = now.Add(step.silent)
		if n := said(); n != step.want {
			t.Errorf("after %v of silence he says %d things instead of %d", step.silent, n, step.want)
		}
	}
}
