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

// Present returns who the tab belongs to now; false when nothing is to be sent to it any more, or not yet: its process
// is over or has not begun, its session has ended, or it cannot be known at the moment whether that has: see Misses.
func (t *Tab) Present() (Visitor, bool) {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	hears, _ := t.hearsLocked()
	return Visitor{t.record.User}, hears
}

// Misses says that something was not sent to a tab that was not Present. If that was so because the node could not ask for
// too long, the tab is told to load its document again when the node can: within 5 seconds then.
func (t *Tab) Misses() {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	_, blind := t.hearsLocked()
	t.missed = t.missed || blind
}
