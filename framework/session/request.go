package session

import (
	"context"
	"fmt"
	"sync"
)

// request is one page, form or server function under way: who asks, from where, and what is remembered
// for it. It is the context of what runs for it.
type request struct {
	context.Context
	*arrival

	m       *Manager
	secret  secret // the browser's cookie; "" in a closing hook, which may be about another browser
	browser Hash   // of the browser's cookie
	tab     *Tab   // nil for a page load
	called  bool   // by that tab, to call a server function
	waited  bool   // for: the tab hears what comes of that call
	page    any    // that the tab showed then
	joined  bool   // a page request of that tab, by Join
	pinned  ID     // the tab's session when it joined
	cancel  context.CancelCauseFunc

	// Protected by registry.mu.
	stand
	over  bool   // its answer is out
	house *house // of its browser, while it is in there
	sits  int    // where

	finding sync.Mutex // held while the session is looked up

	mu      sync.Mutex // protects the fields below
	looked  bool       // the session has been looked up
	record  *Record    // the session, or nobody
	closed  bool       // that session has ended since
	entered bool       // a wrapper was entered
	forced  bool       // it was told not to look
	denied  bool       // the hooks of a denial have run
	own     *state     // what PerRequest references remember; nil for nothing yet
	nonce   string     // names the document that is the answer
	draft   *draft     // what that document will hand to its tab
	after   []func()   // to do when the answer is out
	raised  int        // the identity number that its Connect gave its tab
	logging bool       // a Connect of it is under way
	wish    wish       // what a call wants to be done with a ticket
}

// arrival is what a request of HTTP has come with. It does not change.
type arrival struct {
	cookie  secret // the session's cookie; "" for none
	token   Hash   // of that
	network string // that it comes from
	agent   string // that made it
	ahead   bool   // nobody has asked for it yet: see isAhead
	cookies *jar   // nil where no cookie can be set
}

// elsewhere is the arrival of what did not come by HTTP.
var elsewhere = &arrival{}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	return r
}

// Value implements context.Context.
func (r *request) Value(key any) any {
	if key == (requestKey{}) {
		return r
	}
	return r.Context.Value(key)
}

// String keeps the cookies out of the log of who prints a context; and so does GoString.
func (r *request) String() string { return fmt.Sprintf("%v.WithRequest", r.Context) }

// GoString is what %#v prints.
func (r *request) GoString() string { return r.String() }

func (r *request) seat(kindOfSet) *int { return &r.sits }

// visitor is who asks, as far as it is known by now.
func (r *request) visitor() Visitor {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Visitor{r.record.User}
}

// session is the session of the request, or nobody.
func (r *request) session() *Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.record
}

// become makes the rest of the request one of this session, or of nobody.
func (r *request) become(record *Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looked, r.record = true, record
}

// leave makes the rest of the request nobody's, with nothing of what the session remembered.
func (r *request) leave() {
	r.become(nobody)
	r.ownState().clear()
	r.exchangeDraft(nil)
}

// ownState is what PerRequest references remember.
func (r *request) ownState() *state {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.own == nil {
		r.own = &state{}
	}
	return r.own
}

// isOf reports whether the request is one of this session, still.
func (r *request) isOf(id ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.record.ID == id && !r.closed
}

// find looks the request's session up, once. of are the groups that are asked about next.
func (r *request) find(ctx context.Context, of ...Group) (Visitor, error) {
	record, first, err := r.findOnce(ctx, of)
	switch {
	case err != nil:
		return Visitor{}, err
	case !first:
		return r.visitor(), nil
	}
	if record.ID != 0 {
		r.m.visited(ctx, r, record)
	}
	return Visitor{record.User}, nil
}

// findOnce is one at a time: two could settle one after the other, with a session's end between them.
func (r *request) findOnce(ctx context.Context, of []Group) (record *Record, first bool, err error) {
	r.finding.Lock()
	defer r.finding.Unlock()
	r.mu.Lock()
	known := r.looked
	r.mu.Unlock()
	if known {
		return nil, false, nil
	}
	if record, err = r.seek(ctx, of); err == nil {
		err = r.found(record)
	}
	return record, true, err
}

// visited does what a page request of an open session brings with it.
func (m *Manager) visited(ctx context.Context, r *request, record *Record) {
	if r.joined {
		m.seen(record, func() bool { return !r.revoked })
	} else {
		m.expectHello(r, record)
	}
	if !r.ahead {
		m.active(ctx, record, Activity{Seen: m.opts.Now(), Network: r.network, Used: r.token, BeforeEnds: m.underWayEnds(record, r.token)})
		m.renewOld(ctx, r, record)
	}
}

// seek looks up which session the request is one of.
func (r *request) seek(ctx context.Context, of []Group) (record *Record, err error) {
	if r.cookie == "" {
		return nobody, nil // and has nothing to fear from a session's end
	}
	for {
		if !r.m.open.seek(r) {
			return nil, ErrOutside
		}
		record, err = r.m.lookUp(ctx, r.browser, r.token, of)
		if err != nil || r.m.open.settle(r, record.ID) {
			return record, err
		}
	}
}

// found makes the request one of the session that was looked up. A request of a tab is one of the tab's
// session or none at all: it does not run as nobody because that session has just ended.
func (r *request) found(record *Record) error {
	if r.joined && record.ID != r.pinned {
		return ErrForeignTab
	}
	r.become(record)
	return nil
}

// later does f when the answer is out.
func (r *request) later(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.after = append(r.after, f)
}

// waits reports whether something is to be done when the answer is out.
func (r *request) waits() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.after) > 0
}

// finish is called when the answer is out.
func (r *request) finish() {
	r.mu.Lock()
	after := r.after
	r.after = nil
	r.mu.Unlock()
	for _, f := range after {
		f()
	}
}
