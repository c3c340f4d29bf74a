package authcheck

import (
	"fmt"
	"math"
)

// timings are the checks that two answers take the same time.
var timings = []Check{
	{"time-log-in", []string{"A33", "S112"}, Letters | Networks, timeOfLogIn,
		"How long a failed log-in takes tells who has an account."},
	{"time-forgot", []string{"A27", "S111"}, Letters | Networks, timeOfForgot,
		"How long a request for a new password takes tells who has an account."},
}

// What is a difference: two rounds must show it, by the ranks of all or by those of the pairs, each with a chance below this
// that there is none, and in the same direction; and one must take longer by this part, for with many samples the smallest
// thing shows.
const (
	chance = 0.01
	part   = 0.05
)

// compare takes samples of two kinds, in turn and in an order of chance, and fails when one takes longer.
func (s *Site) compare(one, other func(i int) Page) {
	var said []string
	before := 0.0
	for range 2 {
		a, b := s.samples(one, other)
		p, z := mannWhitney(a, b)
		if inPairs, sign := signedRank(a, b); inPairs < p {
			p, z = inPairs, sign
		}
		ratio := medianRatio(a, b)
		said = append(said, fmt.Sprintf("median of ratios %.3f, p %.3f, %d samples of each", ratio, p, len(a)))
		if p > chance || math.Abs(ratio-1) <= part || z*before < 0 {
			okf("%s", said[len(said)-1])
		}
		before = z
	}
	failf("%s; once more: %s", said[0], said[1])
}

func (s *Site) samples(one, other func(i int) Page) (a, b times) {
	for i := range s.Samples {
		if s.random.IntN(2) == 0 {
			a, b = append(a, one(i).took), append(b, other(i).took)
		} else {
			b, a = append(b, other(i).took), append(a, one(i).took)
		}
	}
	return a, b
}

// perMember is how many samples one account is good for, of log-ins or letters, in two rounds together.
const perMember = 4

// enough are so many members that none of them meets a limit in two rounds. All timing checks share them.
func (s *Site) enough() []*Member {
	for len(s.crowd) < (2*s.Samples+perMember-1)/perMember {
		s.crowd = append(s.crowd, s.joins(s.address(), s.password()))
	}
	return s.crowd
}

// timed sends a form from a network of its own, over a connection that is open already.
func (s *Site) timed(path string, fill func(*Form) *Form) Page {
	b := s.elsewhere()
	p := b.Send(fill(b.Go(path).form("that asks for an e-mail", Email)))
	s.refused(p)
	b.client.CloseIdleConnections()
	return p
}

func timeOfLogIn(s *Site) {
	members, n := s.enough(), 0
	try := func(address string) Page {
		return s.timed(s.Paths.LogIn, func(f *Form) *Form { return f.fill(Email, address).fill(Password, s.password()) })
	}
	s.compare(
		func(int) Page { n++; return try(members[(n-1)/perMember].Address) },
		func(int) Page { return try(s.address()) },
	)
}

func timeOfForgot(s *Site) {
	members, n := s.enough(), 0
	try := func(address string) Page {
		return s.timed(s.Paths.Forgot, func(f *Form) *Form { return f.fill(Email, address) })
	}
	s.compare(
		func(int) Page { n++; return try(members[(n-1)/perMember].Address) },
		func(int) Page { return try(s.address()) },
	)
}
