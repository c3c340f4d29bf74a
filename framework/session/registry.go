package session

import (
	"maps"
	"slices"
	"sync"
)

// registry holds what is under way on this node: the running requests and the open tabs, each under the
// hash of its session's token, of the newest as far as it is known here: its key. Both are registered before their
// session is looked up. So whoever closes a session finds them here, or deleted the row before the look-up: one of
// the two always sees the other.
type registry struct {
	mu       sync.Mutex // protects the fields below, and what Tab says
	requests map[Hash]map[*request]struct{}
	browsers map[Hash]*house
	users    map[UserID]tabSet
	tabs     map[string]*Tab
	heirs    map[place]*Tab   // the tab that took over what a process before it remembered
	renewals map[Hash]renewal // by the token that was renewed
}

func (g *registry) init() {
	g.requests = map[Hash]map[*request]struct{}{}
	g.browsers = map[Hash]*house{}
	g.users = map[UserID]tabSet{}
	g.tabs = map[string]*Tab{}
	g.heirs = map[place]*Tab{}
	g.renewals = map[Hash]renewal{}
}

// begin registers a running request.
func (g *registry) begin(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.beginLocked(r)
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
	r.record, r.token = t.record, t.token
	g.beginLocked(r)
	return nil
}

// beginLocked registers a request under its token. One without a session has nothing to fear from its end.
func (g *registry) beginLocked(r *request) {
	if r.token == (Hash{}) {
		return
	}
	r.key = g.keyLocked(r.token)
	if g.requests[r.key] == nil {
		g.requests[r.key] = map[*request]struct{}{}
	}
	g.requests[r.key][r] = struct{}{}
}

// move registers a running request under another session: from now on that one's end concerns it.
func (g *registry) move(r *request, token Hash) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.endLocked(r)
	r.revoked = false
	r.mu.Lock()
	r.token, r.closed = token, false
	r.mu.Unlock()
	g.beginLocked(r)
}

func (g *registry) end(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.endLocked(r)
}

func (g *registry) endLocked(r *request) {
	delete(g.requests[r.key], r)
	if len(g.requests[r.key]) == 0 {
		delete(g.requests, r.key)
	}
}

// revoke ends what runs under a session, except the request that asked for it, and returns the session's
// tabs. From here on no call starts in them.
func (g *registry) revoke(record Record, asking *request) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := g.keyLocked(record.Token)
	for r := range g.requests[key] {
		r.revoked = true
		if r == asking {
			continue
		}
		r.mu.Lock()
		r.closed = true
		r.mu.Unlock()
		r.cancel(ErrNotConnected)
	}
	h := g.browsers[record.Browser]
	if h != nil && h.expects == record.ID {
		h.expects = 0
	}
	tabs := slices.Collect(maps.Keys(h.of(key)))
	for t := range h.all {
		if t.record.ID == record.ID && t.token != key { // under a token that this node takes for another one's
			tabs = append(tabs, t)
		}
	}
	for _, t := range tabs {
		t.revoked = true
	}
	return tabs
}

// add registers a tab before anybody knows whose it is.
func (g *registry) add(t *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tabs[t.id] = t
	t.token = g.keyLocked(t.token)
	if g.browsers[t.browser] == nil {
		g.browsers[t.browser] = &house{tabs: map[Hash]tabSet{}, news: tabSet{}}
	}
	g.browsers[t.browser].add(t)
}

// pin says whose a tab is, unless that session was revoked since the tab was added.
func (g *registry) pin(t *Tab, record Record) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.revoked {
		return false
	}
	t.record, t.pinned = record, true
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
	delete(g.tabs, t.id)
	h := g.browsers[t.browser]
	h.remove(t)
	if len(h.tabs) == 0 {
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

// sessions returns those of the open tabs, each with the token under which they are registered.
func (g *registry) sessions() map[ID]Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[ID]Record{}
	for _, t := range g.tabs {
		if t.record.ID != 0 && !t.revoked && !t.over {
			record := t.record
			record.Token = t.token
			found[record.ID] = record
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
		for t := range g.browsers[p.browser].all {
			if int64(t.record.ID) == p.number {
				return true
			}
		}
		return false
	default:
		return g.browsers[p.browser] != nil
	}
}
