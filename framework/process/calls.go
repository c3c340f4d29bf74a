package process

import (
	"context"
	"errors"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// calls are those of one tab: a few run, some more wait behind them, the rest is refused.
type calls struct {
	work sync.WaitGroup

	mu      sync.Mutex // protects the fields below
	running int
	waiting []func()
	cancels map[string]context.CancelFunc // by the call's id, as JSON
}

// do runs f in a goroutine, now or when its turn comes; false when too many wait already.
func (c *calls) do(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running < callsAtOnce {
		c.running++
		c.work.Go(func() { c.run(f) })
		return true
	}
	if len(c.waiting) >= callsWaiting {
		return false
	}
	c.waiting = append(c.waiting, f)
	return true
}

// run runs f, and then what waits, one after the other.
func (c *calls) run(f func()) {
	for f != nil {
		f()
		f = c.next()
	}
}

func (c *calls) next() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		c.running, c.waiting = c.running-1, nil
		return nil
	}
	f := c.waiting[0]
	c.waiting = c.waiting[1:]
	return f
}

// track makes a call's context one that its id can cancel. The second function ends it.
func (c *calls) track(ctx context.Context, id string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	if id == "" {
		return ctx, cancel
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancels == nil {
		c.cancels = map[string]context.CancelFunc{}
	}
	c.cancels[id] = cancel
	return ctx, func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.cancels, id)
	}
}

func (c *calls) cancel(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel := c.cancels[id]; cancel != nil {
		cancel()
	}
}

// cancelMethod is the notification by which a tab says that it no longer wants an answer.
const cancelMethod = "$/cancelRequest"

// serve takes one frame of the tab: its calls are answered in a goroutine of their own. A batch counts as
// one call: its messages are answered one after the other, in one frame.
func (p *Process) serve(messages []parsed, batch bool) {
	if m := messages[0]; !batch && m.err == nil && m.Method == cancelMethod {
		p.cancelCall(m)
		return
	}
	ends := make([]func(), len(messages))
	for i := range messages {
		messages[i].ctx, ends[i] = p.calls.track(p.ctx, string(messages[i].ID))
	}
	serve := func(call func(parsed) ([]byte, func(), *Error)) {
		p.answer(messages, batch, call)
		for _, end := range ends {
			end()
		}
	}
	if !p.calls.do(func() { serve(p.call) }) {
		serve(func(parsed) ([]byte, func(), *Error) { return nil, nothing, errTooMany })
	}
}

func (p *Process) cancelCall(m parsed) {
	var params message // of which only the id counts
	if json.Unmarshal(m.Params, &params) == nil {
		p.calls.cancel(string(params.ID))
	}
}

func nothing() {}

// answer calls f for each message and sends what comes out. Only then each call is over: a tab that logs
// itself out gets its answer before it is told to restart.
func (p *Process) answer(messages []parsed, batch bool, f func(parsed) ([]byte, func(), *Error)) {
	var answers [][]byte
	var ends []func()
	for _, m := range messages {
		result, end, failure := f(m)
		ends = append(ends, end)
		if m.err != nil || !m.notifies() {
			answers = append(answers, answer(m.ID, result, failure))
		}
	}
	switch {
	case len(answers) > 0 && batch:
		p.reply(joinBatch(answers))
	case len(answers) > 0:
		p.reply(answers[0])
	}
	for _, end := range ends {
		end()
	}
}

// call runs one server function as the tab's visitor. Nothing starts once the tab's session has ended.
func (p *Process) call(m parsed) (result []byte, end func(), failure *Error) {
	switch {
	case m.err != nil:
		return nil, nothing, m.err
	case m.ctx.Err() != nil: // cancelled while it waited
		return nil, nothing, Interrupted
	}
	ctx, end, err := p.tab.Begin(m.ctx)
	if err != nil {
		if !errors.Is(err, session.ErrNotConnected) {
			p.hub.opts.Log.Error("call not begun", "error", err)
		}
		return nil, nothing, NotConnected
	}
	result, failure = p.hub.call(ctx, m.Method, m.Params)
	return result, end, failure
}
