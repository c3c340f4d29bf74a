package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Host is the tab's other half, which has its socket. framework/process implements it.
type Host interface {
	// Restart tells the tab to load a document again. It must not block. It may be called again, for what has
	// happened since: MainPage is the last word.
	Restart(how Restart)

	// End ends the process: its document is gone, or has a successor. It must not block.
	End()

	// Evict ends the process because the session or its user has too many tabs (Options.Tabs, Options.UserTabs), and
	// this one was used least. It must not come back by itself, or else it would put out another. It must not block.
	Evict()
}

// Tab is what this room knows of a client process: whose it is and what it remembers. It is pinned to the
// session it was opened under; only a log-in made in the tab itself, where nobody was, moves that pin.
type Tab struct {
	m       *Manager
	id      string
	secret  secret
	browser Hash
	host    Host

	// Protected by registry.mu.
	stand
	token   Hash      // of the session's cookie that it came with last
	record  *Record   // nobody until pinned
	number  int       // counts who it belonged to: 0, and 1 after a log-in in it
	pinned  bool      // record says whose it is
	ready   bool      // all its start hooks have run
	over    bool      // its process has ended, though calls of it may still run
	home    bool      // it was told to go to the main page
	used    time.Time // when it last asked for something
	hidden  bool      // nobody sees it: its calls say nothing about whether the user is there
	tickets []ticket  // that may be redeemed in it, oldest first
	seats   [3]int    // of each kind of set

	starting sync.Mutex // held while the start hooks run
	started  int        // how many of them have been

	previous string // the process before it, whose user-independent state it took over; set before OpenTab returns
}

// Hello is what a tab says first: its document's token, which process was in this tab before, and for whom
// the document was made (IdentityTag). A tab that has not heard its own process id says the one before again
// in its next document: the process that it has not heard of ends then, and what that one took over goes on.
type Hello struct {
	Token    string
	Previous string
	Identity string
}

// OpenTab makes a tab of a hello. The tab is registered first and its session looked up then: a log-out
// that races the hello either finds the tab or has deleted the row.
//
// ErrNoCookies: the browser keeps none. OutOfDate: the token is not one of this browser, build and session, or
// the session has just ended, and hello.Identity says how the tab restarts.
func (m *Manager) OpenTab(ctx context.Context, c Cookies, hello Hello, host Host) (*Tab, error) {
	if c.browser == "" {
		return nil, ErrNoCookies
	}
	t := &Tab{
		m: m, id: newSecret(processBytes).encode(), host: host,
		secret: c.browser, browser: c.browser.hash(), token: c.token.hash(), record: nobody, used: m.opts.Now(),
	}
	m.open.add(t)
	err := guard(func() error { return m.pin(ctx, t, hello) }) // a store may panic: the tab goes even so
	if err != nil {
		m.open.remove(t)
		return nil, err
	}
	return t, nil
}

func (m *Manager) pin(ctx context.Context, t *Tab, hello Hello) error {
	for {
		record, err := m.lookUp(ctx, t.browser, t.token, nil)
		if err != nil {
			return err
		}
		nonce, ok := m.openPage(t.secret, hello.Token, record.ID)
		if !ok {
			return outOfDate(t.secret, hello.Identity, record)
		}
		if m.open.pin(t, record) {
			m.pinned(t, record, hello.Previous, nonce)
			return nil
		}
	}
}

// pinned does what a new tab brings with it.
func (m *Manager) pinned(t *Tab, record *Record, previous, nonce string) {
	m.inherit(t, record.ID, previous, nonce)
	m.evictTab(t)
	if record.ID != 0 {
		m.seen(record, func() bool { return !t.revoked })
	}
}

// inherit gives a new tab what the process before it and its own document left for it.
func (m *Manager) inherit(t *Tab, of ID, previous, nonce string) {
	if parseSecret(previous, processBytes) != "" {
		m.succeed(t, previous)
	}
	d := m.drafts.take(nonce)
	if d == nil {
		return
	}
	m.memory.put(atTab(t, of), &d.tab)
	m.memory.put(atTabIndep(t.browser, t.id), &d.indep)
}

// succeed ends the process that was in the tab before, and takes over what is the tab's whoever is connected. Where
// another tab has done so already, that one was of a document whose hello got no answer: it ends too.
func (m *Manager) succeed(t *Tab, previous string) {
	old, heir := m.open.succeed(t, previous)
	m.memory.move(atTabIndep(t.browser, previous), atTabIndep(t.browser, t.id))
	if heir != nil {
		m.memory.move(atTabIndep(t.browser, heir.id), atTabIndep(t.browser, t.id))
		heir.host.End()
	}
	if old != nil {
		old.host.End()
	}
}

// succeed makes a tab the heir of the process that was there before. It returns that one and its heir so far, if
// they are still open and the same browser's.
func (g *registry) succeed(t *Tab, previous string) (old, heir *Tab) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := atTabIndep(t.browser, previous)
	old, heir = g.tabs[previous], g.heirs[before]
	if old != nil && old.browser != t.browser {
		old = nil
	}
	t.previous, g.heirs[before] = previous, t
	return old, heir
}

func (t *Tab) seat(in kindOfSet) *int { return &t.seats[in] }

// ID is the process id: a secret that the server and this tab share.
func (t *Tab) ID() string { return t.id }

// Host returns what OpenTab was given.
func (t *Tab) Host() Host { return t.host }

// Visitor is who the tab belongs to.
func (t *Tab) Visitor() Visitor { return Visitor{t.session().User} }

// SetVisible says whether anybody can see the tab. Calls of a hidden one are no activity of its user: they do not
// keep the session from ending. A new tab counts as visible.
func (t *Tab) SetVisible(visible bool) {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	t.hidden = !visible
}

// Number is the tab's identity number: 0 for whom its document was made for, and 1 after a log-in in it. What
// the tab says under another number was meant as somebody else.
func (t *Tab) Number() int {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return t.number
}

// Caller is what makes a call of a tab; framework/process implements it.
type Caller interface {
	// Starts is given what cancels the call, before its session is looked up, and says whether the call is still wanted.
	Starts(cancel context.CancelCauseFunc) bool
}

// CallerOf returns what Begin was given for the call that this context is of; nil for any other context.
func CallerOf(ctx context.Context) Caller {
	if r := requestOf(ctx); r != nil {
		return r.caller
	}
	return nil
}

// Begin starts a call of the tab, made under an identity number: it returns the call's context, and what to
// call when the answer is out. ErrNotConnected: the tab's session has ended. When it ends while the call runs,
// the call's context ends with that cause. ErrIdentityChanged: the number is not the tab's any more. What
// began as nobody ends as nobody, even if a user logs in meanwhile.
//
// context.Canceled: the caller does not want it any more, or has cancelled it during the look-up.
//
// ErrUnavailable: the session was not looked up lately, and cannot be.
func (t *Tab) Begin(number int, by Caller) (context.Context, func(), error) {
	r := t.request(context.Background())
	if !by.Starts(r.cancel) {
		r.cancel(nil)
		return nil, nil, context.Canceled
	}
	if err := r.begin(func(present int) bool { return present == number }); err != nil {
		return nil, nil, err
	}
	r.caller = by
	t.active(r)
	return r, r.end, nil
}

// active notes that the tab's user has done something in it, if anybody can see it.
func (t *Tab) active(r *request) {
	t.m.open.mu.Lock()
	t.used = t.m.opts.Now()
	hidden := t.hidden
	t.m.open.mu.Unlock()
	if record := r.session(); record.ID != 0 && !hidden {
		t.m.active(r, record, Activity{})
	}
}

// request is one that the tab makes, and that has yet to begin.
func (t *Tab) request(ctx context.Context) *request {
	ctx, cancel := context.WithCancelCause(ctx)
	return &request{
		Context: ctx, m: t.m, secret: t.secret, browser: t.browser, tab: t, cancel: cancel, looked: true, record: nobody,
	}
}

// begin makes a request one of whom its tab belongs to. When it fails the request is over.
func (r *request) begin(known func(number int) bool) error {
	err := r.m.open.beginCall(r, known)
	if err == nil {
		err = r.stillOpen()
	}
	if err != nil {
		r.end()
	}
	return err
}

// stillOpen takes over what is known of the session of a tab's request. Where that could not be looked up because the
// request was cancelled meanwhile, this is said too.
func (r *request) stillOpen() error {
	record, err := r.m.stillOpen(r.Context, r.session()) // what ends there is not ended by this request
	switch {
	case err == nil && !r.goesOn(record), errors.Is(context.Cause(r), ErrNotConnected): // it has just ended
		return ErrNotConnected
	case err != nil && r.Err() != nil:
		return fmt.Errorf("%w: %w", r.Err(), err)
	}
	return err
}

// end is called when the answer to what a tab has asked is out.
func (r *request) end() {
	r.m.open.end(r)
	r.finish()
	r.cancel(nil)
}

// ended reports whether the tab's session has ended.
func (t *Tab) ended() bool {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	return t.revoked
}

// Leave says that the tab's process is over, though calls of it may still run: from now on no request joins it,
// no log-in moves its pin, it does not come back, and it is not among the open tabs. Close does the rest.
func (t *Tab) Leave() {
	t.m.open.mu.Lock()
	defer t.m.open.mu.Unlock()
	t.over = true
}

// Close ends what this room knows of the tab. What its session, browser and user remember is not idle before
// now; what is the tab's own and user-independent waits a while for the tab's next document.
func (t *Tab) Close() {
	t.m.memory.use(t.kept())
	if t.m.open.remove(t) {
		t.m.memory.drop(atTab(t, 0)) // of nobody before the log-in in it, or since
		t.m.memory.drop(atTab(t, t.session().ID))
		t.m.memory.end(atTabIndep(t.browser, t.id), handOver, t.before()...)
	}
}

// before is where the tab's next document looks for the tab's state if this one has not heard its own process id.
func (t *Tab) before() []place {
	if t.previous == "" {
		return nil
	}
	return []place{atTabIndep(t.browser, t.previous)}
}

// kept are the places that this tab, while it is open, keeps from being forgotten.
func (t *Tab) kept() []place {
	record := t.session()
	if record.ID == 0 {
		return []place{atBrowser(t.browser), atBrowserIndep(t.browser)}
	}
	return []place{atSession(record), atUser(record.User), atBrowserIndep(t.browser)}
}
