package process

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

// comeBack makes the socket the next one of a process that has lost its own. Nothing starts anew there.
func (v *visit) comeBack(ctx context.Context, m parsed, params helloParams) {
	returning := session.Returning{Process: *params.Process, Number: *params.Number, Identity: params.Identity}
	tab, err := v.hub.sessions.ReturningTab(ctx, v.cookies, returning)
	if err == nil {
		err = v.resume(ctx, m, tab)
	}
	switch {
	case err == nil:
		v.number = returning.Number
		v.socket.keep()
	case v.hub.closing():
		v.process.post(parcel{code: ServerGoing})
	case errors.Is(err, errOver): // it ended just now: what is left is to say how its document restarts
		returning.Process = ""
		_, err = v.hub.sessions.ReturningTab(ctx, v.cookies, returning)
		v.refuse(ctx, err)
	default:
		v.refuseReturn(ctx, tab, err)
	}
}

// resume exchanges the process that this visit has had so far for the one that comes back.
func (v *visit) resume(ctx context.Context, m parsed, tab *session.Tab) error {
	p, ours := tab.Host().(*Process)
	if !ours {
		return errOver
	}
	if err := p.enter(ctx, v, welcome(m, tab)); err != nil {
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
	p.overLocked()
	p.mu.Unlock()
	p.finish()
}

// refuseReturn says how a tab restarts that cannot come back. What its process was told meanwhile comes first,
// unless what the tab shows must go at once, and it was told less.
func (v *visit) refuseReturn(ctx context.Context, tab *session.Tab, err error) {
	var told parcel
	if tab != nil {
		if p, ours := tab.Host().(*Process); ours {
			told = p.heard()
		}
	}
	if told.code == 0 || told.code == Reload && errors.Is(err, session.ErrForeignDocument) {
		v.refuse(ctx, err)
		return
	}
	v.process.post(told)
}

// heard is what the process was told for good while it had no socket, if it was told anything: then it is over,
// for its tab has come to hear it.
func (p *Process) heard() parcel {
	told := p.outbox.told()
	if told.code != 0 {
		p.endAway()
	}
	return told
}
