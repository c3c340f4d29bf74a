package session

import (
	"sync"
	"time"
)

// alarms do something later, at most once for each session at a time.
type alarms struct {
	mu      sync.Mutex // protects the fields below
	timers  map[ID]*time.Timer
	stopped bool
}

// once does f after a while, unless something is already going to happen for this session.
func (a *alarms) once(id ID, after time.Duration, f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopped || a.timers[id] != nil {
		return
	}
	a.timers[id] = time.AfterFunc(after, func() {
		a.cancel(id)
		f()
	})
}

func (a *alarms) cancel(id ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.timers[id]; t != nil {
		t.Stop()
		delete(a.timers, id)
	}
}

func (a *alarms) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
	for id, t := range a.timers {
		t.Stop()
		delete(a.timers, id)
	}
}
