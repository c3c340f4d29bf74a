package framework_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocsigo/start/framework/devdb/dbtest"
	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
	"github.com/ocsigo/start/framework/session/pgstore"
)

// Two nodes over one Postgres, with sockets, and with a network to the database that can be cut.

const (
	ada = "1"
	bob = "2"
)

// node is one site with a database connection and a clock of its own.
type node struct {
	*processtest.Site
	sessions *session.Manager
	db       *pgxpool.Pool
	wire     *wire
	ahead    atomic.Int64 // how far its clock is
	started  atomic.Int64 // tabs
}

// newNode starts one. It runs until the test ends.
func newNode(t *testing.T, url string) *node {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{wire: &wire{}}
	config.ConnConfig.DialFunc = n.wire.dial
	if n.db, err = pgxpool.NewWithConfig(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.db.Close)
	n.sessions = session.New(pgstore.New(n.db), session.Options{Now: n.now})
	n.sessions.OnStartProcess(func(context.Context, session.Visitor) error { n.started.Add(1); return nil })
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { n.sessions.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	n.Site = processtest.NewSite(t, n.sessions, process.Options{})
	api := rpc.New(n.Tabs)
	rpc.Opt(api, "who", func(_ context.Context, v session.Visitor, _ struct{}) (session.UserID, error) {
		user, _ := v.User()
		return user, nil
	})
	return n
}

func (n *node) now() time.Time { return time.Now().Add(time.Duration(n.ahead.Load())) }

// listens waits until the node hears what others tell.
func (n *node) listens(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); n.listeners(t) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("it does not listen")
		}
	}
}

// listeners counts the connections that listen, of all nodes.
func (n *node) listeners(t *testing.T) (count int) {
	t.Helper()
	err := n.db.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND query ILIKE 'listen %'`).Scan(&count)
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// wire is the way from one node to the database.
type wire struct {
	mu    sync.Mutex // protects the fields below
	down  bool
	conns []net.Conn
}

var errDown = errors.New("no way to the database")

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	down := w.down
	w.mu.Unlock()
	if down {
		return nil, errDown
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err == nil {
		w.mu.Lock()
		w.conns = append(w.conns, conn)
		w.mu.Unlock()
	}
	return conn, err
}

// cut breaks all connections, and lets none be made.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
}

// close lets no connection be made; those that there are stay.
func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

// twoNodes over one database, both listening.
func twoNodes(t *testing.T) (one, two *node) {
	t.Helper()
	url := dbtest.New(t)
	one = newNode(t, url)
	one.listens(t)
	two = newNode(t, url)
	for two.listeners(t) < 2 { // each try is a question to the database
		if t.Context().Err() != nil {
			t.Fatal("it does not listen")
		}
	}
	return one, two
}

// browserOf is a browser in which a user has logged in, at one node and at the other.
func browserOf(t *testing.T, user string, one, two *node) (at, alsoAt *processtest.Browser) {
	t.Helper()
	at, alsoAt = processtest.NewBrowser(t, one.URL), processtest.NewBrowser(t, two.URL)
	alsoAt.Client.Jar = at.Client.Jar // cookies know no ports
	at.Get("/in?user=" + user)
	return at, alsoAt
}

// who calls a server function of a tab, and returns the kind of its failure; "" when it was answered as this user.
func who(tab *processtest.Tab, user session.UserID) string {
	var got session.UserID
	err := tab.Call("who", nil, &got)
	var failure *processtest.Failure
	switch {
	case errors.As(err, &failure):
		return failure.Data.Kind
	case err != nil:
		return err.Error()
	case got != user:
		return "somebody else"
	}
	return ""
}

// TestNodesDisconnectAll: every tab of the user, on either node, is told to load the main page; each comes back and is
// nobody's. Others are not told. (S022)
func TestNodesDisconnectAll(t *testing.T) {
	one, two := twoNodes(t)
	const each = 5
	var tabs []*processtest.Tab
	for range 2 { // browsers
		at, alsoAt := browserOf(t, ada, one, two)
		for range each {
			tabs = append(tabs, at.Open("/"), alsoAt.Open("/"))
		}
	}
	bobs, alsoBobs := browserOf(t, bob, one, two)
	others := []*processtest.Tab{bobs.Open("/"), alsoBobs.Open("/")}
	started := one.started.Load() + two.started.Load()

	if err := one.sessions.DisconnectAll(t.Context(), session.OfUser(1)); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, tab := range tabs {
		if closed := tab.WaitClose(); closed.Code == int(process.Restart) && closed.Reason == "/" {
			told++
		}
	}
	if told != len(tabs) {
		t.Errorf("%d of %d tabs were told to load the main page", told, len(tabs))
	}
	for _, tab := range others {
		if kind := who(tab, 2); kind != "" {
			t.Errorf("bob's tab: %s", kind)
		}
	}
	if now := one.started.Load() + two.started.Load(); now != started {
		t.Errorf("%d tabs have started meanwhile", now-started)
	}
}

// TestNodesDisconnectAllRace: a hundred tabs connect, half of them on each node, while the user is logged out on one.
// None holds the session afterwards. (S023)
func TestNodesDisconnectAllRace(t *testing.T) {
	one, two := twoNodes(t)
	at, alsoAt := browserOf(t, ada, one, two)
	type opening struct {
		tab   *processtest.Tab
		token string
	}
	var all []opening
	for range 50 {
		for _, b := range []*processtest.Browser{at, alsoAt} {
			all = append(all, opening{b.Dial(nil), b.Get("/").Token()})
		}
	}
	var done sync.WaitGroup
	for i, o := range all {
		done.Go(func() {
			if i == len(all)/2 {
				if err := one.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
					t.Error(err)
				}
			}
			_ = o.tab.Hello(o.token, "") // refused, or answered and closed then
		})
	}
	done.Wait()
	for _, o := range all {
		if closed := o.tab.WaitClose(); closed.Code != int(process.Restart) {
			t.Errorf("closed with %d %q", closed.Code, closed.Reason)
		}
	}
	for _, n := range []*node{one, two} {
		if tabs := n.sessions.TabsOfUser(1); len(tabs) > 0 {
			t.Errorf("%d tabs are still hers", len(tabs))
		}
	}
}

// TestNodesWithoutMessages: a node that does not hear refuses a session that another has ended after 30 seconds; and
// tells its tabs as soon as it hears again. (S024)
func TestNodesWithoutMessages(t *testing.T) {
	one, two := twoNodes(t)
	_, adas := browserOf(t, ada, one, two)
	_, bobs := browserOf(t, bob, one, two)
	adasTab, bobsTab := adas.Open("/"), bobs.Open("/")
	who(adasTab, 1)

	two.wire.close()
	if _, err := one.db.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'ocsigo sessions'`); err != nil {
		t.Fatal(err)
	}
	if err := one.sessions.DisconnectAll(t.Context(), session.OfUser(1)); err != nil {
		t.Fatal(err)
	}
	two.ahead.Store(int64(30 * time.Second))
	switch kind := who(adasTab, 1); kind {
	case "not_connected", `closed with 4501 "/"`: // the restart may be faster than the answer
	default:
		t.Errorf("30 seconds later a call was answered with %q", kind)
	}
	if tabs := two.sessions.TabsOfUser(1); len(tabs) > 0 {
		t.Error("her tab is still open")
	}

	if kind := who(bobsTab, 2); kind != "" { // he is held for 30 seconds more
		t.Errorf("bob's call: %q", kind)
	}
	if err := one.sessions.DisconnectAll(t.Context(), session.OfUser(2)); err != nil {
		t.Fatal(err)
	}
	two.wire.mend()
	if closed := bobsTab.WaitClose(); closed.Code != int(process.Restart) {
		t.Errorf("after the messages came back bob's tab was closed with %d", closed.Code)
	}
}

// TestNodeWithoutDatabase: a node that cannot ask goes on with what it knows for 30 seconds. Then it says that it cannot
// tell, and neither yes nor no; when the database is back all goes on. (S025)
func TestNodeWithoutDatabase(t *testing.T) {
	one, two := twoNodes(t)
	_, b := browserOf(t, ada, one, two)
	tab := b.Open("/")
	who(tab, 1)
	two.wire.cut()
	if kind := who(tab, 1); kind != "" {
		t.Errorf("at once: %q", kind)
	}
	two.ahead.Store(int64(30 * time.Second))
	if kind := who(tab, 1); kind != "unavailable" {
		t.Errorf("30 seconds later: %q", kind)
	}
	two.wire.mend()
	if kind := who(tab, 1); kind != "" {
		t.Errorf("afterwards: %q", kind)
	}
}
