package session

import "context"

// Hello is what a tab says first: its document's token, which process was in this tab before, and for whom
// the document was made (IdentityTag). A tab that has not heard its own process id says the one before again
// in its next document: the process that it has not heard of ends then, and what that one took over goes on.
type Hello struct {
	Token    string
	Previous string
	Identity string
}

// OpenTab makes a tab of a hello. The tab is registered first and its session looked up then: a log-out
// that races the hello either finds the tab or has deleted the row.
//
// ErrNoCookies: the browser keeps none. OutOfDate: the token is not one of this browser, build and session, or
// the session has just ended, and hello.Identity says how the tab restarts. Whatever the error is, the host's own too,
// nothing has happened.
func (m *Manager) OpenTab(ctx context.Context, c Cookies, hello Hello, host Host) (*Tab, error) {
	if c.browser == "" {
		return nil, ErrNoCookies
	}
	t := &Tab{
		m: m, id: newSecret(processBytes).encode(), host: host,
		secret: c.browser, browser: c.browser.hash(), token: c.token.hash(), record: nobody, used: m.opts.Now(),
	}
	m.open.add(t)
	opened := false
	defer func() {
		if !opened { // also where the site's code has ended the goroutine
			m.open.remove(t)
		}
	}()
	if err := guard(func() error { return m.pin(ctx, t, hello) }); err != nil { // a store may panic
		return nil, err
	}
	opened = true
	return t, nil
}

func (m *Manager) pin(ctx context.Context, t *Tab, hello Hello) error {
	for {
		record, err := m.lookUp(ctx, t.browser, t.token, nil)
		if err != nil {
			return err
		}
		nonce, ok := m.openPage(t.secret, hello.Token, record.ID)
		if !ok {
			return outOfDate(t.secret, hello.Identity, record)
		}
		if err := t.host.Admit(Visitor{record.User}); err != nil {
			return err
		}
		if m.open.pin(t, record) {
			m.pinned(t, record, hello.Previous, nonce)
			return nil
		}
	}
}

// pinned does what a new tab brings with it.
func (m *Manager) pinned(t *Tab, record *Record, previous, nonce string) {
	m.inherit(t, record.ID, previous, nonce)
	m.evictTab(t)
	if record.ID != 0 {
		m.seen(record, func() bool { return !t.revoked })
	}
}
