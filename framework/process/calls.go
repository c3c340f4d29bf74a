package process

import (
	"context"
	"sync"
)

// calls are those of one tab: a few run, some more wait behind them, the rest is refused. What still runs for a
// socket that is gone counts too.
type calls struct {
	work sync.WaitGroup

	mu      sync.Mutex // protects the fields below
	running int
	waiting []func()
}

// do runs f in a goroutine, now or when its turn comes; false when too many wait already.
func (c *calls) do(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running < callsAtOnce {
		c.running++
		c.work.Go(func() { c.run(f) })
		return true
	}
	if len(c.waiting) >= callsWaiting {
		return false
	}
	c.waiting = append(c.waiting, f)
	return true
}

// run runs f, and then what waits, one after the other.
func (c *calls) run(f func()) {
	for f != nil {
		f()
		f = c.next()
	}
}

func (c *calls) next() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		c.running, c.waiting = c.running-1, nil
		return nil
	}
	f := c.waiting[0]
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
	return f
}

// drop forgets what waits: nobody is there for the answers.
func (c *calls) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = nil
}

// ids are those of the calls under way on one socket: what cancels them, by the id as JSON.
type ids struct {
	mu      sync.Mutex // protects cancels
	cancels map[string]context.CancelFunc
}

// track makes a call's context one that its id can cancel. An id that is under way already makes the call
// an invalid one: its answers could not be told apart.
func (i *ids) track(ctx context.Context, m *parsed) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case m.err != nil:
		return
	case m.ID != nil && i.cancels[string(m.ID)] != nil:
		m.err = errRequest
		return
	}
	m.ctx, m.cancel = context.WithCancel(ctx)
	if m.ID == nil {
		return
	}
	if i.cancels == nil {
		i.cancels = map[string]context.CancelFunc{}
	}
	i.cancels[string(m.ID)] = m.cancel
}

// forget ends what track began.
func (i *ids) forget(m parsed) {
	m.cancel()
	i.mu.Lock()
	defer i.mu.Unlock()
	if m.ID != nil {
		delete(i.cancels, string(m.ID))
	}
}

func (i *ids) cancel(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if cancel := i.cancels[id]; cancel != nil {
		cancel()
	}
}
