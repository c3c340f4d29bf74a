package process_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

func call(id int, method, text string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":[%q]}`, id, method, text)
}

func cancel(id int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}`, id)
}

func interrupted(id string) string {
	return failure(id, -32007, "interrupted", "The call was broken off. It may have been done.")
}

// TestCallsAtOnce: eight run, thirty-two wait, the forty-first is refused, and every one is answered.
func TestCallsAtOnce(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for id := range 41 {
		tab.Send(call(id, "wait", fmt.Sprint(id)))
	}
	if got, want := read(t, tab), failure("40", -32003, "too_many_calls", "Too many calls wait for their answers."); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	for range 8 {
		<-w.began
	}
	if len(w.began) != 0 {
		t.Error("more than eight run")
	}
	close(w.release)
	left := map[string]bool{}
	for id := range 40 {
		left[result(fmt.Sprint(id), fmt.Sprintf("%q", fmt.Sprint(id)))] = true
	}
	for range 40 {
		got := read(t, tab)
		if !left[got] {
			t.Errorf("unexpected: %s", got)
		}
		delete(left, got)
	}
}

// TestTooManyForOthers: a tab whose calls hang keeps nobody else from calling.
func TestTooManyForOthers(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	busy, other := b.Open("/"), b.Open("/")
	for id := range 100 {
		busy.Send(call(id, "wait", ""))
	}
	for range 8 {
		<-w.began
	}
	if err := other.Call("nothing", nil, nil); err != nil {
		t.Error(err)
	}
	close(w.release)
}

// TestNoCrossTalk: every answer finds the tab and the call it belongs to.
func TestNoCrossTalk(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	var tabs sync.WaitGroup
	for n := range 100 {
		tab := b.Open("/")
		tabs.Go(func() {
			for i := range 40 {
				nonce, got := fmt.Sprintf("%d of %d", i, n), ""
				if err := tab.Call("echo", []string{nonce}, &got); err != nil || got != nonce {
					t.Errorf("sent %q, got %q, %v", nonce, got, err)
				}
			}
		})
	}
	tabs.Wait()
}

// TestCancel reaches a call that runs, and one that waits, which is answered at once, and leaves the others alone.
func TestCancel(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for id := range 9 { // the last one waits
		tab.Send(call(id, "wait", ""))
	}
	for range 8 {
		<-w.began
	}
	tab.Send(cancel(8))
	if got := read(t, tab); got != interrupted("8") {
		t.Errorf("got %s", got)
	}
	tab.Send(cancel(3))
	if got := read(t, tab); got != interrupted("3") {
		t.Errorf("got %s", got)
	}
	if cause := <-w.ended; !errors.Is(cause, context.Canceled) {
		t.Errorf("ended by %v", cause)
	}
	close(w.release)
	for range 7 {
		if got := read(t, tab); !strings.Contains(got, `"result":""`) {
			t.Errorf("got %s", got)
		}
	}
}

// TestSameID: while a call is under way its id names no other. Afterwards it may.
func TestSameID(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(call(1, "wait", "first"))
	<-w.began
	tab.Send(call(1, "echo", "second"))
	if got := read(t, tab); got != notRPC("1") {
		t.Errorf("got %s", got)
	}
	tab.Send(cancel(1))
	if got := read(t, tab); got != interrupted("1") {
		t.Errorf("got %s", got)
	}
	tab.Send(call(1, "echo", "third"))
	if got := read(t, tab); got != result("1", `"third"`) {
		t.Errorf("got %s", got)
	}
}

// TestClosedTab: when the tab goes, its calls end, and what waits does not begin. One that does not count its frames
// goes with its socket.
func TestClosedTab(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	for name, tt := range map[string]struct {
		open  func(path string) *processtest.Tab
		leave func(*processtest.Tab)
	}{
		"its document is gone":         {b.Open, (*processtest.Tab).Close},
		"it does not count, and is":    {b.OpenUncounted, (*processtest.Tab).Close},
		"it does not count, and loses": {b.OpenUncounted, (*processtest.Tab).Lose},
	} {
		t.Run(name, func(t *testing.T) {
			tab := tt.open("/")
			for id := range 10 {
				tab.Send(call(id, "wait", ""))
			}
			for range 8 {
				<-w.began
			}
			tt.leave(tab)
			for range 8 {
				if cause := <-w.ended; cause == nil || cause.Error() != "the tab is gone" {
					t.Errorf("ended by %v", cause)
				}
			}
		})
	}
	if len(w.began) != 0 {
		t.Error("what waited has begun")
	}
}

// TestErrors: what each kind of failure looks like, with nothing internal in it.
func TestErrors(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for how, want := range map[string]processtest.Failure{
		"meant":  {Code: 1, Message: "Sold \uFFFD out."},
		"denied": {Code: -32005, Message: "You may not do this."},
		"nobody": {Code: -32001, Message: "You are not logged in any more."},
		"panic":  {Code: -32603, Message: "Something went wrong on the server."},
		"nil":    {Code: -32603, Message: "Something went wrong on the server."},
		"other":  {Code: -32603, Message: "Something went wrong on the server."},
	} {
		kinds := map[int]string{1: "sold_out", -32005: "permission_denied", -32001: "not_connected", -32603: "internal"}
		got := wantKind(t, tab.Call("fail", []string{how}, nil), kinds[want.Code])
		if got.Code != want.Code || got.Message != want.Message {
			t.Errorf("%s: got %+v, want %+v", how, got, want)
		}
		if internal := want.Code == -32603; internal != (got.Data.ID != "") || internal && !w.log.contains(`"id":"`+got.Data.ID+`"`) {
			t.Errorf("%s: the id %q is not in the log", how, got.Data.ID)
		}
	}
	if !w.log.contains("secret of the panic") || !w.log.contains("secret of the error") {
		t.Error("the log does not know why")
	}
	wantKind(t, tab.Call("me", nil, nil), "not_connected")
	if err := tab.Call("nothing", nil, nil); err != nil {
		t.Errorf("the tab is dead: %v", err)
	}
}

// TestOtherVisitor: a frame of one tab, said by another, is that other's.
func TestOtherVisitor(t *testing.T) {
	w := newWorld(t)
	for _, user := range []session.UserID{7, 8} {
		b := processtest.NewBrowser(t, w.URL)
		b.Get(fmt.Sprintf("/in?user=%d", user))
		tab := b.Open("/")
		tab.Send(`{"jsonrpc":"2.0","id":1,"method":"me"}`)
		if got := read(t, tab); got != result("1", fmt.Sprint(user)) {
			t.Errorf("%d is %s", user, got)
		}
	}
}
