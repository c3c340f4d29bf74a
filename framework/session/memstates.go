package session

import (
	"context"
	"slices"
	"sync"
	"time"
)

// memoryStates is the part of MemoryStore that keeps what stored references remember.
type memoryStates struct {
	mu     sync.Mutex // protects values
	values map[valueAt]*kept
}

// valueAt names a stored value.
type valueAt struct {
	of   Holder
	name string
}

// kept is a stored value.
type kept struct {
	Stored
	written  time.Time
	orphaned time.Time // since when its session is known to be gone; zero where it is not
}

// Load implements States.
func (s *memoryStates) Load(_ context.Context, of Holder, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.atLocked(valueAt{of, name}).Value), nil
}

func (s *memoryStates) atLocked(at valueAt) kept {
	if one := s.values[at]; one != nil {
		return *one
	}
	return kept{}
}

// Change implements States.
func (s *memoryStates) Change(_ context.Context, of Holder, name string, now time.Time, change func([]byte) (Stored, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := valueAt{of, name}
	before := s.atLocked(at)
	after, err := change(slices.Clone(before.Value))
	if err != nil {
		return err
	}
	if after.Aside == nil {
		after.Aside = before.Aside
	}
	if after.Value == nil && after.Aside == nil {
		delete(s.values, at)
		return nil
	}
	if s.values == nil {
		s.values = map[valueAt]*kept{}
	}
	before.Stored, before.written = Stored{slices.Clone(after.Value), slices.Clone(after.Aside)}, now
	s.values[at] = &before
	return nil
}

// Drop implements States.
func (s *memoryStates) Drop(_ context.Context, of ...Holder) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at := range s.values {
		if slices.Contains(of, at.of) {
			delete(s.values, at)
		}
	}
	return nil
}

// orphansLast is how long a session's values stay when its row is gone: its closing hooks may still read them.
const orphansLast = time.Minute

// DropOrphans implements States.
func (s *MemoryStore) DropOrphans(_ context.Context, now, unwritten time.Time, atMost int) (dropped int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memoryStates.mu.Lock()
	defer s.memoryStates.mu.Unlock()
	for at, one := range s.values {
		if dropped < atMost && s.isOrphanLocked(at.of, one, now, unwritten) {
			delete(s.values, at)
			dropped++
		}
	}
	return dropped, nil
}

// isOrphanLocked reports whether nobody can come back to a value. One whose session has gone is marked first.
func (s *MemoryStore) isOrphanLocked(of Holder, one *kept, now, unwritten time.Time) bool {
	switch of.Kind {
	case HeldByNobody, HeldByBrowser:
		return one.written.Before(unwritten)
	case HeldBySession:
		if _, open := s.sessions[ID(of.Number)]; open {
			return false
		}
		if one.orphaned.IsZero() {
			one.orphaned = now
		}
		return now.Sub(one.orphaned) >= orphansLast
	}
	return false
}
