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
// nobody is connected. Of a user who has too many sessions (Options.Sessions) the one unseen longest is closed.
// When it has let the user in, what the browser and its tabs remembered for nobody is dropped, so that nothing
// planted before a log-in is found after it.
//
// The rest of the request is the user's. A tab that was nobody's and asks with a page request of its own (Join)
// goes on as the user's: OnStartConnectedProcess runs for it. If that fails the log-in stands, the error is
// logged, and the tab restarts. A tab of another log-in does not go on. The browser's other tabs are told to
// load their documents again when the new session has first been seen in a tab, so that they never come back
// without its cookie.
//
// It needs an HTTP answer for the cookie, one that has not begun. A server function has none: there Connect only notes
// that the tab shall log the user in, with a request of its own, when the function has returned without an error: see
// Ticket. No hook runs in the call, and the visitor stays who it was. All of the above happens in that request, and the
// call fails in the browser if it fails there. Of several calls of Connect and Reauthenticated in one function the last
// counts. It returns ErrNotConnected where the tab's session has ended, such as behind Disconnect in the same function.
//
// Where there is neither, as in the hooks of a tab's start, and in a call that wants no answer, it returns ErrNoAnswer. A
// user whom the groups function does not know gets ErrNoUser, at once also in a server function. A hook that Connect runs
// may not call it: ErrConnecting, and the log-in under way goes on. (Ocsigen: Os_session.connect.)
func Connect(ctx context.Context, user UserID, opts ...ConnectOption) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case r.cookies == nil && !r.waited:
		return ErrNoAnswer
	case user == 0:
		return ErrNoUser
	case r.called:
		return r.connectLater(ctx, user, opts)
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

// connectLater is Connect in a server function.
func (r *request) connectLater(ctx context.Context, user UserID, opts []ConnectOption) error {
	if _, err := r.m.askGroups(ctx, user, nil); err != nil {
		return err
	}
	return r.wishes(func(ctx context.Context) error { return Connect(ctx, user, opts...) })
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
	now, token := m.opts.Now(), newSecret(tokenBytes)
	record := &Record{
		User: user, Token: token.hash(), Browser: r.browser,
		Created: now, SignedIn: now, Seen: now, Issued: now, IdleEnds: now.Add(m.opts.Idle), Ends: now.Add(m.opts.Lifetime),
		Expires: l.expire, Agent: r.agent, Network: r.network,
	}
	opened, err := m.openRow(ctx, r, record)
	if err != nil {
		return err
	}
	record.ID = opened.ID
	if err := m.openSession(ctx, r, record, len(opened.Replaced) > 0); err != nil {
		return err
	}
	r.cookies.openSession(token, m.cookieLife(record))
	return nil
}

// openRow makes a session's row, and closes the sessions that gave way to it. The request is registered before, so
// that whoever closes the new session, from its first moment on, finds it. When it returns an error nothing has
// happened, as far as can be known.
func (m *Manager) openRow(ctx context.Context, r *request, record *Record) (Opened, error) {
	opened, replaced, evicted, err := m.exchangeRows(ctx, r, record)
	if err != nil {
		return opened, err
	}
	m.runClosing(ctx, replaced)
	m.runClosing(ctx, evicted)
	if r.visitor().Connected() { // another call has closed the session that was here
		r.leave()
	}
	return opened, nil
}

// exchangeRows makes a row for others, and ends what ran under these.
func (m *Manager) exchangeRows(ctx context.Context, r *request, record *Record) (opened Opened, replaced, evicted ended, err error) {
	m.ending.RLock()
	defer m.ending.RUnlock()
	opening, cancel := lasting(ctx)
	defer cancel()
	was, how := r.session(), Ending{By: record.User, Node: m.node}
	if !m.open.seek(r) {
		return opened, replaced, evicted, ErrOutside
	}
	known := m.known(r.browser, func(other *Record) bool { return other.Browser == r.browser })
	opened, err = m.store.Open(opening, *record, m.opts.Sessions, how)
	if err != nil {
		back, cancel := lasting(ctx) // the other's time may be over: perhaps that is why
		defer cancel()
		m.notOpened(back, r, record, was)
		return opened, replaced, evicted, fmt.Errorf("open a session: %w: %w", ErrUnavailable, err)
	}
	m.settle(opening, r, opened.ID)
	how.Reason = Replaced
	replaced = m.revokeAll(ctx, how, opened.Replaced)
	m.endKnown(ctx, how, r.browser, known, opened.Replaced)
	how.Reason = Evicted
	return opened, replaced, m.revokeAll(ctx, how, opened.Evicted), nil
}

// settle makes a request one of a session that was just made, unless that has been closed since.
func (m *Manager) settle(ctx context.Context, r *request, id ID) {
	for !m.open.settle(r, id) {
		if found, err := m.ofStore(ctx, id); err != nil || len(found) == 0 {
			m.open.closeRequest(r)
			return
		}
	}
}

// notOpened goes back to the session before when a row could not be made. Or perhaps it was, and its answer got lost:
// then nobody has its cookie, and the session before is gone.
func (m *Manager) notOpened(ctx context.Context, r *request, record, was *Record) {
	m.doubt()
	if found, err := m.store.Find(ctx, record.Token, record.Issued); err == nil {
		if _, err = m.store.Delete(ctx, found.ID, Ending{Reason: Ended, Node: m.node}); err != nil {
			m.opts.Log.ErrorContext(ctx, "a session that nobody can use is left", "session", found.ID, "error", err)
		}
	}
	if was.ID == 0 {
		m.open.settle(r, 0) // nobody's goes on, whatever has ended meanwhile
		return
	}
	m.settle(ctx, r, was.ID)
	if found, err := m.ofStore(ctx, was.ID); err != nil || len(found) == 0 {
		m.open.closeRequest(r)
	}
}

// openSession runs the hooks of a session whose row is made.
func (m *Manager) openSession(ctx context.Context, r *request, record *Record, replaced bool) error {
	r.become(record)
	nobodys := r.exchangeDraft(nil)
	err := r.checkIsOf(record.ID) // somebody may have ended it already
	if err == nil {
		err = m.hooks.openSession.run(ctx, record.User)
	}
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
		ended := !r.isOf(record.ID) // whoever has ended it has told the tabs
		err = errors.Join(err, m.undo(ctx, r, record))
		r.exchangeDraft(nobodys)
		if replaced && !ended {
			m.replacedInVain(r)
		}
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

// undo takes back a session that its hooks refused. It was never open, so that nothing closes.
func (m *Manager) undo(ctx context.Context, r *request, record *Record) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	m.open.settle(r, 0)
	r.become(nobody)
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
