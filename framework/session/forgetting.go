package session

import (
	"cmp"
	"slices"
	"time"
)

// sweepEvery is how often writers look for what nobody uses any more.
const sweepEvery = time.Minute

func (m *memory) sweepLocked(now time.Time) {
	if now.Sub(m.swept) < sweepEvery {
		return
	}
	m.swept, m.trimAt = now, 0
	for p, s := range m.states {
		if m.overLocked(p, s, now) {
			delete(m.states, p)
		}
	}
}

// trimLocked makes room where there are atMost states: it leaves nine tenths of that, and drops those that were unused
// longest and that no open tab keeps. So many at once because it must look at all of them: a crowd of browsers that
// write and never come back costs each of them little. Where open tabs keep nearly all, it waits until as many more
// have come before it looks again.
func (m *memory) trimLocked() {
	if m.atMost == 0 || len(m.states) < max(m.atMost, m.trimAt) {
		return
	}
	batch := m.atMost/10 + 1
	idle := m.idleLocked()
	for _, one := range idle[:min(len(idle), len(m.states)-m.atMost+batch)] {
		delete(m.states, one.at)
	}
	m.trimAt = len(m.states) + batch
}

// unused is a place that no open tab keeps, and when it was last used.
type unused struct {
	since int64
	at    place
}

// idleLocked returns them, unused longest first.
func (m *memory) idleLocked() []unused {
	idle := make([]unused, 0, len(m.states))
	for p, s := range m.states {
		if !m.inUse(p) {
			idle = append(idle, unused{s.used.UnixNano(), p})
		}
	}
	slices.SortFunc(idle, func(a, b unused) int { return cmp.Compare(a.since, b.since) })
	return idle
}

// overLocked reports whether a state's time is over, even if nobody has swept it away yet.
func (m *memory) overLocked(p place, s *state, now time.Time) bool {
	if !s.ends.IsZero() {
		return !now.Before(s.ends)
	}
	return now.Sub(s.used) >= m.idle && !m.inUse(p)
}
