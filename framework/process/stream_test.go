package process_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
)

// streams are the streaming functions of a world.
type streams struct {
	sent  int        // values that were taken from numbers
	ended chan error // why it returned
}

func newStreams(api *rpc.API) *streams {
	s := &streams{ended: make(chan error, 100)}
	rpc.HandleStream(api, "numbers", func(ctx context.Context, upTo int, send func(int) error) (err error) {
		defer func() { s.ended <- err }()
		for s.sent = 0; s.sent < upTo; s.sent++ {
			if err := send(s.sent); err != nil {
				return err
			}
		}
		return nil
	})
	rpc.HandleStream(api, "large", func(ctx context.Context, upTo int, send func(string) error) error {
		for s.sent = 0; s.sent < upTo; s.sent++ {
			if err := send(strings.Repeat("x", 100<<10)); err != nil {
				return err
			}
		}
		return nil
	})
	rpc.HandleStream(api, "breaks", func(ctx context.Context, _ struct{}, send func(int) error) error {
		return errors.Join(send(1), &rpc.Error{Kind: "sold_out", Message: "Sold out."})
	})
	return s
}

func inStream(t *testing.T, f func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab)) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		s := newStreams(w.api)
		f(t, w, s, b.Open("/"))
	})
}

func numbers(id, upTo int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"numbers","params":[%d]}`, id, upTo)
}

func credit(id, more int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/credit","params":{"id":%d,"more":%d}}`, id, more)
}

func value(id, n int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/progress","params":{"token":%d,"value":%d}}`, id, n)
}

func wantFrames(t *testing.T, tab *processtest.Tab, want ...string) {
	t.Helper()
	for _, frame := range want {
		if got := read(t, tab); got != frame {
			t.Fatalf("got %s, want %s", got, frame)
		}
	}
}

// TestStream: its values come in order, and then its answer.
func TestStream(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		tab.Send(numbers(1, 3))
		wantFrames(t, tab, value(1, 0), value(1, 1), value(1, 2), result("1", "{}"))
		tab.Send(`{"jsonrpc":"2.0","id":"b","method":"breaks"}`)
		wantFrames(t, tab, strings.Replace(value(0, 1), `:0,`, `:"b",`, 1), failure(`"b"`, 1, "sold_out", "Sold out."))
	})
}

// TestStreamNeedsID: nobody could tell its values from others, and a batch has one answer.
func TestStreamNeedsID(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		tab.Send(`{"jsonrpc":"2.0","method":"numbers","params":[3]}`)
		tab.Send(`[` + numbers(1, 3) + `,` + call(2, "echo", "x") + `]`)
		wantFrames(t, tab, notRPC("null"), `[`+notRPC("1")+`,`+result("2", `"x"`)+`]`)
		if len(s.ended) != 0 {
			t.Error("it has run")
		}
	})
}

// TestStreamWaits: a function is not faster than its tab. What the tab asks for beyond the window is cut.
func TestStreamWaits(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		tab.Send(numbers(1, 1000))
		next := 0
		wantSent := func(want int) {
			t.Helper()
			for ; next < want; next++ {
				wantFrames(t, tab, value(1, next))
			}
			synctest.Wait()
			if s.sent != want {
				t.Errorf("%d were sent, want %d", s.sent, want)
			}
		}
		wantSent(32)
		tab.Send(credit(1, 3))
		wantSent(35)
		tab.Send(credit(1, 1<<40))
		wantSent(67)
		for _, wrong := range []string{`{"id":1,"more":0}`, `{"id":1,"more":-5}`, `{"id":1}`, `{"id":2,"more":1}`, `{"more":1}`, `[1]`} {
			tab.Send(`{"jsonrpc":"2.0","method":"$/credit","params":` + wrong + `}`)
		}
		wantSent(67)
		tab.Send(cancel(1))
		wantFrames(t, tab, interrupted("1"))
		if err := <-s.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("send said %v", err)
		}
	})
}

// TestStreamThroughLostSocket: it goes on, and every value comes once.
func TestStreamThroughLostSocket(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		tab.Send(numbers(1, 40))
		wantFrames(t, tab, value(1, 0), value(1, 1))
		lose(tab)
		if s.sent != 32 {
			t.Errorf("%d were sent", s.sent)
		}
		tab = back(t, tab)
		tab.Send(credit(1, 30))
		for n := 2; n < 40; n++ {
			wantFrames(t, tab, value(1, n))
		}
		wantFrames(t, tab, result("1", "{}"))
	})
}

// TestStreamLeavesRoom: large values make the function wait, and the tab is not too slow for them.
func TestStreamLeavesRoom(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		tab.Send(`{"jsonrpc":"2.0","id":1,"method":"large","params":[20]}`)
		synctest.Wait()
		if s.sent > 8 { // each counts for a sixteenth
			t.Errorf("%d values of 100 KiB wait", s.sent)
		}
		for range 20 {
			if frame := read(t, tab); len(frame) < 100<<10 {
				t.Fatal(frame)
			}
		}
		wantFrames(t, tab, result("1", "{}"))
	})
}

// TestStreamEnds: with its tab, and when the server stops.
func TestStreamEnds(t *testing.T) {
	for name, end := range map[string]func(w *bubble, tab *processtest.Tab){
		"the document is gone": func(_ *bubble, tab *processtest.Tab) { tab.Close() },
		"the tab is lost":      func(_ *bubble, tab *processtest.Tab) { lose(tab); time.Sleep(61 * time.Second) },
		"the server stops":     func(w *bubble, _ *processtest.Tab) { go w.tabs.Close(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
				tab.Send(numbers(1, 1000))
				synctest.Wait()
				began := time.Now()
				end(w, tab)
				if err := <-s.ended; err == nil || err.Error() != "the tab is gone" {
					t.Errorf("send said %v", err)
				}
				if name == "the server stops" {
					within(t, time.Since(began), 0)
					tab.WaitClose()
				}
			})
		})
	}
}

// TestTimeout: a call is answered when its time is over, though its function does not listen. It has its place among
// those that run until it returns. A stream has no end but one of its own.
func TestTimeout(t *testing.T) {
	inStream(t, func(t *testing.T, w *bubble, s *streams, tab *processtest.Tab) {
		stuck := make(chan struct{})
		deaf := func(context.Context, struct{}) (struct{}, error) { <-stuck; return struct{}{}, nil }
		rpc.Handle(w.api, "deaf", deaf)
		rpc.Handle(w.api, "soon", deaf, rpc.Timeout(3*time.Second))
		tab.Send(numbers(50, 33))
		for n := range 32 {
			wantFrames(t, tab, value(50, n))
		}
		late := func(id string) string {
			return failure(id, -32006, "timed_out", "This took too long. It may have been done.")
		}
		began := time.Now()
		for id := range 6 {
			tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"deaf"}`, id))
		}
		tab.Send(`{"jsonrpc":"2.0","id":6,"method":"soon"}`)
		tab.Send(call(7, "echo", "waits"))
		wantFrames(t, tab, late("6"))
		within(t, time.Since(began), 3*time.Second)
		time.Sleep(26 * time.Second)
		answers := map[string]bool{}
		for range 6 {
			answers[read(t, tab)] = true
		}
		within(t, time.Since(began), 30*time.Second)
		for id := range 6 {
			if !answers[late(number(id))] {
				t.Errorf("%d was not answered", id)
			}
		}
		tab.Send(ping("8"))
		if got := read(t, tab); !strings.HasPrefix(got, `{"jsonrpc":"2.0","id":8,`) {
			t.Errorf("before they have returned: %s", got)
		}
		close(stuck)
		wantFrames(t, tab, result("7", `"waits"`))
		tab.Send(credit(50, 1))
		wantFrames(t, tab, value(50, 32), result("50", "{}"))
	})
}

// TestSerial: serial calls of one tab run one after the other, in their order, whatever else runs.
func TestSerial(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		turns := make(chan struct{})
		rpc.Handle(w.api, "turn", func(_ context.Context, name string) (string, error) {
			w.began <- name
			<-turns
			return name, nil
		}, rpc.Serial())
		rpc.Handle(w.api, "other", func(_ context.Context, name string) (string, error) {
			w.began <- name
			return name, nil
		}, rpc.Serial())
		tab, second := b.Open("/"), b.Open("/")
		for id := range 20 {
			tab.Send(call(id, []string{"turn", "other"}[id%2], number(id)))
		}
		synctest.Wait()
		if len(w.began) != 1 {
			t.Errorf("%d have begun", len(w.began))
		}
		tab.Send(call(50, "echo", "between"))
		wantFrames(t, tab, result("50", `"between"`))
		second.Send(call(1, "other", "of another tab"))
		wantFrames(t, second, result("1", `"of another tab"`))
		close(turns)
		for id := range 20 {
			wantFrames(t, tab, result(number(id), fmt.Sprintf("%q", number(id))))
		}
	})
}

// TestLimitsAreTold: a tab learns from its welcome what it has to keep to.
func TestLimitsAreTold(t *testing.T) {
	w := newWorld(t, process.Limits{CallsAtOnce: 3, Rate: 7, Burst: 11})
	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	tab := b.Dial(nil)
	tab.Send(`{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":"` + token + `"}}`)
	if got := read(t, tab); !strings.HasSuffix(got, `"limits":{"calls":3,"rate":7,"burst":11,"window":32}}}`) {
		t.Errorf("got %s", got)
	}
}
