package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// MemoryStore is a Store for tests and examples: what it keeps ends with the program. Several managers may share
// one, as nodes do. The zero value is empty and ready.
type MemoryStore struct {
	memoryStates

	mu sync.Mutex // protects the fields below
	memoryRows
	last      ID
	listeners map[*func(Message)]struct{}
}

var errSameToken = errors.New("two sessions with the same token")

// Open implements Store.
func (s *MemoryStore) Open(_ context.Context, r Record, atMost int, by Ending) (opened Opened, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hasToken(r.Token) {
		return Opened{}, errSameToken
	}
	by.Reason = Replaced
	opened.Replaced = s.deleteLocked(by, s.browsers[r.Browser])
	by.Reason = Evicted
	if len(s.users[r.User]) >= atMost {
		for _, least := range s.ofUser(r.User)[max(atMost-1, 0):] {
			opened.Evicted = append(opened.Evicted, s.deleteLocked(by, least.ID)...)
		}
	}
	s.last++
	r.ID, opened.ID = s.last, s.last
	s.put(&r)
	return opened, nil
}

// Find implements Store.
func (s *MemoryStore) Find(_ context.Context, token Hash, now time.Time) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.sessions[s.tokens[token]]
	if !ok || token != r.Token && !now.Before(r.BeforeEnds) {
		return Record{}, ErrNoSession
	}
	return *r, nil
}

// FindAll implements Store.
func (s *MemoryStore) FindAll(_ context.Context, ids []ID) (found []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if r, ok := s.sessions[id]; ok {
			found = append(found, *r)
		}
	}
	return found, nil
}

// OfUser implements Store.
func (s *MemoryStore) OfUser(_ context.Context, user UserID) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ofUser(user), nil
}

// Renew implements Store.
func (s *MemoryStore) Renew(_ context.Context, with Renewal) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, ok := s.sessions[with.ID]
	switch {
	case with.New != (Hash{}) && s.hasToken(with.New):
		return Record{}, errSameToken
	case !ok || before.Token != with.Token:
		return Record{}, ErrNoSession
	}
	r := *before
	if with.New != (Hash{}) {
		r.Token, r.Issued, r.Before, r.BeforeEnds, r.Nonce = with.New, with.Issued, with.Token, with.BeforeEnds, with.Nonce
	}
	if !with.SignedIn.IsZero() {
		r.SignedIn = with.SignedIn
	}
	s.remove(before)
	s.put(&r)
	s.tellLocked(Message{What: Renewed, User: r.User, Session: r.ID, Browser: r.Browser, Node: with.Node})
	return r, nil
}

// Note implements Store.
func (s *MemoryStore) Note(_ context.Context, all []Activity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range all {
		if r, ok := s.sessions[one.Session]; ok {
			s.sessions[one.Session] = r.after(one)
		}
	}
	return nil
}

// Delete implements Store.
func (s *MemoryStore) Delete(_ context.Context, id ID, how Ending) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deleteLocked(how, id), nil
}

// DeleteUser implements Store.
func (s *MemoryStore) DeleteUser(_ context.Context, user UserID, but ID, how Ending) (gone []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Clone(s.users[user]) {
		if id != but {
			gone = append(gone, s.deleteLocked(how, id)...)
		}
	}
	return gone, nil
}

// DeleteBrowser implements Store.
func (s *MemoryStore) DeleteBrowser(_ context.Context, browser Hash, how Ending) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deleteLocked(how, s.browsers[browser]), nil
}

// DeleteOver implements Store.
func (s *MemoryStore) DeleteOver(_ context.Context, now, idle time.Time, atMost int) (gone []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.sessions {
		if len(gone) < atMost && (!r.Ends.After(now) || !r.IdleEnds.After(idle)) {
			s.remove(r)
			gone = append(gone, *r)
		}
	}
	return gone, nil
}

// deleteLocked deletes a session, and tells so. There may be none, such as 0.
func (s *MemoryStore) deleteLocked(how Ending, id ID) (gone []Record) {
	r, ok := s.sessions[id]
	if !ok {
		return nil
	}
	s.remove(r)
	s.tellLocked(closedMessage(*r, how))
	return []Record{*r}
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
