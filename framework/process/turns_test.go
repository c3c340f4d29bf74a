package process

import (
	"bytes"
	"testing"
	"time"
)

// TestTurnAfterCancel: a serial call has its turn when the serial stream before it, which waited for a stream's place,
// is called off.
func TestTurnAfterCancel(t *testing.T) {
	hub := &Hub{watch: newWatch()}
	c := &calls{limits: &Limits{CallsAtOnce: 3, CallsWaiting: 10}}
	admit := func(id string, f *Function) *job {
		j := &job{frame: new(bytes.Buffer), process: &Process{hub: hub}, serial: f.Serial}
		j.one.id, j.one.function = []byte(id), f
		if _, refused := c.admit(j, time.Now()); refused != nil {
			t.Fatal(refused)
		}
		return j
	}
	admit("1", &Function{Stream: true})
	admit("2", &Function{Stream: true})
	stream := admit("3", &Function{Stream: true, Serial: true})
	admit("4", &Function{Serial: true})
	if len(c.running) != 2 || len(c.waiting) != 2 {
		t.Fatalf("%d run, %d wait", len(c.running), len(c.waiting))
	}
	if c.cancel(stream.one.id) != stream {
		t.Fatal("it does not wait")
	}
	if next := c.goneLocked(); next == nil || string(next.one.id) != "4" {
		t.Errorf("the next is %v", next)
	}
}
