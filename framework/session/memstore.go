package session

import (
	"context"
	"errors"
	"sync"
)

// MemoryStore is a Store for tests and examples: its sessions end with the program.
// The zero value is empty and ready.
type MemoryStore struct {
	mu       sync.Mutex // protects the fields below
	last     ID
	sessions map[Hash]Record
}

// Insert implements Store.
func (s *MemoryStore) Insert(_ context.Context, r Record) (ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = map[Hash]Record{}
	}
	if _, taken := s.sessions[r.Token]; taken {
		return 0, errors.New("two sessions with the same token")
	}
	s.last++
	r.ID = s.last
	s.sessions[r.Token] = r
	return r.ID, nil
}

// Find implements Store.
func (s *MemoryStore) Find(_ context.Context, token Hash) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.sessions[token]; ok {
		return r, nil
	}
	return Record{}, ErrNoSession
}

// Delete implements Store.
func (s *MemoryStore) Delete(_ context.Context, id ID) ([]Record, error) {
	return s.delete(func(r Record) bool { return r.ID == id }), nil
}

// DeleteUser implements Store.
func (s *MemoryStore) DeleteUser(_ context.Context, user UserID) ([]Record, error) {
	return s.delete(func(r Record) bool { return r.User == user }), nil
}

// DeleteBrowser implements Store.
func (s *MemoryStore) DeleteBrowser(_ context.Context, browser Hash) ([]Record, error) {
	return s.delete(func(r Record) bool { return r.Browser == browser }), nil
}

func (s *MemoryStore) delete(which func(Record) bool) (gone []Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, r := range s.sessions {
		if which(r) {
			delete(s.sessions, token)
			gone = append(gone, r)
		}
	}
	return gone
}
