package process_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
)

// newFollow adds streams that run until they are broken off: follow, and inTurn, which is serial too.
func newFollow(f *functions) {
	follow := func(ctx context.Context, name string, _ func(int) error) error {
		f.began <- name
		<-ctx.Done()
		return ctx.Err()
	}
	rpc.HandleStream(f.api, "follow", follow)
	rpc.HandleStream(f.api, "inTurn", follow, rpc.Serial())
}

// wantBegun waits until nothing moves any more, and compares what has begun since it was asked last.
func (f *functions) wantBegun(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	var got []string
	for len(f.began) > 0 {
		got = append(got, <-f.began)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%q have begun, want %q", got, want)
	}
}

// TestStreamsLeaveAPlace: seven streams run, the others wait, and calls pass them.
func TestStreamsLeaveAPlace(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		newFollow(w.functions)
		tab := b.Open("/")
		for id := range 10 {
			tab.Send(call(id, "follow", number(id)))
		}
		w.wantBegun(t, "0", "1", "2", "3", "4", "5", "6")
		for id := range 3 {
			tab.Send(call(20+id, "echo", "x"))
			wantFrames(t, tab, result(number(20+id), `"x"`))
		}
		tab.Send(call(30, "wait", "waits")) // it has the place that is left
		tab.Send(call(31, "echo", "behind it"))
		w.wantBegun(t, "waits")
		tab.Send(cancel(3))
		wantFrames(t, tab, interrupted("3"))
		w.wantBegun(t, "7")
		close(w.release)
		wantFrames(t, tab, result("30", `"waits"`), result("31", `"behind it"`))
		tab.Send(cancel(9)) // it has not begun
		wantFrames(t, tab, interrupted("9"))
		w.wantBegun(t)
	})
}

// TestStreamHasTheOnlyPlace where a tab may run no more than one call.
func TestStreamHasTheOnlyPlace(t *testing.T) {
	w := newWorld(t, process.Limits{CallsAtOnce: 1})
	newFollow(w.functions)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(call(1, "follow", "stream"))
	if name := <-w.began; name != "stream" {
		t.Errorf("%s has begun", name)
	}
	tab.Send(call(2, "echo", "x"))
	tab.Send(cancel(1))
	wantFrames(t, tab, interrupted("1"), result("2", `"x"`))
}

// TestSerialStreams keep their order among the other serial calls, also when they wait for a place of the streams. Where
// one has kept two from beginning, both begin.
func TestSerialStreams(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		newFollow(w.functions)
		rpc.Handle(w.api, "turn", func(_ context.Context, name string) (string, error) { return name, nil }, rpc.Serial())
		tab := b.Open("/")
		for id := range 6 {
			tab.Send(call(id, "follow", fmt.Sprint("f", id)))
		}
		tab.Send(call(10, "inTurn", "g0"))
		tab.Send(call(11, "follow", "f6"))
		tab.Send(call(12, "turn", "behind g0"))
		tab.Send(call(13, "inTurn", "g1"))
		w.wantBegun(t, "f0", "f1", "f2", "f3", "f4", "f5", "g0")
		tab.Send(cancel(10))
		answers := []string{read(t, tab), read(t, tab)}
		slices.Sort(answers)
		if want := []string{interrupted("10"), result("12", `"behind g0"`)}; !slices.Equal(answers, want) {
			t.Errorf("got %q, want %q", answers, want)
		}
		w.wantBegun(t, "f6")
		tab.Send(call(14, "turn", "behind g1"))
		synctest.Wait()
		tab.Send(cancel(0))
		wantFrames(t, tab, interrupted("0"))
		w.wantBegun(t, "g1")
		tab.Send(cancel(13))
		answers = []string{read(t, tab), read(t, tab)}
		slices.Sort(answers)
		if want := []string{interrupted("13"), result("14", `"behind g1"`)}; !slices.Equal(answers, want) {
			t.Errorf("got %q, want %q", answers, want)
		}
	})
}
