package session

import (
	"iter"
	"maps"
	"slices"
	"time"
)

// stand is under which session a request or a tab is registered.
type stand struct {
	of      ID   // 0 for nobody's
	sought  bool // which one it is, is being looked up, or it is being made
	doubted bool // meanwhile a session has ended: what was looked up may have been that one
	revoked bool // its session was ended, even by itself
}

// seekLocked says that it is not known yet which session it is.
func (g *registry) seekLocked(s *stand, of Hash) {
	s.sought, s.doubted = true, false
	g.seeking[s] = of
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
	if s.sought {
		s.sought, s.doubted = false, false
		delete(g.seeking, s)
	}
}

// beginCall registers a running call of a tab, as one of whom the tab belongs to, and reports whether the tab is seen.
func (g *registry) beginCall(r *request, now time.Time, known func(number int) bool) (seen bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := r.tab
	switch {
	case t.revoked:
		return false, ErrNotConnected
	case !known(t.number):
		return false, ErrIdentityChanged
	}
	t.used = now
	r.record, r.of = t.record, t.record.ID
	if r.of != 0 { // what is nobody's has nothing to fear
		r.enterLocked(g.houseLocked(r.browser))
	}
	return !t.hidden, nil
}

func (r *request) enterLocked(h *house) {
	r.house = h
	h.running = h.running.with(r, inBrowser)
}

// seek registers a request whose session is going to be looked up, or made; false when the request is over.
func (g *registry) seek(r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.over {
		return false
	}
	r.enterLocked(g.houseLocked(r.browser))
	g.seekLocked(&r.stand, r.browser)
	return true
}

// leave forgets a request that is over, whatever it has left behind.
func (g *registry) leave(r *request) {
	g.mu.Lock()
	r.over = true
	g.mu.Unlock()
	g.end(r)
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

func (g *registry) end(r *request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settledLocked(&r.stand)
	if h := r.house; h != nil {
		r.house, h.running = nil, h.running.without(r, inBrowser)
		g.leaveLocked(h, r.browser)
	}
}

// revoke ends what runs under a session, except the request that asked for it, and returns the session's
// tabs. From here on no call starts in them. What does not know its session yet looks again.
func (g *registry) revoke(record *Record, asking *request) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doubtLocked(record.Browser)
	h := g.browsers[record.Browser]
	if h == nil {
		return nil
	}
	for _, r := range h.running {
		if r.of == record.ID && !r.sought {
			g.closeLocked(r, asking)
		}
	}
	if h.expects == record.ID {
		h.expects = 0
	}
	tabs := slices.Clone(h.of(record.ID))
	for _, t := range tabs {
		t.revoked = true
	}
	return tabs
}

// doubtLocked lets whatever in a browser does not know its session yet look again, and reports whether there is
// anything: only this browser's cookie opens it. The zero Hash is every browser.
func (g *registry) doubtLocked(in Hash) (any bool) {
	for s, browser := range g.seeking {
		if browser == in || in == (Hash{}) {
			s.doubted, any = true, true
		}
	}
	return any
}

func (g *registry) doubt(in Hash) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.doubtLocked(in)
}

// known returns those of the sessions in a browser, or for the zero Hash in any, under which anything runs here, or
// may start.
func (g *registry) known(in Hash, which func(*Record) bool) map[ID]*Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := map[ID]*Record{}
	for t := range g.tabsIn(in) {
		if t.record.ID != 0 && !t.revoked && which(t.record) {
			found[t.record.ID] = t.record
		}
	}
	for r := range g.requestsIn(in) {
		if record := r.session(); record.ID != 0 && r.of == record.ID && !r.sought && !r.revoked && which(record) {
			found[record.ID] = record
		}
	}
	return found
}

func (g *registry) tabsIn(browser Hash) iter.Seq[*Tab] {
	if browser == (Hash{}) {
		return maps.Values(g.tabs)
	}
	return g.browsers[browser].all
}

func (g *registry) requestsIn(browser Hash) iter.Seq[*request] {
	if browser != (Hash{}) {
		return slices.Values(g.browsers[browser].requests())
	}
	return func(yield func(*request) bool) {
		for _, h := range g.browsers {
			for _, r := range h.running {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// isOpen reports whether anything under a session has not been ended yet.
func (g *registry) isOpen(record *Record) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.browsers[record.Browser]
	for _, r := range h.requests() {
		if r.of == record.ID && !r.sought && !r.revoked {
			return true
		}
	}
	for _, t := range h.of(record.ID) {
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
