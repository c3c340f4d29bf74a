package session

import (
	"context"
	"errors"
	"fmt"
)

// ConnectOption is a word said to Connect.
type ConnectOption func(*login)

type login struct{ expire bool }

// Expire lets the session end when the browser exits. Without it the browser keeps the session's cookie
// as long as the session lasts. (Ocsigen: ?expire.)
func Expire() ConnectOption { return func(l *login) { l.expire = true } }

// Connect logs the user in, in the browser that makes this request. A session that is open there is
// closed first, with its hooks. Then OnOpenSession runs; its error undoes the session and is returned, and
// nobody is connected. Of a user who has too many sessions (Options.Sessions) the one unseen longest is closed. When it has let the user in, what the browser and its tabs remembered for nobody is
// dropped, so that nothing planted before a log-in is found after it.
//
// The rest of the request is the user's. A tab that was nobody's and asks with a page request of its own (Join)
// goes on as the user's: OnStartConnectedProcess runs for it. If that fails the log-in stands, the error is
// logged, and the tab restarts. A tab of another log-in does not go on. The browser's other tabs are told to
// load their documents again when the new session has first been seen in a tab, so that they never come back
// without its cookie.
//
// It needs an HTTP answer for the cookie, one that has not begun; in a server function, which has none, it
// returns ErrNoAnswer. A user whom the groups function does not know gets ErrNoUser. A hook that Connect runs may
// not call it: ErrConnecting, and the log-in under way goes on.
// (Ocsigen: Os_session.connect.)
func Connect(ctx context.Context, user UserID, opts ...ConnectOption) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case r.cookies == nil:
		return ErrNoAnswer
	case user == 0:
		return ErrNoUser
	}
	if !r.connecting() {
		return ErrConnecting
	}
	defer r.connected()
	var l login
	for _, o := range opts {
		o(&l)
	}
	return r.m.connect(ctx, r, user, l)
}

// connecting begins a log-in; false when one is under way.
func (r *request) connecting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	already := r.logging
	r.logging = true
	return !already
}

func (r *request) connected() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logging = false
}

func (m *Manager) connect(ctx context.Context, r *request, user UserID, l login) error {
	if _, err := m.askGroups(ctx, user, nil); err != nil {
		return err
	}
	if _, err := r.find(ctx); err != nil {
		return err
	}
	now, token, before := m.opts.Now(), newSecret(tokenBytes), r.token
	record := Record{
		User: user, Token: token.hash(), Browser: r.browser,
		Created: now, SignedIn: now, Seen: now, Issued: now, IdleEnds: now.Add(m.opts.Idle), Ends: now.Add(m.opts.Lifetime),
		Expires: l.expire, Agent: r.agent, Network: r.network,
	}
	opened, err := m.openRow(ctx, r, record)
	if err != nil {
		return err
	}
	record.ID = opened.ID
	if err := m.openSession(ctx, r, record, before); err != nil {
		if len(opened.Replaced) > 0 {
			m.replacedInVain(r)
		}
		return err
	}
	r.cookies.openSession(token, m.cookieLife(record))
	return nil
}

// openRow makes a session's row, and closes the sessions that gave way to it. The request is registered under its
// token first, so that whoever closes it, from its first moment on, finds the request. When it returns an error
// nothing has happened.
func (m *Manager) openRow(ctx context.Context, r *request, record Record) (Opened, error) {
	before, by := r.token, Ending{By: record.User, Node: m.node}
	m.open.move(r, record.Token)
	opening, cancel := lasting(ctx)
	defer cancel()
	opened, err := m.store.Open(opening, record, m.opts.Sessions, by)
	if err != nil {
		m.open.move(r, before)
		return opened, fmt.Errorf("open a session: %w: %w", ErrUnavailable, err)
	}
	by.Reason = Replaced
	m.closed(ctx, by, opened.Replaced)
	by.Reason = Evicted
	m.closed(ctx, by, opened.Evicted)
	if r.visitor().Connected() { // another call has closed the session that was here
		r.leave()
	}
	return opened, nil
}

// openSession runs the hooks of a session whose row is made.
func (m *Manager) openSession(ctx context.Context, r *request, record Record, before Hash) error {
	r.become(record)
	nobodys := r.exchangeDraft(nil)
	err := m.hooks.openSession.run(ctx, record.User)
	if err == nil {
		err = r.checkIsOf(record.ID)
	}
	if err == nil {
		m.forgetNobody(ctx, r)
		nobodys = nil
		if r.joined {
			m.goOn(ctx, r, record)
		}
		err = r.checkIsOf(record.ID)
	}
	if err != nil {
		err = errors.Join(err, m.undo(ctx, r, record, before))
		r.exchangeDraft(nobodys)
	}
	return err
}

// checkIsOf says whether a hook has logged the user out, or somebody else has.
func (r *request) checkIsOf(id ID) error {
	if !r.isOf(id) {
		return ErrNotConnected
	}
	return nil
}

// exchangeDraft gives the document of this request other values to remember for the login, and returns those that
// it had.
func (r *request) exchangeDraft(values map[*variable]any) (before map[*variable]any) {
	r.mu.Lock()
	d := r.draft
	r.mu.Unlock()
	if d == nil {
		return nil
	}
	before = d.tab.exchange(values)
	r.m.drafts.weigh(d)
	return before
}

// undo takes back a session that its hooks refused, and gives the request the token it had before. The session
// was never open, so that nothing closes.
func (m *Manager) undo(ctx context.Context, r *request, record Record, before Hash) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	m.open.move(r, before)
	r.become(Record{})
	m.memory.drop(atSession(record))
	if r.joined {
		m.memory.drop(atTab(r.tab, record.ID))
	}
	m.dropStored(ctx, heldBySession(record))
	m.held.drop(record.ID)
	_, err := m.store.Delete(ctx, record.ID, Ending{Reason: Ended, Node: m.node})
	return err
}

// forgetNobody drops what a browser, its tabs and its documents remember for the login while there is none.
func (m *Manager) forgetNobody(ctx context.Context, r *request) {
	r.mu.Lock()
	own := r.draft // it holds what is the user's by now
	r.mu.Unlock()
	m.memory.drop(atBrowser(r.browser))
	m.dropStored(ctx, heldByNobody(r.browser))
	m.drafts.clear(r.browser, false, own)
	for _, t := range m.open.tabsOfBrowser(r.browser) {
		m.memory.drop(atTab(t, 0))
	}
}
