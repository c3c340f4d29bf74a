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

// Process is one tab, as long as it lives: what runs for it, and what waits for it. It outlives its socket for a while,
// if the tab counts its frames. It has no goroutine of its own: a visit's reads for it, and a timer ends it.
type Process struct {
	hub    *Hub
	outbox outbox
	calls  calls
	stays  stays

	// Only readers change these. Who ends the process looks at the tab, and so do its calls: it is set before they begin.
	tab      *session.Tab // set by the hello
	ready    bool         // the start hooks have run
	number   int          // the identity number under which the tab speaks
	received int64        // frames of the tab
	bucket   bucket       // what it may send
	heard    time.Time    // when its last socket was heard last

	seat seat // what it counts for; protected by seats.mu

	mu    sync.Mutex  // protects the fields below
	visit *visit      // nil while it has no socket
	timer *time.Timer // ends it while it has no socket
	why   Leaving     // it was told to go
	over  bool
	hello context.CancelFunc // of what runs for its hello
}

func newProcess(v *visit) *Process {
	p := &Process{hub: v.hub, visit: v}
	p.calls.limits = &v.hub.limits
	p.outbox.limits, p.outbox.work = &v.hub.limits, &v.hub.work
	p.outbox.socket, p.outbox.abandon = v.socket, p.abandon
	return p
}

// admit takes a job in, and returns it if this goroutine has to run it.
func (p *Process) admit(j *job, now time.Time) (run *job) {
	run, refused := p.calls.admit(j, now)
	switch {
	case refused != nil:
		j.refuse(refused)
	case run != nil && run.streams(): // it takes long
		run.start()
		return nil
	}
	return run
}

// reply sends in this goroutine, unless another does so already: an answer needs no second one. What others have put
// behind it meanwhile is not this goroutine's to send.
func (p *Process) reply(what parcel) {
	send, lost := p.outbox.put(what)
	more := send && p.outbox.sendOne()
	p.follow(more, lost)
}

// post sends without waiting. What a tab without a socket cannot be told is kept for its return; but when it is told
// to go, its process is over.
func (p *Process) post(what parcel) {
	p.follow(p.outbox.put(what))
}

// follow does what follows from putting something into the outbox.
func (p *Process) follow(send, lost bool) {
	if send {
		p.hub.couriers.send(&p.outbox)
	}
	if lost {
		p.endAway(TabLost)
	}
}

// enter gives the process the socket on which its tab has come back, once the one that it still has, if any, is
// closed and read to its end: only then it is known what has come. The welcome goes out first there; then what the tab
// lacks.
func (p *Process) enter(ctx context.Context, v *visit, received int64, welcome func() []byte) error {
	for {
		old, err := p.tryEnter(v, received, welcome)
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

// tryEnter lets a visit in, unless another is still there: that one must go first. Who comes when the time is up, or when
// the tab is lost, is too late. Who comes with a count that cannot be is refused, and the process stays as it is: it may be
// a hello that was held up on its way, while the tab has come back on another socket.
func (p *Process) tryEnter(v *visit, received int64, welcome func() []byte) (old *visit, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		return nil, errOver
	case !p.outbox.fits(received):
		return nil, session.OutOfDate{How: session.AskFirst}
	case p.visit != nil:
		return p.visit, nil
	}
	var attached, send bool
	if p.timer.Stop() {
		attached, send = p.outbox.attach(v.socket, received, welcome())
	}
	if !attached {
		p.endAwayLocked(TabLost)
		return nil, errOver
	}
	p.visit = v
	v.back(p.heard)
	if send {
		p.hub.couriers.send(&p.outbox)
	}
	return nil, nil
}

// leave takes the socket from the process. Its calls run on, and what waits to be sent goes on waiting, for a while. It
// reports whether the process is over: then the caller must call finish.
func (p *Process) leave(why Leaving) (over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	final := p.outbox.detach()
	p.heard, p.visit = p.visit.now, nil
	if why == TabClosed || final || !p.ready || !p.outbox.counted || p.hub.closing() {
		p.overLocked(why)
		return true
	}
	p.timer = time.AfterFunc(p.hub.limits.ReturnTime, func() { p.endAway(TabLost) })
	return false
}

// overLocked: from now on nobody finds the process, what runs for it is cancelled, and nothing waits for it.
func (p *Process) overLocked(why Leaving) {
	p.over = true
	if p.why == "" {
		p.why = why
	}
	p.outbox.shut()
	p.calls.drop()
	if p.tab != nil {
		p.tab.Leave()
	}
}

// endAway ends a process that has no socket.
func (p *Process) endAway(why Leaving) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endAwayLocked(why)
}

func (p *Process) endAwayLocked(why Leaving) {
	if p.over || p.visit != nil {
		return
	}
	p.timer.Stop()
	p.overLocked(why)
	go p.finish()
}

// finish is called once, when the process is over: what it has begun ends, and when all that ran for it has returned,
// session forgets it.
func (p *Process) finish() {
	p.mu.Lock()
	why := p.why
	p.mu.Unlock()
	p.stays.end(why)
	p.calls.work.Wait()
	if p.tab != nil {
		p.tab.Close()
	}
	p.hub.remove(p)
}

// helloContext is for what runs for a hello. It ends with the hello's time, or when the tab is told to go and stays.
func (p *Process) helloContext() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), helloTime)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hello = cancel
	return ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.hello = nil
		cancel()
	}
}

// abandon cancels what runs for a tab that was told to go, and stays.
func (p *Process) abandon() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hello != nil {
		p.hello()
	}
	if p.outbox.ends() {
		p.calls.drop()
	}
}

// cut closes the socket, if it has one.
func (p *Process) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visit != nil {
		p.visit.socket.close()
	}
}

// Admit implements session.Host: it gives the process its seat.
func (p *Process) Admit(visitor session.Visitor) error {
	p.mu.Lock()
	from := p.visit.address
	p.mu.Unlock()
	if full := p.hub.seats.take(p, from, visitor); full.code != 0 {
		return noSeat{full}
	}
	return nil
}

// How a tab is told to load a document again.
var restarts = map[session.Restart]parcel{
	session.AskFirst: {code: Reload},
	session.SamePage: {code: Restart},
	session.MainPage: {code: Restart, reason: "/"},
}

// Restart implements session.Host. A tab that has no socket hears it when it comes back, and is not known any more.
func (p *Process) Restart(how session.Restart) {
	why := TabEnded
	if how == session.AskFirst {
		why = TabReloads
	}
	p.dismiss(why, restarts[how])
}

// End implements session.Host: the tab's next document has taken over.
func (p *Process) End() { p.dismiss(TabClosed, parcel{code: Stop, reason: successor}) }

// Evict implements session.Host: the session, or the user, has too many tabs, and uses others more.
func (p *Process) Evict() { p.dismiss(TabEnded, parcel{code: Stop, reason: tooMany}) }

// dismiss tells a tab to go. One that is only to load its document again may be told more.
func (p *Process) dismiss(why Leaving, how parcel) {
	p.mu.Lock()
	if p.why == "" || p.why == TabReloads {
		p.why = why
	}
	p.mu.Unlock()
	p.post(how)
}
