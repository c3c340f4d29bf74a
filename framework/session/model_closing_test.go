package session_test

import (
	"context"
	"errors"

	"github.com/ocsigo/start/framework/session"
)

func (m *model) look() {
	m.do(m.anyVisit(allWays...), func(context.Context, *login) error { return nil })
}

// gated is a request for administrators: what has changed is felt when it was said, and after 30 seconds in any case.
func (m *model) gated() {
	v := m.anyVisit(allWays...)
	m.do(v, func(context.Context, *login) error { return nil }, session.Allow("admin"))
	denied := errors.Is(v.err, session.ErrPermissionDenied)
	if !v.ran && !denied || v.login == nil {
		return
	}
	if denied && v.may && !v.tabIsHidden() {
		v.login.active = m.now()
	}
	u := m.users[v.login.user]
	sure := u.told[v.n] || m.now().Sub(u.turned) >= session.HeldFor
	if !v.login.closed && sure && v.ran != u.admin && m.opens(v.browser) {
		m.fail("user %d is an administrator: %v. Let in: %v", u.id, u.admin, v.ran)
	}
}

// mustClose says that what a node has done closes these sessions: those that others have closed before are over for
// it, too, whether it has heard of that or not.
func (m *model) mustClose(n *modelNode, how closing, which func(l *login) bool) {
	for _, l := range m.logins {
		if l.closed && which(l) && !l.heard[n] {
			l.heard[n] = true
			l.late = noting(l.late, n)
			m.unsure(n, l.browser)
		}
		if _, already := m.expects[l]; !l.closed && !already && which(l) {
			m.expects[l] = how
		}
	}
}

// leaves checks that the rest of a request whose session it has closed reads nothing of that session.
func (m *model) leaves(ctx context.Context, v *visiting, l *login) {
	if l == nil {
		return
	}
	if who, _ := session.Current(ctx).User(); who != 0 {
		m.fail("after it has closed its session a request goes on as user %d", who)
	}
	m.kill("its session has closed", func(s *stamp) bool {
		return s.n == v.n && s.login == l && (s.scope == "tab" || s.scope == "browser")
	})
	as := v.actor
	as.login = nil
	for _, s := range scopes[:4] {
		m.read(as, s.name, s.ref.Get(ctx))
	}
}

// ends judges how closing something went: it must, where the store answers.
func (m *model) ends(n *modelNode, err error) {
	if err != nil && (n.healthy() || !errors.Is(err, session.ErrUnavailable)) {
		m.fail("%v", err)
	}
}

func (m *model) logOut() {
	v := m.anyVisit(allWays...)
	m.do(v, func(ctx context.Context, l *login) error {
		err := session.Disconnect(ctx)
		m.ends(v.n, err)
		if err == nil {
			hash := v.browser.hash()
			m.mustClose(v.n, closing{reason: session.LoggedOut}, func(l *login) bool { return l.hash == hash })
			m.leaves(ctx, v, l)
		}
		return nil
	})
}

// said draws what DisconnectAll is told.
func (m *model) said() (how closing, opts []session.DisconnectAllOption) {
	how = closing{reason: session.AllSessions, indep: m.sometimes("indep", 2), silent: m.sometimes("silent", 3)}
	return how, []session.DisconnectAllOption{session.UserIndep(how.indep), session.WithRestart(!how.silent)}
}

// logOutEverywhere is DisconnectAll in a request, of its own user or of another.
func (m *model) logOutEverywhere() {
	v := m.anyVisit(allWays...)
	how, opts := m.said()
	others, named := m.sometimes("others", 2), m.sometimes("named", 3)
	m.do(v, func(ctx context.Context, l *login) error {
		var of session.UserID
		if l != nil {
			of = l.user
		}
		if named {
			of = m.user().id
			opts = append(opts, session.OfUser(of))
		}
		if others {
			opts = append(opts, session.Others())
		}
		err := session.DisconnectAll(ctx, opts...)
		if of == 0 {
			if !errors.Is(err, session.ErrNotConnected) {
				m.fail("nobody: %v", err)
			}
			return nil
		}
		m.ends(v.n, err)
		if err == nil {
			m.mustClose(v.n, how, func(other *login) bool { return other.user == of && !(others && other == l) })
		}
		if err == nil && l != nil && l.user == of && !others {
			m.leaves(ctx, v, l)
		}
		return nil
	})
}

// closeUser is DisconnectAll outside a request.
func (m *model) closeUser() {
	n, u := m.node(), m.user()
	how, opts := m.said()
	err := n.DisconnectAll(context.Background(), append(opts, session.OfUser(u.id))...)
	m.ends(n, err)
	if err == nil {
		m.mustClose(n, how, func(l *login) bool { return l.user == u.id })
	}
}

// closeOne is DisconnectSession in a request: of one's own, and of nobody else's.
func (m *model) closeOne() {
	which, v := one(m, "session", m.logins), m.anyVisit(allWays...)
	m.do(v, func(ctx context.Context, l *login) error {
		err := session.DisconnectSession(ctx, which.id)
		switch {
		case l == nil:
			if !errors.Is(err, session.ErrNotConnected) {
				m.fail("nobody: %v", err)
			}
		case l == which && err == nil:
			m.mustClose(v.n, closing{reason: session.LoggedOut}, func(other *login) bool { return other.hash == v.browser.hash() })
			m.leaves(ctx, v, l)
		case errors.Is(err, session.ErrNoSession):
			if !which.closed && which.user == l.user {
				m.fail("user %d has session %d: %v", l.user, which.id, err)
			}
		case err == nil && which.user == l.user:
			m.mustClose(v.n, closing{reason: session.Ended}, func(other *login) bool { return other == which })
		case err == nil:
			m.fail("user %d has closed a session of user %d", l.user, which.user)
		default:
			m.ends(v.n, err)
		}
		return nil
	})
}

func (m *model) closeOneOutside() {
	which, n := one(m, "session", m.logins), m.node()
	err := n.DisconnectSession(context.Background(), which.id)
	if which.closed && errors.Is(err, session.ErrNoSession) {
		return
	}
	m.ends(n, err)
	if err == nil {
		m.mustClose(n, closing{reason: session.Ended}, func(l *login) bool { return l == which })
	}
}

// proveAgain is Reauthenticated.
func (m *model) proveAgain() {
	v := m.anyVisit(allWays...)
	m.do(v, func(ctx context.Context, l *login) error {
		err := session.Reauthenticated(ctx)
		switch {
		case v.way == "call" && l != nil && err == nil: // it is only noted, also under a session whose end is unheard
		case l == nil || l.closed:
			if !errors.Is(err, session.ErrNotConnected) && (v.n.healthy() || !errors.Is(err, session.ErrUnavailable)) {
				m.fail("%v", err)
			}
		default:
			m.ends(v.n, err)
		}
		return nil
	})
}
