package process

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// errTabGone is the cause of a call's end when its tab is gone.
var errTabGone = errors.New("the tab is gone")

// Process is one tab: its socket and what runs for it. One goroutine reads the socket; each call that runs
// is one more.
type Process struct {
	hub     *Hub
	socket  *socket
	cookies session.Cookies
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
	p.outbox.socket = s
	return p
}

// run is the life of a process: it reads until the socket ends, then waits for what it has begun.
func (p *Process) run() {
	defer p.hub.work.Done()
	defer p.hub.remove(p)
	if code := refusal(p.read()); code != 0 {
		p.socket.sayClose(code, "")
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
		if p.ready {
			p.serve(messages, batch)
		} else {
			p.hello(messages[0])
		}
	}
}

// Restart implements session.Host: the tab loads a document again.
func (p *Process) Restart(to string) { p.post(parcel{code: Restart, reason: to}) }

// End implements session.Host: the tab's next document has taken over.
func (p *Process) End() { p.post(parcel{code: Stop, reason: successor}) }

// post sends without waiting.
func (p *Process) post(what parcel) {
	if p.outbox.put(what) {
		p.hub.work.Go(p.outbox.empty)
	}
}

// reply sends in this goroutine, unless another does so already: a call's answer needs no second one.
func (p *Process) reply(frame []byte) {
	if p.outbox.put(parcel{frame: frame}) {
		p.outbox.empty()
	}
}
