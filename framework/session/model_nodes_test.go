package session_test

import (
	"context"
	"errors"
	"slices"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/ocsigo/start/framework/session"
)

// seconds pass, for the timers too.
func (m *model) seconds() {
	seconds := one(m, "seconds", []int{1, 2, 5, 9, 10, 15, 29, 30, 31, 60, 120})
	time.Sleep(time.Duration(seconds) * time.Second)
	m.settle()
	if seconds < 15 {
		return
	}
	for _, n := range m.nodes { // each has asked by itself
		m.asked(n)
	}
}

// days pass for whatever expires. What users have done before is written down first.
func (m *model) days() {
	time.Sleep(time.Minute)
	m.settle()
	hours := one(m, "hours", []int{1, 2, 24, 6 * 24, 7 * 24, 8 * 24, 13 * 24, 14 * 24, 30 * 24})
	less := rapid.IntRange(0, 2).Draw(m.t, "minutes less")
	m.skew.Add(int64(time.Duration(hours)*time.Hour - time.Duration(less)*time.Minute))
}

// groupsChange makes somebody an administrator, or not any more.
func (m *model) groupsChange() {
	u := m.user()
	u.admin, u.turned, u.told = !u.admin, m.now(), nil
	m.inSite(func() {
		m.first.users.members[u.id] = nil
		if u.admin {
			m.first.users.members[u.id] = []session.Group{"admin"}
		}
	})
	m.sayChanged(u)
}

func (m *model) accountGoes() {
	u := m.user()
	if !u.gone {
		u.gone, u.since, u.knows = true, m.now(), nil
		m.inSite(func() { m.first.users.gone[u.id] = true })
	}
	m.sayChanged(u)
}

func (m *model) accountComes() {
	u := m.user()
	u.gone = false
	m.inSite(func() { delete(m.first.users.gone, u.id) })
	m.sayChanged(u)
}

// inSite changes what the site says about its users.
func (m *model) inSite(change func()) {
	m.first.users.mu.Lock()
	defer m.first.users.mu.Unlock()
	change()
}

// sayChanged says that a user has changed, or does not.
func (m *model) sayChanged(u *modelUser) {
	if m.sometimes("says nothing", 3) {
		return
	}
	n := m.node()
	err := n.Changed(context.Background(), u.id)
	if err != nil && (n.healthy() || !errors.Is(err, session.ErrUnavailable)) {
		m.fail("%v", err)
	}
	if err == nil && u.gone {
		m.mustClose(n, closing{reason: session.UserGone}, func(l *login) bool { return l.user == u.id })
	}
	for _, other := range m.nodes {
		if other == n || !other.deaf {
			u.knows, u.told = noting(u.knows, other), noting(u.told, other)
		}
	}
}

func (m *model) deafens() {
	n := m.node()
	if !n.deaf {
		n.deaf = true
		n.store.hears(false)
	}
}

// hears lets a node hear again. It listens a second later, and then asks for what it has missed.
func (m *model) hears() {
	n := m.node()
	if !n.deaf {
		return
	}
	n.store.hears(true)
	time.Sleep(time.Second)
	synctest.Wait()
	n.deaf = false
	m.caughtUp(n)
}

// caughtUp follows what a node knows that has just begun to listen.
func (m *model) caughtUp(n *modelNode) {
	m.heardAll(n)
	m.asked(n)
}

// asked follows what a node knows that has asked for the sessions of its tabs.
func (m *model) asked(n *modelNode) {
	for _, l := range m.logins {
		if !n.fails {
			delete(l.missed, n)
		}
		if l.closed && !l.done[n] && !n.fails && slices.ContainsFunc(m.tabs, func(t *modelTab) bool { return t.n == n && t.login == l }) {
			l.heard[n], l.done[n] = true, true
			l.late = noting(l.late, n)
			l.closing.indep = false // nobody has said that what is user-independent goes too
			m.closedOn(l, n)
		}
	}
}

func (m *model) fails() {
	n := m.node()
	n.fails = true
	n.store.fails.Store(true)
}

func (m *model) siteFails() { m.first.users.fail(errSite) }

var errSite = errors.New("the site does not answer")

// answer lets all answer that did not.
func (m *model) answer() {
	m.first.users.fail(nil)
	for _, n := range m.nodes {
		n.fails = false
		n.store.fails.Store(false)
	}
}

func (m *model) question() { m.node().Question(context.Background()) }

func (m *model) chores() { m.node().Chores(context.Background()) }

// restart puts a new server in the place of one: its tabs are gone, and all that it remembered.
func (m *model) restart() {
	old := m.node()
	for _, t := range slices.Clone(m.tabs) {
		if t.n == old {
			m.close(t)
		}
	}
	old.stop()
	old.Close()
	m.settle()
	m.nodes[old.number] = m.newNode(old.number)
	synctest.Wait()
	m.heardAll(m.nodes[old.number])
}

// finish ends a run: everything is closed and forgotten, and nothing is left.
func (m *model) finish() {
	m.begin("finish")
	m.answer()
	for _, n := range m.nodes {
		if n.deaf {
			n.store.hears(true)
			n.deaf = false
		}
	}
	for _, t := range slices.Clone(m.tabs) {
		m.close(t)
	}
	time.Sleep(2 * time.Minute)
	m.settle()
	m.skew.Add(int64(100 * 24 * time.Hour))
	time.Sleep(2 * time.Minute)
	m.settle()
	for _, l := range m.logins {
		if !l.closed {
			m.fail("session %d is still there", l.id)
		}
	}
	for _, n := range m.nodes {
		m.checkNothingLeft(n)
	}
	m.count("nothing left")
}

// checkNothingLeft looks for what a node still holds, when a last writer has swept.
func (m *model) checkNothingLeft(n *modelNode) {
	b := &browser{w: n.world, cookies: map[string]string{}}
	if err := b.ask(func(ctx context.Context) error { perTab.Set(ctx, 1); perBrowser.Set(ctx, 1); return nil }); err != nil {
		m.fail("%v", err)
	}
	states, drafts := n.Held()
	requests, tabs := n.Watched()
	if states != 1 || drafts != 1 || requests+tabs+n.Waiting() > 0 {
		m.fail("node %d still holds %d states, %d documents, %d requests, %d tabs and %d alarms",
			n.number, states-1, drafts-1, requests, tabs, n.Waiting())
	}
}
