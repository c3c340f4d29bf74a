package process_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

func number(i int) string { return strconv.Itoa(i) }

func notConnected(id string) string {
	return failure(id, -32001, "not_connected", "You are not logged in any more.")
}

// TestLogOutByCall: the tab that asks gets its answer first, then it restarts as the others do; what runs in
// them has its context ended.
func TestLogOutByCall(t *testing.T) {
	for _, function := range []string{"session.disconnect", "session.disconnectAll"} {
		t.Run(function, func(t *testing.T) {
			w := newWorld(t)
			b, other := processtest.NewBrowser(t, w.URL), processtest.NewBrowser(t, w.URL)
			b.Get("/in?user=1")
			other.Get("/in?user=2")
			asking, sibling, stranger := b.Open("/"), b.Open("/"), other.Open("/")
			sibling.Send(call(1, "wait", ""))
			<-w.began

			var params any
			if function == "session.disconnectAll" {
				params = map[string]bool{"userIndep": true, "withRestart": true}
			}
			if err := asking.Call(function, params, nil); err != nil {
				t.Errorf("the answer: %v", err)
			}
			wantClose(t, asking, process.Restart, "/")
			wantClose(t, sibling, process.Restart, "/")
			if cause := <-w.ended; !errors.Is(cause, session.ErrNotConnected) {
				t.Errorf("ended by %v", cause)
			}
			if err := stranger.Call("me", nil, nil); err != nil {
				t.Errorf("another user's tab: %v", err)
			}
		})
	}
}

// TestLogOutInBatch: what stands behind the log-out in its batch is nobody's call.
func TestLogOutInBatch(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab := b.Open("/")
	tab.Send(`[{"jsonrpc":"2.0","id":1,"method":"session.disconnect"},{"jsonrpc":"2.0","id":2,"method":"nothing"}]`)
	if got, want := read(t, tab), `[`+result("1", "{}")+`,`+notConnected("2")+`]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantClose(t, tab, process.Restart, "/")
}

// TestLogOutThatPanics: a call that panics is over all the same. Whom it has logged out is told so.
func TestLogOutThatPanics(t *testing.T) {
	w := newWorld(t)
	serveRaw(w.Tabs, func(ctx context.Context, _ string, _ []byte) ([]byte, *process.Error) {
		if err := session.Disconnect(ctx); err != nil {
			t.Error(err)
		}
		panic("secret of the call")
	})
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab := b.Open("/")
	tab.Send(call(1, "out", ""))
	wantClose(t, tab, process.Restart, "/")
}

// TestLogOutAfterReload: a log-out finds a tab that is to be told less, and has not been yet.
func TestLogOutAfterReload(t *testing.T) {
	for name, told := range map[string]func(*testing.T, *bubble){
		"to reload":                      func(_ *testing.T, w *bubble) { w.sessions.Tabs()[0].Host().Restart(session.AskFirst) },
		"to make room for its successor": func(_ *testing.T, w *bubble) { w.sessions.Tabs()[0].Host().End() },
		"to make room for other tabs":    func(_ *testing.T, w *bubble) { w.sessions.Tabs()[0].Host().Evict() },
		"that it is too slow": func(t *testing.T, w *bubble) {
			for i := range 257 {
				w.tell(t, i)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				b.Get("/in?user=1")
				tab := b.Open("/")
				w.tell(t, 1) // the tab does not read yet: this is on its way
				synctest.Wait()
				told(t, w)
				if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
					t.Error(err)
				}
				for _, other := range w.sessions.Tabs() {
					t.Errorf("a tab of %v is left", other.Visitor())
				}
				wantClose(t, tab, process.Restart, "/")
			})
		})
	}
}

// TestRestartSaysMost: what was to be said stays, when what comes after it says less. The main page is the last word.
func TestRestartSaysMost(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		w.tell(t, 1)
		synctest.Wait()
		host := w.sessions.Tabs()[0].Host()
		for _, how := range []session.Restart{session.AskFirst, session.SamePage, session.MainPage, session.SamePage, session.AskFirst} {
			host.Restart(how)
		}
		host.End()
		wantClose(t, tab, process.Restart, "/")
	})
}

// TestOverButBusy: a process is over when its tab says so, or does not come back. Calls that do not listen may run
// on, but nobody finds it any more.
func TestOverButBusy(t *testing.T) {
	for name, leave := range map[string]func(*processtest.Tab){
		"gone": func(tab *processtest.Tab) { tab.Close() },
		"lost": func(tab *processtest.Tab) { lose(tab); time.Sleep(61 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				stuck := make(chan struct{})
				defer close(stuck)
				rpc.Handle(w.api, "stuck", func(context.Context, struct{}) (struct{}, error) { <-stuck; return struct{}{}, nil })
				tab := b.Open("/")
				tab.Send(`{"jsonrpc":"2.0","id":1,"method":"stuck"}`)
				synctest.Wait()
				leave(tab)
				wantTabs(t, w, 0)
				if page := tab.Get("/in?user=1"); page.Status != http.StatusConflict {
					t.Errorf("a log-in in it is answered %d", page.Status)
				}
				_, err := tab.Return()
				wantEnd(t, err, process.Reload, "")
			})
		})
	}
}

// TestWithoutRestart: the tab stays, and every call of it is refused, the running one too.
func TestWithoutRestart(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab := b.Open("/")
	tab.Send(call(1, "wait", ""))
	<-w.began
	if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1), session.WithRestart(false)); err != nil {
		t.Fatal(err)
	}
	if got := read(t, tab); got != notConnected("1") {
		t.Errorf("got %s", got)
	}
	for _, function := range []string{"me", "who", "nothing", "no.such"} {
		wantKind(t, tab.Call(function, nil, nil), "not_connected")
	}
}

// TestClose: every tab is told, what runs has ended, and who comes later gets no socket.
func TestClose(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		var tabs []*processtest.Tab
		for range 20 {
			tabs = append(tabs, b.Open("/"))
		}
		early := b.Dial(nil) // it has said nothing yet
		closed := make(chan error)
		go func() { closed <- w.tabs.Close(context.Background()) }()
		for _, tab := range append(tabs, early) {
			wantClose(t, tab, process.ServerGoing, "")
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		wantTabs(t, w, 0)
		if _, answer, err := b.TryDial(nil); err == nil || answer == nil || answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("who comes later gets %v, want 503: a socket that opens says that the server answers again", answer)
		}
	})
}

// TestCloseDrains: calls under way are answered before their tab is told to go, those that wait as well; nothing new is
// begun. A call that does not end in time is cancelled.
func TestCloseDrains(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		quick, slow := b.Open("/"), b.Open("/")
		for id := range 10 {
			quick.Send(call(id, "wait", ""))
		}
		slow.Send(call(1, "forever", ""))
		synctest.Wait()
		began := time.Now()
		closed := make(chan error)
		go func() { closed <- w.tabs.Close(context.Background()) }()
		synctest.Wait()
		quick.Send(call(99, "echo", "late"))
		if got, want := read(t, quick), failure("99", -32011, "server_stops", "This server is being stopped. Nothing was done."); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		close(w.release)
		for range 10 {
			if got := read(t, quick); !strings.Contains(got, `"result":""`) {
				t.Errorf("got %s", got)
			}
		}
		wantClose(t, quick, process.ServerGoing, "")
		within(t, time.Since(began), 0)
		wantClose(t, slow, process.ServerGoing, "")
		within(t, time.Since(began), 5*time.Second)
		if cause := <-w.ended; cause == nil || cause.Error() != "the tab is gone" {
			t.Errorf("ended by %v", cause)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// TestCloseUnderLoad: while tabs come and go, call and are told things, Close ends all of them. Each call of
// theirs is answered or its socket closed.
func TestCloseUnderLoad(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	quit := make(chan struct{})
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for {
				tab, answer, err := b.TryDial(nil)
				if answer != nil && answer.StatusCode == http.StatusServiceUnavailable {
					return // the hub closes
				}
				if err != nil {
					t.Error(err)
					return
				}
				err = tab.Hello(token, "")
				for range 50 {
					if err == nil {
						err = tab.Call("echo", []string{"x"}, nil)
					}
				}
				var end *processtest.Closed
				switch {
				case errors.As(err, &end) && end.Code == int(process.ServerGoing):
					return
				case err != nil && (end == nil || end.Code != int(process.TooSlow)): // so many events come
					t.Errorf("got %v, want 4001", err)
					return
				}
				tab.Close()
			}
		})
	}
	load.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
				w.told.Send(process.Everyone(), 1)
			}
		}
	})
	for w.started.Load() < 20 {
		runtime.Gosched()
	}
	if err := w.Tabs.Close(context.Background()); err != nil {
		t.Error(err)
	}
	close(quit)
	load.Wait()
}

// TestCloseInTime: a call that does not listen to its context keeps Close only as long as its own lasts.
func TestCloseInTime(t *testing.T) {
	sessions := session.New(&session.MemoryStore{}, session.Options{})
	release, began := make(chan struct{}), make(chan struct{})
	sessions.OnStartProcess(func(context.Context, session.Visitor) error {
		close(began)
		<-release
		return nil
	})
	site := processtest.NewSite(t, sessions, process.Options{})
	b := processtest.NewBrowser(t, site.URL)
	token := b.Get("/").Token()
	tab := b.Dial(nil)
	tab.Send(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"` + token + `"}}`)
	<-began
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := site.Tabs.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
}
