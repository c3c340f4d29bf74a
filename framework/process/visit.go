package process

import (
	"bytes"
	"errors"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// What runs for a tab ends with this cause when its process is over.
var errTabGone = errors.New("the tab is gone")

// errExited is why a process is over for which a server function, or a hook, has called runtime.Goexit.
var errExited = errors.New("the site's code has ended the goroutine")

// visit is one socket of a tab, from its handshake to its end. One goroutine at a time reads it. It has a process of
// its own until its hello says that it is a process which comes back: then it has that one. The fields are the reader's,
// but for the first two and the last: who cuts a process off, or takes it over, uses them too.
type visit struct {
	hub     *Hub
	socket  *socket
	cookies session.Cookies // of the handshake, until a hello was taken
	address netip.Addr      // where it comes from
	arrives bool            // it counts as one whose hello is to be answered yet
	process *Process        // no call runs before it is what it stays
	now     time.Time       // when the frame came that is being taken
	frames  int             // received since they were acknowledged
	bytes   int             // of these
	again   int             // messages that may come at once beside what the bucket affords: they were said before
	refused int             // messages that came too fast, less those that were in time since
	gone    chan struct{}   // closed when the reader has ended
}

func newVisit(h *Hub, s *socket, c session.Cookies, from netip.Addr) *visit {
	v := &visit{hub: h, socket: s, cookies: c, address: from, arrives: true, gone: make(chan struct{})}
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
		next, reads := j.finish()
		if !reads {
			next.work()
			return
		}
		j.free()
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
	v.arrived()
	close(v.gone)
	if over {
		p.finish()
	}
}

// take takes one frame. It returns the job that this goroutine has to run, if any: that has the frame then.
func (v *visit) take(frame *bytes.Buffer) (run *job) {
	returned := false
	defer func() { v.contain(recover(), returned) }()
	v.hears()
	switch {
	case v.process.outbox.over(): // no answer could be sent any more, and it does not count
		release(frame)
	case v.process.ready:
		run = v.serve(frame)
	default:
		v.hello(frame)
		release(frame)
	}
	returned = true
	return run
}

// refusal is the code for why reading ended; 0 when the tab is gone.
func (v *visit) refusal(err error) Code {
	if v.process.tab == nil && timedOut(err) {
		return NoHello
	}
	return refusal(err)
}

// arrived: the socket has a process with a seat of its own by now, or is gone.
func (v *visit) arrived() {
	if v.arrives {
		v.arrives = false
		v.hub.seats.arrived(v.address)
	}
}

// send sends an aside: to this socket, and only to it.
func (v *visit) send(frame []byte) { v.process.reply(parcel{frame: frame, to: v.socket}) }

// pinged answers a ping of the websocket, but not a flood of them.
func (v *visit) pinged(text string) error {
	v.hears()
	if v.affords(1) {
		return v.socket.pong(text)
	}
	return nil
}

// contain is what a panic of the site's code, or of this room's, comes to: it ends the process, not the node. So does the
// end of the goroutine (runtime.Goexit), and another goes on reading then.
func (v *visit) contain(crash any, returned bool) {
	switch {
	case crash != nil:
		v.process.crashed(crash)
	case !returned:
		v.process.crashed(errExited)
		go v.read()
	}
}

// contain is deferred where code may panic.
func (p *Process) contain() {
	if crash := recover(); crash != nil {
		p.crashed(crash)
	}
}

func (p *Process) crashed(why any) {
	p.hub.opts.Log.Error("tab crashed", "panic", why, "stack", string(debug.Stack()))
	p.post(parcel{code: Unavailable})
}
