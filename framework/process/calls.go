package process

import (
	"context"
	"errors"
	"slices"
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
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
	return f
}

// track makes a call's context one that its id can cancel. An id that is under way already makes the call
// an invalid one: its answers could not be told apart.
func (c *calls) track(ctx context.Context, m *parsed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case m.err != nil:
		return
	case m.ID != nil && c.cancels[string(m.ID)] != nil:
		m.err = errRequest
		return
	}
	m.ctx, m.cancel = context.WithCancel(ctx)
	if m.ID == nil {
		return
	}
	if c.cancels == nil {
		c.cancels = map[string]context.CancelFunc{}
	}
	c.cancels[string(m.ID)] = m.cancel
}

// forget ends what track began.
func (c *calls) forget(m parsed) {
	m.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.ID != nil {
		delete(c.cancels, string(m.ID))
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
	messages = slices.DeleteFunc(messages, p.cancels)
	if len(messages) == 0 {
		return
	}
	for i := range messages {
		p.calls.track(p.ctx, &messages[i])
	}
	run := func() {
		defer p.contain()
		p.answer(messages, batch, p.forgetting(p.call))
	}
	if !p.calls.do(run) {
		p.answer(messages, batch, p.forgetting(refusing(errTooMany)))
	}
}

// forgetting frees a call's id before its answer goes out: who has the answer may use the id again.
func (p *Process) forgetting(call caller) caller {
	return func(m parsed) ([]byte, func(), *Error) {
		defer p.calls.forget(m)
		return call(m)
	}
}

// cancels does what a message says that cancels a call, and reports whether it was one.
func (p *Process) cancels(m parsed) bool {
	if m.err != nil || m.Method != cancelMethod || !m.notifies() {
		return false
	}
	var params message // of which only the id counts
	if json.Unmarshal(m.Params, &params) == nil {
		p.calls.cancel(string(params.ID))
	}
	return true
}

// caller answers a call. Its end is called when the answer is out.
type caller func(parsed) (result []byte, end func(), failure *Error)

func nothing() {}

// refusing calls nothing.
func refusing(why *Error) caller {
	return func(parsed) ([]byte, func(), *Error) { return nil, nothing, why }
}

// answer calls each message and sends what comes out. Only then each call is over: a tab that logs itself
// out gets its answer before it is told to restart.
func (p *Process) answer(messages []parsed, batch bool, call caller) {
	var answers [][]byte
	var ends []func()
	for _, m := range messages {
		if m.err != nil {
			answers = append(answers, answer(m.ID, nil, m.err))
			continue
		}
		result, end, failure := call(m)
		ends = append(ends, end)
		if !m.notifies() {
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
	if p.ctx.Err() != nil || m.ctx.Err() != nil { // the tab went, or the call was cancelled, while it waited
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
