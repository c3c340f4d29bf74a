package process_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// leaving are the ways in which a socket ends.
var leaving = []func(*processtest.Tab){
	func(tab *processtest.Tab) { reset(tab.Conn.NetConn()) },
	func(tab *processtest.Tab) { tab.Lose() },
	func(tab *processtest.Tab) { tab.Close() },
	func(tab *processtest.Tab) { say(tab, process.GoneForNow); tab.Lose() },
	func(tab *processtest.Tab) { halfAFrame(tab.Conn.NetConn()); reset(tab.Conn.NetConn()) },
	func(tab *processtest.Tab) { halfAFrame(tab.Conn.NetConn()); tab.Lose() },
	func(tab *processtest.Tab) { tab.Conn.NetConn().Write([]byte("\xf1\x80")); tab.Lose() }, // no frame at all
}

func reset(conn net.Conn) {
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func say(tab *processtest.Tab, code process.Code) {
	tab.Conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(code), ""), time.Now().Add(time.Second))
}

// halfAFrame begins a text of a thousand bytes.
func halfAFrame(conn net.Conn) {
	head := binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, 1000)
	conn.Write(append(head, "mask and a few bytes"...))
}

// reached is how far a socket had come: what a tab had said before it left.
var reached = []func(tab *processtest.Tab, token string) error{
	func(*processtest.Tab, string) error { return nil }, // not even a hello
	func(tab *processtest.Tab, token string) error { // nor its answer
		tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":%q,"counted":true}}`, token))
		return nil
	},
	func(tab *processtest.Tab, token string) error { return tab.Hello(token, "") },
	func(tab *processtest.Tab, token string) error { return tab.HelloUncounted(token, "") },
	func(tab *processtest.Tab, token string) error {
		err := tab.Hello(token, "")
		tab.Send(call(1000, "wait", ""))
		tab.Send(call(1001, "echo", "x"))
		return err
	},
	func(tab *processtest.Tab, token string) error {
		err := tab.Hello(token, "")
		tab.Send(call(1000, "values", ""))
		if err == nil {
			_, err = tab.Read()
		}
		return err
	},
	func(tab *processtest.Tab, token string) error {
		if err := tab.Hello(token, ""); err != nil {
			return err
		}
		tab.Lose()
		next, err := tab.Return()
		*tab = *next
		return err
	},
}

// TestNothingLeaks: ten thousand tabs come and go, by every way and as far as they may have come, and nothing is left
// of them: no goroutine, no descriptor, no process, nothing that counts against the limit of an address (S070).
func TestNothingLeaks(t *testing.T) {
	cycles := 10_000
	if testing.Short() {
		cycles /= 20
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	site := processtest.NewSite(t, sessions, process.Options{Limits: process.Limits{ReturnTime: 10 * time.Second, PerAddress: 100_000}})
	f := newFunctions(site.Tabs)
	f.began, f.ended = make(chan string, cycles), make(chan error, cycles)
	rpc.HandleStream(f.api, "values", func(ctx context.Context, text string, send func(string) error) error {
		for {
			if err := send(text); err != nil {
				return err
			}
		}
	})
	first := processtest.NewBrowser(t, site.URL) // from now on the hub has its own goroutines
	tab := first.Open("/")
	if err := tab.Call("nothing", nil, nil); err != nil {
		t.Fatal(err)
	}
	tab.Close()
	first.Client.CloseIdleConnections()
	goroutines, descriptors := settled(t)

	const workers = 16
	var work sync.WaitGroup
	for n := range workers {
		random := rand.New(rand.NewPCG(seed, uint64(n)))
		work.Go(func() { comeAndGo(t, site, random, cycles/workers) })
	}
	work.Wait()

	waitUntil(t, "no tab is known", func() bool { return len(sessions.Tabs()) == 0 })
	waitUntil(t, "no seat is taken", func() bool { return site.Tabs.Seats() == 0 })
	waitUntil(t, "no process is left", func() bool { return site.Tabs.Processes() == 0 })
	waitUntil(t, "the goroutines are as many as before", func() bool { return runtime.NumGoroutine() <= goroutines })
	waitUntil(t, "the descriptors are as many as before", func() bool { return descriptorsNow() <= descriptors })
	if err := processtest.NewBrowser(t, site.URL).Open("/").Call("nothing", nil, nil); err != nil {
		t.Error(err)
	}
}

// comeAndGo is one browser after the other, each with many tabs.
func comeAndGo(t *testing.T, site *processtest.Site, random *rand.Rand, cycles int) {
	for cycles > 0 {
		b := processtest.NewBrowser(t, site.URL)
		token := b.Get("/").Token()
		for range min(50, cycles) {
			cycles--
			tab, answer, err := b.TryDial(nil)
			if err != nil {
				t.Errorf("handshake: %v, %v", err, answer)
				return
			}
			far, way := random.IntN(len(reached)), random.IntN(len(leaving))
			if err := reached[far](tab, token); err != nil {
				t.Errorf("as far as %d: %v", far, err)
			}
			leaving[way](tab)
			tab.Conn.Close()
		}
		b.Client.CloseIdleConnections()
	}
}

// waitUntil gives the server the time that it needs; a test that waits for more than a minute has failed.
func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("not so: %s\n%s", what, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// settled counts goroutines and descriptors when nothing changes any more.
func settled(t *testing.T) (goroutines, descriptors int) {
	t.Helper()
	same := 0
	waitUntil(t, "all is quiet", func() bool {
		g, d := runtime.NumGoroutine(), descriptorsNow()
		if same++; g != goroutines || d != descriptors {
			goroutines, descriptors, same = g, d, 0
		}
		return same == 10
	})
	if descriptors == 0 {
		t.Skip("this system does not tell how many descriptors are open")
	}
	return goroutines, descriptors
}

func descriptorsNow() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}
