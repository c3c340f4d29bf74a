package process

import (
	"bytes"
	"context"
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// helloParams are what a tab says of itself: the token of its document, or the process that comes back.
type helloParams struct {
	Token    *string `json:"token"`
	Previous *string `json:"previous"` // the process that was in this tab before
	Counted  *bool   `json:"counted"`  // both sides count their frames
	Process  *string `json:"process"`
	Number   *int    `json:"number"`   // the identity number that the tab knows
	Received *int64  `json:"received"` // how many frames the tab has received
	Identity string  `json:"identity"` // the identity tag of its page
}

// helloResult is what it is told.
type helloResult struct {
	Process  string      `json:"process"` // the process id, a secret of this tab
	Received *int64      `json:"received,omitzero"`
	Limits   limitsToTab `json:"limits"`
}

// limitsToTab are those that a tab has to know so that it does not meet them.
type limitsToTab struct {
	Calls  int `json:"calls"`
	Rate   int `json:"rate"`
	Burst  int `json:"burst"`
	Window int `json:"window"` // values of a stream that come unasked
}

// helloOf reads a hello: either of the two, and nothing of the other.
func helloOf(m scanned) (params helloParams, ok bool) {
	if m.err != nil || string(m.method) != helloMethod || m.notifies() ||
		json.Unmarshal(m.params, &params, json.RejectUnknownMembers(true)) != nil {
		return params, false
	}
	if params.Process == nil {
		return params, params.Token != nil && params.Number == nil && params.Received == nil
	}
	return params, params.Token == nil && params.Previous == nil && params.Counted == nil &&
		params.Number != nil && params.Received != nil
}

// hello gives the socket its process. Whatever does not fit is refused before anything has happened: no hook
// has run, and nothing is remembered.
func (v *visit) hello(frame *bytes.Buffer) {
	m, batch := scan(frame.Bytes())
	if !v.affords(1 + len(batch)) {
		return
	}
	params, ok := helloOf(m)
	ctx, end := v.process.helloContext()
	defer end()
	switch known := v.process.tab != nil; {
	case batch != nil, !ok, known && params.Process != nil:
		v.noHello(m, batch)
	case params.Process != nil:
		v.comeBack(ctx, m.message, params)
	case known || v.open(ctx, params):
		v.socket.keep(v.hears)
		v.start(ctx, m.message)
	}
}

// noHello refuses what came instead of a hello. A tab whose start hooks failed may say its hello later.
func (v *visit) noHello(m scanned, batch []scanned) {
	why := errNoHello
	if v.process.tab != nil {
		why = errStart
	}
	refuse := func(m scanned) (reply []byte) {
		switch {
		case m.err != nil:
			return answer(m.id, nil, m.err)
		case m.notifies():
			return nil
		}
		return answer(m.id, nil, why)
	}
	var replies [][]byte
	for _, m := range batch {
		if reply := refuse(m); reply != nil {
			replies = append(replies, reply)
		}
	}
	if len(replies) > 0 {
		v.send(joinBatch(replies))
	} else if batch == nil {
		v.sendAny(refuse(m))
	}
	if why == errNoHello {
		v.process.post(parcel{code: BadMessage, to: v.socket})
	}
}

func (v *visit) sendAny(frame []byte) {
	if frame != nil {
		v.send(frame)
	}
}

// open makes the session's half of the tab. When it cannot, the socket is closed with the reason.
func (v *visit) open(ctx context.Context, params helloParams) bool {
	hello := session.Hello{Token: *params.Token, Identity: params.Identity}
	if params.Previous != nil {
		hello.Previous = *params.Previous
	}
	v.process.outbox.count(params.Counted != nil && *params.Counted)
	tab, err := v.hub.sessions.OpenTab(ctx, v.cookies, hello, v.process)
	if err != nil {
		v.refuse(ctx, err)
		return false
	}
	v.process.tab, v.cookies = tab, session.Cookies{} // they are secrets, and have done their work
	v.arrived()
	return true
}

// start runs the start hooks and answers. After an error the tab says hello once more, and the hooks go on
// at the one that failed.
func (v *visit) start(ctx context.Context, m message) {
	err := v.process.tab.Start(ctx)
	switch {
	case err == nil:
		v.process.ready = true
		v.send(v.process.welcome(m, v.process.tab, nil))
	case errors.Is(err, session.ErrNotConnected):
		// The session ended meanwhile. Who ended it has told this tab to restart, as a rule: then this
		// is not sent any more.
		v.send(answer(m.id, nil, NotConnected))
	default:
		v.hub.opts.Log.ErrorContext(ctx, "start hook failed", "error", err)
		v.send(answer(m.id, nil, errStart))
	}
}

// welcome answers a hello.
func (p *Process) welcome(m message, tab *session.Tab, received *int64) []byte {
	limits := limitsToTab{p.hub.limits.CallsAtOnce, p.hub.limits.Rate, p.hub.limits.Burst, streamWindow}
	return answer(m.id, marshal(helloResult{tab.ID(), received, limits}), nil)
}

// refuse closes the socket with the reason why its hello is not good.
func (v *visit) refuse(ctx context.Context, err error) {
	var old session.OutOfDate
	var full noSeat
	switch {
	case errors.Is(err, session.ErrNoCookies):
		v.process.post(parcel{code: Stop, reason: noCookies})
	case errors.As(err, &old):
		v.process.Restart(old.How)
	case errors.As(err, &full):
		v.process.dismiss(TabEnded, full.told)
	default:
		v.hub.opts.Log.ErrorContext(ctx, "hello failed", "error", err)
		v.process.post(parcel{code: Unavailable})
	}
}
