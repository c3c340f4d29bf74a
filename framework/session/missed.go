package session

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// reloadsWithin is how long it takes until the last tab that has missed something is told so. All of them at once would
// load their documents from a store that has only just come back.
const reloadsWithin = 5 * time.Second

// missed returns the open tabs that have missed something, once.
func (g *registry) missed() (tabs []*Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.tabs {
		if t.missed && t.staysLocked() {
			tabs = append(tabs, t)
		}
		t.missed = false
	}
	return tabs
}

// reload tells tabs to load their documents again, each at a moment of its own, until ctx ends. Whose session has ended
// meanwhile knows already, or is not to know.
func (m *Manager) reload(ctx context.Context, tabs []*Tab) {
	began, moments := time.Now(), make([]time.Duration, len(tabs))
	for i := range moments {
		moments[i] = rand.N(reloadsWithin)
	}
	slices.Sort(moments)
	for i, t := range tabs {
		select {
		case <-ctx.Done():
			return
		case <-time.After(moments[i] - time.Since(began)):
		}
		if m.open.stays(t) {
			t.restart(AskFirst)
		}
	}
}

// stays reports whether a tab is open, and its session too.
func (g *registry) stays(t *Tab) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return t.staysLocked()
}

func (t *Tab) staysLocked() bool { return !t.over && !t.revoked }
