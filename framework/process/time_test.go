package process_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// pipes are a network without a kernel: connections that hold nothing back, and know the bubble's time.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, open := <-p; open {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	p <- theirs
	return mine, nil
}

// bubble is a world with a time of its own.
type bubble struct {
	*functions
	sessions *session.Manager
	tabs     *process.Hub
	started  int // start hooks run
	network  pipes
	browsers []*processtest.Browser
}

const bubbleURL = "http://pipes.example"

// browser returns one more browser in the bubble.
func (w *bubble) browser(t *testing.T) *processtest.Browser {
	b := processtest.NewBrowser(t, bubbleURL)
	b.Client.Transport.(*http.Transport).DialContext = w.network.dial
	w.browsers = append(w.browsers, b)
	return b
}

// inBubble runs f with a world in a bubble of its own time, and a browser in that world.
func inBubble(t *testing.T, f func(t *testing.T, w *bubble, b *processtest.Browser)) {
	synctest.Test(t, func(t *testing.T) {
		w := &bubble{sessions: session.New(&session.MemoryStore{}, session.Options{}), network: make(pipes)}
		w.sessions.OnStartProcess(func(context.Context, session.Visitor) error { w.started++; return nil })
		w.tabs = process.New(w.sessions, process.Options{Origin: bubbleURL})
		w.functions = newFunctions(w.tabs)
		server := &http.Server{Handler: processtest.Pages(t, w.sessions, w.tabs)}
		go server.Serve(w.network)

		f(t, w, w.browser(t))

		if err := w.tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		for _, b := range w.browsers {
			b.Client.CloseIdleConnections()
		}
		close(w.network)
		server.Close()
		w.sessions.Close()
	})
}

// lasts reads until the socket ends, and returns how long that took and what it said.
func lasts(tab *processtest.Tab) (time.Duration, error) {
	began := time.Now()
	for {
		tab.Conn.SetReadDeadline(time.Time{})
		if _, _, err := tab.Conn.ReadMessage(); err != nil {
			return time.Since(began), err
		}
	}
}

func within(t *testing.T, took, want time.Duration) {
	t.Helper()
	if took < want || took > want+time.Second {
		t.Errorf("it took %v, want %v", took, want)
	}
}

// TestNoHelloInTime: nothing but a hello buys time.
func TestNoHelloInTime(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *bubble, b *processtest.Browser) {
		for _, pongs := range []int{0, 9} {
			tab := b.Dial(nil)
			go func() {
				for range pongs {
					time.Sleep(time.Second)
					tab.Conn.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second))
				}
			}()
			took, err := lasts(tab)
			within(t, took, 10*time.Second)
			if !websocket.IsCloseError(err, int(process.NoHello)) {
				t.Errorf("%d pongs: %v, want 4002", pongs, err)
			}
		}
	})
}

// TestSilence: a tab that answers no ping is gone after a minute, one that does stays.
func TestSilence(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		mute, alive := b.Open("/"), b.Open("/")
		pings := 0
		mute.Conn.SetPingHandler(func(string) error { return nil })
		answer := alive.Conn.PingHandler()
		alive.Conn.SetPingHandler(func(text string) error { pings++; return answer(text) })
		var ended sync.WaitGroup
		ended.Go(func() { lasts(alive) })

		took, _ := lasts(mute)
		within(t, took, 60*time.Second)
		time.Sleep(10*time.Minute - took)
		synctest.Wait()
		if pings != 10*60/25 {
			t.Errorf("%d pings in ten minutes", pings)
		}
		alive.Close()
		ended.Wait()
	})
}

// TestSlow: a tab that does not read is told so, and gone a while later. Nobody waits for it but for the looks of the watch
// that it takes to see that couriers are held up, and that once.
func TestSlow(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		slow, dead, other := b.Open("/"), b.Open("/"), b.Open("/")
		began := time.Now()
		for i := range 1 + 256 + 1 { // one on its way, so many that wait, and the one that is too much
			if err := w.told.Send(process.Everyone(), i); err != nil {
				t.Fatal(err)
			}
			if e := other.WaitEvent(); string(e.Params) != fmt.Sprintf("[%d]", i) {
				t.Fatalf("the other tab heard %s, want %d", e.Params, i)
			}
			synctest.Wait()
		}
		if d := time.Since(began); d > 10*time.Millisecond {
			t.Errorf("the others have waited for %v", d)
		}
		if e := slow.WaitEvent(); string(e.Params) != "[0]" {
			t.Errorf("got %s", e.Params)
		}
		if frame, err := slow.Read(); frame != "" || err.Error() != `closed with 4008 ""` { // what waited is not sent any more
			t.Errorf("got %s, %v", frame, err)
		}
		time.Sleep(5*time.Second + time.Millisecond)
		synctest.Wait()
		if _, _, err := dead.Conn.ReadMessage(); err == nil || websocket.IsCloseError(err, int(process.TooSlow)) {
			t.Errorf("the dead tab: %v", err)
		}
	})
}

// TestSlowInBytes: what waits is bounded by its size too, but one message alone may be larger.
func TestSlowInBytes(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		large := slices.Repeat([]int{1e15}, 70_000) // 17 bytes each, together more than 1 MiB
		for range 2 {                               // one on its way, one that waits
			if err := w.mark.Send(process.Everyone(), large); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		for range 2 {
			if e := tab.WaitEvent(); len(e.Params) != 70_000*17+3 {
				t.Errorf("%d bytes", len(e.Params))
			}
		}
		for range 17 { // each counts for a sixteenth
			if err := w.mark.Send(process.Everyone(), large[:10_000]); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		tab.WaitEvent()
		wantClose(t, tab, process.TooSlow, "")
	})
}

// TestStubborn: a tab that will not go when it is told so has five seconds, whatever it says meanwhile, and
// nothing it asks for is done any more.
func TestStubborn(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		tab.Conn.SetCloseHandler(func(int, string) error { return nil })
		closed := make(chan error)
		began := time.Now()
		go func() { closed <- w.tabs.Close(context.Background()) }()
		wantClose(t, tab, process.ServerGoing, "")
		for range 20 {
			tab.Conn.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second))
			tab.Conn.WriteMessage(websocket.TextMessage, []byte(call(1, "wait", "")))
			time.Sleep(500 * time.Millisecond)
			if len(w.began) > 0 {
				t.Fatal("a call was done")
			}
			select {
			case err := <-closed:
				if err != nil {
					t.Error(err)
				}
				within(t, time.Since(began), 5*time.Second)
				return
			default:
			}
		}
		t.Error("it is still there")
	})
}

// TestCallInTime: a call has thirty seconds.
func TestCallInTime(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		tab.Send(call(1, "wait", ""))
		began := time.Now()
		tab.Conn.SetReadDeadline(time.Time{})
		_, frame, err := tab.Conn.ReadMessage()
		if err != nil || !strings.Contains(string(frame), `"kind":"timed_out"`) {
			t.Errorf("got %s, %v", frame, err)
		}
		within(t, time.Since(began), 30*time.Second)
	})
}
