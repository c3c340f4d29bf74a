package process

import (
	"bytes"
	"errors"
	"net/netip"
	"runtime/debug"

	"github.com/ocsigo/start/framework/session"
)

// What runs for a tab ends with this cause when its process is over.
var errTabGone = errors.New("the tab is gone")

// visit is one socket of a tab, from its handshake to its end. One goroutine at a time reads it. It has a process of
// its own until its hello says that it is a process which comes back: then it has that one. Only the reader looks at the
// fields.
type visit struct {
	hub     *Hub
	socket  *socket
	cookies session.Cookies // of the handshake, until a hello was taken
	address netip.Addr      // where it comes from
	come    bool            // it counts as one whose hello is to be answered yet
	process *Process        // no call runs before it is what it stays
	frames  int             // received since they were acknowledged
	bytes   int             // of these
	refused int             // messages in a row that came too fast
	gone    chan struct{}   // closed when the reader has ended
}

func newVisit(h *Hub, s *socket, c session.Cookies, from netip.Addr) *visit {
	v := &visit{hub: h, socket: s, cookies: c, address: from, come: true, gone: make(chan struct{})}
	v.process = newProcess(v)
	return v
}

// read is the life of a visit: it reads until the socket ends, and runs the calls. When one takes longer, another
// goroutine goes on reading.
func (v *visit) read() {
	for {
		frame, err := v.socket.read()
		if err != nil {
			v.end(err)
			return
		}
		j := v.take(frame)
		if j == nil {
			continue
		}
		v.hub.watch.read(v, j)
		j.run()
		reads := v.hub.watch.done(j)
		next := j.done()
		if !reads {
			next.work()
			return
		}
		next.start()
	}
}

// end takes the socket from the process, which waits for another then, or ends too.
func (v *visit) end(err error) {
	defer v.hub.work.Done()
	if code := v.refusal(err); code != 0 {
		v.socket.refuse(code)
	}
	v.socket.close()
	p, why := v.process, TabLost
	if saidGone(err) {
		why = TabClosed
	}
	over := p.leave(why)
	v.known()
	close(v.gone)
	if over {
		p.finish()
	}
}

func (v *visit) take(frame *bytes.Buffer) (run *job) {
	defer v.contain()
	switch {
	case v.process.outbox.over(): // no answer could be sent any more, and it does not count
	case v.process.ready:
		return v.serve(frame)
	default:
		v.hello(frame)
	}
	release(frame)
	return nil
}

// refusal is the code for why reading ended; 0 when the tab is gone.
func (v *visit) refusal(err error) Code {
	if v.process.tab == nil && timedOut(err) {
		return NoHello
	}
	return refusal(err)
}

// known: the socket has a process with a seat of its own by now, or is gone.
func (v *visit) known() {
	if v.come {
		v.come = false
		v.hub.seats.came(v.address)
	}
}

// send sends an aside: to this socket, and only to it.
func (v *visit) send(frame []byte) { v.process.post(parcel{frame: frame, to: v.socket}) }

// pinged answers a ping of the websocket, but not a flood of them.
func (v *visit) pinged(text string) error {
	if v.affords(1) {
		return v.socket.pong(text)
	}
	return nil
}

// contain is deferred where code of the site, or of this room, may panic: that ends the process, not the node.
func (v *visit) contain() {
	if crash := recover(); crash != nil {
		v.process.crashed(crash)
	}
}

func (p *Process) contain() {
	if crash := recover(); crash != nil {
		p.crashed(crash)
	}
}

func (p *Process) crashed(why any) {
	p.hub.opts.Log.Error("tab crashed", "panic", why, "stack", string(debug.Stack()))
	p.post(parcel{code: Unavailable})
}
