package session

// evictTab ends the process of the session's least used tab when a new one is too many.
func (m *Manager) evictTab(one *Tab) {
	if t := m.open.leastUsed(one, m.opts.Tabs); t != nil {
		t.host.Evict()
	}
}

// leastUsed takes out of those that count the tab, but the new one, that has asked for nothing for longest, if there
// are more than atMost. From now on nothing joins it.
func (g *registry) leastUsed(one *Tab, atMost int) (least *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all, open := g.browsers[one.browser].of(one.record.ID), 0
	if len(all) <= atMost {
		return nil
	}
	for t := range all {
		if t.over || t.revoked {
			continue
		}
		open++
		if t != one && (least == nil || t.used.Before(least.used)) {
			least = t
		}
	}
	if open <= atMost || least == nil {
		return nil
	}
	least.over = true
	return least
}
