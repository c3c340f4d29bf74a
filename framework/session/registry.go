package session

import (
	"maps"
	"slices"
	"sync"
)

// registry holds what is under way on this node: the running requests and the open tabs, each under its browser, which
// has one session at a time. They are registered before their session is looked up, or made. So whoever closes a
// session finds them here, or deleted the row before the look-up: one of the two always sees the other.
type registry struct {
	mu       sync.Mutex // protects the fields below, what Tab says, and every stand
	browsers map[Hash]*house
	users    map[UserID]set[*Tab]
	tabs     map[string]*Tab
	heirs    map[place]*Tab  // the tab that took over what a process before it remembered
	seeking  map[*stand]Hash // their browsers
}

func (g *registry) init() {
	g.browsers = map[Hash]*house{}
	g.users = map[UserID]set[*Tab]{}
	g.tabs = map[string]*Tab{}
	g.heirs = map[place]*Tab{}
	g.seeking = map[*stand]Hash{}
}

// add registers a tab before anybody knows whose it is.
func (g *registry) add(t *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tabs[t.id] = t
	g.seekLocked(&t.stand, t.browser)
	g.houseLocked(t.browser).add(t)
}

// houseLocked is that of a browser, which is built if it has none.
func (g *registry) houseLocked(browser Hash) *house {
	h := g.browsers[browser]
	if h == nil {
		h = &house{}
		g.browsers[browser] = h
	}
	return h
}

// leaveLocked lets a house go that is empty.
func (g *registry) leaveLocked(h *house, browser Hash) {
	if h.empty() {
		delete(g.browsers, browser)
	}
}

// pin says whose a tab is; false when that is in doubt: see settle.
func (g *registry) pin(t *Tab, record *Record) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.settleLocked(&t.stand, record.ID) {
		return false
	}
	h := g.browsers[t.browser]
	h.remove(t)
	t.record, t.pinned = record, true
	h.settle(t)
	if record.User != 0 {
		with(g.users, record.User, t, inUser)
	}
	return true
}

// remove forgets a tab; false when it was forgotten before.
func (g *registry) remove(t *Tab) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tabs[t.id] != t {
		return false
	}
	t.over = true
	g.settledLocked(&t.stand)
	delete(g.tabs, t.id)
	h := g.browsers[t.browser]
	h.remove(t)
	g.leaveLocked(h, t.browser)
	without(g.users, t.record.User, t, inUser)
	if before := atTabIndep(t.browser, t.previous); g.heirs[before] == t {
		delete(g.heirs, before)
	}
	return true
}

func (g *registry) tabsOfBrowser(browser Hash) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(g.browsers[browser].all)
}

func (g *registry) tabsOfUser(user UserID) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.users[user])
}

func (g *registry) all() []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Values(g.tabs))
}

// sessions returns those of the open tabs.
func (g *registry) sessions() map[ID]*Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[ID]*Record{}
	for _, t := range g.tabs {
		if t.record.ID != 0 && !t.revoked && !t.over {
			found[t.record.ID] = t.record
		}
	}
	return found
}

// share lets the tabs of a session keep what was looked up of it, like everybody else, instead of what they came with.
func (g *registry) share(record *Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.browsers[record.Browser].of(record.ID) {
		t.record = record
	}
}

// tabsBySession counts the open tabs of a user.
func (g *registry) tabsBySession(user UserID) map[ID]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	count := map[ID]int{}
	for _, t := range g.users[user] {
		if !t.revoked && !t.over {
			count[t.record.ID]++
		}
	}
	return count
}

// revokedIn returns the tabs of a browser whose session has ended.
func (g *registry) revokedIn(browser Hash) (tabs []*Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for t := range g.browsers[browser].all {
		if t.revoked {
			tabs = append(tabs, t)
		}
	}
	return tabs
}

// uses reports whether an open tab keeps a place in memory from being forgotten.
func (g *registry) uses(p place) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch p.kind {
	case forTab, forTabIndep:
		return g.tabs[p.tab] != nil
	case forUser:
		return len(g.users[UserID(p.number)]) > 0
	case forSession:
		return len(g.browsers[p.browser].of(ID(p.number))) > 0
	default:
		return g.browsers[p.browser].hasTabs()
	}
}
