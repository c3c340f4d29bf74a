package process_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// The tests of this file are about what happens to a process while it has no socket.

// TestGoneOrNot: a tab that says that its document is gone ends its process; every other end lets it wait.
func TestGoneOrNot(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		for code, left := range map[process.Code]int{
			process.GoneForGood: 0, process.GoneForNow: 1, websocket.CloseGoingAway: 1, 4001: 1,
		} {
			tab := b.Open("/")
			text := websocket.FormatCloseMessage(int(code), "")
			tab.Conn.WriteControl(websocket.CloseMessage, text, time.Now().Add(time.Second))
			tab.WaitClose()
			wantTabs(t, w, left)
			time.Sleep(61 * time.Second)
			wantTabs(t, w, 0)
		}
		tab := b.Open("/")
		tab.Conn.WriteMessage(websocket.BinaryMessage, nil)
		wantClose(t, tab, process.NotText, "")
		wantCount(t, back(t, tab), 1)
	})
}

// TestSilentTabReturns: a network that went without a word ends the socket, not yet the process.
func TestSilentTabReturns(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		tab.Conn.SetPingHandler(func(string) error { return nil })
		lasts(tab)
		time.Sleep(59 * time.Second)
		wantCount(t, back(t, tab), 1)
	})
}

// TestToldWhileAway: the process of a tab that is told to restart ends at once. The tab hears first thing on its
// return how.
func TestToldWhileAway(t *testing.T) {
	type happening func(*testing.T, *bubble, *processtest.Browser)
	logIn := func(_ *testing.T, _ *bubble, b *processtest.Browser) { b.Get("/in?user=1"); b.Open("/") }
	other := func(_ *testing.T, _ *bubble, b *processtest.Browser) { b.Get("/in?user=2"); b.Open("/") }
	logOut := func(_ *testing.T, _ *bubble, b *processtest.Browser) { b.Get("/out") }
	everywhere := func(t *testing.T, w *bubble, _ *processtest.Browser) {
		if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
			t.Error(err)
		}
	}
	for name, tt := range map[string]struct {
		user   bool
		happen []happening
		code   process.Code
		reason string
	}{
		"log in":                        {false, []happening{logIn}, process.Reload, ""},
		"the same user again":           {true, []happening{logIn}, process.Reload, ""},
		"the same user again, then out": {true, []happening{logIn, logOut}, process.Restart, "/"},
		"another user":                  {true, []happening{other}, process.Restart, ""},
		"log out":                       {true, []happening{logOut}, process.Restart, "/"},
		"disconnect all":                {true, []happening{everywhere}, process.Restart, "/"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				if tt.user {
					b.Get("/in?user=1")
				}
				tab := b.Open("/")
				lose(tab)
				w.tell(t, 1)
				for _, f := range tt.happen {
					f(t, w, b)
				}
				w.tell(t, 2)
				if slices.ContainsFunc(w.sessions.Tabs(), func(other *session.Tab) bool { return other.ID() == tab.ID }) {
					t.Error("its process is still there")
				}
				_, err := tab.Return()
				wantEnd(t, err, tt.code, tt.reason)
			})
		})
	}
}

// TestSuccessorWhileAway: the tab has another document, so its process need not wait.
func TestSuccessorWhileAway(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		old := b.Open("/")
		lose(old)
		token := b.Get("/").Token()
		next := b.Dial(nil)
		if err := next.Hello(token, old.ID); err != nil {
			t.Fatal(err)
		}
		wantTabs(t, w, 1)
		_, err := old.Return() // its document was in the browser's cache
		wantEnd(t, err, process.Reload, "")
		wantCount(t, next, 1)
	})
}

// TestFullOutboxWhileAway: twice as much waits as for a tab that has a socket. A tab for which there is more is lost.
func TestFullOutboxWhileAway(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		lose(tab)
		for i := range 512 {
			w.tell(t, i)
		}
		wantTabs(t, w, 1)
		tab = back(t, tab)
		wantEvents(t, tab, 0, 511)
		synctest.Wait()

		lose(tab)
		for i := range 513 {
			w.tell(t, i)
		}
		wantTabs(t, w, 0)
		w.tell(t, 513)
		_, err := tab.Return()
		wantEnd(t, err, process.Reload, "")
	})
}

// TestFullOutboxDrains: what had waited when the tab came back is not held against it, and what it acknowledges makes
// room.
func TestFullOutboxDrains(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		lose(tab)
		for i := range 256 {
			w.tell(t, i)
		}
		tab = back(t, tab)
		for i := range 256 {
			w.tell(t, 256+i)
		}
		wantEvents(t, tab, 0, 511) // it acknowledges every 64
		synctest.Wait()
		for i := range 256 {
			w.tell(t, 512+i)
		}
		wantEvents(t, tab, 512, 767)
	})
}

// TestFullOutboxBytes: the size counts too, but one message may be larger, and does not keep all others out.
func TestFullOutboxBytes(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		send := func(bytes int) {
			if err := w.mark.Send(process.Everyone(), slices.Repeat([]int{1e15}, bytes/17)); err != nil {
				t.Fatal(err)
			}
		}
		tab := b.Open("/")
		lose(tab)
		fill := func() { // each counts for a sixteenth
			send(1 << 20)
			for range 31 {
				send(1 << 17)
			}
		}
		fill()
		wantTabs(t, w, 1)
		tab = back(t, tab)
		for range 32 {
			tab.WaitEvent()
		}
		synctest.Wait()
		lose(tab)
		fill()
		wantTabs(t, w, 1)
		send(100)
		wantTabs(t, w, 0)
	})
}

// TestLargeAnswersAtOnce: the answers to all calls that may run have room, however large they are, and what is told beside
// them has too.
func TestLargeAnswersAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		rpc.Handle(w.api, "large", func(context.Context, struct{}) (string, error) {
			<-w.release
			return strings.Repeat("x", 300<<10), nil
		})
		tab := b.Open("/")
		for id := range 8 {
			tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"large"}`, id))
		}
		synctest.Wait()
		close(w.release)
		synctest.Wait()
		for i := range 100 {
			w.tell(t, i)
		}
		for range 8 + 100 {
			read(t, tab)
		}
		wantCount(t, tab, 1)
	})
}

// TestReturnsPileNothingUp: a tab that comes back again and again, and never reads, is lost. Its socket is closed.
func TestReturnsPileNothingUp(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		for i := range 257 {
			w.tell(t, i)
			synctest.Wait()
		}
		for range 3 {
			lose(tab)
			wantTabs(t, w, 1)
			tab = back(t, tab)
		}
		for i := range 255 {
			w.tell(t, 257+i)
		}
		wantTabs(t, w, 1)
		w.tell(t, 512)
		wantEvents(t, tab, 0, 0) // it was on its way
		wantClose(t, tab, process.TooSlow, "")
		wantTabs(t, w, 0)
		_, err := tab.Return()
		wantEnd(t, err, process.Reload, "")
	})
}

// TestSlowTabReturns: a tab that was too slow comes back to what it has not read.
func TestSlowTabReturns(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		for i := range 256 + 100 {
			w.tell(t, i)
			synctest.Wait()
		}
		wantEvents(t, tab, 0, 0) // it was on its way
		wantClose(t, tab, process.TooSlow, "")
		synctest.Wait()
		wantEvents(t, back(t, tab), 1, 355)
	})
}

// TestCloseWhileAway: a node that stops waits for no tab that has no socket.
func TestCloseWhileAway(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		for range 20 {
			lose(b.Open("/"))
		}
		began := time.Now()
		if err := w.tabs.Close(context.Background()); err != nil {
			t.Error(err)
		}
		within(t, time.Since(began), 0)
		if left := len(w.sessions.Tabs()); left != 0 {
			t.Errorf("%d tabs are left", left)
		}
	})
}

// goroutines counts them without the runtime's own, which are counted elsewhere while they run finalizers.
func goroutines() int {
	stacks := make([]byte, 4<<20)
	return 1 + bytes.Count(stacks[:runtime.Stack(stacks, true)], []byte("\ngoroutine "))
}

// TestCostOfReturns: however often tabs are lost and come back, nothing is left of it. A process that waits has no
// goroutine.
func TestCostOfReturns(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		const tabs, times = 100, 25
		var open []*processtest.Tab
		synctest.Wait()
		before := goroutines()
		for range tabs {
			open = append(open, b.Open("/"))
		}
		b.Client.CloseIdleConnections()
		synctest.Wait()
		if now := goroutines(); now > before+tabs+2 { // each its reader; the heartbeat and the watch
			t.Errorf("%d goroutines for %d tabs", now-before, tabs)
		}
		for range times {
			for i, tab := range open {
				tab.Lose()
				open[i] = back(t, tab)
			}
		}
		wantTabs(t, w, tabs)
		for _, tab := range open {
			tab.Lose()
		}
		wantTabs(t, w, tabs)
		if now := goroutines(); now > before+2 {
			t.Errorf("%d goroutines for processes that wait", now-before)
		}
		time.Sleep(61 * time.Second)
		wantTabs(t, w, 0)
		if w.started != tabs {
			t.Errorf("the start hooks ran %d times", w.started)
		}
	})
}
