package process_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// lose ends a tab's socket, and waits until the server knows.
func lose(tab *processtest.Tab) {
	tab.Lose()
	synctest.Wait()
}

// back returns a tab to its process.
func back(t *testing.T, tab *processtest.Tab) *processtest.Tab {
	t.Helper()
	next, err := tab.Return()
	if err != nil || next.ID != tab.ID {
		t.Fatalf("process %q came back as %q, %v", tab.ID, next.ID, err)
	}
	return next
}

func wantCount(t *testing.T, tab *processtest.Tab, want int) {
	t.Helper()
	var n int
	if err := tab.Call("count", nil, &n); err != nil || n != want {
		t.Errorf("counted %d, %v, want %d", n, err, want)
	}
}

func (w *bubble) tell(t *testing.T, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if err := w.told.Send(process.Everyone(), n); err != nil {
			t.Fatal(err)
		}
	}
}

func wantEvents(t *testing.T, tab *processtest.Tab, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		if e := tab.WaitEvent(); string(e.Params) != fmt.Sprintf("[%d]", i) {
			t.Fatalf("heard %s, want %d", e.Params, i)
		}
	}
}

func wantTabs(t *testing.T, w *bubble, want int) {
	t.Helper()
	synctest.Wait()
	if got := len(w.sessions.Tabs()); got != want {
		t.Errorf("%d tabs are known, want %d", got, want)
	}
}

// wantEnd fails unless a hello was answered by the end of its socket.
func wantEnd(t *testing.T, err error, code process.Code, reason string) {
	t.Helper()
	if want := (&processtest.Closed{Code: int(code), Reason: reason}); err == nil || err.Error() != want.Error() {
		t.Errorf("got %v, want %v", err, want)
	}
}

// TestReturn: a process outlives its socket. It remembers, no hook runs again, and what it was told meanwhile it
// hears in order, after the answer to its hello.
func TestReturn(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		for i := range 3 {
			wantCount(t, tab, 2*i+1)
			lose(tab)
			w.tell(t, 1, 2)
			time.Sleep(59 * time.Second)
			w.tell(t, 3)
			tab = back(t, tab)
			w.tell(t, 4)
			wantEvents(t, tab, 1, 4)
			wantCount(t, tab, 2*i+2)
		}
		if w.started != 1 {
			t.Errorf("the start hooks ran %d times", w.started)
		}
		wantTabs(t, w, 1)
	})
}

// TestReturnFirstWords: the answer to the hello comes first, whatever waits.
func TestReturnFirstWords(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		lose(tab)
		w.tell(t, 1)
		next := b.Dial(nil)
		next.Send(`{"jsonrpc":"2.0","id":"x","method":"$/hello","params":{"process":"` + tab.ID + `","number":0}}`)
		if got, want := read(t, next), result(`"x"`, `{"process":"`+tab.ID+`"}`); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		wantEvents(t, next, 1, 1)
	})
}

// TestCallsOfLostSocket: what runs is cancelled, what waits does not begin, and no answer reaches the next
// socket. What does not listen to its context counts among the calls that run.
func TestCallsOfLostSocket(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		for id := range 10 {
			tab.Send(call(id, "wait", ""))
		}
		for range 8 {
			<-w.began
		}
		lose(tab)
		for range 8 {
			if cause := <-w.ended; cause == nil || cause.Error() != "the tab has lost its connection" {
				t.Errorf("ended by %v", cause)
			}
		}
		synctest.Wait()
		if len(w.began) != 0 {
			t.Error("what waited has begun")
		}
		tab = back(t, tab)
		for id := range 10 { // the same ids once more
			tab.Send(call(id, "echo", "again"))
		}
		heard := map[string]bool{}
		for range 10 {
			heard[read(t, tab)] = true
		}
		for id := range 10 {
			if want := result(number(id), `"again"`); !heard[want] {
				t.Errorf("not heard: %s", want)
			}
		}
	})
}

// TestCrashOfLostSocket: a call that panics ends the socket that asked, not the one after it.
func TestCrashOfLostSocket(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		crash := make(chan struct{})
		serveRaw(w.tabs, func(_ context.Context, name string, _ []byte) ([]byte, *process.Error) {
			if name == "crash" {
				<-crash
				panic("secret of the call")
			}
			return []byte("{}"), nil
		})
		tab := b.Open("/")
		tab.Send(call(1, "crash", ""))
		synctest.Wait()
		lose(tab)
		tab = back(t, tab)
		close(crash)
		synctest.Wait()
		if err := tab.Call("nothing", nil, nil); err != nil {
			t.Error(err)
		}
		tab.Send(call(1, "crash", ""))
		wantClose(t, tab, process.Unavailable, "")
		synctest.Wait()
		if err := back(t, tab).Call("nothing", nil, nil); err != nil {
			t.Error(err)
		}
	})
}

// TestReturnTooLate: after a minute the process is gone. How its document restarts depends on for whom it was
// made, and who is there now.
func TestReturnTooLate(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		ada := w.browser(t)
		ada.Get("/in?user=1")
		nobodys, adas, silent := b.Open("/"), ada.Open("/"), ada.Open("/")
		gone := w.browser(t)
		gone.Get("/in?user=2")
		leaving := gone.Open("/")
		for _, tab := range []*processtest.Tab{nobodys, adas, silent, leaving} {
			lose(tab)
		}
		time.Sleep(60*time.Second + time.Millisecond)
		wantTabs(t, w, 0)

		gone.Get("/out")
		silent.Identity = ""
		_, err := nobodys.Return()
		wantEnd(t, err, process.Reload, "")
		_, err = adas.Return()
		wantEnd(t, err, process.Reload, "")
		_, err = silent.Return()
		wantEnd(t, err, process.Restart, "")
		_, err = leaving.Return()
		wantEnd(t, err, process.Restart, "/")
	})
}

// TestReturnHalfOpen: the server still believes in the old socket. It is closed, and hears nothing more.
func TestReturnHalfOpen(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		old := b.Open("/")
		old.Send(call(1, "wait", ""))
		<-w.began
		tab := back(t, old)
		if cause := <-w.ended; cause == nil || cause.Error() != "the tab has lost its connection" {
			t.Errorf("ended by %v", cause)
		}
		w.tell(t, 1)
		wantEvents(t, tab, 1, 1)
		if frame, err := old.Read(); err == nil {
			t.Errorf("the old socket heard %s", frame)
		}
		wantCount(t, tab, 1)
		wantTabs(t, w, 1)
	})
}

// TestReturnRefused: nobody takes over the process of another, and it stays as it is.
func TestReturnRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, ada *processtest.Browser) {
		ada.Get("/in?user=1")
		tab := ada.Open("/")
		bob, stranger := w.browser(t), w.browser(t)
		bob.Get("/in?user=1") // the same user
		bobs := bob.Open("/")
		again := func(b *processtest.Browser, number int, identity string, code process.Code, reason string) {
			t.Helper()
			next := b.Dial(nil)
			next.Identity = identity
			wantEnd(t, next.HelloAgain(tab.ID, number), code, reason)
		}
		again(bob, 0, tab.Identity, process.Restart, "")
		again(bob, 0, bobs.Identity, process.Reload, "")
		again(stranger, 0, tab.Identity, process.Stop, "cookies")
		again(ada, 1, tab.Identity, process.Reload, "")
		again(ada, -1, "", process.Restart, "")
		wantCount(t, tab, 1) // on its first socket still

		lose(tab)
		again(bob, 0, bobs.Identity, process.Reload, "")
		tab = back(t, tab)
		wantCount(t, tab, 2)

		lose(tab)
		ada.Get("/in?user=2") // another cookie, and another user
		again(ada, 0, tab.Identity, process.Restart, "")
		if w.started != 2 {
			t.Errorf("the start hooks ran %d times", w.started)
		}
	})
}

// TestDisconnectedWithoutRestart: the process of a session that has ended does not come back, even where nobody
// has told it.
func TestDisconnectedWithoutRestart(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, ada *processtest.Browser) {
		ada.Get("/in?user=1")
		tab := ada.Open("/")
		lose(tab)
		if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1), session.WithRestart(false)); err != nil {
			t.Fatal(err)
		}
		_, err := tab.Return()
		wantEnd(t, err, process.Restart, "/")
	})
}
