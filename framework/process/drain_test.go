package process_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// TestDrainEndsWaitingStreams: those that wait for their turn do not begin any more, and nobody waits for them.
func TestDrainEndsWaitingStreams(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		rpc.HandleStream(w.api, "silent", func(ctx context.Context, _ struct{}, _ func(int) error) error {
			w.began <- ""
			<-ctx.Done()
			return ctx.Err()
		})
		tab := b.Open("/")
		for id := range 12 {
			tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"silent"}`, id))
		}
		synctest.Wait()
		began := time.Now()
		closed := make(chan error)
		go func() { closed <- w.tabs.Close(context.Background()) }()
		wantClose(t, tab, process.ServerGoing, "")
		if err := <-closed; err != nil {
			t.Error(err)
		}
		within(t, time.Since(began), 0)
		if n := len(w.began); n != 7 { // one place is kept free of them
			t.Errorf("%d streams have run", n)
		}
	})
}

// TestDrainBesidePrepare: what prepares a notice and does not listen keeps no tab from being told, and Close no longer
// than its context says.
func TestDrainBesidePrepare(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		release := map[string]chan struct{}{"first": make(chan struct{}), "second": make(chan struct{})}
		r := newRooms(w.api, w.tabs, process.Prepare(
			func(_ context.Context, _ session.Visitor, _, text string) (string, bool) {
				<-release[text]
				return "", false
			}))
		tab := b.Open("/")
		must(t, tab, "rooms.listen", Listen{Room: "red"})
		for _, text := range []string{"first", "second"} {
			go r.say("red", text)
			synctest.Wait()
		}
		close(release["first"]) // by who says it; the second is the topic's to tell
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		closed := make(chan error)
		go func() { closed <- w.tabs.Close(ctx) }()
		wantClose(t, tab, process.ServerGoing, "")
		within(t, time.Since(began), 0)
		if err := <-closed; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		within(t, time.Since(began), time.Second)
		close(release["second"])
	})
}
