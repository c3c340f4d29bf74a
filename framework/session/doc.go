// Package session knows who is asking, and what is remembered about them.
//
// # Who
//
// A visitor is a connected user or nobody. A browser is one cookie jar: every page gives it a random
// cookie when it has none. A session is one login of one browser: a row in a Store, and a second cookie
// that appears at the log-in. A tab is one open document, from its hello to its end. Of all cookies only
// the SHA-256 is ever stored.
//
//	sessions := session.New(store, session.Options{})
//	handler = sessions.Middleware(handler)
//
//	session.Connect(ctx, user)         // log a user in
//	session.Disconnect(ctx)            // log this browser out
//	session.DisconnectAll(ctx)         // log the user out everywhere
//	session.Reauthenticated(ctx)       // he has proved once more who he is
//	session.Sessions(ctx)              // where he is logged in, and with how many tabs
//	session.DisconnectSession(ctx, id) // end one of these
//
// Everything takes the context first, for session, browser and tab travel in it.
//
// A session ends when somebody ends it, when its user was not active for Options.Idle, and after Options.Lifetime
// in any case. Active is who asks for pages, or calls functions from a tab that he can see. Its token is exchanged now and
// then (Options.Renew); the session, its tabs and what they remember stay what they are. A user has at most
// Options.Sessions of them.
//
// Let the Manager run as long as it serves: it sweeps what is over, and hears what other nodes close.
//
//	go sessions.Run(ctx) // and wait for it at the end
//
// # The one door
//
// Each page and each server function is wrapped, once:
//
//	session.Connected(f)                        // f gets the user as me; nobody is sent away
//	session.Opt(f)                              // f gets the visitor
//	session.Wrap(f)                             // f does not care
//	session.Connected(f, session.Allow("admin")) // for the members of a group
//	session.Connected(f, session.SignedInWithin(10*time.Minute)) // who has proved lately who he is
//
// In which groups a user is says the site: Options.Groups. When that has changed, call Manager.Changed.
//
// Handlers of pages and server functions use page.Connected, rpc.Connected and their sisters, which are
// made of these.
//
// # The ten moments
//
// Hooks are plain functions, added before serving:
//
//	sessions.OnOpenSession(func(ctx context.Context, me session.UserID) error { … })
//
// In a request they run in this order:
//
//	OnRequest → (groups) → OnConnectedRequest | OnUnconnectedRequest → the function
//	                     → OnDeniedRequest → the deny function
//
// in the life of a tab: OnStartProcess, then OnStartConnectedProcess or OnStartUnconnectedProcess; in the
// life of a session: OnOpenSession, OnPreCloseSession, OnPostCloseSession. The first error stops the rest
// and is the request's; closing hooks alone cannot veto, so all of them run. A panic is an error.
//
// A hook may log somebody in or out: what comes after it is then for the new visitor.
//
// # A tab and who it belongs to
//
// A tab is pinned to the session of its hello. Besides its calls, it makes page requests of its own, to show
// pages in place: Join makes a request one of the tab, so that handlers see what the tab remembers. A call or
// page request that is not of the tab's session is refused before any hook.
//
// One thing alone moves that pin: Connect in a page request of a tab that is nobody's. The tab goes on as the
// user's, OnStartConnectedProcess runs inside Connect, after OnOpenSession, and the tab's identity number is
// raised: Raised says it to that one answer. What the tab asks under the number before is refused
// (ErrIdentityChanged, ErrForeignTab). What began as nobody ends as nobody: it goes on, and neither reads nor
// writes what is the user's. From one user to another no tab goes on: LeftTab says so to the answer, and the
// tab loads a document.
//
// A server function has no answer that could set a cookie: there Connect and Reauthenticated only note what is wanted.
// The tab is given a Ticket with the function's answer, and asks once more, with a page request that does what was
// wanted: Redeem. A ticket is good for that tab, once, for 10 seconds.
//
// The tabs that do not go on are told to restart, each in its way: see Restart. A tab whose socket was lost
// finds its way back with ReturningTab.
//
// # What is remembered
//
// A Ref is a variable with one value for each tab, browser, user or request:
//
//	var clicks = session.NewRef("clicks", session.PerBrowser, 0)
//	n := clicks.Update(ctx, func(n int) int { return n + 1 })
//
//	PerRequest            ends with the request
//	PerTab                ends with the tab's process, and begins and ends with a login
//	PerBrowser            ends with the login
//	PerUser               stays, in all browsers of the user
//	PerTabUserIndep       follows the tab from document to document, whoever is connected
//	PerBrowserUserIndep   stays with the browser, whoever is connected
//
// All of it is memory of this node: it ends with the program, and an hour after its last use when no tab is
// open. A StoredRef is kept by the store: it lasts, is the same on every node, and can fail. It is for browsers and
// users, not for tabs.
//
//	var theme = session.NewStoredRef("theme", session.PerUser, "light")
//	err := theme.Set(ctx, "dark")
//
// Who administers reads and writes what belongs to others in Manager.InUser, Manager.InSession and Tab.Do.
//
// When a session closes, what its browser and its tabs remembered goes with it. The user's own values
// stay, and so do the user-independent ones, until DisconnectAll takes those. What nobody uses and no open
// tab keeps is forgotten after an hour (Options.Forget).
//
// What a page's handler writes for its tab, before there is one, waits a minute for the hello of that very
// document. Then it is the tab's, beside what the tab brings from its document before.
//
// # Revocation
//
// A running request and a tab are registered under their browser first, and its session is looked up, or made by
// Connect, then. Whoever closes a session deletes its row first, and revokes what is registered then; what does not
// know its session yet looks again. So one of the two always sees the other: no call starts under a session whose end
// was acknowledged. What runs already has its context ended, with ErrNotConnected as the cause. The pin of a tab
// moves under the lock of that register, and only if nobody has revoked the request that moves it.
//
// Truth is the row. What was looked up is held, so that a page or a call of a session that was seen asks the store
// nothing; but for 30 seconds at most, and a look-up that began before something was revoked is not held. The store
// tells the other nodes in the transaction that deletes the row. A node that has missed it asks every 15 seconds for
// all sessions with open tabs. One that cannot ask says ErrUnavailable, and not yes; after 30 seconds it tells the tabs of
// users nothing any more. Those that miss something so load their documents again when it can ask: at a random moment
// of the next 5 seconds.
//
// # What overlaps with what
//
// Everything may be called from many goroutines at once. The hooks of one request run one after the other;
// those of different requests and tabs overlap. The package starts no goroutine but those of Run, which waits for
// them; its few timers end with Manager.Close.
package session
