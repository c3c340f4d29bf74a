package session

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// MemoryStore is a Store for tests and examples: what it keeps ends with the program. Several managers may share
// one, as nodes do. The zero value is empty and ready.
type MemoryStore struct {
	memoryStates

	mu        sync.Mutex // protects the fields below
	last      ID
	sessions  map[ID]Record
	listeners map[*func(Message)]struct{}
}

var errSameToken = errors.New("two sessions with the same token")

// Open implements Store.
func (s *MemoryStore) Open(_ context.Context, r Record, atMost int, by Ending) (opened Opened, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.sessions {
		if other.Token == r.Token {
			return Opened{}, errSameToken
		}
	}
	by.Reason = Replaced
	opened.Replaced = s.deleteLocked(by, func(other Record) bool { return other.Browser == r.Browser })
	by.Reason = Evicted
	if rest := s.ofLocked(r.User); len(rest) >= atMost {
		least := rest[max(atMost-1, 0):]
		opened.Evicted = s.deleteLocked(by, func(other Record) bool {
			return slices.ContainsFunc(least, func(r Record) bool { return r.ID == other.ID })
		})
	}
	s.last++
	r.ID, opened.ID = s.last, s.last
	if s.sessions == nil {
		s.sessions = map[ID]Record{}
	}
	s.sessions[r.ID] = r
	return opened, nil
}

// Find implements Store.
func (s *MemoryStore) Find(_ context.Context, token Hash, now time.Time) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.sessions {
		if r.Token == token || r.Before == token && r.Before != (Hash{}) && now.Before(r.BeforeEnds) {
			return r, nil
		}
	}
	return Record{}, ErrNoSession
}

// FindAll implements Store.
func (s *MemoryStore) FindAll(_ context.Context, ids []ID) (found []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if r, ok := s.sessions[id]; ok {
			found = append(found, r)
		}
	}
	return found, nil
}

// OfUser implements Store.
func (s *MemoryStore) OfUser(_ context.Context, user UserID) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ofLocked(user), nil
}

func (s *MemoryStore) ofLocked(user UserID) []Record {
	all := slices.Collect(maps.Values(s.sessions))
	all = slices.DeleteFunc(all, func(r Record) bool { return r.User != user })
	slices.SortFunc(all, func(a, b Record) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(b.ID, a.ID)) })
	return all
}

// Renew implements Store.
func (s *MemoryStore) Renew(_ context.Context, with Renewal) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.sessions {
		if other.Token == with.New && with.New != (Hash{}) {
			return Record{}, errSameToken
		}
	}
	r, ok := s.sessions[with.ID]
	if !ok || r.Token != with.Token {
		return Record{}, ErrNoSession
	}
	if with.New != (Hash{}) {
		r.Token, r.Issued, r.Before, r.BeforeEnds, r.Nonce = with.New, with.Issued, with.Token, with.BeforeEnds, with.Nonce
	}
	if !with.SignedIn.IsZero() {
		r.SignedIn = with.SignedIn
	}
	s.sessions[r.ID] = r
	s.tellLocked(Message{What: Renewed, User: r.User, Session: r.ID, Browser: r.Browser, Node: with.Node})
	return r, nil
}

// Note implements Store.
func (s *MemoryStore) Note(_ context.Context, all []Activity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range all {
		r, ok := s.sessions[a.Session]
		if !ok {
			continue
		}
		if a.Seen.After(r.Seen) {
			r.Seen, r.IdleEnds, r.Network = a.Seen, a.IdleEnds, cmp.Or(a.Network, r.Network)
		}
		if a.Used == r.Token && !a.BeforeEnds.IsZero() && a.BeforeEnds.Before(r.BeforeEnds) {
			r.BeforeEnds = a.BeforeEnds
		}
		s.sessions[r.ID] = r
	}
	return nil
}

// Delete implements Store.
func (s *MemoryStore) Delete(_ context.Context, id ID, how Ending) ([]Record, error) {
	return s.delete(how, func(r Record) bool { return r.ID == id }), nil
}

// DeleteUser implements Store.
func (s *MemoryStore) DeleteUser(_ context.Context, user UserID, but ID, how Ending) ([]Record, error) {
	return s.delete(how, func(r Record) bool { return r.User == user && r.ID != but }), nil
}

// DeleteBrowser implements Store.
func (s *MemoryStore) DeleteBrowser(_ context.Context, browser Hash, how Ending) ([]Record, error) {
	return s.delete(how, func(r Record) bool { return r.Browser == browser }), nil
}

// DeleteOver implements Store.
func (s *MemoryStore) DeleteOver(_ context.Context, now, idle time.Time, atMost int) (gone []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, r := range s.sessions {
		if len(gone) < atMost && (!r.Ends.After(now) || !r.IdleEnds.After(idle)) {
			delete(s.sessions, id)
			gone = append(gone, r)
		}
	}
	return gone, nil
}

func (s *MemoryStore) delete(how Ending, which func(Record) bool) []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deleteLocked(how, which)
}

func (s *MemoryStore) deleteLocked(how Ending, which func(Record) bool) (gone []Record) {
	for id, r := range s.sessions {
		if which(r) {
			delete(s.sessions, id)
			gone = append(gone, r)
			s.tellLocked(closedMessage(r, how))
		}
	}
	return gone
}

// closedMessage says that a session has ended.
func closedMessage(r Record, how Ending) Message {
	return Message{What: Closed, User: r.User, Session: r.ID, Browser: r.Browser, How: how, Node: how.Node}
}

// Tell implements Store.
func (s *MemoryStore) Tell(_ context.Context, m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellLocked(m)
	return nil
}

func (s *MemoryStore) tellLocked(m Message) {
	for hear := range s.listeners {
		(*hear)(m)
	}
}

// Listen implements Store.
func (s *MemoryStore) Listen(ctx context.Context, ready func(), hear func(Message)) error {
	heard := mailbox{arrived: make(chan struct{}, 1)}
	put := heard.put
	s.mu.Lock()
	if s.listeners == nil {
		s.listeners = map[*func(Message)]struct{}{}
	}
	s.listeners[&put] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, &put)
	}()
	ready()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-heard.arrived:
		}
		for _, m := range heard.take() {
			hear(m)
		}
	}
}

// mailbox holds messages until their listener takes them: whoever tells does not wait for who hears.
type mailbox struct {
	arrived chan struct{} // of size 1

	mu  sync.Mutex // protects all
	all []Message
}

func (b *mailbox) put(m Message) {
	b.mu.Lock()
	b.all = append(b.all, m)
	b.mu.Unlock()
	select {
	case b.arrived <- struct{}{}:
	default:
	}
}

func (b *mailbox) take() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.all
	b.all = nil
	return all
}
