package process

import "context"

// sendAll sends until nothing waits.
func (o *outbox) sendAll() {
	for o.sendOne() {
	}
}

// sendOne sends what is next, and reports whether there is more to do for the caller.
func (o *outbox) sendOne() (more bool) {
	frame, control, to := o.next()
	var err error
	switch {
	case frame != nil:
		err = to.write(frame)
	case to != nil:
		err = to.control(*control)
	}
	if err != nil {
		to.close() // its reader sees it and leaves the process
		o.stop(to)
	}
	return !o.rest()
}

// next says what goes out next, a frame or what is none, and into which socket; nil when there is none. That a tab was
// too slow goes in front of what it has not read, any other end behind it.
func (o *outbox) next() (frame []byte, control *parcel, to *socket) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks = 0
	switch {
	case !o.moreLocked(): // its socket has gone meanwhile
		return nil, nil, nil
	case o.code == TooSlow:
	case len(o.asides) > 0:
		frame, o.asides = o.asides[0], o.asides[1:]
		if len(o.asides) == 0 {
			o.asides = nil
		}
		return frame, nil, o.socket
	case o.ack != nil:
		frame, o.ack = o.ack, nil
		return frame, nil, o.socket
	case o.pinging:
		o.pinging = false
		return nil, &parcel{ping: true}, o.socket
	case o.sent < len(o.frames) && (o.code == 0 || o.acked+int64(o.sent) < o.upTo):
		return o.nextFrameLocked(), nil, o.socket
	}
	o.stopped = true
	return nil, &parcel{code: o.code, reason: o.reason}, o.socket
}

// nextFrameLocked takes the next frame. A tab that does not count has it from now on, as far as can be known.
func (o *outbox) nextFrameLocked() []byte {
	frame := o.frames[o.sent]
	o.sent++
	o.high = max(o.high, o.acked+int64(o.sent))
	if !o.counted {
		o.acknowledgeLocked(o.high)
	}
	return frame
}

// stop sends nothing more to a socket; it may have been exchanged meanwhile.
func (o *outbox) stop(s *socket) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.socket == s {
		o.stopped = true
	}
}

// rest ends the sending when nothing waits that could be sent.
func (o *outbox) rest() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.moreLocked() {
		return false
	}
	o.sending = false
	o.work.Done()
	return true
}

// control sends a ping, or the closing frame.
func (s *socket) control(p parcel) error {
	if p.ping {
		return s.ping()
	}
	s.sayClose(p.code, p.reason)
	return nil
}

// waitForRoom waits until the outbox is at most half full: what can wait leaves the rest to what cannot.
func (o *outbox) waitForRoom(ctx context.Context) error {
	for {
		room := o.noRoom()
		if room == nil {
			return nil
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// noRoom returns what to wait for; nil when there is room.
func (o *outbox) noRoom() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.final || len(o.frames) < (o.limits.OutboxMessages+1)/2 && o.weight < o.limits.OutboxBytes/2 {
		return nil
	}
	if o.room == nil {
		o.room = make(chan struct{})
	}
	return o.room
}

func (o *outbox) roomLocked() {
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}
