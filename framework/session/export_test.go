package session

import (
	"context"
	"sync"
)

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
	for range m.open.requestsIn(Hash{}) {
		requests++
	}
	return requests, len(m.open.tabs) + len(m.open.browsers) + len(m.open.users) + len(m.open.heirs)
}

// Doubt forgets what the node knows without asking, as it does when 30 seconds have passed or messages were missed.
func (m *Manager) Doubt() { m.held.dropAll() }

// Question asks for all sessions with open tabs, as Run does every 15 seconds, and waits until tabs that have missed
// something have been told.
func (m *Manager) Question(ctx context.Context) {
	var work sync.WaitGroup
	m.question(ctx, &work)
	work.Wait()
}

// Chores writes activity down and sweeps, as Run does every minute.
func (m *Manager) Chores(ctx context.Context) {
	m.writeActivity(ctx)
	m.sweep(ctx)
}

// Waiting says how many alarms are set.
func (m *Manager) Waiting() int {
	m.alarms.mu.Lock()
	defer m.alarms.mu.Unlock()
	return len(m.alarms.pending)
}

// Tickets says how many a tab keeps.
func (t *Tab) Tickets() int {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return len(t.tickets)
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
	HeldFor       = heldFor
	SeenAtLatest  = seenAtLatest
	ReplacedTabs  = replacedTabs
	TicketTime    = ticketTime
	TicketsAtMost = ticketsAtMost
	ReloadsWithin = reloadsWithin
)

// BrowserOf is the hash of a tab's browser.
func BrowserOf(t *Tab) Hash { return t.browser }

// VisitorOf is a user as a visitor.
func VisitorOf(user UserID) Visitor { return Visitor{user} }
