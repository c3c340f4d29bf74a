package session

import "context"

// TabOf returns the tab that makes this request, with a call or a page request of its own; nil where none does, such
// as a page load. A request may run on after its tab: Present says whether that is open.
func TabOf(ctx context.Context) *Tab {
	if r := requestOf(ctx); r != nil {
		return r.tab
	}
	return nil
}

// Present returns who the tab belongs to now. An error says why nothing is to be sent to it: ErrNoTab, its process is over
// or has not begun; ErrNotConnected, its session has ended; ErrUnavailable, it cannot be known at the moment whether that
// has: see Misses.
func (t *Tab) Present() (Visitor, error) {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return Visitor{t.record.User}, t.absentLocked()
}

// Misses says that something was not sent to a tab that was not Present. If that was so because the node could not ask for
// too long, the tab is told to load its document again when the node can: within 5 seconds then.
func (t *Tab) Misses() {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	t.missed = t.missed || t.absentLocked() == ErrUnavailable
}
