package web_test

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// wire stands between a browser and the server, and can be cut.
type wire struct {
	net.Listener
	to   string
	work sync.WaitGroup

	mu    sync.Mutex // protects the fields below
	cut   bool
	conns []net.Conn
}

func newWire(t *testing.T, listener net.Listener, to string) *wire {
	w := &wire{Listener: listener, to: to}
	w.work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.work.Go(func() { w.carry(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		w.setCut(true)
		w.work.Wait()
	})
	return w
}

func (w *wire) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer server.Close()
	w.mu.Lock()
	cut := w.cut
	w.conns = append(w.conns, client, server)
	w.mu.Unlock()
	if cut {
		return
	}
	w.work.Go(func() {
		io.Copy(server, client)
		server.Close()
	})
	io.Copy(client, server)
}

// setCut breaks what is open and keeps new connections from anything, or lets them through again.
func (w *wire) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
}

// TestLostSocket: a tab whose socket is lost says so, and goes on as the same process once the server answers.
func TestLostSocket(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	w := newWire(t, listener, s.Listener.Addr().String())
	starts := s.countStarts()
	b := browsertest.New(t)
	tab := b.Open("http://" + listener.Addr().String() + "/login")
	tab.Ready()
	document, process := tab.Document(), s.processes()

	w.setCut(true)
	tab.Wait(`document.documentElement.dataset.process === "lost"`)
	tab.WaitText(".process-status", "The server does not answer. This page keeps trying to reach it.")
	w.setCut(false)
	tab.Ready()
	tab.WaitText(".process-status", "")
	if n := starts.Load(); n != 1 || tab.Document() != document || s.processes() != process {
		t.Errorf("%d tabs have started, not one; the document is %s, was %s", n, tab.Document(), document)
	}
}

// TestTabStateFollowsTheTab: what a tab remembers whoever is connected is still there after a reload and in
// another document, and a second tab has its own.
func TestTabStateFollowsTheTab(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	visits := s.countVisits()
	b := browsertest.New(t)
	tab := s.open(b, "/")
	tab.Reload()
	tab.Ready()
	tab.Goto(s.URL + "/login")
	tab.Ready()
	s.open(b, "/")
	if got, want := visits(), []int{1, 2, 3, 1}; !slices.Equal(got, want) {
		t.Errorf("the tabs have counted %v, want %v", got, want)
	}
}
