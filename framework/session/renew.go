package session

import (
	"context"
	"errors"
	"time"
)

// requestsUnderWay is how long a token that was renewed still opens its session: for requests that carry it already.
const requestsUnderWay = 10 * time.Second

// Reauthenticated notes that the user has just proved again who he is, for instance with his password: SignedIn is
// now, and the session gets a new token. It stays the same session: its tabs, and what they remember, go on. The
// token before is accepted for 10 s more, for requests under way. So it changes nothing within 10 s of the last time:
// a form that was sent twice.
//
// It needs an HTTP answer for the cookie, like Connect: ErrNoAnswer. It changes nobody's identity: ErrNotConnected
// when nobody is connected.
func Reauthenticated(ctx context.Context) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case r.cookies == nil:
		return ErrNoAnswer
	}
	visitor, err := r.find(ctx)
	switch {
	case err != nil:
		return err
	case !visitor.Connected():
		return ErrNotConnected
	}
	select {
	case r.m.renewing <- struct{}{}:
		defer func() { <-r.m.renewing }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	now := r.m.opts.Now()
	with := Renewal{SignedIn: now, BeforeEnds: now.Add(requestsUnderWay)}
	return r.m.renew(ctx, r, with, func(record Record) bool {
		done := record.SignedIn.Equal(record.Issued) && record.Before != (Hash{}) // the last was one of these
		return !done || now.Sub(record.SignedIn) >= requestsUnderWay
	})
}

// SignedIn returns when the user of this request has last proved who he is; false when nobody is connected.
func SignedIn(ctx context.Context) (at time.Time, connected bool) {
	r := requestOf(ctx)
	if r == nil {
		return time.Time{}, false
	}
	record := r.session()
	return record.SignedIn, record.ID != 0
}

// renewOld gives a session another token when it has had this one for long, so that a stolen one is not good for
// ever. The time of its sign-in stays. Should the answer get lost, the browser goes on with the token that it has: it
// ends when the new one was used (see freshToken). A renewal that fails is for the next request.
func (m *Manager) renewOld(ctx context.Context, r *request, record Record) {
	old := func(now Record) bool { return now.Token == r.token && m.opts.Now().Sub(now.Issued) >= m.opts.Renew }
	if r.cookies == nil || r.ahead || !old(record) {
		return
	}
	select {
	case m.renewing <- struct{}{}:
		defer func() { <-m.renewing }()
	default:
		return
	}
	err := m.renew(ctx, r, Renewal{BeforeEnds: record.Ends}, old)
	if err != nil && !errors.Is(err, ErrNotConnected) {
		m.opts.Log.WarnContext(ctx, "token not renewed", "session", record.ID, "error", err)
	}
}

// freshToken is when a session's token before ends, now that the browser has the new one; zero when it has none.
func (m *Manager) freshToken(r *request, record Record) time.Time {
	ends := m.opts.Now().Add(requestsUnderWay)
	if record.Token != r.token || record.Before == (Hash{}) || !record.BeforeEnds.After(ends) {
		return time.Time{}
	}
	return ends
}

// renew gives the session of a request a new token, and the request's answer its cookie. The node knows the new token
// before the row has it: whoever closes the session finds its tabs and requests under either. One renewal is under way at
// a time, and each looks first what the ones before have made: still says whether it is wanted then.
func (m *Manager) renew(ctx context.Context, r *request, with Renewal, still func(Record) bool) error {
	found, err := m.ofStore(ctx, r.session().ID)
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return ErrNotConnected
	case !r.goesOn(found[0]):
		return ErrNotConnected
	case !still(found[0]):
		return nil
	}
	token := newSecret(tokenBytes)
	with.ID, with.Token, with.New = found[0].ID, found[0].Token, token.hash()
	with.Issued, with.Node = m.opts.Now(), m.node
	renewed, err := m.renewRow(ctx, found[0].Browser, with)
	switch {
	case errors.Is(err, ErrNoSession), err == nil && !r.goesOn(renewed):
		return ErrNotConnected
	case err != nil:
		return err
	}
	r.cookies.openSession(token, m.cookieLife(renewed))
	return nil
}

func (m *Manager) renewRow(ctx context.Context, browser Hash, with Renewal) (Record, error) {
	m.open.renew(browser, with.Token, with.New, with.Issued)
	defer m.held.drop(with.ID)
	renewed, err := ask(ctx, "renew the session", func(ctx context.Context) (Record, error) {
		return m.store.Renew(ctx, with)
	})
	if err != nil {
		m.open.unrenew(browser, with.Token, with.New)
	}
	return renewed, err
}

// ofStore returns a session as its store has it now; none when it has ended.
func (m *Manager) ofStore(ctx context.Context, id ID) ([]Record, error) {
	return ask(ctx, "look the session up", func(ctx context.Context) ([]Record, error) {
		return m.store.FindAll(ctx, []ID{id})
	})
}

// goesOn takes over what has changed of the request's session; false when that has ended.
func (r *request) goesOn(record Record) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.record.ID != record.ID {
		return false
	}
	r.record = record
	return true
}

// cookieLife is how long a browser keeps a session's cookie; 0 until it exits.
func (m *Manager) cookieLife(r Record) time.Duration {
	if r.Expires {
		return 0
	}
	return r.Ends.Sub(m.opts.Now())
}
