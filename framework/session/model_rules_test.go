package session_test

import (
	"context"
	"errors"
	"slices"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// idle is how long a session lasts after its user was last active.
const idle = 14 * 24 * time.Hour

// revoked reports whether nothing may start under a session on a node any more.
func (m *model) revoked(l *login, n *modelNode) bool {
	now, u := m.now(), m.users[l.user]
	switch {
	case !now.Before(l.ends), !now.Before(l.active.Add(idle)):
		return true
	case l.closed && (l.on == n || l.heard[n] || now.Sub(l.at) >= session.HeldFor):
		return true
	default:
		return u.gone && (u.knows[n] || now.Sub(u.since) >= session.HeldFor)
	}
}

// opens reports whether a browser's cookie opens its session in the store: be it the token before.
func (m *model) opens(b *modelBrowser) bool {
	l := m.tokens[b.jar["dev-session"]]
	if l == nil || l.closed {
		return false
	}
	hash := hashOf(b.jar["dev-session"])
	return l.row.Token == hash || l.row.Before == hash && m.now().Before(l.row.BeforeEnds)
}

// settle waits until everybody has heard what he hears, and compares what has happened with what may have.
func (m *model) settle() {
	synctest.Wait()
	events := append(m.nodes[0].take(), m.nodes[1].take()...)
	rows := m.rows()
	for _, l := range m.logins {
		row, there := rows[l.id]
		delete(rows, l.id)
		switch {
		case l.closed && there:
			m.fail("session %d is back", l.id)
		case !l.closed && !there:
			events = m.hasClosed(l, events)
		case !l.closed:
			if _, expected := m.expects[l]; expected {
				m.fail("session %d of user %d is still there", l.id, l.user)
			}
			l.row = row
		}
	}
	for id := range rows {
		m.fail("nobody has opened session %d", id)
	}
	m.checkOpened(events)
	for _, b := range m.browsers {
		if m.opens(b) {
			b.lived = m.now()
		}
	}
	m.checkTabs()
	m.checkLong()
}

// rows are all that the store holds.
func (m *model) rows() map[session.ID]session.Record {
	found := map[session.ID]session.Record{}
	for user := range m.users {
		all, _ := m.first.store.MemoryStore.OfUser(context.Background(), user)
		for _, r := range all {
			found[r.ID] = r
		}
	}
	return found
}

// hasClosed follows the end of a session: its hooks have run once, in order, on one node, for a reason that there is.
func (m *model) hasClosed(l *login, events []event) (others []event) {
	var own []event
	for _, e := range events {
		if e.what != "open" && e.closing.Session == l.id {
			own = append(own, e)
		} else {
			others = append(others, e)
		}
	}
	if len(own) != 2 || own[0].what != "pre" || own[1].what != "post" || own[0].on != own[1].on {
		m.fail("the hooks of session %d: %+v", l.id, own)
	}
	pre, post := own[0], own[1]
	if pre.closing != post.closing || pre.closing.User != l.user || !m.mayClose(l, pre.closing.Reason) {
		m.fail("%v: %v, expected %v, now %v, idle %v, active %v, ends %v", l, pre.closing, m.expects[l], m.now(), l.row.IdleEnds, l.active, l.ends)
	}
	if v := pre.value; v != 0 && m.stamps[v-1].login != l || post.value != 0 {
		m.fail("session %d: its hooks read %d and %d", l.id, pre.value, post.value)
	}
	l.closed, l.at, l.slept, l.on = true, m.now(), time.Now(), pre.on
	l.heard, l.done = map[*modelNode]bool{}, map[*modelNode]bool{}
	if l.closing = m.expects[l]; l.closing.reason != pre.closing.Reason {
		l.closing = closing{reason: pre.closing.Reason}
	}
	m.count("closed: " + string(l.closing.reason))
	l.heard[l.on] = true
	if other := m.nodes[1-l.on.number]; !other.deaf && l.closing.reason != session.Expired {
		l.heard[other] = true
	}
	for n := range l.heard {
		l.done[n] = true
		m.closedOn(l, n)
	}
	return others
}

// mayClose reports whether there is such a reason.
func (m *model) mayClose(l *login, why session.Reason) bool {
	now := m.now()
	switch expected, is := m.expects[l]; {
	case is && expected.reason == why:
		return true
	case why == session.Expired:
		return !now.Before(l.ends) || !now.Before(l.row.IdleEnds.Add(-2*time.Minute))
	default:
		return why == session.UserGone && m.users[l.user].gone
	}
}

// checkOpened compares the hooks that are left with the log-ins that stand.
func (m *model) checkOpened(events []event) {
	opens := 0
	for _, e := range events {
		if e.what != "open" {
			m.fail("a hook of what did not close: %+v", e)
		}
		opens++
	}
	if opens != len(m.opened) {
		m.fail("%d sessions were opened, and the hook has run %d times", len(m.opened), opens)
	}
	m.opened = nil
}

// heardAll notes that a node knows by now all that it has missed, or believes nothing that it knew.
func (m *model) heardAll(n *modelNode) {
	for _, l := range m.logins {
		if l.closed {
			l.heard[n] = true
		}
	}
	for _, u := range m.users {
		u.knows, u.told = noting(u.knows, n), noting(u.told, n)
	}
}

func noting(known map[*modelNode]bool, n *modelNode) map[*modelNode]bool {
	if known == nil {
		known = map[*modelNode]bool{}
	}
	known[n] = true
	return known
}

// checkTabs looks at what the tabs were told.
func (m *model) checkTabs() {
	for _, t := range slices.Clone(m.tabs) {
		heard := t.heard()
		if slices.Contains(heard, "evict") || slices.Contains(heard, "end") {
			if !t.mayEnd(heard) {
				m.fail("tab %d was told %q", t.number0, heard)
			}
			m.count("tab put out")
			m.close(t)
			continue
		}
		m.checkTold(t, heard)
	}
	for _, n := range m.nodes {
		for _, u := range m.users {
			m.checkPushes(n, u)
		}
	}
}

// checkTold looks at how a tab was told to restart.
func (m *model) checkTold(t *modelTab, heard []string) {
	l := t.login
	switch {
	case l == nil:
		if len(heard) > 0 && t.browser.opened == t.opened && !t.strange {
			m.fail("tab %d is nobody's, and nobody has logged in there: it was told %q", t.number0, heard)
		}
	case !l.closed && t.missed && len(heard) == t.before+1 && heard[t.before] == "ask first":
		t.missed, t.before = false, len(heard)
		m.count("missed something")
	case !l.closed:
		if len(heard) > t.before {
			m.fail("tab %d of user %d was told %q: its session is open", t.number0, l.user, heard)
		}
	case !l.done[t.n] || l.closing.silent:
	case l.late[t.n]: // in whichever way it was closed again
		if len(heard) == 0 && t.call(func(context.Context) {}) == nil {
			m.fail("tab %d of user %d was told nothing, and goes on", t.number0, l.user)
		}
	case l.closing.reason != session.Replaced:
		if !slices.Contains(heard, "main page") {
			m.fail("tab %d of user %d was told %q: its session is closed", t.number0, l.user, heard)
		}
	case time.Since(l.slept) > session.ReplacedTabs && len(heard) == 0 && t.call(func(context.Context) {}) == nil:
		m.fail("tab %d of user %d was told nothing, and goes on", t.number0, l.user)
	}
	if i := slices.Index(heard, "main page"); i >= 0 && i < len(heard)-1 {
		m.fail("tab %d was told %q", t.number0, heard)
	}
}

// checkPushes looks at whom what is for a user would be sent to.
func (m *model) checkPushes(n *modelNode, u *modelUser) {
	told := n.TabsOfUser(u.id)
	for _, t := range m.tabs {
		t.missed = t.missed || t.n == n && t.login != nil && t.login.user == u.id && !slices.Contains(told, t.Tab)
	}
	for _, to := range told {
		i := slices.IndexFunc(m.tabs, func(t *modelTab) bool { return t.Tab == to })
		if i < 0 {
			m.fail("a closed tab gets what is pushed to user %d", u.id)
		}
		if l := m.tabs[i].login; l == nil || l.user != u.id || l.closed && l.done[n] {
			m.fail("tab %d gets what is pushed to user %d", m.tabs[i].number0, u.id)
		}
	}
}

// checkLong looks at the calls under way: they end with their session, and with nothing else.
func (m *model) checkLong() {
	for _, c := range m.long {
		cause := context.Cause(c.ctx)
		switch l := c.login; {
		case l != nil && l.closed && l.done[c.tab.n]:
			if !errors.Is(cause, session.ErrNotConnected) {
				m.fail("a call goes on under session %d: %v", l.id, cause)
			}
			if perBrowser.Get(c.ctx) != 0 || perTab.Get(c.ctx) != 0 || perUser.Get(c.ctx) != 0 {
				m.fail("a call still reads what session %d remembered", l.id)
			}
			m.count("long call ended")
		case l == nil || !l.closed:
			if cause != nil {
				m.fail("a call has ended: %v", cause)
			}
		}
	}
}
