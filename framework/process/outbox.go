package process

import (
	"slices"
	"sync"
	"time"
)

// outbox holds what waits to be sent to a tab. It has no goroutine while it is empty: who puts something
// into an idle outbox sends it, or starts one. A tab that does not read fills it, and is closed as too
// slow; nobody else waits for that tab.
//
// Sockets come and go; what is for the tab, and not for one of its sockets, waits for the next. A tab for which
// more waits than fits is lost.
type outbox struct {
	work *sync.WaitGroup // counts who sends

	mu      sync.Mutex // protects the fields below
	socket  *socket    // nil while the tab has none
	giveUp  func()     // ends a socket that does not take its closing frame
	queue   []parcel
	bytes   int         // of the queue
	sending bool        // somebody empties the queue
	closing bool        // this socket's closing frame is in the queue, or was
	stopped bool        // nothing more goes into this socket
	final   bool        // nothing more is taken: the tab was told to go for good, or is lost
	last    *time.Timer // until giveUp
}

// parcel is one thing to send: a frame, a ping, or the closing frame.
type parcel struct {
	frame  []byte
	to     *socket // for which alone the frame is; nil: for the tab
	ping   bool
	code   Code // of the closing frame, when it is not 0
	reason string
}

// lasts reports whether a parcel is as good on the tab's next socket.
func (p parcel) lasts() bool { return p.frame != nil && p.to == nil }

// put adds something to send. When send is true the caller must see to it that sendAll runs, or sendOne
// and what follows from it: it counts as work from here on, so that a hub that closes waits for it. lost says
// that the tab cannot be told any more that it was too slow.
func (o *outbox) put(p parcel) (send, lost bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	full := len(o.queue) >= outboxMessages || len(o.queue) > 0 && o.bytes+len(p.frame) > outboxBytes
	switch {
	case !o.takesLocked(p), full && p.ping:
		return false, false
	case p.code != 0:
		o.closeLocked(p)
	case !full:
		o.queue = append(o.queue, p)
		o.bytes += len(p.frame)
	case o.socket == nil || o.closing:
		o.final = true
		o.keepLocked(func(p parcel) bool { return !p.lasts() }) // the closing frame is still to go
		return false, true
	default: // it would not be read in time: that goes first, and the rest waits for the next socket
		o.queue = slices.Insert(append(o.queue, p), 0, parcel{code: TooSlow})
		o.bytes += len(p.frame)
		o.expectEndLocked()
	}
	return o.wakeLocked(), false
}

// takesLocked: what is for one socket is taken while that one is there and not told to go; what is for the tab,
// until it is told to go for good. A later word for good counts only where it says more: that what the tab shows
// is to go at once.
func (o *outbox) takesLocked(p parcel) bool {
	switch {
	case o.final:
		return p.code == Restart && o.socket == nil && len(o.queue) == 1 && o.queue[0].code == Reload
	case p.lasts(), p.code.final():
		return true
	}
	return o.socket != nil && !o.closing && (p.to == nil || p.to == o.socket)
}

// closeLocked puts the closing frame behind what waits already. Nothing follows it on this socket, and if it is
// for good nothing at all. Where there is no socket it is all that is kept.
func (o *outbox) closeLocked(p parcel) {
	o.final = o.final || p.code.final()
	if o.socket == nil {
		o.queue, o.bytes = []parcel{p}, 0
		return
	}
	if !o.closing {
		o.queue = append(o.queue, p)
		o.expectEndLocked()
	}
}

// expectEndLocked gives the socket its time to go.
func (o *outbox) expectEndLocked() {
	o.closing = true
	o.last = time.AfterFunc(closingTime, o.giveUp)
}

// wakeLocked reports whether there is something to send and nobody who does it.
func (o *outbox) wakeLocked() bool {
	if o.sending || !o.moreLocked() {
		return false
	}
	o.sending = true
	o.work.Add(1)
	return true
}

func (o *outbox) moreLocked() bool { return o.socket != nil && !o.stopped && len(o.queue) > 0 }

// over reports whether the closing frame is on its way, or the socket gone.
func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closing || o.final
}

// told is the closing frame that waits for a tab without a socket; none when its code is 0.
func (o *outbox) told() (p parcel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.socket == nil && o.final && len(o.queue) > 0 {
		p = o.queue[0]
	}
	return p
}

// attach sends to another socket from now on: the welcome first, then what has waited. A tab that was told to go
// meanwhile hears that instead. It is not attached when it is lost.
func (o *outbox) attach(s *socket, giveUp func(), welcome []byte) (attached, send bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.final && len(o.queue) == 0 {
		return false, false
	}
	o.socket, o.giveUp = s, giveUp
	if o.final {
		o.expectEndLocked()
	} else {
		o.queue = slices.Insert(o.queue, 0, parcel{frame: welcome, to: s})
		o.bytes += len(welcome)
	}
	return true, o.wakeLocked()
}

// detach is called when the socket is gone. It reports whether the tab was told to go for good, or is lost. What
// was on its way is lost with the socket.
func (o *outbox) detach() (final bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.socket, o.giveUp, o.closing, o.stopped = nil, nil, false, false
	o.keepLocked(func(p parcel) bool { return p.lasts() && !o.final })
	if o.last != nil {
		o.last.Stop()
		o.last = nil
	}
	return o.final
}

// keepLocked drops what is not to be kept.
func (o *outbox) keepLocked(keep func(parcel) bool) {
	var kept []parcel
	o.bytes = 0
	for _, p := range o.queue {
		if keep(p) {
			kept = append(kept, p)
			o.bytes += len(p.frame)
		}
	}
	o.queue = kept
}

// shut drops what waits, and takes nothing more: the process is over.
func (o *outbox) shut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.socket, o.final, o.queue, o.bytes = nil, true, nil, 0
	if o.last != nil {
		o.last.Stop()
	}
}
