package session

import (
	"context"
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
	return s.values[of][name].Value, nil
}

// Change implements States.
func (s *memoryStates) Change(_ context.Context, of Holder, name string, _ time.Time, change func([]byte) (Stored, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.values[of][name]
	after, err := change(before.Value)
	if err != nil {
		return err
	}
	if after.Aside == nil {
		after.Aside = before.Aside
	}
	if s.values == nil {
		s.values = map[Holder]map[string]Stored{}
	}
	if s.values[of] == nil {
		s.values[of] = map[string]Stored{}
	}
	s.values[of][name] = after
	return nil
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
