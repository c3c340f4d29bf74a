package session

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a Manager behaves. The zero value is a production server over plain HTTP, for tests:
// a site sets Groups, Secure and Build.
type Options struct {
	// Groups says which of these groups the user is in, in one query, or ErrNoUser for a user who is
	// gone or disabled. It is asked when a session is read, by Connect, and for gates with groups; its answer is
	// believed for 30 s, or until Changed says that it has changed. nil: every user exists and is in no group.
	Groups func(ctx context.Context, user UserID, of []Group) ([]Group, error)

	// Secure says that the site is served over https: the cookies then have the __Host- prefix.
	Secure bool

	// Build names the running program. A document of another build says no hello: it is loaded again.
	Build string

	// Lifetime is how long a session lasts at most, whatever its user does. Default 30 days.
	Lifetime time.Duration

	// Idle is how long a session lasts after its user was last active: after a page request, or a call of a tab that
	// can be seen. Pings, pushes and pages fetched ahead are no activity. Default 14 days.
	Idle time.Duration

	// Renew is how old a session's token may become before a page gives the browser another. That the user has signed
	// in is not newer then. Default 7 days.
	Renew time.Duration

	// Sessions is how many sessions a user may have. A log-in above that ends the one that was unseen longest, with
	// its closing hooks. Default 100.
	Sessions int

	// Tabs is how many tabs one session may have open on this node; with nobody connected, one browser. A hello
	// above that ends the process of the tab that was used least recently. Default 100.
	Tabs int

	// UserTabs is how many tabs one user may have open on this node, in all his sessions. What is above makes room in the
	// same way. Default 200.
	UserTabs int

	// Forget is how long what is remembered for a browser or a user stays in memory after its last use
	// when none of its tabs is open. Default 1 hour.
	Forget time.Duration

	// States is how many places (sessions, browsers, tabs, users) this node remembers something for. Above that, those
	// unused longest that no open tab keeps are forgotten first. Default 100,000.
	States int

	// StoredBytes is how large the JSON of a stored reference's value may be. Default 64 KiB.
	StoredBytes int

	// Address returns the address of the client who sent a request. Of it a session keeps the network alone. Default: the
	// other end of the connection; behind a proxy that is the proxy.
	Address func(r *http.Request) netip.Addr

	// Development makes mistakes loud, such as a second wrapper in one request.
	Development bool

	Now func() time.Time // the one clock of all expiry; default time.Now
	Log *slog.Logger     // default slog.Default()
}

// Fixed times. What is worth changing is in Options.
const (
	browserLife   = 400 * 24 * time.Hour // of the browser's cookie: as long as browsers keep any
	handOver      = 60 * time.Second     // what a closed tab, or a document before its hello, is remembered
	closingTime   = 10 * time.Second     // for the closing hooks of one session
	seenAtLatest  = 2 * time.Second      // after a new session's first page, for its hello
	replacedTabs  = 5 * time.Second      // for tabs of a session that a login replaced, if the new one stays unseen
	ticketsAtMost = 8                    // that wait in one tab; above that the oldest is good no more
	draftsAtMost  = 10_000               // documents that remember something before their hello, a node
	draftsInBytes = 16 << 20             // the same, their estimated size
)

// Manager knows the visitors of one node: their sessions, their open tabs and what is remembered for them.
// Make it with New; it is safe for concurrent use once the hooks are added.
type Manager struct {
	store    Store
	opts     Options
	node     string // names this Manager among those that share the store
	hooks    moments
	held     held          // what it knows of sessions and users without asking
	activity activity      // what it has yet to write down
	ending   sync.RWMutex  // held for reading from a row's end until nothing runs under its session any more
	doubts   chan struct{} // of size 1: it is time to ask for the sessions of all tabs
	asked    atomic.Int64  // when that was answered last, in Unix nanoseconds; 0 for never
	open     registry      // the running requests and the tabs
	memory   memory        // what references remember
	drafts   drafts        // what documents remember before their hello
	alarms   alarms        // restarts that wait for a new session's first hello
}

// New returns a Manager over a store.
func New(store Store, opts Options) *Manager {
	if opts.Groups == nil {
		opts.Groups = func(context.Context, UserID, []Group) ([]Group, error) { return nil, nil }
	}
	if opts.Address == nil {
		opts.Address = remoteAddress
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.Lifetime = cmp.Or(opts.Lifetime, 30*24*time.Hour)
	opts.Idle = cmp.Or(opts.Idle, 14*24*time.Hour)
	opts.Renew = cmp.Or(opts.Renew, 7*24*time.Hour)
	opts.Sessions = cmp.Or(opts.Sessions, 100)
	opts.Tabs = cmp.Or(opts.Tabs, 100)
	opts.UserTabs = cmp.Or(opts.UserTabs, 200)
	opts.Forget = cmp.Or(opts.Forget, time.Hour)
	opts.States = cmp.Or(opts.States, 100_000)
	opts.StoredBytes = cmp.Or(opts.StoredBytes, 64<<10)
	opts.Log = cmp.Or(opts.Log, slog.Default())
	m := &Manager{store: store, opts: opts, node: newSecret(processBytes).encode()}
	m.held.init(opts.Now)
	m.doubts = make(chan struct{}, 1)
	m.open.init()
	m.memory = memory{idle: opts.Forget, now: opts.Now, inUse: m.open.uses, atMost: opts.States, states: map[place]*state{}}
	m.drafts = drafts{now: opts.Now, waiting: map[string]*draft{}}
	m.alarms.pending = map[Hash]*alarm{}
	return m
}

// Build is Options.Build: it names the running program. A tab loads a page of another build as a document.
func (m *Manager) Build() string { return m.opts.Build }

// Now is the time, by the one clock of all expiry: Options.Now.
func (m *Manager) Now() time.Time { return m.opts.Now() }

// Close forgets the timers under way. Call it when the last tab is closed.
func (m *Manager) Close() { m.alarms.stop() }
