package session

import (
	"context"
	"slices"
)

// TabsSharing returns the open tabs of this node that share a scope's value with this request: for PerTab
// the request's own, for PerBrowser those of its session, and so on. They are whom to tell when a
// reference of that scope has changed. Tabs whose session has ended are never among them, and while the store cannot be
// asked for so long that nobody knows, no tab of a user is. Such a tab has missed something: it is told to load its
// document again within 5 seconds after the store has answered.
func TabsSharing(ctx context.Context, scope Scope) []*Tab {
	r := requestOf(ctx)
	if r == nil {
		return nil
	}
	record := r.session()
	switch scope {
	case PerRequest:
		return nil
	case PerTab, PerTabUserIndep:
		if r.tab == nil || scope == PerTab && r.tab.session().ID != record.ID {
			return nil // what runs for nobody does not share what is the user's
		}
		return r.m.open.live([]*Tab{r.tab})
	case PerBrowserUserIndep:
		return r.m.open.live(r.m.open.tabsOfBrowser(r.browser))
	case PerUser:
		if record.User != 0 {
			return r.m.TabsOfUser(record.User)
		}
	}
	tabs := r.m.open.live(r.m.open.tabsOfBrowser(r.browser))
	return slices.DeleteFunc(tabs, func(t *Tab) bool { return t.session().ID != record.ID })
}

// TabsOfUser returns the open tabs of a user on this node.
func (m *Manager) TabsOfUser(user UserID) []*Tab { return m.open.live(m.open.tabsOfUser(user)) }

// Tabs returns all the open tabs of this node.
func (m *Manager) Tabs() []*Tab { return m.open.live(m.open.all()) }

func (g *registry) live(tabs []*Tab) []*Tab {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(tabs, func(t *Tab) bool {
		why := t.absentLocked()
		t.missed = t.missed || why == ErrUnavailable
		return why != nil
	})
}

// absentLocked is why a tab may not be told anything: see Present.
func (t *Tab) absentLocked() error {
	switch {
	case t.over || !t.pinned:
		return ErrNoTab
	case t.revoked:
		return ErrNotConnected
	case t.record.ID == 0:
		return nil
	case !t.m.opts.Now().Before(t.record.Ends): // its time is over, though nobody has closed it yet
		return ErrNotConnected
	case t.m.isBlind():
		return ErrUnavailable
	}
	return nil
}

func (t *Tab) session() *Record {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return t.record
}
