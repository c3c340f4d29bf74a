package process

import (
	"context"
	"errors"

	"github.com/go-json-experiment/json"

	"github.com/ocsigo/start/framework/session"
)

// helloMethod is the first request of every socket.
const helloMethod = "$/hello"

// helloParams are what a tab says of itself.
type helloParams struct {
	Token    string `json:"token"`             // of its document
	Previous string `json:"previous,omitzero"` // the process that was in this tab before
}

// helloResult is what it is told.
type helloResult struct {
	Process string `json:"process"` // the process id, a secret of this tab
}

// hello makes the socket a process. Whatever does not fit is refused before anything has happened: no hook
// has run, and nothing is remembered.
func (p *Process) hello(messages []parsed, batch bool) {
	m := messages[0]
	var params helloParams
	if batch || m.err != nil || m.Method != helloMethod || m.notifies() ||
		json.Unmarshal(m.Params, &params, json.RejectUnknownMembers(true)) != nil {
		p.noHello(messages, batch)
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, helloTime)
	defer cancel()
	if p.tab == nil && !p.open(ctx, session.Hello{Token: params.Token, Previous: params.Previous}) {
		return
	}
	p.socket.keep()
	p.start(ctx, m)
}

// noHello refuses what came instead of a hello. A tab whose start hooks failed may say its hello later.
func (p *Process) noHello(messages []parsed, batch bool) {
	if p.tab != nil {
		p.answer(messages, batch, refusing(errStart))
		return
	}
	p.answer(messages, batch, refusing(errNoHello))
	p.post(parcel{code: BadMessage})
}

// open makes the session's half of the tab. When it cannot, the socket is closed with the reason.
func (p *Process) open(ctx context.Context, hello session.Hello) bool {
	tab, err := p.hub.sessions.OpenTab(ctx, p.cookies, hello, p)
	switch {
	case err == nil:
		p.tab, p.cookies = tab, session.Cookies{} // they are secrets, and have done their work
		return true
	case errors.Is(err, session.ErrNoCookies):
		p.post(parcel{code: Stop, reason: noCookies})
	case errors.Is(err, session.ErrStaleDocument):
		p.post(parcel{code: Restart, reason: session.SamePage})
	default:
		p.hub.opts.Log.ErrorContext(ctx, "hello failed", "error", err)
		p.post(parcel{code: Unavailable})
	}
	return false
}

// start runs the start hooks and answers. After an error the tab says hello once more, and the hooks go on
// at the one that failed.
func (p *Process) start(ctx context.Context, m parsed) {
	err := p.tab.Start(ctx)
	switch {
	case err == nil:
		p.ready = true
		p.reply(answer(m.ID, marshal(helloResult{p.tab.ID()}), nil))
	case errors.Is(err, session.ErrNotConnected):
		// The session ended meanwhile. Who ended it has told this tab to restart, as a rule: then this
		// is not sent any more.
		p.reply(answer(m.ID, nil, NotConnected))
	default:
		p.hub.opts.Log.ErrorContext(ctx, "start hook failed", "error", err)
		p.reply(answer(m.ID, nil, errStart))
	}
}
