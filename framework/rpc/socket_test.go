package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

func failureOf(err error) processtest.Failure {
	if f := (*processtest.Failure)(nil); errors.As(err, &f) {
		return *f
	}
	return processtest.Failure{}
}

// TestStreamOverSocket: values, the end, an error, and a caller that has heard enough.
func TestStreamOverSocket(t *testing.T) {
	w := newWorld(t)
	ended := make(chan error, 1)
	rpc.ConnectedStream(w.api, "letters", func(ctx context.Context, me session.UserID, in in, send func(string) error) error {
		for _, letter := range in.Text {
			if letter == '!' {
				return &rpc.Error{Kind: "loud"}
			}
			if err := send(string(letter)); err != nil {
				return err
			}
		}
		return nil
	})
	rpc.HandleStream(w.api, "forever", func(ctx context.Context, _ struct{}, send func(int) error) error {
		for i := 0; ; i++ {
			if err := send(i); err != nil {
				ended <- context.Cause(ctx)
				return err
			}
		}
	})
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=2")
	tab := b.Connect("/", nil)
	defer tab.Close()
	for text, want := range map[string]string{"abc": "", "ab!": "loud"} {
		var got []string
		s := tab.Stream("letters", in{text})
		for letter := ""; s.Next(&letter); {
			got = append(got, letter)
		}
		if kind := failureOf(s.Wait(nil)).Data.Kind; kind != want || len(got) < 2 {
			t.Errorf("%q: %q, then %q, want %q", text, got, kind, want)
		}
	}
	s := tab.Stream("forever", nil)
	var n int
	s.Next(&n)
	s.Cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the stream ended with %v", err)
	}
	if kind := failureOf(s.Wait(nil)).Data.Kind; kind != "interrupted" {
		t.Errorf("the caller got %q", kind)
	}
}

// TestFieldsOverSocket: they stand in the error's data.
func TestFieldsOverSocket(t *testing.T) {
	w := newWorld(t)
	rpc.Handle(w.api, "check", func(context.Context, in) (int, error) {
		return 0, &rpc.Error{Kind: "invalid", Fields: map[string]string{"text": "Too short."}}
	})
	tab := w.tab(t, 0)
	for want, params := range map[string]any{"Too short.": in{"x"}, "must be a string, not a number": map[string]int{"text": 1}} {
		got := failureOf(tab.Call("check", params, nil)).Data.Fields
		if !reflect.DeepEqual(got, map[string]string{"text": want}) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTopicCrossesTheWire: its notices are typed like events, without a name of their own.
func TestTopicCrossesTheWire(t *testing.T) {
	w := newWorld(t)
	said := process.NewTopic[int, in](w.Tabs, "room.said")
	rpc.Handle(w.api, "listen", func(ctx context.Context, room int) (struct{}, error) {
		return struct{}{}, said.Listen(ctx, room, "")
	})
	tab := w.tab(t, 0)
	if err := tab.Call("listen", []int{7}, nil); err != nil {
		t.Fatal(err)
	}
	said.Notify(7, in{"hello"})
	if e := tab.WaitEvent(); e.Name != "room.said" || string(e.Params) != `{"key":7,"value":{"text":"hello"}}` {
		t.Errorf("got %s %s", e.Name, e.Params)
	}
}

// TestTimeoutOverSocket: the caller is told, and the function's context has ended.
func TestTimeoutOverSocket(t *testing.T) {
	w := newWorld(t)
	wait := func(ctx context.Context, _ struct{}) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	rpc.Handle(w.api, "wait", wait, rpc.Timeout(time.Millisecond))
	rpc.HandleStream(w.api, "waits", func(ctx context.Context, in struct{}, _ func(int) error) error {
		_, err := wait(ctx, in)
		return err
	}, rpc.Timeout(time.Millisecond))
	tab := w.tab(t, 0)
	for _, name := range []string{"wait", "waits"} {
		if kind := failureOf(tab.Call(name, nil, nil)).Data.Kind; kind != "timed_out" {
			t.Errorf("%s: got %q", name, kind)
		}
	}
}

// TestHookOfLogInOverSocket: what a hook answers reaches the caller also when it runs in the request that ends the log-in.
func TestHookOfLogInOverSocket(t *testing.T) {
	w := newWorld(t)
	w.sessions.OnOpenSession(func(_ context.Context, me session.UserID) error {
		if me == 7 {
			return fmt.Errorf("hook: %w", &rpc.Error{Kind: "not_yet", Message: "Confirm your address.", Fields: map[string]string{"email": "Not confirmed."}})
		}
		return &rpc.Error{Kind: "stale", Message: "secret of the hook"}
	})
	rpc.Handle(w.api, "logIn", func(ctx context.Context, user session.UserID) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, user)
	})
	got := failureOf(w.tab(t, 0).Call("logIn", []int{7}, nil))
	if got.Code != 1 || got.Data.Kind != "not_yet" || got.Message != "Confirm your address." || got.Data.Fields["email"] != "Not confirmed." {
		t.Errorf("got %+v", got)
	}
	if got := failureOf(w.tab(t, 0).Call("logIn", []int{8}, nil)); got.Data.Kind != "internal" || got.Message == "secret of the hook" {
		t.Errorf("got %+v", got)
	}
}

// TestSerialOverSocket: what a tab calls second begins when the first is done, whichever of the serial functions it is.
func TestSerialOverSocket(t *testing.T) {
	w := newWorld(t)
	var running atomic.Int32
	alone := func(_ context.Context, in in) (bool, error) {
		alone := running.Add(1) == 1
		runtime.Gosched() // so that another may come in
		running.Add(-1)
		return alone, nil
	}
	rpc.Handle(w.api, "one", alone, rpc.Serial())
	rpc.Handle(w.api, "other", alone, rpc.Serial())
	tab := processtest.NewBrowser(t, w.URL).Connect("/", nil)
	defer tab.Close()
	var calls []*processtest.Pending
	for range 4 {
		calls = append(calls, tab.Go("one", in{"x"}), tab.Go("other", in{"x"}))
	}
	for _, call := range calls {
		alone := false
		if err := call.Wait(&alone); err != nil || !alone {
			t.Errorf("alone %v, %v", alone, err)
		}
	}
}
