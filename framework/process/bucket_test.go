package process

import (
	"testing"
	"testing/synctest"
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
}

// TestSaidAgain: a tab that has come back may say again what it could say while nobody heard it. That is over when it
// says nothing for a while.
func TestSaidAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &visit{hub: &Hub{limits: Limits{Rate: 10, Burst: 20}}, process: &Process{}}
		left := func(want int) {
			t.Helper()
			v.hears()
			n := 0
			for v.affords(1) {
				n++
			}
			v.refused = 0
			if n != want {
				t.Errorf("it affords %d, want %d", n, want)
			}
		}
		returns := func(after time.Duration) {
			heard := time.Now()
			time.Sleep(after)
			v.hears()
			v.back(heard)
		}
		left(20)
		returns(3 * time.Second)
		left(20 + 30)
		time.Sleep(3 * time.Second)
		left(20)
		returns(time.Minute)
		time.Sleep(resendGap)
		left(20 + 600)
		returns(time.Minute)
		time.Sleep(resendGap + 1)
		left(20)
		v.back(time.Now().Add(time.Hour)) // heard on the socket before, while this one's hello was looked at
		left(0)
	})
}
