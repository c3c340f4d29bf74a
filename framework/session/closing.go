package session

import (
	"context"
	"errors"
)

// Reason says why a session closes.
type Reason string

// The reasons.
const (
	LoggedOut   Reason = "logged out"   // Disconnect
	Replaced    Reason = "replaced"     // by a log-in in the same browser
	AllSessions Reason = "all sessions" // DisconnectAll
	Expired     Reason = "expired"      // its time was over
	UserGone    Reason = "user gone"    // the groups function said ErrNoUser
)

// Closing says which session closes, and why.
type Closing struct {
	User    UserID
	Session ID
	Reason  Reason
}

// Disconnect logs the browser of this request out: it closes its session, with the closing hooks, and
// what was remembered for the session, its tabs and this request. What is user-independent stays. All the
// session's tabs restart at the main page; the asking one gets its answer first. With nobody connected it
// does nothing. (Ocsigen: Os_session.disconnect.)
func Disconnect(ctx context.Context) error {
	r := requestOf(ctx)
	if r == nil {
		return ErrOutside
	}
	if _, err := r.find(ctx); err != nil {
		return err
	}
	if r.cookies != nil {
		r.cookies.closeSession()
	}
	if record := r.session(); record.ID != 0 {
		return r.m.end(ctx, record, LoggedOut)
	}
	return nil
}

// DisconnectAllOption is a word said to DisconnectAll.
type DisconnectAllOption func(*disconnection)

type disconnection struct {
	user      UserID
	userIndep bool
	restart   bool
}

// OfUser closes the sessions of this user instead of the current one's. (Ocsigen: ?userid.)
func OfUser(user UserID) DisconnectAllOption { return func(d *disconnection) { d.user = user } }

// UserIndep says whether the user-independent state of the browsers concerned goes too. Default true.
// (Ocsigen: ?user_indep.)
func UserIndep(also bool) DisconnectAllOption {
	return func(d *disconnection) { d.userIndep = also }
}

// WithRestart says whether the tabs concerned are told to restart. Default true. Without it their calls
// get not_connected until they do so by themselves. (Ocsigen: ?with_restart.)
func WithRestart(tell bool) DisconnectAllOption { return func(d *disconnection) { d.restart = tell } }

// DisconnectAll closes all the sessions of the current user, or of another with OfUser, in every browser.
// Every tab of theirs is refused at once and restarts at the main page; other users' tabs do nothing.
// Outside a request use Manager.DisconnectAll. (Ocsigen: Os_session.disconnect_all.)
func DisconnectAll(ctx context.Context, opts ...DisconnectAllOption) error {
	r := requestOf(ctx)
	if r == nil {
		return ErrOutside
	}
	visitor, err := r.find(ctx)
	if err != nil {
		return err
	}
	me, _ := visitor.User()
	d := newDisconnection(opts)
	if d.user == 0 {
		d.user = me
	}
	if d.user == 0 {
		return ErrNotConnected
	}
	if d.user == me && r.cookies != nil {
		r.cookies.closeSession()
	}
	return r.m.disconnectAll(ctx, d)
}

// DisconnectAll is the function of the same name for use outside requests, such as in a job: it needs OfUser.
func (m *Manager) DisconnectAll(ctx context.Context, opts ...DisconnectAllOption) error {
	d := newDisconnection(opts)
	if d.user == 0 {
		return ErrNotConnected
	}
	return m.disconnectAll(ctx, d)
}

func newDisconnection(opts []DisconnectAllOption) disconnection {
	d := disconnection{userIndep: true, restart: true}
	for _, o := range opts {
		o(&d)
	}
	return d
}

func (m *Manager) disconnectAll(ctx context.Context, d disconnection) error {
	gone, err := m.store.DeleteUser(ctx, d.user)
	if err != nil {
		return err
	}
	m.close(ctx, gone, AllSessions, d.restart)
	if d.userIndep {
		for _, record := range gone {
			m.memory.dropUserIndep(record.Browser)
		}
	}
	return nil
}

// end closes one session. When another call was first there is nothing left to do.
func (m *Manager) end(ctx context.Context, record Record, reason Reason) error {
	gone, err := m.store.Delete(context.WithoutCancel(ctx), record.ID)
	if err != nil {
		return err
	}
	m.close(ctx, gone, reason, true)
	return nil
}

// endUser closes all the sessions of a user.
func (m *Manager) endUser(ctx context.Context, user UserID, reason Reason) error {
	gone, err := m.store.DeleteUser(context.WithoutCancel(ctx), user)
	if err != nil {
		return err
	}
	m.close(ctx, gone, reason, true)
	return nil
}

// close does what follows when rows are gone. First of all nothing more starts or runs under these
// sessions, in any tab; only then their hooks run, one session after the other.
func (m *Manager) close(ctx context.Context, gone []Record, reason Reason, tell bool) {
	asking := requestOf(ctx)
	tabs := make([][]*Tab, len(gone))
	for i, record := range gone {
		tabs[i] = m.open.revoke(record, asking)
		switch {
		case !tell:
		case reason == Replaced:
			m.replaced(record, tabs[i])
		default:
			m.tellToRestart(asking, tabs[i])
		}
	}
	for i, record := range gone {
		m.runClosing(ctx, record, reason, tabs[i])
	}
}

// tellToRestart tells the tabs at once, except the one that asks: it gets its answer first.
func (m *Manager) tellToRestart(asking *request, tabs []*Tab) {
	for _, t := range tabs {
		if asking != nil && asking.tab == t {
			asking.later(func() { t.host.Restart(MainPage) })
			continue
		}
		t.host.Restart(MainPage)
	}
}

// runClosing runs the closing hooks of one session, with its states going between them. The hooks cannot
// veto, so all of them run; they have a context of their own that still knows who.
func (m *Manager) runClosing(ctx context.Context, record Record, reason Reason, tabs []*Tab) {
	asking := requestOf(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingTime)
	defer cancel()
	ctx = m.closingRequest(asking, record).in(ctx)
	closing := Closing{User: record.User, Session: record.ID, Reason: reason}

	err := m.hooks.preCloseSession.runAll(ctx, closing)
	m.forget(record, tabs)
	if asking != nil && asking.session().ID == record.ID {
		asking.become(Record{})
		asking.own.clear()
	}
	err = errors.Join(err, m.hooks.postCloseSession.runAll(ctx, closing))
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "closing hooks", "user", record.User, "session", record.ID, "error", err)
	}
}

// closingRequest is what the closing hooks of a session see. For the session of the asking request it is
// that request once more; another session's tabs have no one tab to speak of.
func (m *Manager) closingRequest(asking *request, record Record) *request {
	r := &request{m: m, browser: record.Browser, token: record.Token, looked: true, record: record, own: &state{}}
	if asking != nil && asking.session().ID == record.ID {
		r.secret, r.tab, r.own = asking.secret, asking.tab, asking.own
	}
	return r
}

// forget drops what was remembered for a session and in its tabs.
func (m *Manager) forget(record Record, tabs []*Tab) {
	m.memory.drop(atSession(record))
	for _, t := range tabs {
		m.memory.drop(atTab(t))
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
