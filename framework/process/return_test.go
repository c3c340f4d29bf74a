package process_test

import (
	"context"
	"fmt"
	"runtime"
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
		wantCount(t, tab, 1)
		lose(tab)
		w.tell(t, 1)
		next := b.Dial(nil)
		next.Send(`{"jsonrpc":"2.0","id":"x","method":"$/hello","params":{"process":"` + tab.ID + `","number":0,"received":1}}`)
		welcome := result(`"x"`, `{"process":"`+tab.ID+`","received":1,"limits":{"calls":8,"rate":50,"burst":100,"window":32}}`)
		if got := read(t, next); got != welcome {
			t.Errorf("got %s, want %s", got, welcome)
		}
		wantEvents(t, next, 1, 1)
	})
}

// TestCallsOfLostSocket: what runs, runs on, and what waits begins when its turn comes. Each is done once, and its
// answer comes on the next socket.
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
		close(w.release)
		synctest.Wait()
		if len(w.ended) != 0 || len(w.began) != 2 {
			t.Errorf("%d have ended, %d have begun", len(w.ended), len(w.began))
		}
		tab = back(t, tab)
		heard := map[string]bool{}
		for range 10 {
			heard[read(t, tab)] = true
		}
		for id := range 10 {
			if want := result(number(id), `""`); !heard[want] {
				t.Errorf("not heard: %s", want)
			}
		}
	})
}

// TestCallsOfLostTab: when the tab does not come back its calls end, and what waits does not begin.
func TestCallsOfLostTab(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		time.Sleep(time.Second)
		for id := range 10 {
			tab.Send(call(id, "forever", ""))
		}
		for range 8 {
			<-w.began
		}
		lose(tab)
		time.Sleep(59 * time.Second)
		if len(w.ended) != 0 {
			t.Error("too early")
		}
		time.Sleep(2 * time.Second)
		for range 8 {
			if cause := <-w.ended; cause == nil || cause.Error() != "the tab is gone" {
				t.Errorf("ended by %v", cause)
			}
		}
		synctest.Wait()
		if len(w.began) != 0 {
			t.Error("what waited has begun")
		}
	})
}

// TestSentAgain: what a tab has said in its time, and says again on its return, is in time. What it says beside that is not.
func TestSentAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		wantCount(t, tab, 1)
		time.Sleep(3 * time.Second) // the network has gone, and nobody knows
		lose(tab)
		time.Sleep(5 * time.Second)
		tab = back(t, tab)
		for i := range 8*50 + 100 {
			wantCount(t, tab, i+2)
		}
		wantKind(t, tab.Call("count", nil, nil), "too_fast")
	})
}

// TestLostOnTheWay: what one side has sent and the other has not received is sent again, and nothing twice.
func TestLostOnTheWay(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		for i := range 5 {
			tab.Send(`{"jsonrpc":"2.0","id":` + number(i) + `,"method":"count"}`)
			synctest.Wait() // the answer is on its way, and nobody reads it
			lose(tab)
			tab = back(t, tab)
			if got, want := read(t, tab), result(number(i), number(i+1)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	})
}

// TestWrongCount: a tab that has received what was never sent, or lacks what it has acknowledged, cannot go on. It may be a
// hello that was held up, though: the process stays for the tab that counts right, with the socket that it has.
func TestWrongCount(t *testing.T) {
	for name, received := range map[string]int{"too many": 4, "too few": 2, "none": 0, "less than none": -1} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				tab := b.Open("/")
				for i := range 3 {
					wantCount(t, tab, i+1)
				}
				tab.Send(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":3}}`)
				lose(tab)
				next := b.Dial(nil)
				next.Identity = tab.Identity
				next.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"process":%q,"number":0,"received":%d,"identity":%q}}`,
					tab.ID, received, tab.Identity))
				wantClose(t, next, process.Reload, "")
				wantCount(t, back(t, tab), 4)
			})
		})
	}
}

// TestWrongCountUntagged: who counts wrong is the tab whose process it names. So its document may stay in sight, with an
// identity tag or without, and not that of a tab whose process nobody knows.
func TestWrongCountUntagged(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		lose(tab)
		for id, code := range map[string]process.Code{tab.ID: process.Reload, "unknown": process.Restart} {
			next := b.Dial(nil)
			next.Send(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"process":"` + id + `","number":0,"received":1000}}`)
			wantClose(t, next, code, "")
		}
	})
}

// TestAcknowledgesTooMuch: a tab cannot have received what was never sent.
func TestAcknowledgesTooMuch(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		wantCount(t, tab, 1)
		tab.Send(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":2}}`)
		wantClose(t, tab, process.BadMessage, "")
	})
}

// TestUncounted: who does not count its frames does not come back.
func TestUncounted(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.OpenUncounted("/")
		wantCount(t, tab, 1)
		lose(tab)
		wantTabs(t, w, 0)
		next := b.Dial(nil)
		next.Identity = tab.Identity
		wantEnd(t, next.HelloAgain(tab.ID, 0), process.Reload, "")
	})
}

// TestCrash: a call that panics in this room ends its process, wherever its socket is.
func TestCrash(t *testing.T) {
	for name, lost := range map[string]bool{"with a socket": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				crash := make(chan struct{})
				serveRaw(w.tabs, func(context.Context, string, []byte) ([]byte, *process.Error) {
					<-crash
					panic("secret of the call")
				})
				tab, other := b.Open("/"), b.Open("/")
				tab.Send(call(1, "crash", ""))
				synctest.Wait()
				if lost {
					lose(tab)
				}
				close(crash)
				if !lost {
					wantClose(t, tab, process.Unavailable, "")
				}
				wantTabs(t, w, 1)
				_, err := tab.Return()
				wantEnd(t, err, process.Reload, "")
				other.Send(ping("1"))
				read(t, other)
			})
		})
	}
}

// TestGoexit: a call, or a hook, that ends its goroutine ends its process, whoever has run it. Nothing is left of it.
func TestGoexit(t *testing.T) {
	exits := func(first time.Duration) func(*testing.T, *bubble, *processtest.Browser) *processtest.Tab {
		return func(t *testing.T, w *bubble, b *processtest.Browser) *processtest.Tab {
			serveRaw(w.tabs, func(_ context.Context, name string, _ []byte) ([]byte, *process.Error) {
				if name == "exit" {
					time.Sleep(first)
					runtime.Goexit()
				}
				return []byte("1"), nil
			})
			tab := b.Open("/")
			tab.Send(call(1, "exit", ""))
			tab.Send(call(2, "other", ""))
			return tab
		}
	}
	for name, exit := range map[string]func(*testing.T, *bubble, *processtest.Browser) *processtest.Tab{
		"a call":      exits(0),
		"a long call": exits(time.Second),
		"a start hook": func(t *testing.T, w *bubble, b *processtest.Browser) *processtest.Tab {
			token := b.Get("/").Token()
			w.sessions.OnStartProcess(func(context.Context, session.Visitor) error { runtime.Goexit(); return nil })
			tab := b.Dial(nil)
			tab.Send(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"` + token + `"}}`)
			return tab
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				tab := exit(t, w, b)
				wantClose(t, tab, process.Unavailable, "")
				wantTabs(t, w, 0)
				if left := w.tabs.Processes() + w.tabs.Jobs(); left != 0 {
					t.Errorf("%d processes and jobs are left", left)
				}
			})
		})
	}
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
		w.tell(t, 1)
		wantEvents(t, tab, 1, 1)
		close(w.release)
		if got := read(t, tab); got != result("1", `""`) {
			t.Errorf("heard %s", got)
		}
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
