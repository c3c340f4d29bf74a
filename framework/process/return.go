package process

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// comeBack makes the socket the next one of a process that has lost its own. Nothing starts anew there.
func (v *visit) comeBack(ctx context.Context, m message, params helloParams) {
	returning := session.Returning{Process: *params.Process, Number: *params.Number, Identity: params.Identity}
	tab, err := v.hub.sessions.ReturningTab(ctx, v.cookies, returning)
	if err == nil {
		err = v.resume(ctx, m, tab, *params.Received)
	}
	switch {
	case err == nil:
		v.arrived()
		tab.SetVisible(true) // until it says otherwise here: what it said last may be lost
		v.socket.keep(v.hears)
	case v.hub.closing():
		v.process.post(parcel{code: ServerGoing})
	case errors.Is(err, errOver): // just now: it is not found again
		v.comeBack(ctx, m, params)
	default:
		v.refuse(ctx, err)
	}
}

// resume exchanges the process that this visit has had so far for the one that comes back.
func (v *visit) resume(ctx context.Context, m message, tab *session.Tab, received int64) error {
	p, ours := tab.Host().(*Process)
	if !ours {
		return session.OutOfDate{How: session.SamePage}
	}
	err := p.enter(ctx, v, received, func() []byte { return p.welcome(m, tab, &p.received) })
	if err != nil {
		return err
	}
	unused := v.process
	v.process, v.cookies = p, session.Cookies{}
	unused.discard()
	return nil
}

// discard ends a process that has never been a tab's.
func (p *Process) discard() {
	p.mu.Lock()
	p.visit = nil
	p.overLocked(TabEnded)
	p.mu.Unlock()
	p.finish()
}
