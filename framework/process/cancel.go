package process

import (
	"context"
	"slices"
)

// cancel breaks a call off: it is answered when it returns. One that still waits goes: the caller has to answer it, and
// then to call gone.
func (c *calls) cancel(id []byte) (dropped *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.waiting, func(j *job) bool { return j.batch == nil && j.one.has(id) })
	if i >= 0 {
		dropped = c.waiting[i]
		c.waiting = without(c.waiting, i)
		c.going++
		return dropped
	}
	if t := c.findLocked(id); t != nil {
		t.cancelLocked(context.Canceled)
	}
	return nil
}

// gone says that a call which went while it waited was answered.
func (c *calls) gone() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.goneLocked().start()
	c.idleLocked()
}

// goneLocked returns the job whose turn has come by that: a serial one may have waited behind it.
func (c *calls) goneLocked() (next *job) {
	c.going--
	return c.nextLocked()
}

// late reports whether a call was broken off because its time was over.
func (c *calls) late(t *task) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return t.late
}

func (t *task) cancelLocked(cause error) {
	t.cancelled, t.late = true, cause == context.DeadlineExceeded
	if t.cancel != nil {
		t.cancel(cause)
	}
}

// overdue breaks a job off whose time is over: who waits for its call hears it now, whenever that returns.
func (j *job) overdue() {
	p := j.process
	if frame := p.calls.overdue(j); frame != nil {
		p.post(parcel{frame: frame})
	}
}

func (c *calls) overdue(j *job) (frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range j.tasks() {
		if !t.answered {
			t.cancelLocked(context.DeadlineExceeded)
		}
	}
	if t := &j.one; j.batch == nil && !t.answered {
		t.answeredLocked()
		if !t.notifies() {
			return answer(t.id, nil, TimedOut)
		}
	}
	return nil
}

// drop cancels what runs, and forgets what waits: nobody is there for the answers.
func (c *calls) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = nil
	c.cancelLocked(func(*task) bool { return true })
}

func (c *calls) cancelLocked(which func(*task) bool) {
	for _, jobs := range [...][]*job{c.running, c.waiting} {
		for _, j := range jobs {
			for _, t := range j.tasks() {
				if which(t) {
					t.cancelLocked(errTabGone)
				}
			}
		}
	}
}
