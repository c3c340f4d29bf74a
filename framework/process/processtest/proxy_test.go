package processtest_test

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/process/processtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network is one connection through a proxy, both of its ends.
type network struct {
	*processtest.Proxy
	browser, server *net.TCPConn
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	n := &network{Proxy: processtest.NewProxy(t, "http://"+listener.Addr().String())}
	dialled, err := n.Dial(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	n.browser, n.server = dialled.(*net.TCPConn), accepted.(*net.TCPConn)
	t.Cleanup(func() { n.browser.Close(); n.server.Close() })
	say(t, n.browser, "hello") // from here on the connection is one of the proxy's
	wantHeard(t, n.server, "hello")
	return n
}

func say(t *testing.T, to net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(to, text); err != nil {
		t.Fatal(err)
	}
}

func wantHeard(t *testing.T, by net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(by, got); err != nil || string(got) != want {
		t.Fatalf("heard %q, %v, want %q", got, err, want)
	}
}

func wantReset(t *testing.T, by net.Conn) {
	t.Helper()
	if _, err := by.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset", err)
	}
}

func wantEOF(t *testing.T, by net.Conn) {
	t.Helper()
	if _, err := by.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("got %v, want the end", err)
	}
}

// TestProxyCut: both sides hear a reset, and the next connection stands.
func TestProxyCut(t *testing.T) {
	n := newNetwork(t)
	say(t, n.browser, "in")
	wantHeard(t, n.server, "in")
	say(t, n.server, "out")
	wantHeard(t, n.browser, "out")
	n.Cut()
	wantReset(t, n.browser)
	wantReset(t, n.server)
}

// TestProxyStall: what was said comes when the network flows again, in order, and not before.
func TestProxyStall(t *testing.T) {
	n := newNetwork(t)
	n.Stall()
	n.Stall()
	say(t, n.browser, "first")
	said := make(chan struct{})
	go func() {
		defer close(said)
		wantHeard(t, n.server, "firstsecond")
	}()
	say(t, n.browser, "second")
	select {
	case <-said:
		t.Error("it was heard through a stalled network")
	default:
	}
	n.Flow()
	n.Flow()
	<-said
}

// TestProxyStallAndCut: nothing of what had stalled is heard.
func TestProxyStallAndCut(t *testing.T) {
	n := newNetwork(t)
	n.Stall()
	say(t, n.browser, "lost")
	n.Cut()
	wantReset(t, n.server)
}

// TestProxyHalfClose: one way ends, the other goes on; so it is when an end of it closes one way by itself.
func TestProxyHalfClose(t *testing.T) {
	n := newNetwork(t)
	n.HalfClose(processtest.ToServer)
	say(t, n.browser, "to nobody")
	wantEOF(t, n.server)
	say(t, n.server, "out")
	wantHeard(t, n.browser, "out")
	n.server.CloseWrite()
	wantEOF(t, n.browser)
}

// TestProxyCutAfter: so many bytes arrive, and not one more.
func TestProxyCutAfter(t *testing.T) {
	n := newNetwork(t)
	n.CutAfter(3, processtest.ToServer)
	say(t, n.browser, "in full")
	wantHeard(t, n.server, "in ")
	wantReset(t, n.server)
	wantReset(t, n.browser)
}

// TestProxyThrottle: everything arrives, in small pieces.
func TestProxyThrottle(t *testing.T) {
	n := newNetwork(t)
	n.Throttle(5)
	const text = "one byte at a time"
	say(t, n.browser, text)
	got, err := n.server.Read(make([]byte, 100))
	if err != nil || got == len(text) {
		t.Errorf("%d bytes at once, %v", got, err)
	}
	n.Flow()
	wantHeard(t, n.server, text[got:])
}

// TestProxyConnections: each can be treated by itself.
func TestProxyConnections(t *testing.T) {
	n := newNetwork(t)
	all := n.Connections()
	if len(all) != 1 {
		t.Fatalf("%d connections", len(all))
	}
	all[0].Cut()
	wantReset(t, n.browser)
	wantReset(t, n.server)
}
