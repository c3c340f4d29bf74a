package session

import "context"

// goOn makes the tab where a user has logged in the user's, and runs the hooks of its start for the user. A
// tab that cannot go on restarts when it has its answer.
func (m *Manager) goOn(ctx context.Context, r *request, record *Record) {
	number, moved := m.open.movePin(r, record)
	if !moved {
		return
	}
	r.mu.Lock()
	r.raised = number
	r.mu.Unlock()
	m.evictOfUser(r.tab)
	if err := m.startConnected(ctx, r.tab, record.User); err != nil {
		m.stay(ctx, r, record, err)
	}
}

// stay lets a log-in stand whose tab cannot go on. Where the session has ended meanwhile, whoever ended it has
// told the tab.
func (m *Manager) stay(ctx context.Context, r *request, record *Record, fault error) {
	if !m.open.close(r.tab) {
		return
	}
	m.opts.Log.ErrorContext(ctx, "start hook failed after a log-in", "user", record.User, "error", fault)
	r.later(func() { r.tab.restart(AskFirst) })
}

// startConnected runs the start hooks for a user in a tab that started as nobody's.
func (m *Manager) startConnected(ctx context.Context, t *Tab, me UserID) error {
	for _, hook := range m.hooks.startConnectedProcess {
		if t.ended() { // its session, by one of the hooks or by somebody else
			return ErrNotConnected
		}
		if err := guard(func() error { return hook(ctx, me) }); err != nil {
			return err
		}
	}
	return nil
}

// movePin gives a tab that was nobody's to the session that its own request has opened. The request was
// registered under that session before its row was made: whoever has closed it since has told the request,
// and whoever closes it from now on finds the tab.
func (g *registry) movePin(r *request, record *Record) (number int, moved bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := r.tab
	if t.over || t.revoked || r.revoked || t.record.ID != 0 {
		return 0, false
	}
	h := g.browsers[t.browser]
	h.remove(t)
	t.record, t.of = record, record.ID
	h.settle(t)
	t.number++
	with(g.users, record.User, t, inUser)
	return t.number, true
}

// close lets nothing start in a tab any more; false when it was so before.
func (g *registry) close(t *Tab) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := t.revoked
	t.revoked = true
	return !before
}
