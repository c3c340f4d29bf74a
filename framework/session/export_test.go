package session

// Held says how much this node holds for its visitors: what references remember, and what documents wait with.
func (m *Manager) Held() (states, drafts int) {
	m.memory.mu.Lock()
	defer m.memory.mu.Unlock()
	m.drafts.mu.Lock()
	defer m.drafts.mu.Unlock()
	return len(m.memory.states), len(m.drafts.waiting)
}

// Watched says how many running requests and open tabs the node knows of.
func (m *Manager) Watched() (requests, tabs int) {
	m.open.mu.Lock()
	defer m.open.mu.Unlock()
	return len(m.open.requests), len(m.open.tabs) + len(m.open.browsers) + len(m.open.users) + len(m.open.heirs)
}

// Waiting says how many alarms are set.
func (m *Manager) Waiting() int {
	m.alarms.mu.Lock()
	defer m.alarms.mu.Unlock()
	return len(m.alarms.pending)
}

// ParseSecret is parseSecret for a browser's cookie, and back.
func ParseSecret(text string) (again string, ok bool) {
	s := parseSecret(text, browserBytes)
	return s.encode(), s != ""
}

// The bounds of what documents wait with.
const (
	DraftsAtMost  = draftsAtMost
	DraftsInBytes = draftsInBytes
	HandOver      = handOver
	SeenAtLatest  = seenAtLatest
	ReplacedTabs  = replacedTabs
)
