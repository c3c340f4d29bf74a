package process

import (
	"cmp"
	"time"
)

// Limits are what a tab, a client and this node may have. A field that is zero means its default; none may be negative.
type Limits struct {
	CallsAtOnce  int // calls of a tab that run, of which streams leave one place to the others if there are two; default 8
	CallsWaiting int // calls of a tab that wait behind them; default 32

	Rate  int // messages a second that a tab may send in the long run; default 50
	Burst int // messages that it may send at once, also in one batch; default 100

	// Messages to a tab that it has not acknowledged, or that wait to be sent, and their size; default 256 and 1 MiB. Tabs
	// acknowledge 64 messages, or 64 KiB, at once: with less than twice of that streams wait for their heartbeats. However
	// large a message is, it counts for OutboxBytes/(2*CallsAtOnce) at most: the answers to all calls that may run fill half
	// of it. So what a tab that does not read costs is up to the site too: 2*OutboxMessages of the largest that it is sent.
	OutboxMessages int
	OutboxBytes    int

	ReturnTime time.Duration // for a tab without a socket to come back; default 60 s

	// Processes, with a socket or without: those of one address of which no user is known, those of a user, also where the
	// session has ended, and all of this node; default 500, 500 and 50,000. Beside them there may be as many sockets of an
	// address, and of the node, whose hello was not answered yet.
	PerAddress int
	PerUser    int
	PerNode    int
}

// check panics where a limit could not be kept.
func (l Limits) check() {
	for name, limit := range map[string]int{
		"CallsAtOnce": l.CallsAtOnce, "CallsWaiting": l.CallsWaiting, "Rate": l.Rate, "Burst": l.Burst,
		"OutboxMessages": l.OutboxMessages, "OutboxBytes": l.OutboxBytes, "ReturnTime": int(l.ReturnTime),
		"PerAddress": l.PerAddress, "PerUser": l.PerUser, "PerNode": l.PerNode,
	} {
		if limit < 0 {
			panic("process: Limits." + name + " is negative")
		}
	}
}

func (l Limits) orDefaults() Limits {
	return Limits{
		CallsAtOnce:    cmp.Or(l.CallsAtOnce, callsAtOnce),
		CallsWaiting:   cmp.Or(l.CallsWaiting, callsWaiting),
		Rate:           cmp.Or(l.Rate, rate),
		Burst:          cmp.Or(l.Burst, burst),
		OutboxMessages: cmp.Or(l.OutboxMessages, outboxMessages),
		OutboxBytes:    cmp.Or(l.OutboxBytes, outboxBytes),
		ReturnTime:     cmp.Or(l.ReturnTime, returnTime),
		PerAddress:     cmp.Or(l.PerAddress, perAddress),
		PerUser:        cmp.Or(l.PerUser, perUser),
		PerNode:        cmp.Or(l.PerNode, perNode),
	}
}

// The defaults, and what is not worth changing, each with its unit.
const (
	messageAtMost  = 64 << 10         // bytes of a message from a tab
	callsAtOnce    = 8                // calls of a tab that run; one of them is no stream
	callsWaiting   = 32               // calls of a tab that wait behind them
	waitingBytes   = 256 << 10        // bytes of the calls of a tab that wait
	staysAtMost    = 1_000            // topics and presences of a tab
	batchAtMost    = 40               // messages of a batch
	rate           = 50               // messages a second
	burst          = 100              // messages at once
	floodAtMost    = 100              // messages that were refused for their rate; each that is in time makes up for one
	outboxMessages = 256              // messages that a tab has not acknowledged
	outboxBytes    = 1 << 20          // bytes of these
	ackFrames      = 64               // frames received, and then an acknowledgement
	ackBytes       = 64 << 10         // bytes received, and then an acknowledgement
	streamWindow   = 32               // values of a stream that the tab has not asked for
	helloTime      = 10 * time.Second // from the handshake to the hello
	pingEvery      = 25 * time.Second // on a quiet socket
	lookEvery      = 5 * time.Second  // whether sockets take what is sent
	silenceAtMost  = 60 * time.Second // without a pong; then the tab is gone
	returnTime     = 60 * time.Second // for a tab without a socket to come back
	writeTime      = 10 * time.Second // for one frame to leave
	closingTime    = 5 * time.Second  // for the last frames to leave and the tab to go
	drainTime      = 5 * time.Second  // for calls to end when the server stops
	perAddress     = 500              // processes of one address without a user
	perUser        = 500              // processes of a user
	perNode        = 50_000           // processes of a node
)
