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
	turn sync.Mutex // held by who writes it down

	mu      sync.Mutex // protects the fields below
	pending map[ID]Activity
	writing map[ID]Activity // on its way to the store
}

// latest is a session with what its row does not know yet.
func (a *activity) latest(r *Record) *Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, noted := range []map[ID]Activity{a.writing, a.pending} {
		if one, ok := noted[r.ID]; ok {
			r = r.after(one)
		}
	}
	return r
}

func (a *activity) note(one Activity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.pending[one.Session]
	one.Network = cmp.Or(one.Network, before.Network)
	if one.BeforeEnds.IsZero() {
		one.Used, one.BeforeEnds = before.Used, before.BeforeEnds
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

// written ends what take began. What could not be written waits again.
func (a *activity) written(failed []Activity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writing = nil
	for _, one := range failed {
		newer, ok := a.pending[one.Session]
		switch {
		case a.pending == nil:
			a.pending = map[ID]Activity{}
		case ok && newer.BeforeEnds.IsZero():
			newer.Used, newer.BeforeEnds = one.Used, one.BeforeEnds
		}
		if ok {
			one = newer
		}
		a.pending[one.Session] = one
	}
}

func (a *activity) forget(id ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.pending, id)
}

// active notes that a session's user has done something. When its end is near that is written down at once: another
// node must not end it because it cannot know. Otherwise what is held of it need not change: it is looked up again
// long before that end.
func (m *Manager) active(ctx context.Context, record *Record, one Activity) {
	one.Session, one.IdleEnds = record.ID, one.Seen.Add(m.opts.Idle)
	m.activity.note(one)
	ends := one.Used == record.Token && !one.BeforeEnds.IsZero() // the token before: at once, for whoever has it gets the new one
	if ends || record.IdleEnds.Sub(one.Seen) < idleSlack {
		m.held.note(one)
		m.writeActivity(ctx)
	}
}

// notedEvery is how often the calls of a tab are noted as activity: who asks more often is no more active.
const notedEvery = time.Second

// isActive reports whether a call that is made now is to be noted.
func (t *Tab) isActive(now time.Time) bool {
	last := t.noted.Load()
	return now.Sub(time.Unix(0, last)) >= notedEvery && t.noted.CompareAndSwap(last, now.UnixNano())
}

// after is a session after its user has done something.
func (r *Record) after(one Activity) *Record {
	later := *r
	if one.Seen.After(r.Seen) {
		later.Seen, later.IdleEnds, later.Network = one.Seen, one.IdleEnds, cmp.Or(one.Network, r.Network)
	}
	if one.Used == r.Token && !one.BeforeEnds.IsZero() && one.BeforeEnds.Before(r.BeforeEnds) {
		later.BeforeEnds = one.BeforeEnds
	}
	return &later
}

// writeActivity writes all that has been noted since the last time, some sessions at a time: who ends one of them
// meanwhile must not wait for all.
func (m *Manager) writeActivity(ctx context.Context) {
	m.activity.turn.Lock()
	defer m.activity.turn.Unlock()
	var failed []Activity
	for some := range slices.Chunk(m.activity.take(), notedAtOnce) {
		if err := m.writeSome(ctx, some); err != nil {
			m.opts.Log.ErrorContext(ctx, "activity not written", "sessions", len(some), "error", err)
			failed = append(failed, some...)
		}
	}
	m.activity.written(failed)
}

func (m *Manager) writeSome(ctx context.Context, some []Activity) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	return guard(func() error { return m.store.Note(ctx, some) })
}

// isAhead reports whether a browser, or the tab's runtime, fetches a page before anybody wants it.
func isAhead(r *http.Request) bool {
	ahead := strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") || r.Header.Get("Ocsigo-Purpose") == "prefetch"
	return ahead && r.Method == http.MethodGet // what changes something is somebody's wish
}
