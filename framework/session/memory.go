package session

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// state is what one place remembers: a value for each reference written there.
type state struct {
	mu     sync.Mutex // protects values
	values map[*variable]any

	updating atomic.Pointer[update] // set while the function of an Update runs

	// Protected by memory.mu.
	used  time.Time // when it was last asked for
	ends  time.Time // when it goes even so; zero when only disuse ends it
	found []place   // where it is to be found until then
}

// add takes over what another state has.
func (s *state) add(other *state) {
	other.mu.Lock()
	values := maps.Clone(other.values)
	other.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = values
		return
	}
	maps.Copy(s.values, values)
}

func (s *state) clear() { s.exchange(nil) }

// exchange gives a state other values, and returns those that it had.
func (s *state) exchange(values map[*variable]any) (before map[*variable]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.values = s.values, values
	return before
}

func (s *state) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values) == 0
}

// kind says what sort of thing a place belongs to.
type kind int

const (
	forSession kind = iota
	forBrowser      // with nobody connected
	forUser
	forTab
	forTabIndep
	forBrowserIndep
)

// place names a state. What is the browser's names the browser, so that one cannot reach another's.
type place struct {
	kind    kind
	number  int64 // of the session or the user; a tab's place has its session's
	browser Hash
	tab     string
}

func atSession(r *Record) place {
	return place{kind: forSession, number: int64(r.ID), browser: r.Browser}
}
func atUser(u UserID) place              { return place{kind: forUser, number: int64(u)} }
func atBrowser(b Hash) place             { return place{kind: forBrowser, browser: b} }
func atBrowserIndep(b Hash) place        { return place{kind: forBrowserIndep, browser: b} }
func atTabIndep(b Hash, id string) place { return place{kind: forTabIndep, browser: b, tab: id} }

// atTab names what a tab remembers for one session, or for nobody. So what still runs for nobody in a tab
// where a user has logged in neither reads nor writes what is the user's.
func atTab(t *Tab, of ID) place {
	return place{kind: forTab, number: int64(of), browser: t.browser, tab: t.id}
}

// memory holds the states of this node. A state appears when it is first written, never by being read.
type memory struct {
	idle  time.Duration
	now   func() time.Time
	inUse func(place) bool

	atMost int // states that no open tab keeps; 0: any number

	mu     sync.Mutex // protects the fields below
	states map[place]*state
	swept  time.Time
	trimAt int // so many states are trimmed next; 0: when there are atMost
}

// at returns the state of a place. Where there is none it is made for a writer; a reader gets nil.
func (m *memory) at(p place, write bool) *state {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	s := m.states[p]
	if s != nil && m.overLocked(p, s, now) {
		delete(m.states, p)
		s = nil
	}
	if s == nil && write {
		m.sweepLocked(now)
		m.trimLocked()
		s = &state{}
		m.states[p] = s
	}
	if s != nil {
		s.used = now
	}
	return s
}

// put adds to a place what was kept elsewhere. An empty state changes nothing.
func (m *memory) put(p place, s *state) {
	if !s.empty() {
		m.at(p, true).add(s)
	}
}

// use says that these places were used just now.
func (m *memory) use(places []place) {
	for _, p := range places {
		m.at(p, false)
	}
}

func (m *memory) drop(p place) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.states, p)
}

// dropUserIndep drops what a browser and its tabs, open or just closed, remember whoever is connected.
func (m *memory) dropUserIndep(browser Hash) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for p := range m.states {
		if p.browser == browser && (p.kind == forTabIndep || p.kind == forBrowserIndep) {
			delete(m.states, p)
		}
	}
}

// move gives what one place remembers to another.
func (m *memory) move(from, to place) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.states[from]
	if s == nil {
		return
	}
	delete(m.states, from)
	for _, p := range s.found {
		delete(m.states, p)
	}
	if s.ends.IsZero() || m.now().Before(s.ends) {
		s.ends, s.used, s.found = time.Time{}, m.now(), nil
		m.states[to] = s
	}
}

// end lets a place be forgotten after a while, used or not. Until then what it remembers is found at others too.
func (m *memory) end(p place, after time.Duration, too ...place) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.states[p]
	if s == nil {
		return
	}
	s.ends = m.now().Add(after)
	s.found = append(append(s.found, p), too...)
	for _, other := range too {
		m.states[other] = s
	}
}
