package session

import (
	"context"
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
	idleSlack   = 2 * choresEvery // other nodes may not have written yet that somebody was active
)

// Run keeps what this node knows of sessions true, until ctx ends: it listens for what other nodes close, asks
// whether the sessions of open tabs are still there, writes activity down, and sweeps what is over. Let it run as long
// as the node serves, in a goroutine of its own, and wait for it. Nothing wrong happens without it, but sessions are
// looked up more often then, and tabs whose session has ended elsewhere notice it at their next call only.
func (m *Manager) Run(ctx context.Context) {
	var work sync.WaitGroup
	lost := make(chan struct{}, 1)
	work.Go(func() { m.listen(ctx, &work, lost) })
	work.Go(func() { every(ctx, askEvery, lost, m.question) })
	work.Go(func() { every(ctx, choresEvery, nil, m.chores) })
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

// listen hears what other nodes tell. Whenever it begins to, anything may have been missed: nothing held is believed,
// and lost is told that it is time for the question.
func (m *Manager) listen(ctx context.Context, work *sync.WaitGroup, lost chan<- struct{}) {
	ready := func() {
		m.held.dropAll()
		select {
		case lost <- struct{}{}:
		default: // it is told already
		}
	}
	for {
		err := guard(func() error {
			return m.store.Listen(ctx, ready, func(message Message) { m.hear(ctx, work, message) })
		})
		if ctx.Err() != nil {
			return
		}
		m.opts.Log.ErrorContext(ctx, "not listening to the other nodes", "error", err)
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
	record := Record{ID: message.Session, User: message.User, Token: message.Token, Browser: message.Browser}
	switch message.What {
	case Closed:
		m.closedElsewhere(ctx, message.How, record)
	case Renewed:
		m.held.drop(message.Session)
		m.open.renew(message.Browser, message.Before, message.Token, m.opts.Now())
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
func (m *Manager) closedElsewhere(ctx context.Context, how Ending, record Record) {
	m.forget(record, m.revoke(ctx, how, record))
	if how.UserIndep {
		m.memory.dropUserIndep(record.Browser)
		m.drafts.clear(record.Browser, true, nil)
	}
}

// vanished ends what runs under a session whose row is gone, and nobody has said why.
func (m *Manager) vanished(ctx context.Context, record Record) {
	m.closedElsewhere(ctx, Ending{Reason: Ended}, record)
}

// question asks once for all sessions with open tabs whether they are still there, and ends those whose time is over:
// no tab of theirs has to ask first.
func (m *Manager) question(ctx context.Context) {
	since, tabs := m.held.look(), m.open.sessions()
	if len(tabs) == 0 {
		return
	}
	ids := make([]ID, 0, len(tabs))
	for id := range tabs {
		ids = append(ids, id)
	}
	found, err := ask(ctx, "ask for the sessions of tabs", func(ctx context.Context) ([]Record, error) {
		return m.store.FindAll(ctx, ids)
	})
	if err != nil {
		m.opts.Log.ErrorContext(ctx, "sessions not checked", "sessions", len(ids), "error", err)
		return
	}
	for _, record := range found {
		before := tabs[record.ID]
		delete(tabs, record.ID)
		m.held.keep(record, since)
		m.open.renew(record.Browser, before.Token, record.Token, m.opts.Now())
		m.endIfOver(ctx, record)
	}
	for _, record := range tabs {
		m.vanished(ctx, record)
	}
}

func (m *Manager) endIfOver(ctx context.Context, record Record) {
	if record = m.activity.latest(record); !m.over(record) {
		return
	}
	if err := m.end(ctx, record, Expired); err != nil {
		m.opts.Log.ErrorContext(ctx, "session not ended", "session", record.ID, "error", err)
	}
}

// chores writes activity down and sweeps.
func (m *Manager) chores(ctx context.Context) {
	m.writeActivity(ctx)
	m.sweep(ctx)
	m.open.forgetRenewals(m.opts.Now().Add(-choresEvery))
}

// sweep closes the sessions whose time is over, with their hooks, a few at a time: log-ins come between.
func (m *Manager) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		now, closed := m.opts.Now(), 0
		err := m.close(ctx, Ending{Reason: Expired}, func(ctx context.Context, _ Ending) ([]Record, error) {
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
