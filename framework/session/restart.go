package session

// Restart is how a tab loads a document again.
type Restart int

// The kinds of Restart.
const (
	// AskFirst loads the tab's own URL again, but asks first when a form is half filled: its user stays, or
	// somebody has come where nobody was.
	AskFirst Restart = iota

	// SamePage loads the tab's own URL again, at once: what it shows is another user's.
	SamePage

	// MainPage goes to the site's main page, at once: whoever was connected is not any more.
	MainPage
)

// restartFor is how a tab of one user, or of nobody, restarts where another one is now.
func restartFor(was, is UserID) Restart {
	if was == 0 || was == is {
		return AskFirst
	}
	return SamePage
}

// restartLocked is how a tab restarts where a user is now. One that has just said hello under another session may
// be anybody's.
func (t *Tab) restartLocked(is UserID) Restart {
	if !t.pinned && t.token != (Hash{}) {
		return SamePage
	}
	return restartFor(t.record.User, is)
}

// expectHello sees to it that the browser's other tabs hear of a new session even when the document that
// brought its cookie back says no hello.
func (m *Manager) expectHello(record Record) {
	if len(m.open.strangers(record)) > 0 {
		m.alarms.once(record.ID, seenAtLatest, func() { m.seen(record) })
	}
}

// seen restarts the browser's tabs that belong to another session, or to nobody: the new session's cookie
// has come back, so they cannot be loaded without it.
func (m *Manager) seen(record Record) {
	m.alarms.cancel(record.ID)
	for t, how := range m.open.strangers(record) {
		t.host.Restart(how)
	}
}

// replaced restarts the tabs of a session that a log-in replaced, should the new session stay unseen.
func (m *Manager) replaced(old Record, by UserID, tabs []*Tab) {
	if len(tabs) == 0 {
		return
	}
	m.alarms.once(old.ID, replacedTabs, func() {
		for _, t := range tabs {
			t.host.Restart(restartFor(old.User, by))
		}
	})
}

// replacedInVain restarts the tabs of a session that was closed for a log-in which then failed: nobody is
// connected in their browser.
func (m *Manager) replacedInVain(asking *request, old Record) {
	m.alarms.cancel(old.ID)
	m.tellToRestart(asking, m.open.tabsOf(old))
}
