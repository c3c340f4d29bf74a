package session_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/ocsigo/start/framework/session"
)

// model is what must be true of two nodes over one store.
type model struct {
	t     *rapid.T
	tb    *testing.T
	done  tally
	doing string   // the action under way
	trace []string // those before

	first    *world
	nodes    [2]*modelNode
	browsers [3]*modelBrowser
	logins   []*login
	tokens   map[string]*login // by the session's cookie
	tabs     []*modelTab       // that are open
	past     []*modelTab       // that were
	docs     []*document
	lines    map[string]*int
	long     []*longCall
	users    map[session.UserID]*modelUser

	skew    atomic.Int64 // by how many nanoseconds the clock of all expiry is ahead of the timers'
	stamps  []*stamp
	holds   map[where]*memo
	expects map[*login]closing // what the action under way closes
	opened  []*login           // by it
	vetoes  bool               // the next OnOpenSession fails
}

// login is a session, as the model has it.
type login struct {
	id      session.ID
	user    session.UserID
	browser *modelBrowser
	ends    time.Time
	active  time.Time
	expire  bool
	hash    session.Hash   // of its browser
	row     session.Record // as it was after the last action

	closed  bool
	closing closing
	at      time.Time // by the clock
	slept   time.Time // by the timers
	on      *modelNode
	missed  map[*modelNode]bool // a renewal
	late    map[*modelNode]bool // it was done there when the node could hear again
	heard   map[*modelNode]bool // it believes in it no more
	done    map[*modelNode]bool // its tabs there were told, and what it remembered is gone
}

// closing is how a session is closed.
type closing struct {
	reason        session.Reason
	silent, indep bool
}

type modelUser struct {
	id     session.UserID
	gone   bool
	since  time.Time           // he is gone
	knows  map[*modelNode]bool // that he is gone
	admin  bool
	turned time.Time           // that this has changed
	told   map[*modelNode]bool // of it
}

type modelBrowser struct {
	number int
	jar    map[string]string
	lived  time.Time // when its session's cookie was last seen to open one
	opened int       // how many log-ins stood in it
}

func (b *modelBrowser) at(n *modelNode) *browser { return &browser{w: n.world, cookies: b.jar} }

// hash is what the server calls this browser.
func (b *modelBrowser) hash() session.Hash { return hashOf(b.jar["dev-browser"]) }

// hashOf is what the server keeps of a cookie.
func hashOf(cookie string) session.Hash {
	bytes, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || len(bytes) == 0 {
		return session.Hash{}
	}
	return sha256.Sum256(bytes)
}

// modelNode is one node, with what its hooks have seen.
type modelNode struct {
	*world
	m      *model
	number int
	deaf   bool
	fails  bool
	stop   func()

	mu     sync.Mutex
	events []event
}

// event is a hook that has run.
type event struct {
	what    string
	on      *modelNode
	closing session.Closing
	value   int // what PerBrowser remembers there
}

func newModel(tb *testing.T, t *rapid.T, done tally) *model {
	m := &model{
		t: t, tb: tb, done: done, tokens: map[string]*login{}, holds: map[where]*memo{}, lines: map[string]*int{}, users: map[session.UserID]*modelUser{},
		expects: map[*login]closing{},
	}
	m.first = newWorld(tb, func(o *session.Options) { o.Now, o.Sessions, o.Tabs = m.now, 2, 2 })
	for id := range session.UserID(3) {
		m.users[id+1] = &modelUser{id: id + 1}
	}
	m.first.users.members, m.first.users.gone = map[session.UserID][]session.Group{}, map[session.UserID]bool{}
	for i := range m.browsers {
		m.browsers[i] = &modelBrowser{number: i, jar: map[string]string{}}
	}
	for i := range m.nodes {
		m.nodes[i] = m.newNode(i)
	}
	synctest.Wait()
	for i, b := range m.browsers { // each has been here before
		if err := b.at(m.nodes[i%2]).ask(nop); err != nil {
			m.fail("a first page: %v", err)
		}
	}
	return m
}

func (m *model) now() time.Time { return time.Now().Add(time.Duration(m.skew.Load())) }

// newNode starts a node. It knows nothing yet.
func (m *model) newNode(number int) *modelNode {
	n := &modelNode{m: m, number: number, world: &world{
		t: m.tb, store: &store{MemoryStore: m.first.store.MemoryStore}, users: m.first.users, log: &bytes.Buffer{},
	}}
	n.options = m.first.options
	n.options.Log = slog.New(slog.DiscardHandler)
	n.Manager = session.New(n.world.store, n.options)
	n.OnOpenSession(func(context.Context, session.UserID) error {
		if m.vetoes {
			return errVeto
		}
		n.note(event{what: "open"})
		return nil
	})
	n.OnPreCloseSession(func(ctx context.Context, c session.Closing) error {
		n.note(event{what: "pre", closing: c, value: perBrowser.Get(ctx)})
		return nil
	})
	n.OnPostCloseSession(func(ctx context.Context, c session.Closing) error {
		n.note(event{what: "post", closing: c, value: perBrowser.Get(ctx)})
		return nil
	})
	n.stop = run(n.world)
	return n
}

var errVeto = errors.New("a hook says no")

func (n *modelNode) note(e event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	e.on = n
	n.events = append(n.events, e)
}

func (n *modelNode) take() []event {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := n.events
	n.events = nil
	return all
}

// healthy reports whether a node can ask whatever it wants to know.
func (n *modelNode) healthy() bool { return !n.fails && n.users.fault == nil }

// stop ends both nodes, however a run ends.
func (m *model) stop() {
	for _, c := range m.long {
		c.end()
	}
	for _, n := range m.nodes {
		n.stop()
		n.Close()
	}
}

// begin begins an action.
func (m *model) begin(what string) {
	m.doing = what
	m.trace = append(m.trace, what)
	clear(m.expects)
	m.opened = nil
}

// one of several, drawn at random.
func one[T any](m *model, what string, of []T) T {
	if len(of) == 0 {
		m.t.Skip("nothing to choose from")
	}
	which := rapid.IntRange(0, len(of)-1).Draw(m.t, what)
	m.trace = append(m.trace, fmt.Sprint(what, " ", which))
	return of[which]
}

func (m *model) node() *modelNode { return one(m, "node", m.nodes[:]) }

func (m *model) browser() *modelBrowser { return one(m, "browser", m.browsers[:]) }

func (m *model) user() *modelUser {
	return m.users[rapid.Custom(func(t *rapid.T) session.UserID {
		return session.UserID(rapid.IntRange(1, 3).Draw(t, "id"))
	}).Draw(m.t, "user")]
}

// sometimes is yes once in n times.
func (m *model) sometimes(what string, n int) bool {
	return rapid.IntRange(1, n).Draw(m.t, what) == n
}
