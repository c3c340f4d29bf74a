package process

import (
	"runtime"
	"slices"
	"sync"
)

// couriers send what waits in outboxes. An event for many tabs starts no goroutine for each of them, which would cost more
// than the sending: a few go from one outbox to the next. But a tab that takes nothing must not keep the others waiting:
// where the watch finds a courier at the same outbox again and again, that one is left there and ends with it, and all
// outboxes that wait get goroutines of their own, at once. So nobody waits longer than a few looks of the watch, however
// many tabs take nothing.
type couriers struct {
	work  *sync.WaitGroup // counts them
	rouse func()          // lets the watch look while there are any

	mu      sync.Mutex // protects the fields below, and those of each courier
	waiting []*outbox  // nil while there are none
	next    int        // of those that wait
	under   []*courier // way: at most one for each processor
}

// courier is one goroutine that sends.
type courier struct {
	moved bool // to another outbox, since the watch looked
	looks int  // of the watch, while it has been at the same
}

// lateLooks is how often the watch finds a courier at the same outbox until the others have waited long enough.
const lateLooks = 2

// send empties an outbox soon. It counts as work already.
func (c *couriers) send(o *outbox) {
	if one := c.put(o); one != nil {
		c.work.Go(func() { c.run(one) })
		c.rouse()
	}
}

// put lets an outbox wait, and returns a courier that has to set out, if there are too few.
func (c *couriers) put(o *outbox) (one *courier) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, o)
	if len(c.under) < runtime.GOMAXPROCS(0) {
		one = &courier{}
		c.under = append(c.under, one)
	}
	return one
}

func (c *couriers) run(one *courier) {
	for o := c.take(one); o != nil; o = c.take(one) {
		o.sendAll()
	}
}

// take returns the next outbox for a courier. There is none for one that was too late: it is not under way any more.
func (c *couriers) take(one *courier) (o *outbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	place := slices.Index(c.under, one)
	if place < 0 {
		return nil
	}
	if len(c.waiting) == 0 {
		c.under = slices.Delete(c.under, place, place+1)
		return nil
	}
	one.moved, o = true, c.waiting[c.next]
	if c.next++; c.next == len(c.waiting) {
		c.waiting, c.next = nil, 0
	}
	return o
}

// look is the watch's. It reports whether any courier is under way.
func (c *couriers) look() (busy bool) {
	late, busy := c.late()
	for _, o := range late {
		go o.sendAll()
	}
	return busy
}

// late returns the outboxes that have waited for others that take nothing.
func (c *couriers) late() (late []*outbox, busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.under)
	c.under = slices.DeleteFunc(c.under, (*courier).late)
	if len(c.under) < before {
		late, c.waiting, c.next = c.waiting[c.next:], nil, 0
	}
	return late, len(c.under) > 0
}

func (one *courier) late() bool {
	if one.moved {
		one.moved, one.looks = false, 0
	}
	one.looks++
	return one.looks > lateLooks
}
