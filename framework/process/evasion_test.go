package process_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// The tests of this file are about tabs that would have more than their share.

// TestCreditsForNothing: a credit is free where it gives something. Others are paid for, and none hides a flood.
func TestCreditsForNothing(t *testing.T) {
	mixed := func(i int) string {
		if i%50 == 49 {
			return credit(1, 1)
		}
		return `{"jsonrpc":"2.0","method":"echo","params":["x"]}`
	}
	for name, tt := range map[string]struct {
		stream string
		said   func(i int) string
	}{
		"credits alone":                   {`{"jsonrpc":"2.0","id":1,"method":"silent"}`, func(int) string { return credit(1, 1) }},
		"credits for nothing in a flood":  {`{"jsonrpc":"2.0","id":1,"method":"silent"}`, mixed},
		"credits that are used, in there": {numbers(1, 1_000_000), mixed},
	} {
		t.Run(name, func(t *testing.T) {
			inStream(t, func(t *testing.T, w *bubble, _ *streams, tab *processtest.Tab) {
				rpc.HandleStream(w.api, "silent", func(ctx context.Context, _ struct{}, _ func(int) error) error {
					<-ctx.Done()
					return ctx.Err()
				})
				tab.Send(tt.stream)
				go func() {
					for i := range 300 {
						tab.Conn.WriteMessage(websocket.TextMessage, []byte(tt.said(i)))
					}
				}()
				wantClose(t, tab, process.Flooding, "")
			})
		})
	}
}

// TestLostTabsTakeSeats: who drops its sockets has no more processes than who keeps them.
func TestLostTabsTakeSeats(t *testing.T) {
	w := newWorld(t, process.Limits{PerAddress: 3})
	b := processtest.NewBrowser(t, w.URL)
	var tabs []*processtest.Tab
	for range 3 {
		tab := b.Open("/")
		tab.Lose()
		tabs = append(tabs, tab)
	}
	wantEnd(t, b.Dial(nil).Hello(b.Get("/").Token(), ""), process.Unavailable, "")
	for _, tab := range tabs {
		back(t, tab) // to its own seat
	}
}

// TestSilentLogOutsTakeSeats: the tabs of a session that was ended without a restart stay, and count for their user.
func TestSilentLogOutsTakeSeats(t *testing.T) {
	w := newWorld(t, process.Limits{PerUser: 2})
	b := processtest.NewBrowser(t, w.URL)
	for range 2 {
		b.Get("/in?user=1")
		must(t, b.Open("/"), "session.disconnectAll", map[string]bool{"userIndep": false, "withRestart": false})
	}
	b.Get("/in?user=1")
	token := b.Get("/").Token()
	wantEnd(t, b.Dial(nil).Hello(token, ""), process.Stop, "tabs")
	b.Get("/in?user=2")
	b.Open("/")
}

// TestLogInGivesSeatBack: a tab in which a user has logged in does not count as a stranger's any more.
func TestLogInGivesSeatBack(t *testing.T) {
	w := newWorld(t, process.Limits{PerAddress: 1})
	rpc.Handle(w.api, "logIn", func(ctx context.Context, user session.UserID) (struct{}, error) {
		return struct{}{}, session.Connect(ctx, user)
	})
	for user := 1; user <= 3; user++ {
		tab := processtest.NewBrowser(t, w.URL).Open("/")
		must(t, tab, "logIn", []int{user})
		must(t, tab, "me", nil)
	}
}

// TestSeatsLeaveOnce: where no address is known a user who goes takes no stranger's seat along.
func TestSeatsLeaveOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		user := w.browser(t)
		user.Get("/in?user=1")
		b.Get("/")
		for range 499 {
			b.Dial(nil)
		}
		for range 3 {
			tab := user.Open("/")
			tab.Close()
			synctest.Wait()
		}
		b.Dial(nil)
		if _, answer, err := b.TryDial(nil); err == nil || answer.StatusCode != http.StatusTooManyRequests {
			t.Errorf("the 501st got %v", answer)
		}
	})
}

// TestAcknowledgesLessThanNothing: a number below all others drops no frame that was not received.
func TestAcknowledgesLessThanNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		w.tell(t, 1, 2, 3)
		wantEvents(t, tab, 1, 1)
		tab.Send(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":1}}`)
		tab.Send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":%d}}`, math.MinInt64))
		synctest.Wait()
		lose(tab)
		wantEvents(t, back(t, tab), 2, 3)
	})
}

// TestWaitingBytes: the calls that wait are bounded by their size too, and one that is cancelled makes room.
func TestWaitingBytes(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for id := range 8 {
		tab.Send(call(id, "forever", "runs"))
		<-w.began
	}
	large := strings.Repeat("x", 60<<10)
	for id := 10; id < 15; id++ {
		tab.Send(call(id, "echo", large))
	}
	tooMany := failure("14", -32003, "too_many_calls", "Too many calls wait for their answers.")
	tab.Send(call(15, "echo", "small"))
	tab.Send(cancel(10))
	tab.Send(call(16, "echo", large))
	tab.Send(cancel(16))
	wantFrames(t, tab, tooMany, interrupted("10"), interrupted("16"))
}

// TestMethodTwice: an empty method does not hide that there is another.
func TestMethodTwice(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(`{"jsonrpc":"2.0","id":1,"method":"","method":"echo","params":["hi"]}`)
	wantFrames(t, tab, notRPC("1"))
}

// TestStaysAreBounded: a tab listens to a thousand keys at once. One that it listens to already is no other.
func TestStaysAreBounded(t *testing.T) {
	w := newWorld(t)
	topic := process.NewTopic[int, int](w.Tabs, "topic")
	rpc.Handle(w.api, "listen", func(ctx context.Context, _ struct{}) (key int, err error) {
		for ; err == nil; key++ {
			err = topic.Listen(ctx, key, "")
		}
		if !errors.Is(err, process.ErrTooManyStays) {
			return key, err
		}
		return key - 1, topic.Listen(ctx, 0, "")
	})
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for range 2 {
		var n int
		if err := tab.Call("listen", nil, &n); err != nil || n != 1000 {
			t.Errorf("it listens to %d keys, %v", n, err)
		}
		if kept, _ := topic.Kept(); kept != 1000 {
			t.Errorf("%d keys are kept", kept)
		}
		turnPage(tab)
	}
}
