package process_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// The tests of this file are about what comes when it is too late for it.

// TestLateTicket: a call that was answered for its time logs nobody in any more. Its id may be another's by then.
func TestLateTicket(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		rpc.Handle(w.api, "slowLogIn", func(ctx context.Context, _ struct{}) (struct{}, error) {
			err := session.Connect(ctx, 7)
			time.Sleep(5 * time.Second) // it does not look at its context
			return struct{}{}, err
		}, rpc.Timeout(time.Second))
		tab := b.Open("/")
		tab.Send(`{"jsonrpc":"2.0","id":1,"method":"slowLogIn"}`)
		if got := read(t, tab); !strings.Contains(got, "timed_out") {
			t.Fatal(got)
		}
		tab.Send(call(1, "wait", ""))
		time.Sleep(5 * time.Second)
		close(w.release)
		wantFrames(t, tab, result("1", `""`))
	})
}

// TestLateValues: no value of a stream comes behind the answer that it has taken too long, though both may come at once.
func TestLateValues(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		text := strings.Repeat("x", 20_000) // what takes its time to encode is easily too late
		rpc.HandleStream(w.api, "ticks", func(_ context.Context, _ struct{}, send func(string) error) error {
			for {
				time.Sleep(time.Second)
				if err := send(text); err != nil {
					return err
				}
			}
		}, rpc.Timeout(time.Second))
		for range 60 {
			tab := b.Open("/")
			for id := range 8 {
				tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"ticks"}`, id))
			}
			defer wantNothingBehindAnswers(t, tab, 8)
		}
		time.Sleep(5 * time.Second)
	})
}

// wantNothingBehindAnswers reads what so many streams have said, and what else there is.
func wantNothingBehindAnswers(t *testing.T, tab *processtest.Tab, streams int) {
	t.Helper()
	tab.Send(call(100, "echo", "last"))
	answered := make([]bool, streams)
	for {
		frame := read(t, tab)
		if frame == result("100", `"last"`) {
			break
		}
		for id := range answered {
			switch {
			case strings.HasPrefix(frame, fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/progress","params":{"token":%d,`, id)):
				if answered[id] {
					t.Errorf("a value behind the answer of %d", id)
				}
			case frame == failure(number(id), -32006, "timed_out", "This took too long. It may have been done."):
				answered[id] = true
			}
		}
	}
	if slices.Contains(answered, false) {
		t.Errorf("answered are %v", answered)
	}
}

// TestLateHello: a hello that was held up on its way takes the process from nobody. Its tab has come back meanwhile.
func TestLateHello(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		wantCount(t, tab, 1)
		lose(tab)
		late := b.Dial(nil)
		tab = back(t, tab)
		wantCount(t, tab, 2)
		tab.Send(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":2}}`)
		synctest.Wait()

		late.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"process":%q,"number":0,"received":1,"identity":%q}}`,
			tab.ID, tab.Identity))
		wantClose(t, late, process.Reload, "")
		wantCount(t, tab, 3)
	})
}

// slowly adds a slow way to listen, and one to enter: they begin with began, and go on with release.
func slowly(w *bubble) {
	r, d := newRooms(w.api, w.tabs), process.NewPresence[string](w.tabs, "late.here")
	wait := func() {
		w.began <- ""
		<-w.release
	}
	rpc.Handle(w.api, "late.listen", func(ctx context.Context, in Listen) (struct{}, error) {
		wait()
		if in.ForTab {
			return struct{}{}, r.said.Listen(ctx, in.Room, "", process.ForTab())
		}
		return struct{}{}, r.said.Listen(ctx, in.Room, "")
	})
	rpc.Handle(w.api, "late.enter", func(ctx context.Context, room string) (struct{}, error) {
		wait()
		return struct{}{}, d.Enter(ctx, room)
	})
	rpc.Handle(w.api, "late.enterNow", func(ctx context.Context, room string) (struct{}, error) {
		return struct{}{}, d.Enter(ctx, room, process.WithoutListening())
	})
	rpc.Handle(w.api, "late.here", func(_ context.Context, room string) (int, error) { return d.Here(room).Tabs, nil })
}

// sayLate says a slow call of a page, and lets it be late: another page is shown before it goes on.
func sayLate(w *bubble, tab *processtest.Tab, frames ...string) {
	for _, frame := range frames {
		tab.Send(frame)
		<-w.began
	}
	turnPage(tab)
}

func listenLate(id int, room string, forTab bool) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"late.listen","params":{"room":%q,"forTab":%v}}`, id, room, forTab)
}

// TestLateListen: what a page has asked for does not begin on the next. What is for the tab does.
func TestLateListen(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		slowly(w)
		tab := b.Open("/")
		sayLate(w, tab, listenLate(100, "page", false), call(101, "late.enter", "page"), listenLate(102, "tab", true))
		must(t, tab, "nothing", nil) // behind it
		close(w.release)
		wantAnswers(t, tab, interrupted("100"), interrupted("101"), result("102", "{}"))
		must(t, tab, "rooms.say", Say{Room: "page", Text: "x"})
		must(t, tab, "rooms.say", Say{Room: "tab", Text: "x"})
		wantHeard(t, tab, "tab=x")
		wantHere(t, tab, 0)
	})
}

// TestLateListenEndsNothing: what the next page has begun meanwhile goes on.
func TestLateListenEndsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		slowly(w)
		tab := b.Open("/")
		sayLate(w, tab, listenLate(100, "page", false), call(101, "late.enter", "page"))
		must(t, tab, "rooms.listen", Listen{Room: "page"})
		must(t, tab, "late.enterNow", []string{"page"})
		close(w.release)
		wantAnswers(t, tab, interrupted("100"), interrupted("101"))
		must(t, tab, "rooms.say", Say{Room: "page", Text: "x"})
		wantHeard(t, tab, "page=x")
		wantHere(t, tab, 1)
	})
}

// wantAnswers reads frames that may come in any order.
func wantAnswers(t *testing.T, tab *processtest.Tab, want ...string) {
	t.Helper()
	for range want {
		if got := read(t, tab); !slices.Contains(want, got) {
			t.Errorf("got %s", got)
		}
	}
}

func wantHere(t *testing.T, tab *processtest.Tab, want int) {
	t.Helper()
	var n int
	if err := tab.Call("late.here", []string{"page"}, &n); err != nil || n != want {
		t.Errorf("here are %d, %v, want %d", n, err, want)
	}
}
