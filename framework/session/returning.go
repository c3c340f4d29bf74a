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
// ErrNoCookies: the browser keeps none. ErrOutdated and ErrForeignDocument: no such process is open for this
// browser, session and identity number; the identity tag says which of the two. With these two a tab is
// returned all the same if the process is one of this browser: it is over, and its host may know why.
func (m *Manager) ReturningTab(ctx context.Context, c Cookies, returning Returning) (*Tab, error) {
	if c.browser == "" {
		return nil, ErrNoCookies
	}
	browser, token := c.browser.hash(), c.token.hash()
	var record Record
	err := guard(func() (err error) { record, err = m.lookUp(ctx, browser, token); return err })
	if err != nil {
		return nil, err
	}
	t, still := m.open.returning(returning, browser, token, record.ID)
	if !still {
		return t, notGood(c.browser, returning.Identity, record)
	}
	if record.ID != 0 {
		m.seen(record)
	}
	return t, nil
}

// returning finds a tab of this browser, and says whether it is still one of this session.
func (g *registry) returning(as Returning, browser, token Hash, id ID) (t *Tab, still bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t = g.tabs[as.Process]
	if t == nil || t.browser != browser {
		return nil, false
	}
	return t, t.isLocked(token, as.Number) && t.record.ID == id
}

// isLocked reports whether a tab still belongs to whom it is taken for.
func (t *Tab) isLocked(token Hash, number int) bool {
	return !t.revoked && t.token == token && t.number == number
}

// notGood is the error of a document that cannot go on. Its identity tag says whom it was made for: what
// nobody or the present visitor was shown may stay in sight, everything else goes at once.
func notGood(browser secret, tag string, present Record) error {
	for _, user := range []UserID{0, present.User} {
		if browser.sealed(tag, "identity", identityOf(Visitor{user})) {
			return ErrOutdated
		}
	}
	return ErrForeignDocument
}
