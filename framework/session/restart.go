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

// restartLocked is how a tab restarts where a user is now. One that has just said hello under another session may
// be anybody's.
func (t *Tab) restartLocked(is UserID) Restart {
	switch {
	case !t.pinned && t.token != (Hash{}):
		return SamePage
	case t.record.User == 0 || t.record.User == is:
		return AskFirst
	default:
		return SamePage
	}
}

func (g *registry) restartOf(t *Tab, is UserID) Restart {
	g.mu.Lock()
	defer g.mu.Unlock()
	return t.restartLocked(is)
}

// restart tells the tab how to load its document again. Once it was told MainPage nothing else is true.
func (t *Tab) restart(how Restart) {
	t.m.open.mu.Lock()
	said := t.home
	t.home = said || how == MainPage
	t.m.open.mu.Unlock()
	if !said {
		t.host.Restart(how)
	}
}

// expectHello sees to it that the browser's other tabs hear of a new session even when the document that
// brought its cookie back says no hello.
func (m *Manager) expectHello(r *request, record *Record) {
	m.open.mu.Lock() // also around the alarm: who revokes the session then cancels it
	defer m.open.mu.Unlock()
	h := m.open.browsers[record.Browser]
	if r.revoked || !h.hasStrangers(record.ID) {
		return
	}
	h.expects = record.ID
	m.alarms.once(record.Browser, record.ID, seenAtLatest, func() {
		m.seen(record, func() bool {
			h := m.open.browsers[record.Browser]
			return h != nil && h.expects == record.ID
		})
	})
}

// seen restarts the browser's tabs that belong to another session, or to nobody: the new session's cookie
// has come back, so they cannot be loaded without it. A session that has ended meanwhile restarts nobody: still
// says so, under the registry's lock.
func (m *Manager) seen(record *Record, still func() bool) {
	for t, how := range m.strangers(record, still) {
		t.restart(how)
	}
}

// strangers returns the tabs of the session's browser that are not of this session and have not been told of it,
// each with how it restarts now that this one is open there.
func (m *Manager) strangers(record *Record, still func() bool) map[*Tab]Restart {
	m.open.mu.Lock()
	defer m.open.mu.Unlock()
	h := m.open.browsers[record.Browser]
	if !still() || !h.hasStrangers(record.ID) {
		return nil
	}
	m.alarms.cancel(record.Browser)
	h.expects = 0
	found := map[*Tab]Restart{}
	for _, t := range h.strangers(record) {
		found[t] = t.restartLocked(record.User)
	}
	return found
}

// replaced restarts the tabs whose session a log-in has replaced, the last one or one before, should the new
// session stay unseen.
func (m *Manager) replaced(browser Hash, by UserID) {
	if len(m.open.revokedIn(browser)) == 0 {
		return
	}
	m.alarms.set(browser, replacedTabs, func() {
		for _, t := range m.open.revokedIn(browser) {
			t.restart(m.open.restartOf(t, by))
		}
	})
}

// replacedInVain restarts the tabs of sessions that were closed for a log-in which then failed: nobody is
// connected in their browser.
func (m *Manager) replacedInVain(asking *request) {
	m.alarms.cancel(asking.browser)
	m.tellToRestart(asking, asking.browser)
}
