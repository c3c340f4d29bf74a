package process

import (
	"sync"
	"time"
)

// outbox holds what waits to be sent to a tab. It has no goroutine while it is empty: who puts something
// into an idle outbox sends it, or starts one. A tab that does not read fills it, and is closed as too
// slow; nobody else waits for that tab.
type outbox struct {
	socket *socket
	work   *sync.WaitGroup // counts who sends
	giveUp func()          // ends a tab that does not take its closing frame

	mu      sync.Mutex // protects the fields below
	queue   []parcel
	bytes   int         // of the queue
	sending bool        // somebody empties the queue
	closed  bool        // nothing more is taken
	last    *time.Timer // until giveUp
}

// parcel is one thing to send: a frame, a ping, or the closing frame.
type parcel struct {
	frame  []byte
	ping   bool
	code   Code // of the closing frame, when it is not 0
	reason string
}

// put adds something to send. When it reports true the caller must see to it that sendAll runs, or sendOne
// and what follows from it: it counts as work from here on, so that a hub that closes waits for it.
func (o *outbox) put(p parcel) (send bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	full := len(o.queue) >= outboxMessages || len(o.queue) > 0 && o.bytes+len(p.frame) > outboxBytes
	switch {
	case o.closed, full && p.ping:
		return false
	case full && p.code == 0:
		o.queue, o.bytes = nil, 0 // it would not be read in time
		p = parcel{code: TooSlow}
	}
	if p.code != 0 { // it goes behind what waits already, and is the last
		o.closed = true
		o.last = time.AfterFunc(closingTime, o.giveUp)
	}
	o.queue = append(o.queue, p)
	o.bytes += len(p.frame)
	if o.sending {
		return false
	}
	o.sending = true
	o.work.Add(1)
	return true
}

// over reports whether the closing frame is on its way, or the socket gone.
func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed
}

// shut drops what waits: the socket is gone.
func (o *outbox) shut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed, o.queue, o.bytes = true, nil, 0
	if o.last != nil {
		o.last.Stop()
	}
}

// sendAll sends until nothing waits.
func (o *outbox) sendAll() {
	for o.sendOne() {
	}
}

// sendOne sends what waits longest, and reports whether there is more to do for the caller.
func (o *outbox) sendOne() (more bool) {
	if p, ok := o.next(); ok {
		if err := o.send(p); err != nil {
			o.socket.close() // the reader sees it and ends the process
			o.shut()
		}
	}
	return !o.rest()
}

func (o *outbox) next() (p parcel, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 { // shut meanwhile
		return parcel{}, false
	}
	p, o.queue[0] = o.queue[0], parcel{}
	o.queue = o.queue[1:]
	o.bytes -= len(p.frame)
	return p, true
}

// rest ends the sending when nothing waits.
func (o *outbox) rest() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) > 0 {
		return false
	}
	o.sending, o.queue = false, nil
	o.work.Done()
	return true
}

func (o *outbox) send(p parcel) error {
	switch {
	case p.code != 0:
		o.socket.sayClose(p.code, p.reason)
		return nil
	case p.ping:
		return o.socket.ping()
	default:
		return o.socket.write(p.frame)
	}
}
