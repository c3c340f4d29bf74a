package session

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// activity is when the users of this node's sessions were active, as far as that is not in their rows yet. Page
// requests and the calls of visible tabs count; what browsers fetch beforehand, pings and hellos do not.
type activity struct {
	mu      sync.Mutex // protects the fields below
	pending map[ID]Activity
	writing map[ID]Activity // on its way to the store
}

// latest is a session with what its row does not know yet.
func (a *activity) latest(r Record) Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, noted := range []map[ID]Activity{a.writing, a.pending} {
		if one, ok := noted[r.ID]; ok && one.Seen.After(r.Seen) {
			r.Seen, r.IdleEnds, r.Network = one.Seen, one.IdleEnds, cmp.Or(one.Network, r.Network)
		}
	}
	return r
}

func (a *activity) note(one Activity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.pending[one.Session]
	one.Network = cmp.Or(one.Network, before.Network)
	if one.Before.IsZero() {
		one.Before = before.Before
	}
	if a.pending == nil {
		a.pending = map[ID]Activity{}
	}
	a.pending[one.Session] = one
}

func (a *activity) take() []Activity {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writing, a.pending = a.pending, nil
	return slices.Collect(maps.Values(a.writing))
}

// written says whether what was taken is in the rows now. Otherwise it waits again.
func (a *activity) written(err error) {
	a.mu.Lock()
	writing := a.writing
	a.writing = nil
	a.mu.Unlock()
	if err == nil {
		return
	}
	for _, one := range writing {
		a.noteOlder(one)
	}
}

func (a *activity) noteOlder(one Activity) {
	a.mu.Lock()
	_, newer := a.pending[one.Session]
	a.mu.Unlock()
	if !newer {
		a.note(one)
	}
}

func (a *activity) forget(id ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.pending, id)
}

// active notes that a session's user has done something.
func (m *Manager) active(record Record, network string, before time.Time) {
	now := m.opts.Now()
	one := Activity{Session: record.ID, Seen: now, IdleEnds: now.Add(m.opts.Idle), Network: network, Before: before}
	m.activity.note(one)
	m.held.note(record.ID, func(r *Record) {
		r.Seen, r.IdleEnds, r.Network = one.Seen, one.IdleEnds, cmp.Or(network, r.Network)
		if !before.IsZero() {
			r.BeforeEnds = before
		}
	})
}

// writeActivity writes all that has been noted since the last time, in one go.
func (m *Manager) writeActivity(ctx context.Context) {
	all := m.activity.take()
	if len(all) == 0 {
		return
	}
	ctx, cancel := lasting(ctx)
	defer cancel()
	err := guard(func() error { return m.store.Note(ctx, all) })
	m.activity.written(err)
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "activity not written", "sessions", len(all), "error", err)
	}
}

// isAhead reports whether a browser, or the tab's runtime, fetches a page before anybody wants it.
func isAhead(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") || r.Header.Get("Ocsigo-Purpose") == "prefetch"
}
