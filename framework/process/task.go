package process

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/ocsigo/start/framework/session"
)

// task is one call.
type task struct {
	scanned
	calls    *calls
	function *Function // nil when there is none of that name
	number   int       // the identity number under which it was said
	page     *shown    // by the tab, when it was said
	ticket   string    // what the tab has to redeem before the call is done
	began    session.Call
	finished bool // by who runs it

	// Protected by calls.mu.
	cancelled bool
	late      bool // because its time was over
	answered  bool // its deadline was faster
	cancel    context.CancelCauseFunc
	stream    *stream
}

// task makes a call of a message.
func (p *Process) task(t *task, m scanned) {
	t.scanned, t.calls, t.number, t.page = m, &p.calls, p.number, p.stays.page
	if m.err != nil {
		return
	}
	t.function = p.hub.find(m.method)
	if t.function == nil || !t.function.Stream {
		return
	}
	if t.id = slices.Clone(m.id); m.notifies() {
		t.err = errRequest // nobody would know its values
	}
}

// has reports whether a call is still to be answered under an id.
func (t *task) has(id []byte) bool {
	return t.err == nil && !t.answered && t.id != nil && bytes.Equal(t.id, id)
}

// Starts implements session.Caller: it notes what cancels the call from now on; false when it was cancelled before.
func (t *task) Starts(cancel context.CancelCauseFunc) bool {
	c := t.calls
	c.mu.Lock()
	defer c.mu.Unlock()
	t.cancel = cancel
	if t.function != nil && t.function.Stream {
		t.stream = &stream{credit: streamWindow}
		t.cancelled = t.cancelled || c.idle != nil
	}
	return !t.cancelled
}

// Page implements session.Caller.
func (t *task) Page() any { return t.page }

// Waits implements session.Caller.
func (t *task) Waits() bool { return !t.notifies() }

// end ends what the call has begun, if it has.
func (t *task) end() {
	if t.began != nil {
		t.began.End()
	}
}

// do runs one call and returns its answer; nil when none is wanted, or it has been given.
func (p *Process) do(t *task) (reply []byte) {
	var result []byte
	failure := t.err
	if failure == nil {
		result, failure = p.call(t)
	}
	t.finished = true
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
	if string(t.method) == pingMethod { // in a batch
		return []byte("{}"), nil
	}
	ctx, err := p.tab.Begin(t.number, t)
	if err != nil {
		return nil, p.notBegun(t, err)
	}
	t.began = ctx
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

func (p *Process) notBegun(t *task, err error) *Error {
	switch {
	case errors.Is(err, session.ErrIdentityChanged):
		return errIdentity
	case errors.Is(err, session.ErrNotConnected):
		return NotConnected
	case errors.Is(err, context.Canceled) && p.calls.late(t):
		return TimedOut
	case errors.Is(err, context.Canceled): // while it waited, or while it was looked up who makes it
		return Interrupted
	}
	p.hub.opts.Log.Error("call not begun", "error", err)
	return Unchecked
}

// answeredLocked: nothing more is said of the call.
func (t *task) answeredLocked() {
	t.answered = true
	if t.stream != nil {
		t.stream.end()
	}
}
