package session

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// How often Run does what.
const (
	askEvery    = 15 * time.Second // are the sessions of open tabs still there?
	choresEvery = time.Minute      // write activity, sweep
	listenAgain = time.Second      // after the connection that listens was lost
)

const (
	sweepAtOnce = 500             // sessions, or stored values, in one statement
	notedAtOnce = 1000            // sessions whose activity is written in one statement
	idleSlack   = 2 * choresEvery // other nodes may not have written yet that somebody was active
)

// Run keeps what this node knows of sessions true, until ctx ends: it listens for what other nodes close, asks
// whether the sessions of open tabs are still there, writes activity down, and sweeps what is over. Let it run as long
// as the node serves, in a goroutine of its own, begun when all hooks are added, and wait for it.
//
// Without it nobody is let in who should not be, but nothing is swept, activity is kept in memory and not written, so
// that users are idle to the next program, and tabs whose session has ended elsewhere notice it at their next call.
func (m *Manager) Run(ctx context.Context) {
	m.asked.Store(0) // where it has run before: until it has asked again nothing says that the database does not answer
	var work sync.WaitGroup
	work.Go(func() { m.listen(ctx, &work) })
	work.Go(func() { every(ctx, askEvery, m.doubts, func(ctx context.Context) { m.question(ctx, &work) }) })
	work.Go(func() { every(ctx, choresEvery, nil, m.writeActivity) }) // it must not wait for closing hooks
	work.Go(func() { every(ctx, choresEvery, nil, m.sweep) })
	<-ctx.Done()
	work.Wait()
	m.writeActivity(ctx)
}

// every does something again and again, and when now says so.
func every(ctx context.Context, period time.Duration, now <-chan struct{}, do func(context.Context)) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-now:
		}
		do(ctx)
	}
}

// doubt believes nothing any more that was looked up, and sees to it that the question is asked.
func (m *Manager) doubt() {
	m.held.dropAll()
	select {
	case m.doubts <- struct{}{}:
	default: // it will be
	}
}

// listen hears what other nodes tell. Whenever it begins to, anything may have been missed.
func (m *Manager) listen(ctx context.Context, work *sync.WaitGroup) {
	hears := true // so that the first failure is said, and not each that follows
	ready := func() {
		hears = true
		m.doubt()
	}
	for {
		err := guard(func() error {
			return m.store.Listen(ctx, ready, func(message Message) { m.hear(ctx, work, message) })
		})
		if ctx.Err() != nil {
			return
		}
		if hears {
			m.opts.Log.ErrorContext(ctx, "not listening to the other nodes: trying again every second", "error", err)
		}
		hears = false
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

// hear does on this node what another node's message asks for. Closing hooks run there.
func (m *Manager) hear(ctx context.Context, work *sync.WaitGroup, message Message) {
	if message.Node == m.node {
		return
	}
	record := &Record{ID: message.Session, User: message.User, Browser: message.Browser}
	switch message.What {
	case Closed:
		m.closedElsewhere(ctx, message.How, record)
	case Renewed:
		m.held.drop(message.Session)
	case UserChanged:
		m.held.dropUser(message.User)
		if len(m.open.tabsOfUser(message.User)) > 0 { // he may be gone: his tabs need not wait for a call
			work.Go(func() { m.askLogged(ctx, message.User) })
		}
	}
}

func (m *Manager) askLogged(ctx context.Context, user UserID) {
	if _, err := m.groups(ctx, user, nil); err != nil {
		m.opts.Log.WarnContext(ctx, "user not asked about", "user", user, "error", err)
	}
}

// closedElsewhere ends what runs here under a session that another node has closed, and forgets what it remembered.
func (m *Manager) closedElsewhere(ctx context.Context, how Ending, record *Record) {
	m.forget(record, m.revoke(ctx, how, record))
	if how.UserIndep {
		m.memory.dropUserIndep(record.Browser)
		m.drafts.clear(record.Browser, true, nil)
	}
}

// vanished ends what runs under a session whose row is gone, and nobody has said why. That somebody on this node
// closes it just now, and will say so, is waited for.
func (m *Manager) vanished(ctx context.Context, record *Record) {
	m.ending.Lock()
	defer m.ending.Unlock()
	if m.open.isOpen(record) {
		m.closedElsewhere(ctx, Ending{Reason: Ended}, record)
	}
}

// question asks once for all sessions with open tabs whether they are still there, and ends those whose time is over:
// no tab of theirs has to ask first. Tabs that have missed something hear of it as part of work.
func (m *Manager) question(ctx context.Context, work *sync.WaitGroup) {
	began, since, tabs := m.opts.Now(), m.held.look(), m.open.sessions()
	found, err := m.askForAll(ctx, slices.Collect(maps.Keys(tabs)))
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "sessions not checked", "sessions", len(tabs), "error", err)
		return
	}
	m.asked.Store(began.UnixNano())
	for _, record := range found {
		delete(tabs, record.ID)
		m.held.keep(&record, since)
		m.open.share(&record)
		m.endIfOver(ctx, &record)
	}
	for _, record := range tabs {
		m.vanished(ctx, record)
	}
	if tabs := m.open.missed(); len(tabs) > 0 {
		work.Go(func() { m.reload(ctx, tabs) })
	}
}

func (m *Manager) askForAll(ctx context.Context, ids []ID) ([]Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return ask(ctx, "ask for the sessions of tabs", func(ctx context.Context) ([]Record, error) {
		return m.store.FindAll(ctx, ids)
	})
}

// isBlind reports whether the question has not been answered for too long. A node that cannot check whether sessions
// are still open tells their tabs nothing. Who has missed something so loads its document again when the node sees.
func (m *Manager) isBlind() bool {
	asked := m.asked.Load()
	return asked != 0 && m.opts.Now().Sub(time.Unix(0, asked)) >= heldFor
}

func (m *Manager) endIfOver(ctx context.Context, record *Record) {
	record, over, err := m.nowOver(ctx, record)
	if over && err == nil {
		err = m.end(ctx, record, Expired)
	}
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "session not ended", "session", record.ID, "error", err)
	}
}

// sweep closes the sessions whose time is over, with their hooks, a few at a time: log-ins come between.
func (m *Manager) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		now, closed := m.opts.Now(), 0
		none := func(*Record) bool { return false } // more than those that are deleted is not meant
		err := m.close(ctx, Ending{Reason: Expired}, Hash{}, none, func(ctx context.Context, _ Ending) ([]Record, error) {
			gone, err := m.store.DeleteOver(ctx, now, now.Add(-idleSlack), sweepAtOnce)
			closed = len(gone)
			return gone, err
		})
		if err != nil {
			m.opts.Log.ErrorContext(ctx, "sessions not swept", "error", err)
			return
		}
		if closed < sweepAtOnce {
			break
		}
	}
	m.sweepStored(ctx)
}

// sweepStored forgets what stored references remember for whom nobody can be any more.
func (m *Manager) sweepStored(ctx context.Context) {
	for ctx.Err() == nil {
		now := m.opts.Now()
		dropped, err := m.store.DropOrphans(ctx, now, now.Add(-browserLife), sweepAtOnce)
		if err != nil {
			m.opts.Log.ErrorContext(ctx, "stored values not swept", "error", err)
			return
		}
		if dropped < sweepAtOnce {
			return
		}
	}
}
