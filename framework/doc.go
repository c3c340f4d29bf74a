// Package framework holds the rooms that a site stands on. It has no code of its own; its tests look at the
// rooms together.
//
// # The rooms
//
//	session    who is asking, and what is remembered about them
//	process    the open tabs of this node: their sockets, calls and events
//	page       handlers that answer pages
//	rpc        typed server functions, and their TypeScript client
//	browser    the tab's half, in TypeScript
//	devdb      the Postgres that serves when no other is configured
//
// session and devdb stand on the ground, process on session, page and rpc on both; none imports the site. A test
// reads the import graph. Start reading with session.
//
// # The words
//
//	user       somebody with an account; me is the one who asks
//	visitor    whoever made a request: a connected user, or nobody
//	browser    one cookie jar; every page gives it a random cookie when it has none
//	session    one login of one browser: a row, and a second cookie
//	document   a page as it was loaded; it carries a token, good for one browser, build and session
//	process    client process: one tab, from its document's hello to its end
//	hello      the first message of a tab's websocket; with it the document becomes a process
//	hook       a function of yours that runs at one of ten moments
//	wrapper    the one door of a request: visitor, hooks, groups, function
//	reference  a typed variable whose value depends on the scope: tab, browser, user
//	restart    the tab loads its document again, and so becomes a new process
//	node       one running copy of the program
//
// # One node, for now
//
// Sessions are rows, and survive the program. References, tabs and events are of one node: they live in its
// memory, end with it, and are not seen by another.
//
// # The life of a request
//
// page's middleware gives the request its browser, and refuses what other sites post. The handler, made by
// page.Connected or page.Opt, checks for whom the form was made and enters the one door of session: it finds
// the visitor, runs the hooks, asks the groups, and calls the function. What that returns is rendered whole
// before the first byte goes out.
//
// # The life of a tab
//
// Every document carries a token. Its script opens a websocket and says hello with it; process asks session
// whether token, cookies and session belong together, and only then there is a client process: its start
// hooks run, and it may call server functions.
//
// From then on links and forms inside the site are answered in place: the runtime asks for the page with the process
// id in a header, and shows it in the document that is there. A log-in made so moves the tab to the new session;
// everything else that changes who is connected ends the process, and the tab loads a document again. When the socket
// is lost the process waits a minute for the tab to come back on another. It ends when its document goes, its minute
// is over, or its session ends.
//
// # The goroutines
//
// process has one for each open tab, one for each call that runs, a short one while a tab is sent something,
// and one heartbeat; its hub waits for all of them in Close. devdb has those that watch its children. No
// other room starts any.
package framework
