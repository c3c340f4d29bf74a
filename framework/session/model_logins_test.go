package session_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// logIn logs any user in, also where somebody is already.
func (m *model) logIn() { m.connects(m.anyVisit(allWays...)) }

func (m *model) logInRefused() {
	m.vetoes = true
	m.connects(m.anyVisit("page", "lost page", "in place"))
	m.vetoes = false
}

func (m *model) connects(v *visiting) {
	u, expire := m.user(), m.sometimes("expire", 3)
	var opts []session.ConnectOption
	if expire {
		opts = append(opts, session.Expire())
	}
	connect := func(ctx context.Context) error { return session.Connect(ctx, u.id, opts...) }
	if v.way == "in place" && m.sometimes("ticket", 2) {
		if ticket, ok := m.ticket(v, u, connect); ok {
			connect = func(ctx context.Context) error { return session.Redeem(ctx, ticket) }
			m.count("log-in by ticket")
		}
		v.may = v.login != nil && !m.revoked(v.login, v.n) // the call may have ended it: its user is gone
	}
	m.do(v, func(ctx context.Context, l *login) error {
		others := m.rows()
		err := connect(ctx)
		m.judgeConnect(v, u, err)
		if v.way == "call" {
			return nil // it is not said to the tab
		}
		if err == nil || errors.Is(err, errVeto) {
			m.giveWay(v, u, others)
		}
		if err == nil {
			m.hasOpened(ctx, v, u, expire)
		}
		return nil
	})
}

// ticket is what a call of the tab gets that would log a user in; false when it is refused.
func (m *model) ticket(v *visiting, u *modelUser, connect func(ctx context.Context) error) (ticket string, ok bool) {
	call := &visiting{actor: v.actor, way: "call", jar: v.jar, may: v.may}
	m.do(call, func(ctx context.Context, l *login) error {
		m.judgeConnect(call, u, connect(ctx))
		ticket, ok = session.Ticket(ctx)
		return nil
	})
	return ticket, ok
}

// judgeConnect says whether a log-in may fail so.
func (m *model) judgeConnect(v *visiting, u *modelUser, err error) {
	var good bool
	switch {
	case errors.Is(err, session.ErrUnavailable):
		good = !v.n.healthy()
	case errors.Is(err, session.ErrNoUser):
		good = u.gone
	case m.vetoes && v.way != "call": // the hook does not run there
		good = errors.Is(err, errVeto)
	case v.way == "call": // it asks about the user alone
		good = err == nil && v.n.users.fault == nil && !u.gone
	default:
		good = err == nil && v.n.healthy() && !u.gone
	}
	if !good {
		m.fail("log in: %v", err)
	}
}

// giveWay says which sessions a log-in closes: what the browser had, and one of the user's when he has too many.
func (m *model) giveWay(v *visiting, u *modelUser, rows map[session.ID]session.Record) {
	hash := v.browser.hash()
	m.mustClose(v.n, closing{reason: session.Replaced}, func(l *login) bool { return l.hash == hash })
	var rest []session.Record
	for _, r := range rows {
		if r.User == u.id && r.Browser != hash {
			rest = append(rest, r)
		}
	}
	slices.SortFunc(rest, func(a, b session.Record) int { return b.Seen.Compare(a.Seen) })
	for len(rest) > 1 {
		least := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		if len(rest) > 0 && rest[len(rest)-1].Seen.Equal(least.Seen) {
			least.ID = m.whichIsGone(least.ID, rest[len(rest)-1].ID)
		}
		m.mustClose(v.n, closing{reason: session.Evicted}, func(l *login) bool { return l.id == least.ID })
	}
}

// whichIsGone says which of two sessions, unseen for equally long, had to go.
func (m *model) whichIsGone(one, other session.ID) session.ID {
	if _, there := m.rows()[one]; there {
		return other
	}
	return one
}

// hasOpened notes a log-in that stands.
func (m *model) hasOpened(ctx context.Context, v *visiting, u *modelUser, expire bool) {
	hash := session.BrowserHash(ctx)
	now := m.now()
	l := &login{user: u.id, browser: v.browser, hash: hash, ends: now.Add(30 * 24 * time.Hour), active: now, expire: expire}
	for id, r := range m.rows() {
		if r.Browser == hash {
			l.id, l.row = id, r
		}
	}
	if who, _ := session.Current(ctx).User(); who != u.id || l.id == 0 || l.row.User != u.id {
		m.fail("after the log-in of user %d: %d, %+v", u.id, who, l.row)
	}
	m.logins, m.opened = append(m.logins, l), append(m.opened, l)
	v.browser.opened++
	m.forgetNobody(v.n, v.browser)
	as := v.actor
	as.login = l
	if v.way == "in place" && v.login == nil {
		v.tab.number, _ = session.Raised(ctx)
		if v.tab.number != 1 || v.tab.Visitor() != session.Current(ctx) {
			m.fail("the pin has not moved: %d", v.tab.number)
		}
		v.tab.login, v.tab.before = l, len(v.tab.heard())
		m.count("pin moved")
	} else if v.way == "in place" {
		return // what it remembers is of a tab that does not go on
	}
	for _, s := range scopes[1:] {
		m.read(as, s.name, s.ref.Get(ctx))
	}
}
