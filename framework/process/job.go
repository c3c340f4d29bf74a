package process

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// job is one frame with calls in it, from its arrival to its answer: as a rule one call, else a batch, which counts as
// one and is done in its order.
type job struct {
	process *Process
	frame   *bytes.Buffer // in which the messages stand
	one     task
	batch   []*task // instead of one
	serial  bool    // waits for the tab's other serial calls

	deadline time.Time // when it is broken off; zero for never

	// Protected by watch.mu.
	reader *visit // whose reader runs it; nil in a goroutine of its own
	place  int    // in the watch's list; -1 when it is in none
	seen   bool   // by the watch, with this reader
}

// task is one call.
type task struct {
	scanned
	calls    *calls
	function *Function // nil when there is none of that name
	number   int       // the identity number under which it was said
	page     int       // counts the page that the tab showed
	ticket   string    // what the tab has to redeem before the call is done
	ends     func()    // called when the answer is out

	// Protected by calls.mu.
	cancelled bool
	answered  bool // its deadline was faster
	cancel    context.CancelCauseFunc
	stream    *stream
}

// tasks are those of a job.
func (j *job) tasks() []*task {
	if j.batch != nil {
		return j.batch
	}
	return []*task{&j.one}
}

// start runs a job in a goroutine of its own; nil is none.
func (j *job) start() {
	if j != nil {
		go j.work()
	}
}

// work runs a job, and then those whose turn has come.
func (j *job) work() {
	for j != nil {
		j.process.hub.watch.other(j)
		j.run()
		j.process.hub.watch.done(j)
		j = j.done()
	}
}

// done ends a job, and returns the next whose turn has come.
func (j *job) done() (next *job) {
	next = j.process.calls.done(j)
	release(j.frame)
	return next
}

// refuse answers all that a job asks with an error, but for what has one already.
func (j *job) refuse(why *Error) {
	defer release(j.frame)
	var replies [][]byte
	for _, t := range j.tasks() {
		switch {
		case t.err != nil:
			replies = append(replies, answer(t.id, nil, t.err))
		case !t.notifies():
			replies = append(replies, answer(t.id, nil, why))
		}
	}
	switch {
	case len(replies) > 0 && j.batch != nil:
		j.process.reply(joinBatch(replies))
	case len(replies) > 0:
		j.process.reply(replies[0])
	}
}

// run does what a job says, and sends what comes out. Only then each call is over: a tab that logs itself out gets its
// answer before it is told to restart.
func (j *job) run() {
	defer j.process.contain()
	defer j.end()
	if j.batch == nil {
		if reply := j.process.do(&j.one); reply != nil {
			j.process.reply(reply)
		}
		return
	}
	var replies [][]byte
	for _, t := range j.batch {
		if reply := j.process.do(t); reply != nil {
			replies = append(replies, reply)
		}
	}
	if len(replies) > 0 {
		j.process.reply(joinBatch(replies))
	}
}

func (j *job) end() {
	for _, t := range j.tasks() {
		j.process.calls.finish(t) // it may have panicked
		t.end()
	}
}

// end ends what the call has begun, if it has.
func (t *task) end() {
	if t.ends != nil {
		t.ends()
	}
}

// do runs one call and returns its answer; nil when none is wanted, or it has been given.
func (p *Process) do(t *task) (reply []byte) {
	var result []byte
	failure := t.err
	if failure == nil {
		result, failure = p.call(t)
	}
	if !p.calls.finish(t) || t.err == nil && t.notifies() {
		return nil
	}
	if t.ticket != "" { // what begins with it is part of the call: its answer comes behind
		p.post(parcel{frame: notification(ticketMethod, marshal(ticketParams{t.id, t.ticket}))})
	}
	return answer(t.id, result, failure)
}

// call runs one server function as the tab's visitor. Nothing starts once the tab's session has ended, nor what
// was meant as somebody else's than the tab's present user.
func (p *Process) call(t *task) (result []byte, failure *Error) {
	if t.method == pingMethod { // in a batch
		return []byte("{}"), nil
	}
	ctx, end, err := p.tab.Begin(t.number, t)
	if err != nil {
		return nil, p.notBegun(err)
	}
	t.ends = end
	if t.function == nil {
		return nil, UnknownFunction
	}
	var send func([]byte) error
	if t.stream != nil {
		send = func(value []byte) error { return p.progress(ctx, t, value) }
	}
	result, failure = t.function.Call(ctx, t.params, send)
	if failure == nil && !t.notifies() {
		t.ticket, _ = session.Ticket(ctx)
	}
	return result, failure
}

func (p *Process) notBegun(err error) *Error {
	switch {
	case errors.Is(err, session.ErrIdentityChanged):
		return errIdentity
	case errors.Is(err, session.ErrNotConnected):
		return NotConnected
	case errors.Is(err, context.Canceled): // while it waited, or while it was looked up who makes it
		return Interrupted
	}
	p.hub.opts.Log.Error("call not begun", "error", err)
	return Unchecked
}
