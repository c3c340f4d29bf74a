// Package process has the open tabs of this node: each is a live program, a client process, that calls
// server functions and hears events over one websocket.
//
// # A hub
//
//	tabs := process.New(sessions, process.Options{Origin: "https://example.com"})
//	router.Handle("/process", tabs)      // outside the middleware of pages
//	…
//	tabs.Close(ctx)                      // lets calls end, tells the tabs, and waits for them
//
// The hub is the handler of the tabs' websocket. It asks package session who a tab belongs to, and finds the
// functions that the tab calls in package rpc. The browser's half is framework/browser; docs/protocol.md says what goes
// over the wire, for clients of other kinds. Limits have all that a site may want to change.
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
// Send does not wait for any tab. A tab gets its events once and in the order they were sent, from its hello on, through a
// lost network too. A tab whose session has ended is in no audience.
//
// # Topics
//
// What a tab hears because it has asked for it is a topic, with a key for each thing that there is to hear of:
//
//	said := process.NewTopic[Room, Message](tabs, "chat.said")
//
//	version := said.Version(room)                // in the page, before it reads what it shows
//	said.Listen(ctx, room, version)              // in a server function, which decides who may
//	said.Notify(room, message)                   // from wherever
//
// Listen answers Stale when something has come between the page and the listening, so that nothing slips; it ends with the
// page or with the tab. Prepare makes of a notice what each recipient may hear. A Presence is built on it: who is here.
//
// That is all that most of a site needs to know of this package.
//
// # The life of a tab
//
// ServeHTTP lets a handshake in that comes from the site's own pages, and leaves its HTTP handler. From
// then on one goroutine reads the socket: that is a visit. The Process is what stays when visits change.
//
//   - The hello comes first, in time. Of a new tab it names the document by its token; session checks it and
//     makes the tab. The start hooks run; when one fails the next hello goes on there. Then the hello is answered.
//   - Each call after it, or batch of them, is a job. The reader runs it itself; when it is not done at once another
//     goroutine goes on reading (see watch.go). A few run at once, some more wait, the rest is refused. The answer goes
//     out first; only then the call is over. So a tab that logs itself out hears that it worked before it
//     is told to restart.
//   - The socket is lost: what runs, runs on. The process waits a minute for another socket, with a timer and no
//     goroutine. It is in its audiences all the time: what it is told is kept. One that is told to load a document is
//     over: its tab hears how first thing on its return.
//   - The hello of a process that comes back names it. session checks that it is still that browser's and
//     session's. The socket before it is closed, and read to its end; then it is known how many frames have come. The
//     hello is answered with that, and what the tab lacks follows. No hook runs.
//   - The end comes from the tab when its document is gone, from session (a log-out: Restart; too many tabs: Evict),
//     from Close, or from the timer. What still runs for the tab is cancelled; when it has returned session forgets the
//     tab.
//
// A tab that does not count its frames cannot come back: its process ends with its socket.
//
// After a log-in in its own page the tab is somebody else's than before. It speaks under an identity number; a call
// that was said under an older one is refused. While nobody can see the tab, as it says itself, its calls are no
// activity of its user.
//
// # One tab moves no other
//
// Nobody waits for a tab. What is sent to it goes into its outbox, and into the socket from there: by the
// goroutine that answers, or by couriers, of which there are a few for all tabs (see courier.go). An idle tab has neither
// writer nor buffers. What a tab has not acknowledged stays in its outbox; a tab that does not read fills it and is closed as
// TooSlow. It may come back for what it lacks; one for which still more is sent meanwhile is lost: its process ends. A
// stream waits for its tab instead. Who sends more than he may is refused, and closed as Flooding if he goes on. One that
// is told to go and stays is cut off. Whatever panics ends one tab, not the node.
//
// # Codes
//
// A socket is closed with a Code, which tells the tab what to do: come back, restart, or stop.
//
// # What overlaps with what
//
// Everything may be called from many goroutines at once, but events, topics and presences are declared before serving. The
// start hooks of a tab run in its reader, one after the other; the calls of a tab overlap, those of a batch and those of
// serial functions do not. The package starts these goroutines: a reader for each tab, one for each stream and each call
// that takes longer, a few couriers, one for each outbox that waits while these are held up, and one for each key of a
// topic whose notices wait; one heartbeat and one watch for all; and timers for what waits. Close waits for all of them,
// unless its context ends before.
//
// Tests in Go open tabs with package processtest.
package process
