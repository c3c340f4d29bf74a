package authcheck

import "slices"

// Check is one thing that must be so.
type Check struct {
	Name    string   // stays
	Numbers []string // in the lists: A14, S114
	Needs   Needs
	run     func(*Site)
	Wrong   string // what is wrong when it fails, in a sentence
}

// Needs are what a check cannot do without.
type Needs int

// What a check may need.
const (
	Nothing       Needs = 0
	Letters       Needs = 1 << iota // a mailbox
	Administrator                   // somebody who is one
	Networks                        // more networks than one
)

func (n Needs) has(what Needs) bool { return n&what != 0 }

// All returns all checks, in the order in which they run: what fills a counter that the others share is last.
func All() []Check {
	return slices.Concat(signUps, claims, foreign, links, once, voidLinks, tokens, passwords, logIns, returns, logOuts, sessions,
		guards, sockets, addresses, settings, letters, administrators, limits, timings, leaks)
}
