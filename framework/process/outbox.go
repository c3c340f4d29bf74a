package process

import "sync"

// outbox holds what waits to be sent to a tab. It has no goroutine while it is empty: who puts something
// into an idle outbox starts one, or sends itself. A tab that does not read fills it, and is closed as too
// slow; nobody else waits for that tab.
type outbox struct {
	socket *socket

	mu      sync.Mutex // protects the fields below
	queue   []parcel
	bytes   int
	sending bool // somebody empties the queue
	closed  bool // nothing more is taken
}

// parcel is one thing to send: a frame, a ping, or the closing frame.
type parcel struct {
	frame  []byte
	ping   bool
	code   Code // of the closing frame, when it is not 0
	reason string
}

// put adds something to send and reports whether the caller must see to it that empty runs: in a goroutine,
// or by itself if it may wait.
func (o *outbox) put(p parcel) (empty bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed, p.ping && o.sending: // what is being sent shows as well that the tab is there
		return false
	case p.code == 0 && (len(o.queue) >= outboxMessages || o.bytes+len(p.frame) > outboxBytes):
		p = parcel{code: TooSlow}
	}
	o.closed = p.code != 0 // the closing frame goes behind what waits already, and is the last
	o.queue = append(o.queue, p)
	o.bytes += len(p.frame)
	empty = !o.sending
	o.sending = true
	return empty
}

// shut drops what waits: the socket is gone.
func (o *outbox) shut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed, o.queue, o.bytes = true, nil, 0
}

// empty sends until nothing waits.
func (o *outbox) empty() {
	for {
		p, ok := o.next()
		if !ok {
			return
		}
		if err := o.send(p); err != nil {
			o.socket.close() // the reader sees it and ends the process
			o.shut()
		}
	}
}

func (o *outbox) next() (parcel, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		o.sending, o.queue = false, nil
		return parcel{}, false
	}
	p := o.queue[0]
	o.queue = o.queue[1:]
	o.bytes -= len(p.frame)
	return p, true
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
