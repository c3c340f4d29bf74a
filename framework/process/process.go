package process

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/ocsigo/start/framework/session"
)

// errTabGone is the cause of a call's end when its tab is gone.
var errTabGone = errors.New("the tab is gone")

// Process is one tab: its socket and what runs for it. One goroutine reads the socket; each call that runs
// is one more.
type Process struct {
	hub     *Hub
	socket  *socket
	cookies session.Cookies // of the handshake, until the hello
	outbox  outbox
	calls   calls
	tab     *session.Tab // set by the hello; only the reader looks at it
	ready   bool         // the hello has been answered; only the reader looks at it

	ctx    context.Context // ends with the tab
	cancel context.CancelCauseFunc
}

func newProcess(h *Hub, s *socket, c session.Cookies) *Process {
	p := &Process{hub: h, socket: s, cookies: c}
	p.ctx, p.cancel = context.WithCancelCause(context.Background())
	p.outbox.socket, p.outbox.work, p.outbox.giveUp = s, &h.work, p.giveUp
	return p
}

// run is the life of a process: it reads until the socket ends, then waits for what it has begun.
func (p *Process) run() {
	defer p.hub.work.Done()
	defer p.hub.remove(p)
	if code := p.refusal(p.read()); code != 0 {
		p.socket.refuse(code)
	}
	p.socket.close()
	p.outbox.shut()
	p.cancel(errTabGone)
	p.calls.work.Wait()
	if p.tab != nil {
		p.tab.Close()
	}
}

func (p *Process) read() error {
	p.socket.expect(helloTime)
	for {
		frame, err := p.socket.read()
		if err != nil {
			return err
		}
		messages, batch := parse(frame.Bytes()) // copies what it keeps
		frames.Put(frame)
		p.take(messages, batch)
	}
}

func (p *Process) take(messages []parsed, batch bool) {
	defer p.contain()
	switch {
	case p.outbox.over(): // no answer could be sent any more
	case p.ready:
		p.serve(messages, batch)
	default:
		p.hello(messages, batch)
	}
}

// refusal is the code for why reading ended; 0 when the tab is gone.
func (p *Process) refusal(err error) Code {
	if p.tab == nil && timedOut(err) {
		return NoHello
	}
	return refusal(err)
}

// giveUp ends a tab that has had its time to go by itself.
func (p *Process) giveUp() {
	p.socket.close()
	p.cancel(errTabGone)
}

// contain is deferred where code of the site, or of this room, may panic: that ends the tab, not the node.
func (p *Process) contain() {
	if crash := recover(); crash != nil {
		p.hub.opts.Log.Error("tab crashed", "panic", crash, "stack", string(debug.Stack()))
		p.post(parcel{code: Unavailable})
	}
}

// Restart implements session.Host: the tab loads a document again.
func (p *Process) Restart(to string) { p.post(parcel{code: Restart, reason: to}) }

// End implements session.Host: the tab's next document has taken over.
func (p *Process) End() { p.post(parcel{code: Stop, reason: successor}) }

// post sends without waiting.
func (p *Process) post(what parcel) {
	if p.outbox.put(what) {
		go p.outbox.sendAll()
	}
}

// reply sends in this goroutine, unless another does so already: a call's answer needs no second one. What
// others have put behind it meanwhile is not this goroutine's to send.
func (p *Process) reply(frame []byte) {
	if p.outbox.put(parcel{frame: frame}) && p.outbox.sendOne() {
		go p.outbox.sendAll()
	}
}
