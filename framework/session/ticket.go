package session

import (
	"context"
	"slices"
	"time"
)

// A server function cannot set a cookie: its answer goes over the tab's socket. So Connect and Reauthenticated only note
// there what is wanted. When the function has ended well, the tab is given a ticket with its answer, and redeems it with
// a page request of its own, which does what was wanted.

// ticketTime is how long a ticket is good.
const ticketTime = 10 * time.Second

// ticket waits in its tab until it is redeemed there. What is too late goes with the next one, or with the tab.
type ticket struct {
	hash Hash
	of   ID // the session of the call that it was made for
	ends time.Time
	does wish
}

// wish is what the request that redeems a ticket does.
type wish func(ctx context.Context) error

// wishes notes what a server function wants to be done with a ticket, instead of what it has wanted before.
func (r *request) wishes(does wish) error {
	if r.tab.ended() { // perhaps by this very call: from there it does not go on
		return ErrNotConnected
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wish = does
	return nil
}

// Ticket makes a ticket for what Connect or Reauthenticated were called for in this call of a tab; false when they were
// not, or the ticket has been made already. It is good once, for 10 seconds, for this tab in its browser, as long as the
// tab belongs to whom the call belongs to. Ask for it when the function has returned no error, and tell the tab with
// the answer: what a function that failed wanted is forgotten with its call.
func Ticket(ctx context.Context) (text string, ok bool) {
	r := requestOf(ctx)
	if r == nil {
		return "", false
	}
	r.mu.Lock()
	does := r.wish
	r.wish = nil
	r.mu.Unlock()
	if does == nil {
		return "", false
	}
	one := newSecret(ticketBytes)
	r.m.open.addTicket(r, one.hash(), does)
	return one.encode(), true
}

// Redeem does what a server function has called Connect or Reauthenticated for, as if they had been called here: in a
// page request of the same tab (Join). It returns what they return; whatever it is, the ticket is good no more.
//
// ErrNoTicket: it is none of this tab, was used, is too late, or the tab belongs to somebody else by now. Nothing has
// happened then.
func Redeem(ctx context.Context, text string) error {
	r := requestOf(ctx)
	switch {
	case r == nil:
		return ErrOutside
	case !r.joined:
		return ErrNoTicket
	}
	does := r.m.open.takeTicket(r, parseSecret(text, ticketBytes).hash())
	if does == nil {
		return ErrNoTicket
	}
	return does(ctx)
}

func (g *registry) addTicket(r *request, hash Hash, does wish) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t, now := r.tab, r.m.opts.Now()
	t.tickets = slices.DeleteFunc(t.tickets, func(one ticket) bool { return !now.Before(one.ends) })
	if len(t.tickets) == ticketsAtMost {
		t.tickets = slices.Delete(t.tickets, 0, 1)
	}
	t.tickets = append(t.tickets, ticket{hash: hash, of: r.of, ends: now.Add(ticketTime), does: does})
}

// takeTicket uses a ticket up, and returns what it was for; nil when it is not good here.
func (g *registry) takeTicket(r *request, hash Hash) wish {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := r.tab
	i := slices.IndexFunc(t.tickets, func(one ticket) bool { return one.hash == hash })
	if i < 0 {
		return nil
	}
	one := t.tickets[i]
	t.tickets = slices.Delete(t.tickets, i, i+1)
	if !r.m.opts.Now().Before(one.ends) || t.over || t.revoked || t.record.ID != one.of || r.of != one.of {
		return nil
	}
	return one.does
}
