package process

import (
	"testing"
	"time"
)

// TestBucket: what may be sent at once, what comes with time, and what was not used in a silence.
func TestBucket(t *testing.T) {
	var b bucket
	now := time.Now()
	left := func(want int) {
		t.Helper()
		n := 0
		for b.take(now, 1, 10, 20) {
			n++
		}
		if n != want {
			t.Errorf("it gave %d, want %d", n, want)
		}
	}
	left(20)
	now = now.Add(time.Second)
	left(10)
	now = now.Add(time.Minute)
	left(20)
	now = now.Add(3 * time.Second)
	b.rest(3*time.Second, time.Minute)
	left(30) // since it was empty
	now = now.Add(3 * time.Second)
	left(20) // nothing is left of that silence
	now = now.Add(time.Second)
	b.rest(time.Second, time.Minute)
	now = now.Add(time.Second)
	b.rest(time.Second, time.Minute)
	left(20)
	now = now.Add(time.Hour)
	b.rest(time.Hour, time.Minute)
	left(600 + 20)
}
