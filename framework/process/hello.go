package process

import (
	"context"
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// helloMethod is the first request of every socket.
const helloMethod = "$/hello"

// helloParams are what a tab says of itself: the token of its document, or the process that comes back.
type helloParams struct {
	Token    *string `json:"token"`
	Previous *string `json:"previous"` // the process that was in this tab before
	Process  *string `json:"process"`
	Number   *int    `json:"number"`   // the identity number that the tab knows
	Identity string  `json:"identity"` // the identity tag of its page
}

// helloResult is what it is told.
type helloResult struct {
	Process string `json:"process"` // the process id, a secret of this tab
}

// helloOf reads a hello: either of the two, and nothing of the other.
func helloOf(m parsed) (params helloParams, ok bool) {
	if m.err != nil || m.Method != helloMethod || m.notifies() ||
		json.Unmarshal(m.Params, &params, json.RejectUnknownMembers(true)) != nil {
		return params, false
	}
	if params.Process == nil {
		return params, params.Token != nil && params.Number == nil
	}
	return params, params.Token == nil && params.Previous == nil && params.Number != nil
}

// hello gives the socket its process. Whatever does not fit is refused before anything has happened: no hook
// has run, and nothing is remembered.
func (v *visit) hello(messages []parsed, batch bool) {
	m := messages[0]
	params, ok := helloOf(m)
	ctx, cancel := context.WithTimeout(v.ctx, helloTime)
	defer cancel()
	switch known := v.process.tab != nil; {
	case batch, !ok, known && params.Process != nil:
		v.noHello(messages, batch)
	case params.Process != nil:
		v.comeBack(ctx, m, params)
	case known || v.open(ctx, params):
		v.socket.keep()
		v.start(ctx, m)
	}
}

// noHello refuses what came instead of a hello. A tab whose start hooks failed may say its hello later.
func (v *visit) noHello(messages []parsed, batch bool) {
	if v.process.tab != nil {
		v.answer(messages, batch, refusing(errStart))
		return
	}
	v.answer(messages, batch, refusing(errNoHello))
	v.process.post(parcel{code: BadMessage})
}

// open makes the session's half of the tab. When it cannot, the socket is closed with the reason.
func (v *visit) open(ctx context.Context, params helloParams) bool {
	hello := session.Hello{Token: *params.Token, Identity: params.Identity}
	if params.Previous != nil {
		hello.Previous = *params.Previous
	}
	tab, err := v.hub.sessions.OpenTab(ctx, v.cookies, hello, v.process)
	if err != nil {
		v.refuse(ctx, err)
		return false
	}
	v.process.tab, v.cookies = tab, session.Cookies{} // they are secrets, and have done their work
	return true
}

// start runs the start hooks and answers. After an error the tab says hello once more, and the hooks go on
// at the one that failed.
func (v *visit) start(ctx context.Context, m parsed) {
	err := v.process.tab.Start(ctx)
	switch {
	case err == nil:
		v.process.ready = true
		v.reply(welcome(m, v.process.tab))
	case errors.Is(err, session.ErrNotConnected):
		// The session ended meanwhile. Who ended it has told this tab to restart, as a rule: then this
		// is not sent any more.
		v.reply(answer(m.ID, nil, NotConnected))
	default:
		v.hub.opts.Log.ErrorContext(ctx, "start hook failed", "error", err)
		v.reply(answer(m.ID, nil, errStart))
	}
}

func welcome(m parsed, tab *session.Tab) []byte {
	return answer(m.ID, marshal(helloResult{tab.ID()}), nil)
}

// refuse closes the socket with the reason why its hello is not good.
func (v *visit) refuse(ctx context.Context, err error) {
	var old session.OutOfDate
	switch {
	case errors.Is(err, session.ErrNoCookies):
		v.process.post(parcel{code: Stop, reason: noCookies})
	case errors.As(err, &old):
		v.process.Restart(old.How)
	default:
		v.hub.opts.Log.ErrorContext(ctx, "hello failed", "error", err)
		v.process.post(parcel{code: Unavailable})
	}
}
