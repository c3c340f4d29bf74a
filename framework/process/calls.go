package process

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"
)

// calls are those of one tab: a few run, some more wait behind them, the rest is refused. They outlive the socket on
// which they came, but not the process.
type calls struct {
	limits *Limits
	work   sync.WaitGroup // counts the jobs that run

	mu      sync.Mutex // protects the fields below
	running []*job
	waiting []*job // in their order
	serial  bool   // a serial one runs
	idle    func() // called once, when nothing runs or waits any more; nothing is taken from then on
}

// admit takes a job in. Its calls with an id that is under way already are invalid: their answers could not be told
// apart. When run is not nil the caller has to run it now; with refused nothing of it is done.
func (c *calls) admit(j *job) (run *job, refused *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	turn := len(c.running) < c.limits.CallsAtOnce && !(j.serial && c.serial)
	switch {
	case c.idle != nil:
		return nil, errStops
	case !turn && (len(c.waiting) >= c.limits.CallsWaiting || c.heldLocked()+j.frame.Len() > waitingBytes):
		return nil, errTooMany
	}
	c.checkLocked(j)
	if !turn {
		c.waiting = append(c.waiting, j)
		return nil, nil
	}
	c.beginLocked(j)
	return j, nil
}

// heldLocked is the size of what waits.
func (c *calls) heldLocked() (size int) {
	for _, j := range c.waiting {
		size += j.frame.Len()
	}
	return size
}

// checkLocked refuses calls whose id is that of another, in the same job or before.
func (c *calls) checkLocked(j *job) {
	tasks := j.tasks()
	for i, t := range tasks {
		if t.err != nil || t.notifies() {
			continue
		}
		if c.findLocked(t.id) != nil || slices.ContainsFunc(tasks[:i], func(other *task) bool { return other.has(t.id) }) {
			t.err = errRequest
		}
	}
}

// findLocked finds the call under way that has an id.
func (c *calls) findLocked(id []byte) *task {
	for _, jobs := range [...][]*job{c.running, c.waiting} {
		for _, j := range jobs {
			for _, t := range j.tasks() {
				if t.has(id) {
					return t
				}
			}
		}
	}
	return nil
}

// has reports whether a call is still to be answered under an id.
func (t *task) has(id []byte) bool {
	return t.err == nil && !t.answered && t.id != nil && bytes.Equal(t.id, id)
}

func (c *calls) beginLocked(j *job) {
	j.deadline = deadlineOf(j)
	c.running = append(c.running, j)
	c.serial = c.serial || j.serial
	c.work.Add(1)
}

// done ends a job, and returns the next whose turn has come: the caller has to run it.
func (c *calls) done(j *job) (next *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.work.Done()
	c.running = without(c.running, slices.Index(c.running, j))
	c.serial = c.serial && !j.serial
	i := slices.IndexFunc(c.waiting, func(j *job) bool { return !(j.serial && c.serial) })
	if i >= 0 {
		next = c.waiting[i]
		c.waiting = without(c.waiting, i)
		c.beginLocked(next)
	}
	c.idleLocked()
	return next
}

// without is a list without its element at i; one that is empty costs nothing.
func without(jobs []*job, i int) []*job {
	if len(jobs) == 1 {
		return nil
	}
	return slices.Delete(jobs, i, i+1)
}

// Starts implements session.Caller: it notes what cancels the call from now on; false when it was cancelled before.
func (t *task) Starts(cancel context.CancelCauseFunc) bool {
	c := t.calls
	c.mu.Lock()
	defer c.mu.Unlock()
	t.cancel = cancel
	if t.function != nil && t.function.Stream {
		t.stream = &stream{credit: streamWindow}
		t.cancelled = t.cancelled || c.idle != nil
	}
	return !t.cancelled
}

// finish frees a call's id before its answer goes out: who has the answer may use the id again. It reports false when
// the call was answered already.
func (c *calls) finish(t *task) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first = !t.answered
	t.answeredLocked()
	return first
}

// answeredLocked: nothing more is said of the call.
func (t *task) answeredLocked() {
	t.answered = true
	if t.stream != nil {
		t.stream.end()
	}
}

// cancel breaks a call off: it is answered when it returns. One that still waits goes: the caller has to answer it.
func (c *calls) cancel(id []byte) (dropped *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.waiting, func(j *job) bool { return j.batch == nil && j.one.has(id) })
	if i >= 0 {
		dropped = c.waiting[i]
		c.waiting = without(c.waiting, i)
		c.idleLocked()
		return dropped
	}
	if t := c.findLocked(id); t != nil {
		t.cancelLocked(context.Canceled)
	}
	return nil
}

func (t *task) cancelLocked(cause error) {
	t.cancelled = true
	if t.cancel != nil {
		t.cancel(cause)
	}
}

// credit is what a tab wants more of a stream; false when it cannot have it.
func (c *calls) credit(id []byte, more int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.findLocked(id)
	return t != nil && t.stream != nil && t.stream.grant(more)
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

// drain takes no more calls, ends the streams, and calls idle as soon as nothing runs. It must not wait for anything.
func (c *calls) drain(idle func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle != nil {
		return
	}
	c.idle = sync.OnceFunc(idle)
	c.cancelLocked(func(t *task) bool { return t.function != nil && t.function.Stream })
	c.idleLocked()
}

func (c *calls) idleLocked() {
	if c.idle != nil && len(c.running) == 0 && len(c.waiting) == 0 {
		c.idle()
	}
}

// deadlineOf is when a job that begins now is broken off: for a batch its calls' times are added. Zero is never.
func deadlineOf(j *job) time.Time {
	var sum time.Duration
	for _, t := range j.tasks() {
		switch {
		case t.function == nil:
		case t.function.Timeout == 0:
			return time.Time{}
		default:
			sum += t.function.Timeout
		}
	}
	if sum == 0 {
		return time.Time{}
	}
	return time.Now().Add(sum)
}
