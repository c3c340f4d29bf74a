package session

import (
	"context"
	"errors"
	"time"
)

// requestsUnderWay is how long a token that was renewed still opens its session when the new one is in use: for
// requests that carry it already.
const requestsUnderWay = 10 * time.Second

// Reauthenticated notes that the user has just proved again who he is, for instance with his password: SignedIn is
// now, and the session gets a new token, unless it got one within the last 10 s. It stays the same session: its tabs,
// and what they remember, go on. The token before is accepted for 10 s more, for requests under way, which are not given
// the new one: somebody else may have it too.
//
// It needs an HTTP answer for the cookie, like Connect, and is done with a Ticket in a server function; where there is
// neither, as in a call that wants no answer, it returns ErrNoAnswer. It changes nobody's identity: ErrNotConnected when nobody is connected.
func Reauthenticated(ctx context.Context) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case r.cookies == nil && !r.waited:
		return ErrNoAnswer
	}
	visitor, err := r.find(ctx)
	switch {
	case err != nil:
		return err
	case !visitor.Connected():
		return ErrNotConnected
	case r.called:
		return r.wishes(Reauthenticated)
	}
	now := r.m.opts.Now()
	return r.m.renew(ctx, r, func(is *Record) (with Renewal, wanted bool) {
		with = Renewal{SignedIn: now}
		if is.Before == (Hash{}) || now.Sub(is.Issued) >= requestsUnderWay {
			with.BeforeEnds = now.Add(requestsUnderWay)
		}
		return with, true
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
// ever. The time of its sign-in stays. Should the answer get lost, the browser goes on with the token that it has, and
// gets the new one with its next page; the old one ends when the new one was used (see underWayEnds). A renewal that
// fails is for the next request.
func (m *Manager) renewOld(ctx context.Context, r *request, record *Record) {
	old := func(is *Record) bool { return is.Token == r.token && m.opts.Now().Sub(is.Issued) >= m.opts.Renew }
	switch {
	case r.cookies == nil:
		return
	case !old(record):
		if record.BeforeEnds.Equal(record.Ends) { // else the browser has used the new one, or its user has proved who he is
			m.giveAgain(r, record)
		}
		return
	}
	err := m.renew(ctx, r, func(is *Record) (Renewal, bool) { return Renewal{BeforeEnds: is.Ends}, old(is) })
	if err != nil && !errors.Is(err, ErrNotConnected) {
		m.opts.Log.WarnContext(ctx, "token not renewed", "session", record.ID, "error", err)
	}
}

// underWayEnds is when a session's token before ends, if the browser has just used the new one; zero when it need not be
// said.
func (m *Manager) underWayEnds(record *Record, used Hash) time.Time {
	ends := m.opts.Now().Add(requestsUnderWay)
	if used != record.Token || record.Before == (Hash{}) || !record.BeforeEnds.After(ends) {
		return time.Time{}
	}
	return ends
}

// renewTries is how often a renewal begins anew because another was faster.
const renewTries = 3

// renew gives the session of a request a new token, or a new time of sign-in alone when its Renewal says no time for
// the token before, as far as is wanted by the session as it is in the store.
func (m *Manager) renew(ctx context.Context, r *request, wanted func(is *Record) (Renewal, bool)) (err error) {
	for range renewTries {
		var is *Record
		if is, err = m.fresh(ctx, r); err != nil {
			return err
		}
		with, want := wanted(is)
		if want {
			is, err = m.renewRow(ctx, r, is, with)
		}
		if errors.Is(err, ErrNoSession) { // it has ended, or was renewed just now
			continue
		}
		if err == nil {
			m.giveAgain(r, is)
		}
		return err
	}
	return ErrNotConnected
}

// fresh is the session of a request as its store has it.
func (m *Manager) fresh(ctx context.Context, r *request) (*Record, error) {
	found, err := m.ofStore(ctx, r.session().ID)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 || !r.goesOn(&found[0]):
		return nil, ErrNotConnected
	}
	return &found[0], nil
}

func (m *Manager) renewRow(ctx context.Context, r *request, is *Record, with Renewal) (*Record, error) {
	with.ID, with.Token, with.Node = is.ID, is.Token, m.node
	if !with.BeforeEnds.IsZero() && is.Token == r.token {
		with.Issued = m.opts.Now()
		with.Nonce = newSecret(tokenBytes).hash()
		with.New = r.cookie.next(with.Nonce).hash()
	}
	defer m.held.drop(is.ID)
	renewed, err := ask(ctx, "renew the session", func(ctx context.Context) (Record, error) {
		return m.store.Renew(ctx, with)
	})
	if err == nil && !r.goesOn(&renewed) {
		err = ErrNotConnected
	}
	return &renewed, err
}

// next is the token after this one. Only who has this one and the row can make it: so all requests that still carry
// this one are given the same, whichever answer the browser hears last.
func (s secret) next(nonce Hash) secret {
	return secret(s.mac("next", string(nonce[:])))
}

// giveAgain gives the answer of a request the session's present cookie, if it came with the one before.
func (m *Manager) giveAgain(r *request, record *Record) {
	if record.Before != r.token {
		return
	}
	if next := r.cookie.next(record.Nonce); next.hash() == record.Token {
		r.cookies.openSession(next, m.cookieLife(record))
	}
}

// ofStore returns a session as its store has it now; none when it has ended.
func (m *Manager) ofStore(ctx context.Context, id ID) ([]Record, error) {
	return ask(ctx, "look the session up", func(ctx context.Context) ([]Record, error) {
		return m.store.FindAll(ctx, []ID{id})
	})
}

// goesOn takes over what has changed of the request's session; false when that has ended.
func (r *request) goesOn(record *Record) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.record.ID != record.ID {
		return false
	}
	r.record = record
	return true
}

// cookieLife is how long a browser keeps a session's cookie; 0 until it exits.
func (m *Manager) cookieLife(r *Record) time.Duration {
	if r.Expires {
		return 0
	}
	return r.Ends.Sub(m.opts.Now())
}
