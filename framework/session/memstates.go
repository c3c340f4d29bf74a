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
	values map[Holder]map[string]Stored
}

// Load implements States.
func (s *memoryStates) Load(_ context.Context, of Holder, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.values[of][name].Value), nil
}

// Change implements States.
func (s *memoryStates) Change(_ context.Context, of Holder, name string, _ time.Time, change func([]byte) (Stored, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.values[of][name]
	after, err := change(slices.Clone(before.Value))
	if err != nil {
		return err
	}
	if after.Aside == nil {
		after.Aside = before.Aside
	}
	s.putLocked(of, name, Stored{slices.Clone(after.Value), slices.Clone(after.Aside)})
	return nil
}

func (s *memoryStates) putLocked(of Holder, name string, value Stored) {
	if value.Value == nil && value.Aside == nil {
		delete(s.values[of], name)
		return
	}
	if s.values == nil {
		s.values = map[Holder]map[string]Stored{}
	}
	if s.values[of] == nil {
		s.values[of] = map[string]Stored{}
	}
	s.values[of][name] = value
}

// Drop implements States.
func (s *memoryStates) Drop(_ context.Context, of ...Holder) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, holder := range of {
		delete(s.values, holder)
	}
	return nil
}

// DropOrphans implements States. A store that ends with the program has none.
func (s *memoryStates) DropOrphans(context.Context, time.Time, time.Time, int) (int, error) {
	return 0, nil
}
