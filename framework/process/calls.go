package process

import (
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
	going   int    // that were cancelled while they waited, and are not answered yet
	idle    func() // called once, when nothing runs or waits any more; nothing is taken from then on
}

// admit takes a job in. Its calls with an id that is under way already are invalid: their answers could not be told
// apart. When run is not nil the caller has to run it now; with refused nothing of it is done.
func (c *calls) admit(j *job, now time.Time) (run *job, refused *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	turn := c.mayBeginLocked(j, c.waiting)
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
	c.beginLocked(j, now)
	return j, nil
}

// mayBeginLocked reports whether there is a place for a job behind these, which wait. Serial ones keep their order, and
// streams leave a place to the other calls if there are two: they may last as long as their tab.
func (c *calls) mayBeginLocked(j *job, before []*job) bool {
	switch {
	case len(c.running) >= c.limits.CallsAtOnce:
		return false
	case j.serial && (c.serial || slices.ContainsFunc(before, func(j *job) bool { return j.serial })):
		return false
	}
	return !j.streams() || c.streamsLocked() < max(1, c.limits.CallsAtOnce-1)
}

// streamsLocked counts the streams that run.
func (c *calls) streamsLocked() (n int) {
	for _, j := range c.running {
		if j.streams() {
			n++
		}
	}
	return n
}

// streams reports whether a job is a stream. In a batch there is none.
func (j *job) streams() bool {
	return j.batch == nil && j.one.err == nil && j.one.function != nil && j.one.function.Stream
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

func (c *calls) beginLocked(j *job, now time.Time) {
	j.deadline = deadlineOf(j, now)
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
	next = c.nextLocked()
	c.nextLocked().start() // two have waited for the end of a serial stream
	c.idleLocked()
	return next
}

// nextLocked begins the first of those that wait whose turn it is; nil when there is none.
func (c *calls) nextLocked() *job {
	for i, j := range c.waiting {
		if c.mayBeginLocked(j, c.waiting[:i]) {
			c.waiting = without(c.waiting, i)
			c.beginLocked(j, time.Now())
			return j
		}
	}
	return nil
}

// without is a list without its element at i. One that is empty keeps no more room than for the next.
func without(jobs []*job, i int) []*job {
	if len(jobs) == 1 && cap(jobs) > 1 {
		return nil
	}
	return slices.Delete(jobs, i, i+1)
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

// credit is what a tab wants more of a stream; false when it cannot have it.
func (c *calls) credit(id []byte, more int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.findLocked(id)
	return t != nil && t.stream != nil && t.stream.grant(more)
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
	if c.idle != nil && len(c.running)+len(c.waiting)+c.going == 0 {
		c.idle()
	}
}

// deadlineOf is when a job that begins now is broken off: for a batch its calls' times are added. Zero is never.
func deadlineOf(j *job, now time.Time) time.Time {
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
	return now.Add(sum)
}
