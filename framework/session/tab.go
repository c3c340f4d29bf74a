package session

import (
	"sync"
	"sync/atomic"
	"time"
)

// Host is the tab's other half, which has its socket. framework/process implements it.
type Host interface {
	// Admit is asked when it is known who a new tab belongs to, and before anything has happened: its error is OpenTab's.
	// It is asked again when that has changed meanwhile. It must not block.
	Admit(visitor Visitor) error

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
	missed  bool      // it was left out of an audience because the node was blind
	tickets []ticket  // that may be redeemed in it, oldest first
	seats   [3]int    // of each kind of set

	known atomic.Pointer[known] // what its calls have found last
	noted atomic.Int64          // when one of them was last noted as activity, in nanoseconds since 1970

	starting sync.Mutex // held while the start hooks run
	started  int        // how many of them have been

	previous string // the process before it, whose user-independent state it took over; set before OpenTab returns
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

// kept are the places that this tab, while it is open, keeps from being forgotten.
func (t *Tab) kept() []place {
	record := t.session()
	if record.ID == 0 {
		return []place{atBrowser(t.browser), atBrowserIndep(t.browser)}
	}
	return []place{atSession(record), atUser(record.User), atBrowserIndep(t.browser)}
}
