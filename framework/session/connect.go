package session

import (
	"context"
	"errors"
)

// ConnectOption is a word said to Connect.
type ConnectOption func(*login)

type login struct{ expire bool }

// Expire lets the session end when the browser exits. Without it the browser keeps the session's cookie
// as long as the session lasts. (Ocsigen: ?expire.)
func Expire() ConnectOption { return func(l *login) { l.expire = true } }

// Connect logs the user in, in the browser that makes this request. A session that is open there is
// closed first, with its hooks. What the browser and its tabs remembered for nobody is dropped, so that
// nothing planted before a log-in is found after it. Then OnOpenSession runs; its error undoes the
// session and is returned.
//
// The rest of the request is the user's. The browser's other tabs are told to load their documents again
// when the new session has first been seen in a tab, so that they never come back without its cookie.
//
// It needs an HTTP answer that has not begun, for the cookie; else it returns ErrNoAnswer.
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
	var l login
	for _, o := range opts {
		o(&l)
	}
	return r.m.connect(ctx, r, user, l)
}

func (m *Manager) connect(ctx context.Context, r *request, user UserID, l login) error {
	if _, err := m.opts.Groups(ctx, user, nil); err != nil {
		return err
	}
	if _, err := r.find(ctx); err != nil {
		return err
	}
	if old := r.session(); old.ID != 0 {
		if err := m.end(ctx, old, Replaced); err != nil {
			return err
		}
	}
	token := newSecret(tokenBytes)
	now := m.opts.Now()
	record := Record{
		User: user, Token: token.hash(), Browser: r.browser,
		Created: now, SignedIn: now, Ends: now.Add(m.opts.Lifetime),
	}
	id, err := m.store.Insert(ctx, record)
	if err != nil {
		return err
	}
	record.ID = id
	m.memory.drop(atBrowser(r.browser))
	r.restart(record)
	if err := m.hooks.openSession.run(ctx, user); err != nil {
		r.restart(Record{})
		_, undo := m.store.Delete(context.WithoutCancel(ctx), id)
		m.memory.drop(atSession(record))
		return errors.Join(err, undo)
	}
	life := m.opts.Lifetime
	if l.expire {
		life = 0
	}
	r.cookies.openSession(token, life)
	return nil
}

// restart makes the rest of the request one of another identity. The running request moves in the
// registry with it, so that whatever ends the new session finds it.
func (r *request) restart(record Record) {
	r.m.open.end(r)
	r.mu.Lock()
	r.looked, r.closed, r.record, r.token = true, false, record, record.Token
	r.mu.Unlock()
	r.m.open.begin(r)
}

// expectHello sees to it that the browser's other tabs hear of a new session even when the document that
// brought its cookie back says no hello.
func (m *Manager) expectHello(record Record) {
	if m.open.strangers(record) {
		m.alarms.once(record.ID, seenAtLatest, func() { m.seen(record) })
	}
}

// seen restarts the browser's tabs that belong to another session, or to nobody: the new session's cookie
// has come back, so they cannot be loaded without it.
func (m *Manager) seen(record Record) {
	m.alarms.cancel(record.ID)
	for _, t := range m.open.tabsOfBrowser(record.Browser) {
		if t.token != record.Token {
			t.host.Restart(SamePage)
		}
	}
}

// replaced restarts the tabs of a session that a log-in replaced, should the new session stay unseen.
func (m *Manager) replaced(old Record, tabs []*Tab) {
	if len(tabs) == 0 {
		return
	}
	m.alarms.once(old.ID, replacedTabs, func() { restart(tabs, SamePage) })
}

// Where a restarted tab goes.
const (
	SamePage = ""  // it loads its own URL again
	MainPage = "/" // it goes to the site's main page
)

func restart(tabs []*Tab, to string) {
	for _, t := range tabs {
		t.host.Restart(to)
	}
}
