package session

import "context"

// Disconnect logs the browser of this request out: it closes its session, with the closing hooks, and
// what was remembered for the session, its tabs and this request. What is user-independent stays. All the
// session's tabs restart at the main page; the asking one gets its answer first, be it a call's or that of a
// page in place. With nobody connected there it does nothing. (Ocsigen: Os_session.disconnect.)
func Disconnect(ctx context.Context) error {
	r := requestOf(ctx)
	if r == nil {
		return ErrOutside
	}
	_, err := r.find(ctx)
	if err == nil {
		err = r.m.endBrowser(ctx, r.browser, Ending{Reason: LoggedOut})
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
	named     bool // by OfUser
	userIndep bool
	restart   bool
	others    bool
	reason    Reason
	rows      userRows
}

// OfUser closes the sessions of this user instead of the current one's. User 0 is none: ErrNoUser.
// (Ocsigen: ?userid.)
func OfUser(user UserID) DisconnectAllOption {
	return func(d *disconnection) { d.user, d.named = user, true }
}

// UserIndep says whether the user-independent state of the browsers concerned goes too. Default true.
// (Ocsigen: ?user_indep.)
func UserIndep(also bool) DisconnectAllOption {
	return func(d *disconnection) { d.userIndep = also }
}

// WithRestart says whether the tabs concerned are told to restart. Default true. Without it their calls
// get not_connected until they do so by themselves. (Ocsigen: ?with_restart.)
func WithRestart(tell bool) DisconnectAllOption { return func(d *disconnection) { d.restart = tell } }

// Others leaves the session of this request open.
func Others() DisconnectAllOption { return func(d *disconnection) { d.others = true } }

// Because says why, for the closing hooks. Default AllSessions.
func Because(reason Reason) DisconnectAllOption { return func(d *disconnection) { d.reason = reason } }

// Together leaves it to rows to delete the sessions' rows, in a transaction of the site's, such as the one that changes a
// password: then both have happened or neither has, whatever fails in between. rows does with pgstore.DeleteUser what it is
// given, and calls nothing else of this package. It has 10 seconds, and goes on when nobody waits any more. Its error is
// DisconnectAll's, and then the sessions go on. With Others that is ErrNotConnected where the session of the request has
// ended meanwhile: who was logged out by somebody's new password sets none of his own after it.
func Together(rows func(ctx context.Context, user UserID, but ID, how Ending) ([]Record, error)) DisconnectAllOption {
	return func(d *disconnection) { d.rows = rows }
}

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
	if !d.named {
		d.user, d.named = me, visitor.Connected()
	}
	var but ID
	if d.others {
		but = r.session().ID
	}
	if d.others && but == 0 && d.rows != nil {
		return ErrNotConnected
	}
	err = r.m.disconnectAll(ctx, d, but)
	if err == nil && d.user == me && but == 0 {
		r.loggedOut()
	}
	return err
}

// DisconnectAll is the function of the same name for use outside requests, such as in a job: it needs OfUser.
func (m *Manager) DisconnectAll(ctx context.Context, opts ...DisconnectAllOption) error {
	return m.disconnectAll(ctx, newDisconnection(opts), 0)
}

func newDisconnection(opts []DisconnectAllOption) disconnection {
	d := disconnection{userIndep: true, restart: true, reason: AllSessions}
	for _, o := range opts {
		o(&d)
	}
	return d
}

func (m *Manager) disconnectAll(ctx context.Context, d disconnection, but ID) error {
	switch {
	case !d.named:
		return ErrNotConnected
	case d.user == 0:
		return ErrNoUser
	}
	how := Ending{Reason: d.reason, UserIndep: d.userIndep, Silent: !d.restart}
	if d.rows == nil {
		return m.endUser(ctx, d.user, but, how, m.store.DeleteUser)
	}
	var failed error // of the site's own: it is none of ours
	err := m.endUser(ctx, d.user, but, how, func(ctx context.Context, user UserID, but ID, how Ending) (gone []Record, err error) {
		gone, failed = d.rows(ctx, user, but, how)
		return gone, failed
	})
	if failed != nil {
		return failed
	}
	return err
}
