package process

import (
	"slices"
	"sync"
	"time"
)

// outbox holds what goes to a tab. It has no goroutine while nothing waits: who puts something into an idle outbox
// sends it, or starts one. A tab that does not read fills it, and is closed as too slow; nobody else waits for that
// tab.
//
// Frames are the tab's: answers and events, in their order. Where the tab counts them they stay here until it has
// acknowledged them, so that the next socket can go on where the last one was lost; sent or not, they have one bound.
// Asides are for one socket alone, and go with it.
type outbox struct {
	work    *sync.WaitGroup // counts who sends
	limits  *Limits
	abandon func() // ends what runs for a tab that was told to go, and stays
	counted bool   // the tab counts its frames; set before it is told anything

	mu      sync.Mutex // protects the fields below
	socket  *socket    // nil while the tab has none
	asides  [][]byte
	ack     []byte   // says how many frames have come, and is to go; the newest says it all
	pinging bool     // a ping is to go
	frames  [][]byte // sent and not acknowledged, then those to send; nil while there are none
	weight  int      // of the frames
	acked   int64    // how many frames the tab has, as it says; frames[0] is the next
	sent    int      // how many of the frames went into this socket
	high    int64    // how many frames went into any socket
	backlog int      // how many had waited when the socket came, and still do
	code    Code     // of the closing frame, if this socket is to be closed
	reason  string
	upTo    int64         // the last frame before the closing frame
	sending bool          // somebody empties the outbox
	looks   int           // of the heartbeat, while the same frame has been going into the socket
	stopped bool          // nothing more goes into this socket
	final   bool          // nothing more is kept for the tab: its process is over, or will be
	last    *time.Timer   // until the socket is closed without its closing frame
	room    chan struct{} // somebody waits for room; closed when there may be some
}

// parcel is one thing to send: a frame, a ping, or the closing frame.
type parcel struct {
	frame  []byte
	to     *socket // for which alone it is, as an aside; nil: for the tab
	ack    bool    // the aside says how many frames have come
	ping   bool
	code   Code // of the closing frame, when it is not 0
	reason string
}

// put adds something to send. When send is true the caller must see to it that sendAll runs, or sendOne and what
// follows from it: it counts as work from here on, so that a hub that closes waits for it. lost says that the tab
// cannot be told any more what it should be: its process is over.
func (o *outbox) put(p parcel) (send, lost bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case p.code != 0:
		lost = o.closeLocked(p)
	case p.to != nil || p.ping:
		o.asideLocked(p)
	case !o.final:
		lost = !o.frameLocked(p.frame)
	}
	return o.wakeLocked(), lost
}

func (o *outbox) asideLocked(p parcel) {
	switch {
	case o.socket == nil || o.code != 0 || p.to != nil && p.to != o.socket:
		return
	case p.ping:
		o.pinging = true
	case p.ack:
		o.ack = p.frame
	case o.roomAsideLocked(len(p.frame)):
		o.asides = append(o.asides, p.frame)
	default:
		o.slowLocked()
	}
}

// roomAsideLocked reports whether one more aside of this size may wait. Each answers what the tab has said: there are as
// many as it may say at once, and as are refused before it is flooding. Only who goes on asking and does not read has more,
// or larger ones than it may have frames.
func (o *outbox) roomAsideLocked(size int) bool {
	for _, frame := range o.asides {
		size += len(frame)
	}
	return len(o.asides) < o.limits.Burst+floodAtMost && (len(o.asides) == 0 || size <= o.limits.OutboxBytes)
}

// frameLocked keeps a frame; false when the tab is lost. Above the bound its socket is closed as too slow, and what it
// lacks is kept for its return: as much again, and no more. What had waited when a socket came is not held against that.
func (o *outbox) frameLocked(frame []byte) bool {
	n, weight := len(o.frames)+1, o.weight+o.weigh(frame)
	if n > 2*o.limits.OutboxMessages || weight > 2*o.limits.OutboxBytes {
		o.slowLocked()
		o.forgetLocked()
		return false
	}
	o.frames, o.weight = append(o.frames, frame), weight
	if n-o.backlog > o.limits.OutboxMessages || o.backlog == 0 && weight > o.limits.OutboxBytes {
		o.slowLocked()
	}
	return true
}

// slowLocked lets a socket be closed that does not take what is for it.
func (o *outbox) slowLocked() {
	if o.socket != nil {
		o.endSocketLocked(TooSlow, "")
	}
}

// weigh: a large frame counts for less. So the answers to all calls that may run, however large, leave half of the room
// to what comes beside them.
func (o *outbox) weigh(frame []byte) int {
	return min(len(frame), o.limits.OutboxBytes/(2*o.limits.CallsAtOnce))
}

// forgetLocked: the tab is lost, and nothing is kept for it.
func (o *outbox) forgetLocked() {
	o.final, o.frames, o.weight, o.sent, o.backlog = true, nil, 0, 0, 0
	o.roomLocked()
}

// closeLocked puts the closing frame behind what is there, or in the place of one that says less and was not sent yet. So it
// is when a session has ended, too: what waits was its user's when it was put there, and the answer to the call that has
// logged him out is among it. It has closingTime to go.
// A tab without a socket cannot be told: it is lost, but for what is no more than the end of a socket.
func (o *outbox) closeLocked(p parcel) (lost bool) {
	if p.to != nil && p.to != o.socket {
		return false
	}
	o.final = o.final || p.code.ends()
	switch {
	case o.socket == nil:
		return p.code.ends()
	case o.code == 0:
		o.endSocketLocked(p.code, p.reason)
	case !o.stopped && p.outweighs(o.code, o.reason):
		o.code, o.reason = p.code, p.reason
	}
	return false
}

// endSocketLocked lets the socket be closed behind the frames that are there by now, and gives it its time to go.
func (o *outbox) endSocketLocked(code Code, reason string) {
	if o.code != 0 {
		return
	}
	o.code, o.reason = code, reason
	o.upTo = o.acked + int64(len(o.frames))
	s := o.socket
	o.last = time.AfterFunc(closingTime, func() {
		s.close()
		o.abandon()
	})
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

func (o *outbox) moreLocked() bool {
	return o.socket != nil && !o.stopped &&
		(len(o.asides) > 0 || o.ack != nil || o.pinging || o.sent < len(o.frames) || o.code != 0)
}

// over reports whether this socket is to be closed, or gone.
func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.socket == nil || o.code != 0 || o.final
}

// count says whether the tab counts its frames.
func (o *outbox) count(counted bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counted = counted
}

// acknowledge drops the frames that the tab has, and reports whether it did not know of them. It is not possible that
// a tab has more than was sent.
func (o *outbox) acknowledge(received int64) (news, possible bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.acknowledgeLocked(received)
}

func (o *outbox) acknowledgeLocked(received int64) (news, possible bool) {
	if received < 0 || received > o.high {
		return false, false
	}
	n := min(int(max(0, received-o.acked)), len(o.frames))
	for _, frame := range o.frames[:n] {
		o.weight -= o.weigh(frame)
	}
	o.frames = slices.Delete(o.frames, 0, n)
	if len(o.frames) == 0 {
		o.frames = nil
	}
	o.acked += int64(n)
	o.sent = max(0, o.sent-n)
	o.backlog = max(0, o.backlog-n)
	if n > 0 {
		o.roomLocked()
	}
	return n > 0, true
}

// fits reports whether a tab may have received so many frames: all that it has acknowledged, and none that was not sent.
func (o *outbox) fits(received int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.acked <= received && received <= o.high
}

// attach sends to another socket from now on: the welcome first, then what the tab lacks. It reports false when the
// tab is lost.
func (o *outbox) attach(s *socket, received int64, welcome []byte) (attached, send bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.final {
		return false, false
	}
	o.acknowledgeLocked(received)
	o.socket, o.asides, o.backlog = s, [][]byte{welcome}, len(o.frames)
	return true, o.wakeLocked()
}

// detach is called when the socket is gone. It reports whether the process is over with it.
func (o *outbox) detach() (final bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.socket, o.asides, o.ack, o.pinging = nil, nil, nil, false
	o.sent, o.code, o.reason, o.stopped = 0, 0, "", false
	o.stopTimerLocked()
	return o.final
}

// shut drops what waits, and takes nothing more: the process is over.
func (o *outbox) shut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetLocked()
	o.socket, o.asides, o.ack = nil, nil, nil
	o.stopTimerLocked()
}

func (o *outbox) stopTimerLocked() {
	if o.last != nil {
		o.last.Stop()
		o.last = nil
	}
}

// stuck returns the socket if it has not taken a frame in time: the heartbeat has looked, and the time has passed since
// that look. So no frame needs to know when it began.
func (o *outbox) stuck() *socket {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.sending {
		return nil
	}
	if o.looks++; o.looks <= int(writeTime/lookEvery) {
		return nil
	}
	return o.socket
}

// ends reports whether the process is over, or will be with this socket.
func (o *outbox) ends() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.final
}
