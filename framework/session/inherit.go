package session

// inherit gives a new tab what the process before it and its own document left for it.
func (m *Manager) inherit(t *Tab, of ID, previous, nonce string) {
	if parseSecret(previous, processBytes) != "" {
		m.succeed(t, previous)
	}
	d := m.drafts.take(nonce)
	if d == nil {
		return
	}
	m.memory.put(atTab(t, of), &d.tab)
	m.memory.put(atTabIndep(t.browser, t.id), &d.indep)
}

// succeed ends the process that was in the tab before, and takes over what is the tab's whoever is connected. Where
// another tab has done so already, that one was of a document whose hello got no answer: it ends too.
func (m *Manager) succeed(t *Tab, previous string) {
	old, heir := m.open.succeed(t, previous)
	m.memory.move(atTabIndep(t.browser, previous), atTabIndep(t.browser, t.id))
	if heir != nil {
		m.memory.move(atTabIndep(t.browser, heir.id), atTabIndep(t.browser, t.id))
		heir.host.End()
	}
	if old != nil {
		old.host.End()
	}
}

// succeed makes a tab the heir of the process that was there before. It returns that one and its heir so far, if
// they are still open and the same browser's.
func (g *registry) succeed(t *Tab, previous string) (old, heir *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := atTabIndep(t.browser, previous)
	old, heir = g.tabs[previous], g.heirs[before]
	if old != nil && old.browser != t.browser {
		old = nil
	}
	t.previous, g.heirs[before] = previous, t
	return old, heir
}

// before is where the tab's next document looks for the tab's state if this one has not heard its own process id.
func (t *Tab) before() []place {
	if t.previous == "" {
		return nil
	}
	return []place{atTabIndep(t.browser, t.previous)}
}
