package process

import (
	"bytes"
	"testing"
	"time"
)

// TestCancelledBeforeIdle: where a server stops, a tab is told to go only behind the answer to a call that was cancelled
// while it waited, though what it has waited for ends before that.
func TestCancelledBeforeIdle(t *testing.T) {
	c := &calls{limits: &Limits{CallsAtOnce: 1, CallsWaiting: 1}}
	admit := func(id string) *job {
		t.Helper()
		j := &job{frame: new(bytes.Buffer)}
		j.one.id = []byte(id)
		if _, refused := c.admit(j, time.Now()); refused != nil {
			t.Fatal(refused)
		}
		return j
	}
	runs, waits := admit("1"), admit("2")
	idle := false
	c.drain(func() { idle = true })
	if dropped := c.cancel([]byte("2")); dropped != waits {
		t.Fatalf("dropped %v", dropped)
	}
	if next := c.done(runs); next != nil || idle {
		t.Errorf("then comes %v, idle %v", next, idle)
	}
	if c.gone(); !idle {
		t.Error("nobody is told when all is answered")
	}
}
