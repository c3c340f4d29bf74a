package session

// evictTab ends the process of the least used tab where a new one is too many: of its session, or of its user.
func (m *Manager) evictTab(one *Tab) {
	m.evictLeastUsed(one, m.opts.Tabs, m.open.tabsBeside)
	m.evictOfUser(one)
}

// evictOfUser does so among all tabs of the new one's user.
func (m *Manager) evictOfUser(one *Tab) {
	m.evictLeastUsed(one, m.opts.UserTabs, func(one *Tab) set[*Tab] { return m.open.users[one.record.User] })
}

func (m *Manager) evictLeastUsed(one *Tab, atMost int, among func(one *Tab) set[*Tab]) {
	if t := m.open.leastUsed(one, atMost, among); t != nil {
		t.host.Evict()
	}
}

// tabsBeside are the tabs of a tab's session; with nobody connected, those of its browser.
func (g *registry) tabsBeside(one *Tab) set[*Tab] { return g.browsers[one.browser].of(one.record.ID) }

// leastUsed takes out of those that count the tab, but the new one, that has asked for nothing for longest, if there
// are more than atMost. From now on nothing joins it. among is called with the registry locked.
func (g *registry) leastUsed(one *Tab, atMost int, among func(one *Tab) set[*Tab]) (least *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all, open := among(one), 0
	if len(all) <= atMost {
		return nil
	}
	for _, t := range all {
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
