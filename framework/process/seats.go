package process

import (
	"net/http"
	"net/netip"
	"sync"

	"github.com/ocsigo/start/framework/session"
)

// seats are what the processes of this node take, with a socket or without, from the handshake until they are over. The
// node has a number of them; so has each address for processes of which no user is known, for these are what strangers can
// have; and each user.
type seats struct {
	limits *Limits

	mu        sync.Mutex // protects the fields below, and every Process.seat
	taken     int
	strangers map[netip.Addr]int
	users     map[session.UserID]int
}

// seat is for whom one is taken: for a user, or for nobody at an address.
type seat struct {
	address netip.Addr
	user    session.UserID
}

// take takes a stranger's seat, or answers with which status he is refused.
func (s *seats) take(by seat) (refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.taken >= s.limits.PerNode:
		return http.StatusServiceUnavailable
	case s.strangers[by.address] >= s.limits.PerAddress:
		return http.StatusTooManyRequests
	}
	s.taken++
	s.strangers[by.address]++
	return 0
}

// known gives the seat of a process to the user who is there; false when he has too many.
func (s *seats) known(p *Process, visitor session.Visitor) bool {
	user, connected := visitor.User()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !connected || p.seat.user == user:
		return true
	case s.users[user] >= s.limits.PerUser:
		return false
	}
	s.stopLocked(p.seat)
	p.seat = seat{user: user}
	s.users[user]++
	return true
}

// leave gives a seat back.
func (s *seats) leave(of seat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	s.stopLocked(of)
}

func (s *seats) stopLocked(of seat) {
	if of.user != 0 {
		less(s.users, of.user)
	} else {
		less(s.strangers, of.address)
	}
}

func less[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}
