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
// Sockets come and go; what is for the tab, and not for one of its sockets, waits for the next. What had waited
// when a socket came is not held against it. While there is none everything counts: a tab for which more waits
// than fits is lost.
type outbox struct {
	work *sync.WaitGroup // counts who sends

	mu      sync.Mutex // protects the fields below
	socket  *socket    // nil while the tab has none
	giveUp  func()     // ends a socket that does not take its closing frame
	queue   []parcel
	backlog int         // how many of the queue had waited when the socket came
	bytes   int         // of the others
	sending bool        // somebody empties the queue
	closing bool        // this socket's closing frame is in the queue, or was
	stopped bool        // nothing more goes into this socket
	final   bool        // nothing more is kept for the tab: it was told to go for good, or cannot be told
	last    *time.Timer // until giveUp
}

// parcel is one thing to send: a frame, a ping, or the closing frame.
type parcel struct {
	frame  []byte
	to     *socket // for which alone it is; nil: for the tab
	ping   bool
	code   Code // of the closing frame, when it is not 0
	reason string
}

// lasts reports whether a parcel is as good on the tab's next socket.
func (p parcel) lasts() bool { return p.frame != nil && p.to == nil }

// put adds something to send. When send is true the caller must see to it that sendAll runs, or sendOne
// and what follows from it: it counts as work from here on, so that a hub that closes waits for it. lost says
// that there is no telling the tab any more that it is to go, or was too slow: its process is over.
func (o *outbox) put(p parcel) (send, lost bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	waiting := len(o.queue) - o.backlog
	full := waiting >= outboxMessages || waiting > 0 && o.bytes+len(p.frame) > outboxBytes
	switch {
	case !o.takesLocked(p), p.ping && full:
		return false, false
	case p.code != 0 && o.socket != nil:
		o.closeLocked(p)
	case p.code == 0 && !full:
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
// until it is told to go for good; and that it is to go, always.
func (o *outbox) takesLocked(p parcel) bool {
	switch {
	case p.lasts():
		return !o.final
	case p.code != 0 && p.to == nil:
		return true
	}
	return o.socket != nil && !o.closing && (p.to == nil || p.to == o.socket)
}

// closeLocked puts the closing frame behind what waits already, or in the place of one that says less and was not
// sent yet. Nothing follows it on this socket, and if it is for good nothing at all.
func (o *outbox) closeLocked(p parcel) {
	o.final = o.final || p.code.final()
	if !o.closing {
		o.queue = append(o.queue, p)
		o.expectEndLocked()
		return
	}
	last := slices.IndexFunc(o.queue, func(q parcel) bool { return q.code != 0 })
	if last >= 0 && p.code.outweighs(o.queue[last].code) {
		o.queue[last] = p
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

// attach sends to another socket from now on: the welcome first, then what has waited. It reports false when the
// tab is lost.
func (o *outbox) attach(s *socket, giveUp func(), welcome []byte) (attached, send bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.final {
		return false, false
	}
	o.socket, o.giveUp = s, giveUp
	o.queue = slices.Insert(o.queue, 0, parcel{frame: welcome, to: s})
	o.backlog, o.bytes = len(o.queue), 0
	return true, o.wakeLocked()
}

// detach is called when the socket is gone. It reports whether the tab was told to go for good, or is lost. What
// was on its way is lost with the socket.
func (o *outbox) detach() (final bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.socket, o.giveUp, o.closing, o.stopped = nil, nil, false, false
	o.keepLocked(parcel.lasts)
	if o.last != nil {
		o.last.Stop()
		o.last = nil
	}
	o.final = o.final || o.tooMuchLocked()
	return o.final
}

// tooMuchLocked reports whether more waits than fits, and the one more for which a tab was too slow. It has lost its
// socket before it had read what had waited for it there, and much has come since.
func (o *outbox) tooMuchLocked() bool {
	n := len(o.queue)
	return n > outboxMessages+1 || n > 2 && o.bytes-len(o.queue[n-1].frame) > outboxBytes
}

// keepLocked drops what is not to be kept.
func (o *outbox) keepLocked(keep func(parcel) bool) {
	var kept []parcel
	o.backlog, o.bytes = 0, 0
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
