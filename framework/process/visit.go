package process

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/ocsigo/start/framework/session"
)

// What runs for a tab ends with one of these causes.
var (
	errTabGone = errors.New("the tab is gone")
	errTabLost = errors.New("the tab has lost its connection")
)

// visit is one socket of a tab, from its handshake to its end. One goroutine reads it. It has a process of its
// own until its hello says that it is a process which comes back: then it has that one.
type visit struct {
	hub     *Hub
	socket  *socket
	cookies session.Cookies // of the handshake, until a hello was taken
	process *Process        // only the reader changes it, and no call runs before that
	number  int             // the identity number under which the tab speaks here; only the reader looks at it
	ids     ids

	ctx    context.Context // of its calls; ends with the socket
	cancel context.CancelCauseFunc
	gone   chan struct{} // closed when the reader has ended
}

func newVisit(h *Hub, s *socket, c session.Cookies) *visit {
	v := &visit{hub: h, socket: s, cookies: c, gone: make(chan struct{})}
	v.ctx, v.cancel = context.WithCancelCause(context.Background())
	v.process = newProcess(v)
	return v
}

// run is the life of a visit: it reads until the socket ends. Then its process waits for another socket, or
// ends too.
func (v *visit) run() {
	defer v.hub.work.Done()
	err := v.read()
	if code := v.refusal(err); code != 0 {
		v.socket.refuse(code)
	}
	v.socket.close()
	over, cause := v.process.leave(saidGone(err)), errTabLost
	if over {
		cause = errTabGone
	}
	v.cancel(cause)
	close(v.gone)
	if over {
		v.process.finish()
	}
}

func (v *visit) read() error {
	v.socket.expect(helloTime)
	for {
		frame, err := v.socket.read()
		if err != nil {
			return err
		}
		messages, batch := parse(frame.Bytes()) // copies what it keeps
		frames.Put(frame)
		v.take(messages, batch)
	}
}

func (v *visit) take(messages []parsed, batch bool) {
	defer v.contain()
	switch {
	case v.process.outbox.over(): // no answer could be sent any more
	case v.process.ready:
		v.serve(messages, batch)
	default:
		v.hello(messages, batch)
	}
}

// refusal is the code for why reading ended; 0 when the tab is gone.
func (v *visit) refusal(err error) Code {
	if v.process.tab == nil && timedOut(err) {
		return NoHello
	}
	return refusal(err)
}

// giveUp ends a socket that has had its time to go by itself.
func (v *visit) giveUp() {
	v.socket.close()
	v.cancel(errTabGone)
}

// contain is deferred where code of the site, or of this room, may panic: that ends the socket, not the node.
func (v *visit) contain() {
	if crash := recover(); crash != nil {
		v.hub.opts.Log.Error("tab crashed", "panic", crash, "stack", string(debug.Stack()))
		v.process.post(parcel{code: Unavailable, to: v.socket})
	}
}

// reply sends in this goroutine, unless another does so already: a call's answer needs no second one. What
// others have put behind it meanwhile is not this goroutine's to send. An answer is for the socket that asked:
// when that is gone, so is the answer.
func (v *visit) reply(frame []byte) {
	box := &v.process.outbox
	if send, _ := box.put(parcel{frame: frame, to: v.socket}); send && box.sendOne() {
		go box.sendAll()
	}
}
