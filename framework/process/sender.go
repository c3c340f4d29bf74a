package process

// sendAll sends until nothing waits.
func (o *outbox) sendAll() {
	for o.sendOne() {
	}
}

// sendOne sends what waits longest, and reports whether there is more to do for the caller.
func (o *outbox) sendOne() (more bool) {
	if p, to := o.next(); to != nil {
		if err := to.send(p); err != nil {
			to.close() // its reader sees it and leaves the process
			o.stop(to)
		}
	}
	return !o.rest()
}

// next takes what waits longest out of the queue, with the socket that it goes to; nil when there is none.
func (o *outbox) next() (p parcel, to *socket) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.moreLocked() { // its socket has gone meanwhile
		return parcel{}, nil
	}
	p, o.queue[0] = o.queue[0], parcel{}
	o.queue = o.queue[1:]
	if o.backlog > 0 {
		o.backlog--
	} else {
		o.bytes -= len(p.frame)
	}
	o.stopped = p.code != 0
	return p, o.socket
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
	if len(o.queue) == 0 {
		o.queue = nil
	}
	o.sending = false
	o.work.Done()
	return true
}

func (s *socket) send(p parcel) error {
	switch {
	case p.code != 0:
		s.sayClose(p.code, p.reason)
		return nil
	case p.ping:
		return s.ping()
	default:
		return s.write(p.frame)
	}
}
