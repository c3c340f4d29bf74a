package process_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// wantUnavailable fails unless a call was refused because nobody could be asked who makes it.
func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if f := wantKind(t, err, "unavailable"); f.Code != -32009 || strings.Contains(f.Message, "secret") {
		t.Errorf("got %d %s", f.Code, f.Message)
	}
}

// TestCallUnchecked: where it cannot be looked up whether a session is still open, its tabs' calls are not begun. They
// are not told that it has ended, and stay as they are.
func TestCallUnchecked(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab, nobodys := b.Open("/"), processtest.NewBrowser(t, w.URL).Open("/")
	wantCount(t, tab, 1)
	w.store.down.Store(true)
	w.forget()
	for range 2 {
		wantUnavailable(t, tab.Call("count", nil, nil))
	}
	tab.Send(ping("5"))
	if got := read(t, tab); got != result("5", `{"received":3}`) {
		t.Errorf("got %s", got)
	}
	wantCount(t, nobodys, 1) // there is nothing to look up
	if !w.log.contains("secret of the store") {
		t.Error("the log does not know why")
	}
	w.store.down.Store(false)
	wantCount(t, tab, 2)
}

// TestHelloUnchecked: nothing has happened, and the same hello is good on another socket.
func TestHelloUnchecked(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	w.store.down.Store(true)
	w.forget()
	wantEnd(t, b.Dial(nil).Hello(token, ""), process.Unavailable, "")
	if n := w.started.Load(); n != 0 {
		t.Errorf("%d start hooks have run", n)
	}
	w.store.down.Store(false)
	if err := b.Dial(nil).Hello(token, ""); err != nil {
		t.Error(err)
	}
}

// TestReturnUnchecked: the process stays, with its socket if the server believes in one, and waits.
func TestReturnUnchecked(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab := b.Open("/")
	wantCount(t, tab, 1)
	w.store.down.Store(true)
	w.forget()
	_, err := tab.Return()
	wantEnd(t, err, process.Unavailable, "")
	tab.Send(ping("5"))
	if got := read(t, tab); got != result("5", `{"received":1}`) {
		t.Errorf("got %s", got)
	}
	tab.Lose()
	_, err = tab.Return()
	wantEnd(t, err, process.Unavailable, "")
	w.store.down.Store(false)
	tab = back(t, tab)
	wantCount(t, tab, 2)
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
}

// TestStartUnchecked: when the look-up fails only before the start hooks, or in one of them, the process stays, and
// the same hello is said again on its socket.
func TestStartUnchecked(t *testing.T) {
	w := newWorld(t)
	fails := true
	w.sessions.OnStartConnectedProcess(func(context.Context, session.UserID) error {
		if fails {
			return session.ErrUnavailable
		}
		return nil
	})
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	tab := b.Dial(nil)
	wantKind(t, tab.Hello(token, ""), "start_failed")
	fails = false
	w.store.down.Store(true)
	w.forget()
	wantKind(t, tab.Hello(token, ""), "start_failed")
	w.store.down.Store(false)
	if err := tab.Hello(token, ""); err != nil {
		t.Error(err)
	}
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
}
