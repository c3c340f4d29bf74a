package process

import (
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// What a tab says to this room itself, once its hello was answered.
const (
	cancelMethod     = "$/cancelRequest" // a notification: the answer to a call is no longer wanted
	identityMethod   = "$/identity"      // a notification: from now on the tab speaks under another number
	visibilityMethod = "$/visibility"    // a notification: whether anybody can see the tab
	pingMethod       = "$/ping"          // a request: is anybody there?
)

// serve takes one frame of the tab: its calls are answered in a goroutine of their own. A batch counts as
// one call: its messages are answered one after the other, in one frame.
func (v *visit) serve(messages []parsed, batch bool) {
	said := messages[:0]
	for _, m := range messages {
		if v.heeds(m) {
			continue
		}
		v.ids.track(v.ctx, &m)
		m.number = v.number
		said = append(said, m)
	}
	switch {
	case len(said) == 0:
		return
	case !batch && said[0].Method == pingMethod: // it waits for nothing
		v.answer(said, batch, v.forgetting(v.call))
		return
	}
	run := func() {
		defer v.contain()
		v.answer(said, batch, v.forgetting(v.call))
	}
	if !v.process.calls.do(run) {
		v.answer(said, batch, v.forgetting(refusing(errTooMany)))
	}
}

// heeds does what a message says that is for this room, and reports whether it was one.
func (v *visit) heeds(m parsed) bool {
	if m.err != nil || !m.notifies() {
		return false
	}
	switch m.Method {
	case cancelMethod:
		var params message // of which only the id counts
		if json.Unmarshal(m.Params, &params) == nil {
			v.ids.cancel(string(params.ID))
		}
	case identityMethod:
		v.identify(m)
	case visibilityMethod:
		v.see(m)
	default:
		return false
	}
	return true
}

// identify believes only in the number that the process has: a tab learns it from the answer to its log-in.
func (v *visit) identify(m parsed) {
	var params struct {
		Number *int `json:"number"`
	}
	if json.Unmarshal(m.Params, &params) == nil && params.Number != nil && *params.Number == v.process.tab.Number() {
		v.number = *params.Number
	}
}

// see hears whether anybody can see the tab.
func (v *visit) see(m parsed) {
	var params struct {
		Visible *bool `json:"visible"`
	}
	if json.Unmarshal(m.Params, &params) == nil && params.Visible != nil {
		v.process.tab.SetVisible(*params.Visible)
	}
}

// caller answers a call. What it gives to after is done when the answer is out, or will not come.
type caller func(m parsed, after func(end func())) (result []byte, failure *Error)

// refusing calls nothing.
func refusing(why *Error) caller {
	return func(parsed, func(func())) ([]byte, *Error) { return nil, why }
}

// forgetting frees a call's id before its answer goes out: who has the answer may use the id again.
func (v *visit) forgetting(call caller) caller {
	return func(m parsed, after func(func())) ([]byte, *Error) {
		defer v.ids.forget(m)
		return call(m, after)
	}
}

// answer calls each message and sends what comes out. Only then each call is over: a tab that logs itself
// out gets its answer before it is told to restart.
func (v *visit) answer(messages []parsed, batch bool, call caller) {
	var answers [][]byte
	var ends []func()
	after := func(end func()) { ends = append(ends, end) }
	defer func() {
		for _, end := range ends {
			end()
		}
	}()
	for _, m := range messages {
		if m.err != nil {
			answers = append(answers, answer(m.ID, nil, m.err))
			continue
		}
		result, failure := call(m, after)
		if !m.notifies() {
			answers = append(answers, answer(m.ID, result, failure))
		}
	}
	switch {
	case len(answers) > 0 && batch:
		v.reply(joinBatch(answers))
	case len(answers) > 0:
		v.reply(answers[0])
	}
}

// call runs one server function as the tab's visitor. Nothing starts once the tab's session has ended, nor what
// was meant as somebody else's than the tab's present user.
func (v *visit) call(m parsed, after func(end func())) (result []byte, failure *Error) {
	switch {
	case v.ctx.Err() != nil || m.ctx.Err() != nil: // the tab went, or the call was cancelled, while it waited
		return nil, Interrupted
	case m.Method == pingMethod:
		return []byte("{}"), nil
	}
	ctx, end, err := v.process.tab.Begin(m.ctx, m.number)
	switch {
	case err == nil:
		after(end)
		f := v.hub.find(m.Method)
		if f == nil {
			return nil, UnknownFunction
		}
		return f.Call(ctx, m.Params, nil)
	case errors.Is(err, session.ErrIdentityChanged):
		return nil, errIdentity
	case errors.Is(err, session.ErrNotConnected):
		return nil, NotConnected
	case m.ctx.Err() != nil: // while it was looked up who makes it
		return nil, Interrupted
	}
	v.hub.opts.Log.Error("call not begun", "error", err)
	return nil, Unchecked
}
