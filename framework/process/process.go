package process

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// errOver says that a process has ended while its tab was coming back.
var errOver = errors.New("the process has ended")

// Process is one tab, as long as it lives: what runs for it, and what waits for it. It outlives its socket by
// returnTime. It has no goroutine of its own: a visit's reads for it, and a timer ends it.
type Process struct {
	hub    *Hub
	outbox outbox
	calls  calls
	tab    *session.Tab // set by the hello; only readers look at it, and who ends the process
	ready  bool         // the start hooks have run; only readers look at it

	mu    sync.Mutex  // protects the fields below
	visit *visit      // nil while it has no socket
	timer *time.Timer // ends it while it has no socket
	over  bool
}

func newProcess(v *visit) *Process {
	p := &Process{hub: v.hub, visit: v}
	p.outbox.socket, p.outbox.work, p.outbox.giveUp = v.socket, &v.hub.work, v.giveUp
	return p
}

// enter gives the process the socket on which its tab has come back, once the one that it still has, if any, is
// closed and read to its end. The welcome goes out first there; then what has waited.
func (p *Process) enter(ctx context.Context, v *visit, welcome []byte) error {
	for {
		old, err := p.admit(v, welcome)
		if old == nil {
			return err
		}
		old.socket.close()
		select {
		case <-old.gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// admit lets a visit in, unless another is still there: that one must go first. Who comes when the time is up, or
// when the tab is lost, is too late.
func (p *Process) admit(v *visit, welcome []byte) (old *visit, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		return nil, errOver
	case p.visit != nil:
		return p.visit, nil
	}
	var attached, send bool
	if p.timer.Stop() {
		attached, send = p.outbox.attach(v.socket, v.giveUp, welcome)
	}
	if !attached {
		p.endAwayLocked()
		return nil, errOver
	}
	p.visit = v
	if send {
		go p.outbox.sendAll()
	}
	return nil, nil
}

// leave takes the socket from the process. What waits to be sent goes on waiting, for returnTime; the calls that
// wait are dropped. It reports whether the process is over: then the caller must call finish.
func (p *Process) leave(forGood bool) (over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	final := p.outbox.detach()
	p.calls.drop()
	p.visit = nil
	if forGood || final || !p.ready || p.hub.closing() {
		p.overLocked()
		return true
	}
	p.timer = time.AfterFunc(returnTime, p.endAway)
	return false
}

// overLocked: from now on nobody finds the process, and nothing waits for it.
func (p *Process) overLocked() {
	p.over = true
	p.outbox.shut()
	if p.tab != nil {
		p.tab.Leave()
	}
}

// endAway ends a process that has no socket.
func (p *Process) endAway() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endAwayLocked()
}

func (p *Process) endAwayLocked() {
	if p.over || p.visit != nil {
		return
	}
	p.timer.Stop()
	p.overLocked()
	go p.finish()
}

// finish is called once, when the process is over: when all that ran for it has returned, session forgets it.
func (p *Process) finish() {
	p.calls.work.Wait()
	if p.tab != nil {
		p.tab.Close()
	}
	p.hub.remove(p)
}

// cut closes the socket, if it has one.
func (p *Process) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visit != nil {
		p.visit.socket.close()
	}
}

// post sends without waiting. What a tab without a socket cannot be told is kept for its return; but when it is told
// to go, its process is over.
func (p *Process) post(what parcel) {
	send, lost := p.outbox.put(what)
	switch {
	case send:
		go p.outbox.sendAll()
	case lost:
		p.endAway()
	}
}

// How a tab is told to load a document again.
var restarts = map[session.Restart]parcel{
	session.AskFirst: {code: Reload},
	session.SamePage: {code: Restart},
	session.MainPage: {code: Restart, reason: "/"},
}

// Restart implements session.Host. A tab that has no socket hears it when it comes back, and is not known any more.
func (p *Process) Restart(how session.Restart) { p.post(restarts[how]) }

// End implements session.Host: the tab's next document has taken over.
func (p *Process) End() { p.post(parcel{code: Stop, reason: successor}) }

// Evict implements session.Host: the browser has too many tabs, and uses others more.
func (p *Process) Evict() { p.post(parcel{code: Stop, reason: tooMany}) }
