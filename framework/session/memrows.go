package session

import (
	"cmp"
	"slices"
)

// memoryRows is the part of MemoryStore that keeps the sessions, so that each is found by whatever is asked for.
type memoryRows struct {
	sessions map[ID]*Record
	tokens   map[Hash]ID // the sessions by their tokens, those before included
	browsers map[Hash]ID // each has one at most
	users    map[UserID][]ID
}

func (m *memoryRows) put(r *Record) {
	if m.sessions == nil {
		m.sessions, m.tokens, m.browsers, m.users = map[ID]*Record{}, map[Hash]ID{}, map[Hash]ID{}, map[UserID][]ID{}
	}
	m.sessions[r.ID] = r
	m.tokens[r.Token] = r.ID
	if r.Before != (Hash{}) {
		m.tokens[r.Before] = r.ID
	}
	m.browsers[r.Browser] = r.ID
	m.users[r.User] = append(m.users[r.User], r.ID)
}

func (m *memoryRows) remove(r *Record) {
	delete(m.sessions, r.ID)
	delete(m.tokens, r.Token)
	delete(m.tokens, r.Before)
	delete(m.browsers, r.Browser)
	rest := slices.DeleteFunc(m.users[r.User], func(id ID) bool { return id == r.ID })
	if m.users[r.User] = rest; len(rest) == 0 {
		delete(m.users, r.User)
	}
}

// hasToken reports whether this is the token of a session now.
func (m *memoryRows) hasToken(token Hash) bool {
	r, ok := m.sessions[m.tokens[token]]
	return ok && r.Token == token
}

// ofUser returns the sessions of a user, the last seen first.
func (m *memoryRows) ofUser(user UserID) (all []Record) {
	for _, id := range m.users[user] {
		all = append(all, *m.sessions[id])
	}
	slices.SortFunc(all, func(a, b Record) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(b.ID, a.ID)) })
	return all
}
