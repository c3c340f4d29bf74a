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
	requests map[Hash]map[*request]struct{}
	browsers map[Hash]*house
	users    map[UserID]tabSet
	tabs     map[string]*Tab
	heirs    map[place]*Tab // the tab that took over what a process before it remembered
	seeking  map[*stand]struct{}
}

// stand is under which session a request or a tab is registered.
type stand struct {
	of      ID   // 0 for nobody's
	sought  bool // which one it is, is being looked up, or it is being made
	doubted bool // meanwhile a session has ended: what was looked up may have been that one
	revoked bool // its session was ended, even by itself
}

// seekLocked says that it is not known yet which session it is.
func (g *registry) seekLocked(s *stand) {
	s.sought, s.doubted = true, false
	g.seeking[s] = struct{}{}
}

// settleLocked says which session it is; false when that is in doubt.
func (g *registry) settleLocked(s *stand, of ID) bool {
	if s.doubted {
		s.doubted = false
		return false
	}
	g.settledLocked(s)
	s.of = of
	return true
}

func (g *registry) settledLocked(s *stand) {
	s.sought = false
	delete(g.seeking, s)
}

func (g *registry) init() {
	g.requests = map[Hash]map[*request]struct{}{}
	g.browsers = map[Hash]*house{}
	g.users = map[UserID]tabSet{}
	g.tabs = map[string]*Tab{}
	g.heirs = map[place]*Tab{}
	g.seeking = map[*stand]struct{}{}
}

// beginCall registers a running call of a tab, as one of whom the tab belongs to.
func (g *registry) beginCall(t *Tab, r *request, known func(number int) bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case t.revoked:
		return ErrNotConnected
	case !known(t.number):
		return ErrIdentityChanged
	}
	r.record, r.of = t.record, t.record.ID
	if r.of != 0 { // what is nobody's has nothing to fear
		g.registerLocked(r)
	}
	return nil
}

// seek registers a request whose session is going to be looked up, or made.
func (g *registry) seek(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.registerLocked(r)
	g.seekLocked(&r.stand)
}

// settle says which session that is. It returns false when one has ended meanwhile: then it must be looked up again.
func (g *registry) settle(r *request, of ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.settleLocked(&r.stand, of) {
		return false
	}
	r.revoked = false
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = false
	return true
}

func (g *registry) registerLocked(r *request) {
	if g.requests[r.browser] == nil {
		g.requests[r.browser] = map[*request]struct{}{}
	}
	g.requests[r.browser][r] = struct{}{}
}

func (g *registry) end(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settledLocked(&r.stand)
	delete(g.requests[r.browser], r)
	if len(g.requests[r.browser]) == 0 {
		delete(g.requests, r.browser)
	}
}

// revoke ends what runs under a session, except the request that asked for it, and returns the session's
// tabs. From here on no call starts in them. What does not know its session yet looks again.
func (g *registry) revoke(record Record, asking *request) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doubtLocked()
	for r := range g.requests[record.Browser] {
		if r.of == record.ID && !r.sought {
			g.closeLocked(r, asking)
		}
	}
	h := g.browsers[record.Browser]
	if h == nil {
		return nil
	}
	if h.expects == record.ID {
		h.expects = 0
	}
	tabs := slices.Collect(maps.Keys(h.tabs[record.ID]))
	for _, t := range tabs {
		t.revoked = true
	}
	return tabs
}

// doubtLocked lets whatever does not know its session yet look again.
func (g *registry) doubtLocked() {
	for s := range g.seeking {
		s.doubted = true
	}
}

func (g *registry) doubt() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doubtLocked()
}

// known returns those of the sessions under which anything runs here, or may start.
func (g *registry) known(which func(Record) bool) map[ID]Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[ID]Record{}
	for _, t := range g.tabs {
		if t.record.ID != 0 && !t.revoked && which(t.record) {
			found[t.record.ID] = t.record
		}
	}
	for _, some := range g.requests {
		for r := range some {
			if record := r.session(); record.ID != 0 && r.of == record.ID && !r.sought && !r.revoked && which(record) {
				found[record.ID] = record
			}
		}
	}
	return found
}

// isOpen reports whether anything under a session has not been ended yet.
func (g *registry) isOpen(record Record) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for r := range g.requests[record.Browser] {
		if r.of == record.ID && !r.sought && !r.revoked {
			return true
		}
	}
	for t := range g.browsers[record.Browser].of(record.ID) {
		if !t.revoked {
			return true
		}
	}
	return false
}

// closeLocked ends a request with its session, unless it is the one that asked for that.
func (g *registry) closeLocked(r, asking *request) {
	r.revoked = true
	if r == asking {
		return
	}
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel(ErrNotConnected)
}

// closeRequest ends a request whose session has ended without anybody having told it.
func (g *registry) closeRequest(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settledLocked(&r.stand)
	g.closeLocked(r, nil)
}

// add registers a tab before anybody knows whose it is.
func (g *registry) add(t *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tabs[t.id] = t
	if g.browsers[t.browser] == nil {
		g.browsers[t.browser] = newHouse()
	}
	g.seekLocked(&t.stand)
	g.browsers[t.browser].add(t)
}

// pin says whose a tab is; false when that is in doubt: see settle.
func (g *registry) pin(t *Tab, record Record) bool {
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
		with(g.users, record.User, t)
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
	if h.empty() {
		delete(g.browsers, t.browser)
	}
	without(g.users, t.record.User, t)
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
	return slices.Collect(maps.Keys(g.users[user]))
}

func (g *registry) all() []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Values(g.tabs))
}

// sessions returns those of the open tabs.
func (g *registry) sessions() map[ID]Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[ID]Record{}
	for _, t := range g.tabs {
		if t.record.ID != 0 && !t.revoked && !t.over {
			found[t.record.ID] = t.record
		}
	}
	return found
}

// tabsBySession counts the open tabs of a user.
func (g *registry) tabsBySession(user UserID) map[ID]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	count := map[ID]int{}
	for t := range g.users[user] {
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
		return g.browsers[p.browser] != nil
	}
}
