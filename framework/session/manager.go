package session

import (
	"context"
	"log/slog"
	"time"
)

// Options say how a Manager behaves. The zero value is a production server over plain HTTP, for tests:
// a site sets Groups, Secure and Build.
type Options struct {
	// Groups says which of these groups the user is in, in one query, or ErrNoUser for a user who is
	// gone or disabled. It is asked whenever a session is read, by Connect, and for each gate with
	// groups. nil: every user exists and is in no group.
	Groups func(ctx context.Context, user UserID, of []Group) ([]Group, error)

	// Secure says that the site is served over https: the cookies then have the __Host- prefix.
	Secure bool

	// Build names the running program. A document of another build says no hello: it is loaded again.
	Build string

	// Lifetime is how long a session lasts at most. Default 30 days.
	Lifetime time.Duration

	// Idle is how long what is remembered for a browser or a user stays in memory after its last use
	// when none of its tabs is open. Default 1 hour.
	Idle time.Duration

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
	draftsAtMost  = 10_000               // documents that remember something before their hello, a node
	draftsInBytes = 16 << 20             // the same, their estimated size
)

// Manager knows the visitors of one node: their sessions, their open tabs and what is remembered for them.
// Make it with New; it is safe for concurrent use once the hooks are added.
type Manager struct {
	store  Store
	opts   Options
	hooks  moments
	open   registry // the running requests and the tabs
	memory memory   // what references remember
	drafts drafts   // what documents remember before their hello
	alarms alarms   // restarts that wait for a new session's first hello
}

// New returns a Manager over a store.
func New(store Store, opts Options) *Manager {
	if opts.Groups == nil {
		opts.Groups = func(context.Context, UserID, []Group) ([]Group, error) { return nil, nil }
	}
	if opts.Lifetime == 0 {
		opts.Lifetime = 30 * 24 * time.Hour
	}
	if opts.Idle == 0 {
		opts.Idle = time.Hour
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	m := &Manager{store: store, opts: opts}
	m.open.init()
	m.memory = memory{idle: opts.Idle, now: opts.Now, inUse: m.open.uses, states: map[place]*state{}}
	m.drafts = drafts{now: opts.Now, waiting: map[string]*draft{}}
	m.alarms.pending = map[Hash]*alarm{}
	return m
}

// Build is Options.Build: it names the running program. A tab loads a page of another build as a document.
func (m *Manager) Build() string { return m.opts.Build }

// Close forgets the timers under way. Call it when the last tab is closed.
func (m *Manager) Close() { m.alarms.stop() }
