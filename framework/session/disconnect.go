package session

import "context"

// Disconnect logs the browser of this request out: it closes its session, with the closing hooks, and
// what was remembered for the session, its tabs and this request. What is user-independent stays. All the
// session's tabs restart at the main page; the asking one gets its answer first, be it a call's or that of a
// page in place. With nobody connected it does nothing. (Ocsigen: Os_session.disconnect.)
func Disconnect(ctx context.Context) error {
	r := requestOf(ctx)
	if r == nil {
		return ErrOutside
	}
	record, err := r.atHand(ctx)
	if err == nil && record.ID != 0 {
		err = r.m.end(ctx, record, LoggedOut)
	}
	if err == nil {
		r.loggedOut()
	}
	return err
}

// loggedOut follows a log-out that was done, by this request or by another that was faster: the rest of the
// request is nobody's, and its answer clears the cookie.
func (r *request) loggedOut() {
	if r.visitor().Connected() {
		r.leave()
	}
	if r.cookies != nil {
		r.cookies.closeSession()
	}
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
	err = r.m.disconnectAll(ctx, d)
	if err == nil && d.user == me {
		r.loggedOut()
	}
	return err
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
	how := ending{reason: AllSessions, userIndep: d.userIndep, silent: !d.restart}
	return m.close(ctx, how, func(ctx context.Context) ([]Record, error) { return m.store.DeleteUser(ctx, d.user) })
}
