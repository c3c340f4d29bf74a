// Package process has the open tabs of this node: each is a live program, a client process, that calls
// server functions and hears events over one websocket.
//
// # A hub
//
//	tabs := process.New(sessions, process.Options{Origin: "https://example.com"})
//	router.Handle("/process", tabs)      // outside the middleware of pages
//	…
//	tabs.Close(ctx)                      // tells the tabs, and waits for them
//
// The hub is the handler of the tabs' websocket. It asks package session who a tab belongs to, and hands
// the tab's calls to package rpc. The browser's half is framework/browser; docs/protocol.md says what goes
// over the wire, for clients of other kinds.
//
// # Events
//
// What a site tells its tabs is declared once and sent to an audience:
//
//	moved := process.NewEvent[Counters](tabs, "counters.moved")
//
//	moved.Send(process.Sharing(ctx, session.PerUser), counters)   // all tabs of the user who asks
//	moved.Send(process.User(7), counters)                         // all tabs of another
//	moved.Send(process.Everyone(), counters)
//
// Send does not wait for any tab. A tab gets its events in the order they were sent, from its hello on; so a
// script listens first, and then asks once for how things are. A tab whose session has ended is in no audience. That is all that most of a site needs to know of this package.
//
// # The life of a tab
//
// ServeHTTP lets a handshake in that comes from the site's own pages, and leaves its HTTP handler. From
// then on one goroutine reads the socket: that is a visit. The Process is what stays when visits change.
//
//   - The hello comes first, in time. Of a new tab it names the document by its token; session checks it and
//     makes the tab. The start hooks run; when one fails the next hello goes on there. Then the hello is answered.
//   - Each message after it is a call, or a batch of them, and runs in a goroutine of its own. A few run at
//     once, some more wait, the rest is refused. The answer goes out first; only then the call is over. So
//     a tab that logs itself out hears that it worked before it is told to restart.
//   - The socket is lost: what runs for it has its context ended, and what waits is dropped. The process waits
//     a minute for another socket, with a timer and no goroutine. It is in its audiences all the time: what it is
//     told is kept. One that is told to load a document is over: its tab hears how first thing on its return.
//   - The hello of a process that comes back names it. session checks that it is still that browser's and
//     session's. The socket before it is closed, and read to its end; then the hello is answered, and what has
//     waited follows. No hook runs.
//   - The end comes from the tab when its document is gone, from session (a log-out: Restart; too many tabs: Evict),
//     from Close, or from the timer. When all that ran for the tab has returned session forgets it.
//
// After a log-in in its own page the tab is somebody else's than before. A socket speaks under an identity number; a call
// that was said under an older one is refused. While nobody can see the tab, as it says itself, its calls are no
// activity of its user.
//
// # One tab moves no other
//
// Nobody waits for a tab. What is sent to it goes into its outbox, and into the socket from there: by the
// goroutine that answers, or by one that lives as long as something waits. An idle tab has neither writer
// nor buffers. A tab that does not read fills its outbox and is closed as TooSlow; it may come back for what has
// waited, and that does not count there. One for which still more is sent meanwhile is lost: its process ends. One
// that is told to go and stays is cut off. Whatever panics ends one socket, not the node.
//
// # Codes
//
// A socket is closed with a Code, which tells the tab what to do: come back, restart, or stop.
//
// # What overlaps with what
//
// Everything may be called from many goroutines at once, but events are declared before serving. The start
// hooks of a tab run in its reader, one after the other; the calls of a tab overlap, those of a batch do
// not. The package starts four kinds of goroutines: a reader for each tab, one for each call that runs, one
// for each outbox that others fill, and one heartbeat for all. Close waits for all of them.
//
// Tests in Go open tabs with package processtest.
package process
