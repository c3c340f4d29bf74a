package main

import "time"

// order is what the load tells a server on its standard input; each is answered with one report on its standard
// output. Both are a line of JSON.
type order struct {
	Do    string
	Count int           // of log-ins
	Bytes int           // of a pushed message, about
	Every time.Duration // from the beginning of a push to its report, at least
	File  string        // of a profile
}

// What an order may say.
const (
	doLogIn    = "log in"    // Count users
	doPush     = "push"      // a message to all tabs
	doCollect  = "collect"   // garbage, and give the memory back
	doState    = "state"     // say how things are
	doProfile  = "profile"   // begin to write a profile of the processor into File
	doProfiled = "profiled"  // end that
	doHeap     = "heap file" // write what is on the heap into File
)

// report answers an order. The first one comes unasked, with the address.
type report struct {
	Error   string
	Address string
	Logins  []login
	State   state
}

// login is what a tab brings to its socket. Of a bare server it is empty.
type login struct {
	Cookies, Token, Identity string

	Counted bool // both sides count their messages
}

// state is how a server's process is.
type state struct {
	Goroutines int
	Tabs       int
	Heap       uint64 // bytes in use
	Stacks     uint64 // bytes in use
	Allocated  uint64 // bytes, in all since the start
	Objects    uint64 // allocated, in all since the start
}
