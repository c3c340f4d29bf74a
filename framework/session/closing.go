package session

import (
	"context"
	"errors"
	"fmt"
)

// Reason says why a session closes.
type Reason string

// The reasons.
const (
	LoggedOut   Reason = "logged out"   // Disconnect
	Replaced    Reason = "replaced"     // by a log-in in the same browser
	AllSessions Reason = "all sessions" // DisconnectAll
	Ended       Reason = "ended"        // it alone, from elsewhere
	NewPassword Reason = "new password" // the site says so: see Because
	Expired     Reason = "expired"      // its time was over
	Evicted     Reason = "evicted"      // the user had too many (Options.Sessions)
	UserGone    Reason = "user gone"    // the groups function said ErrNoUser
)

// Closing says which session closes, and why.
type Closing struct {
	User    UserID
	Session ID
	Reason  Reason
}

// end closes one session. When another call was first there is nothing left to do.
func (m *Manager) end(ctx context.Context, record *Record, reason Reason) error {
	which := func(r *Record) bool { return r.ID == record.ID }
	return m.close(ctx, Ending{Reason: reason}, record.Browser, which, func(ctx context.Context, how Ending) ([]Record, error) {
		return m.store.Delete(ctx, record.ID, how)
	})
}

// userRows deletes the rows of a user's sessions, but perhaps one, as Store.DeleteUser does.
type userRows func(ctx context.Context, user UserID, but ID, how Ending) ([]Record, error)

// endUser closes the sessions of a user, but perhaps one.
func (m *Manager) endUser(ctx context.Context, user UserID, but ID, how Ending, rows userRows) error {
	which := func(r *Record) bool { return r.User == user && r.ID != but }
	return m.close(ctx, how, Hash{}, which, func(ctx context.Context, how Ending) ([]Record, error) {
		return rows(ctx, user, but, how)
	})
}

// endBrowser closes the session of a browser.
func (m *Manager) endBrowser(ctx context.Context, browser Hash, how Ending) error {
	which := func(r *Record) bool { return r.Browser == browser }
	return m.close(ctx, how, browser, which, func(ctx context.Context, how Ending) ([]Record, error) {
		return m.store.DeleteBrowser(ctx, browser, how)
	})
}

// Ending is the way in which sessions close, for the nodes that have tabs of theirs.
type Ending struct {
	Reason    Reason
	By        UserID // who logs in instead
	UserIndep bool   // what is user-independent in their browsers goes too
	Silent    bool   // their tabs are not told to restart
	Node      string // where they close: it need not be told
}

// close deletes rows, and does what follows for those that it deleted. It goes on when nobody waits for it any more: a
// session without its row must not keep its tabs. in is their browser; the zero Hash for any.
func (m *Manager) close(ctx context.Context, how Ending, in Hash, which func(*Record) bool, rows rows) error {
	how.Node = m.node
	gone, err := m.deleteRows(ctx, how, in, which, rows)
	if err != nil {
		return fmt.Errorf("close sessions: %w: %w", ErrUnavailable, err)
	}
	m.runClosing(ctx, gone)
	return nil
}

// rows deletes some, and returns those that it deleted.
type rows func(context.Context, Ending) ([]Record, error)

// deleteRows deletes the rows of which sessions are meant, and ends what runs under these, also where another node was
// first and this one has not heard of it. When it fails the rows may be gone even so: then nothing that is held is
// believed any more.
func (m *Manager) deleteRows(ctx context.Context, how Ending, in Hash, which func(*Record) bool, rows rows) (ended, error) {
	m.ending.RLock()
	defer m.ending.RUnlock()
	deleting, cancel := lasting(ctx)
	defer cancel()
	known := m.known(in, which)
	gone, err := rows(deleting, how)
	if err != nil {
		m.doubt()
		return ended{}, err
	}
	e := m.revokeAll(ctx, how, gone)
	m.endKnown(ctx, how, in, known, gone)
	return e, nil
}

// known are those of some sessions, in a browser or for the zero Hash in any, that this node knows of.
func (m *Manager) known(in Hash, which func(*Record) bool) map[ID]*Record {
	known := m.open.known(in, which)
	for _, record := range m.held.of(which) {
		known[record.ID] = record
	}
	return known
}

// endKnown ends what this node knew of sessions that were to be closed, and that others have closed.
func (m *Manager) endKnown(ctx context.Context, how Ending, in Hash, known map[ID]*Record, gone []Record) {
	how.UserIndep = false // their browsers held none of these any more
	if m.open.doubt(in) {
		m.held.doubt()
	}
	for _, record := range gone {
		delete(known, record.ID)
	}
	for _, record := range known {
		m.closedElsewhere(ctx, how, record)
	}
}

// ended are sessions under which nothing starts or runs any more, and which have yet to close.
type ended struct {
	how     Ending
	records []Record
	tabs    [][]*Tab // of each of them
}

// revokeAll ends what runs under sessions whose rows were deleted.
func (m *Manager) revokeAll(ctx context.Context, how Ending, gone []Record) ended {
	e := ended{how, gone, make([][]*Tab, len(gone))}
	for i := range gone {
		e.tabs[i] = m.revoke(ctx, how, &gone[i])
	}
	return e
}

// runClosing runs the closing hooks, of one session after the other.
func (m *Manager) runClosing(ctx context.Context, e ended) {
	for i := range e.records {
		m.closeOne(ctx, e.how, &e.records[i], e.tabs[i])
	}
}

// lasting is a context for what must be done even though nobody waits for it any more.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), closingTime)
}

// revoke ends what runs under a session and tells its tabs. It returns them.
func (m *Manager) revoke(ctx context.Context, how Ending, record *Record) []*Tab {
	asking := requestOf(ctx)
	m.held.drop(record.ID)
	m.activity.forget(record.ID)
	tabs := m.open.revoke(record, asking)
	m.alarms.cancel(record.Browser) // nobody waits for its first hello any more
	switch {
	case how.Silent:
	case how.Reason == Replaced:
		m.replaced(record.Browser, how.By)
	default:
		m.tellToRestart(asking, record.Browser)
	}
	return tabs
}

// tellToRestart tells the tabs of a browser where somebody was and nobody is, also those of sessions that a log-in
// has replaced before. It does so at once, except for the tab that asks: that one gets its answer first.
func (m *Manager) tellToRestart(asking *request, browser Hash) {
	for _, t := range m.open.revokedIn(browser) {
		if asking != nil && asking.tab == t {
			asking.later(func() { t.restart(MainPage) })
			continue
		}
		t.restart(MainPage)
	}
}

// closeOne runs the closing hooks of one session, with its states going between them. The hooks cannot
// veto, so all of them run; they have a context of their own that still knows who.
func (m *Manager) closeOne(ctx context.Context, how Ending, record *Record, tabs []*Tab) {
	asking := requestOf(ctx)
	ctx, cancel := lasting(ctx)
	defer cancel()
	ctx = m.closingRequest(ctx, asking, record)
	closing := Closing{User: record.User, Session: record.ID, Reason: how.Reason}

	err := m.hooks.preCloseSession.runAll(ctx, closing)
	m.forget(record, tabs)
	m.dropStored(ctx, heldBySession(record))
	if how.UserIndep {
		m.dropStored(ctx, heldByBrowser(record.Browser))
		m.memory.dropUserIndep(record.Browser)
		m.drafts.clear(record.Browser, true, nil)
	}
	if asking != nil && asking.isOf(record.ID) {
		asking.leave()
	}
	err = errors.Join(err, m.hooks.postCloseSession.runAll(ctx, closing))
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "closing hooks", "user", record.User, "session", record.ID, "error", err)
	}
}

// closingRequest is what the closing hooks of a session see. For the session of the asking request it is
// that request once more; another session's tabs have no one tab to speak of, and no document.
func (m *Manager) closingRequest(ctx context.Context, asking *request, record *Record) *request {
	r := &request{
		Context: ctx, m: m, arrival: elsewhere, browser: record.Browser, looked: true, record: record, draft: &draft{},
	}
	if asking == nil || !asking.isOf(record.ID) {
		return r
	}
	r.secret, r.tab, r.own = asking.secret, asking.tab, asking.ownState()
	asking.mu.Lock()
	defer asking.mu.Unlock()
	if asking.draft != nil {
		r.draft, r.nonce = asking.draft, asking.nonce
	}
	return r
}

// forget drops what was remembered for a session, in its tabs and in its browser's documents.
func (m *Manager) forget(record *Record, tabs []*Tab) {
	m.memory.drop(atSession(record))
	m.drafts.clear(record.Browser, false, nil)
	for _, t := range tabs {
		m.memory.drop(atTab(t, record.ID))
	}
}

// runAll calls every hook, whatever the others return.
func (h hooks[T]) runAll(ctx context.Context, about T) error {
	var errs []error
	for _, hook := range h {
		errs = append(errs, guard(func() error { return hook(ctx, about) }))
	}
	return errors.Join(errs...)
}
