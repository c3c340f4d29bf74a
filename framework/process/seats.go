package process

import (
	"net/http"
	"net/netip"
	"sync"

	"github.com/ocsigo/start/framework/session"
)

// seats are what the processes of this node take, with a socket or without, until they are over. The node has a number of
// them; so has each address for processes of which no user is known, for these are what strangers can have; and each user.
// Sockets on which no hello was answered yet are counted apart, or tabs that come back would find their own seats taken.
type seats struct {
	limits *Limits

	mu        sync.Mutex // protects the fields below, and every Process.seat
	sockets   int
	newcomers map[netip.Addr]int // of the sockets, by address
	taken     int
	strangers map[netip.Addr]int // of the seats, by address
	users     map[session.UserID]int
}

// seat is for whom one is taken: for a user, or for nobody at an address.
type seat struct {
	taken   bool
	address netip.Addr
	user    session.UserID
}

// noSeat is the error of a tab for whose process there is no room.
type noSeat struct{ told parcel }

// Error makes it an error.
func (noSeat) Error() string { return "there is no room for this tab" }

func newSeats(limits *Limits) seats {
	return seats{
		limits: limits, newcomers: map[netip.Addr]int{}, strangers: map[netip.Addr]int{}, users: map[session.UserID]int{},
	}
}

// arrive counts a socket whose hello is to be answered yet, or says with which status it is refused.
func (s *seats) arrive(from netip.Addr) (refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.sockets >= s.limits.PerNode:
		return http.StatusServiceUnavailable
	case s.newcomers[from] >= s.limits.PerAddress:
		return http.StatusTooManyRequests
	}
	s.sockets++
	s.newcomers[from]++
	return 0
}

// arrived counts such a socket no longer.
func (s *seats) arrived(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets--
	less(s.newcomers, from)
}

// take gives a process its seat, or that which fits who is there now. It answers with how the socket is closed where there
// is none: where it is the user who has too many, coming back does not help.
func (s *seats) take(p *Process, from netip.Addr, visitor session.Visitor) (full parcel) {
	user, _ := visitor.User()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case p.seat.taken && p.seat.user == user:
		return parcel{}
	case user != 0 && s.users[user] >= s.limits.PerUser:
		return parcel{code: Stop, reason: tooMany}
	case user == 0 && s.strangers[from] >= s.limits.PerAddress, !p.seat.taken && s.taken >= s.limits.PerNode:
		return parcel{code: Unavailable}
	}
	s.freeLocked(p)
	p.seat = seat{taken: true, address: from, user: user}
	s.taken++
	if user != 0 {
		s.users[user]++
	} else {
		s.strangers[from]++
	}
	return parcel{}
}

// free takes the seat of a process back, if it has one.
func (s *seats) free(p *Process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.freeLocked(p)
}

func (s *seats) freeLocked(p *Process) {
	if !p.seat.taken {
		return
	}
	s.taken--
	if p.seat.user != 0 {
		less(s.users, p.seat.user)
	} else {
		less(s.strangers, p.seat.address)
	}
	p.seat = seat{}
}

func less[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}
