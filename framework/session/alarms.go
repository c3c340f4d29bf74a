package session

import (
	"sync"
	"time"
)

// alarms do something later, at most one thing for each browser at a time.
type alarms struct {
	mu      sync.Mutex // protects the fields below
	pending map[Hash]*alarm
	stopped bool
}

type alarm struct {
	timer *time.Timer
	about ID // a session; 0 for none
}

// set does f after a while, instead of what was going to happen for this browser.
func (a *alarms) set(browser Hash, after time.Duration, f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.setLocked(browser, 0, after, f)
}

// once is set, unless something is already going to happen about this session.
func (a *alarms) once(browser Hash, about ID, after time.Duration, f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if one := a.pending[browser]; one == nil || one.about != about {
		a.setLocked(browser, about, after, f)
	}
}

func (a *alarms) setLocked(browser Hash, about ID, after time.Duration, f func()) {
	if a.stopped {
		return
	}
	a.cancelLocked(browser)
	one := &alarm{about: about}
	one.timer = time.AfterFunc(after, func() {
		if a.over(browser, one) {
			f()
		}
	})
	a.pending[browser] = one
}

// over takes an alarm away whose time has come; false when it was cancelled just then.
func (a *alarms) over(browser Hash, one *alarm) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pending[browser] != one {
		return false
	}
	delete(a.pending, browser)
	return true
}

func (a *alarms) cancel(browser Hash) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancelLocked(browser)
}

func (a *alarms) cancelLocked(browser Hash) {
	if one := a.pending[browser]; one != nil {
		one.timer.Stop()
		delete(a.pending, browser)
	}
}

func (a *alarms) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
	for browser := range a.pending {
		a.cancelLocked(browser)
	}
}
