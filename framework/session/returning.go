package session

import "context"

// Returning is what a tab says first on a new socket when its process may still be there: the process id, the
// identity number it knows, and for whom its page was made (IdentityTag).
type Returning struct {
	Process  string
	Number   int
	Identity string
}

// ReturningTab finds the tab that has lost its socket and comes back on another. Its session is looked up
// again: the tab was registered before, so whoever closes the session has either deleted the row or finds the
// tab. No hook runs.
//
// ErrNoCookies: the browser keeps none. OutOfDate: no such process is open for this browser, session and
// identity number, and returning.Identity says how the tab restarts.
func (m *Manager) ReturningTab(ctx context.Context, c Cookies, returning Returning) (*Tab, error) {
	if c.browser == "" {
		return nil, ErrNoCookies
	}
	browser := c.browser.hash()
	var record *Record
	err := guard(func() (err error) { record, err = m.lookUp(ctx, browser, c.token.hash(), nil); return err })
	if err != nil {
		return nil, err
	}
	t := m.open.returning(returning, browser, record.ID)
	if t == nil {
		if record, err = m.lookUp(ctx, browser, c.token.hash(), nil); err != nil { // it may have ended since
			return nil, err
		}
		return nil, outOfDate(c.browser, returning.Identity, record)
	}
	if record.ID != 0 {
		m.seen(record, func() bool { return !t.revoked })
	}
	return t, nil
}

// returning finds a tab of this browser and session.
func (g *registry) returning(as Returning, browser Hash, id ID) *Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tabs[as.Process]
	if t == nil || t.browser != browser || !t.isLocked(id, as.Number) {
		return nil
	}
	return t
}

// isLocked reports whether a tab still belongs to whom it is taken for.
func (t *Tab) isLocked(to ID, number int) bool {
	return !t.over && !t.revoked && t.record.ID == to && t.number == number
}

// outOfDate is the error of a document that cannot go on. Its identity tag says whom it was made for: what
// nobody or the present visitor was shown may stay in sight, everything else goes at once.
func outOfDate(browser secret, tag string, present *Record) error {
	for _, user := range []UserID{0, present.User} {
		if browser.sealed(tag, "identity", identityOf(Visitor{user})) {
			return OutOfDate{AskFirst}
		}
	}
	if tag != "" && present.User == 0 { // made for somebody who was logged out
		return OutOfDate{MainPage}
	}
	return OutOfDate{SamePage}
}
