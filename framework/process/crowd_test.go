package process_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestReturnsAtOnce: of many sockets for one process each pushes out the one before it. One is left, and the
// process is as it was.
func TestReturnsAtOnce(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	wantCount(t, tab, 1)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, err := tab.Return()
			var closed *processtest.Closed
			if errors.As(err, &closed) && closed.Code >= 4000 {
				t.Errorf("%v", err)
			}
		})
	}
	all.Wait()
	last := back(t, tab)
	wantCount(t, last, 2)
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
	if n := len(w.sessions.Tabs()); n != 1 {
		t.Errorf("%d tabs are known", n)
	}
}

// TestReturnsUnderLoad: while tabs are lost and come back, call, are told things and logged out, each socket is
// answered or closed with a code that says what to do; and then Close ends all of them.
func TestReturnsUnderLoad(t *testing.T) {
	w := newWorld(t)
	var load sync.WaitGroup
	for user := range 4 {
		b := processtest.NewBrowser(t, w.URL)
		b.Get("/in?user=" + number(user+1))
		tab := b.Open("/")
		load.Go(func() {
			var err error
			for i := 0; err == nil; i++ {
				old := tab
				old.Send(`{"jsonrpc":"2.0","method":"echo","params":["x"]}`)
				if i%2 == 0 {
					old.Lose()
				}
				if tab, err = old.Return(); err == nil {
					err = tab.Call("echo", []string{"x"}, nil)
				}
				old.Lose()
			}
			var closed *processtest.Closed
			var failed *processtest.Failure
			if errors.As(err, &failed) && failed.Data.Kind == "not_connected" {
				err = tabClosed(tab) // the restart follows
			}
			if !errors.As(err, &closed) || closed.Code != int(process.Restart) {
				t.Errorf("user %d: %v, want a restart", user+1, err)
			}
		})
	}
	quit := make(chan struct{})
	var teller sync.WaitGroup
	teller.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
				w.told.Send(process.User(1), 1)
				runtime.Gosched()
			}
		}
	})
	for user := range 4 {
		for range 20 {
			w.mark.Send(process.User(session.UserID(user+1)), nil)
		}
		if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(session.UserID(user+1))); err != nil {
			t.Error(err)
		}
	}
	load.Wait()
	close(quit)
	teller.Wait()
	if err := w.Tabs.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if n := len(w.sessions.Tabs()); n != 0 {
		t.Errorf("%d tabs are left", n)
	}
}
