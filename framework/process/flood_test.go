package process_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

func tooFast(id string) string {
	return failure(id, -32012, "too_fast", "These are too many messages in so short a time. Nothing was done.")
}

// TestTooFast: a hundred messages at once, fifty a second in the long run. What is above is refused, and has not happened;
// who goes on is closed, and may come back, but not to a full bucket.
func TestTooFast(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		say := func(n int, want func(id string) string) {
			t.Helper()
			for i := range n {
				tab.Send(call(i, "echo", "x"))
				wantFrames(t, tab, want(number(i)))
			}
		}
		echoed := func(id string) string { return result(id, `"x"`) }
		say(99, echoed) // and the hello
		say(3, tooFast)
		time.Sleep(time.Second)
		say(50, echoed)
		say(100, tooFast)
		time.Sleep(20 * time.Millisecond)
		say(1, echoed) // which makes up for one of them
		say(1, tooFast)
		tab.Send(call(1, "echo", "x"))
		wantClose(t, tab, process.Flooding, "")
		tab = back(t, tab)
		wantFrames(t, tab, tooFast("1"))
		say(1, tooFast)
		time.Sleep(20 * time.Millisecond)
		say(1, echoed)
	})
}

// TestSteadyFlood: of a thousand calls a second one in twenty is in time, and the tab is closed all the same (S090). Who
// says no more than twice what it may is refused every other time, and stays.
func TestSteadyFlood(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		say := func(every time.Duration) (said int, end string) {
			tab := b.Open("/")
			for said < 2_000 {
				tab.Send(call(said, "echo", "x"))
				if _, err := tab.Read(); err != nil {
					return said, err.Error()
				}
				said++
				time.Sleep(every)
			}
			return said, ""
		}
		if said, end := say(time.Millisecond); end != `closed with 4029 ""` || said > 300 {
			t.Errorf("a thousand a second: %d were answered, then %q", said, end)
		}
		if said, end := say(10 * time.Millisecond); end != "" {
			t.Errorf("a hundred a second: %d were answered, then %s", said, end)
		}
	})
}

// TestBatchIsPaidFor message by message, and refused as a whole.
func TestBatchIsPaidFor(t *testing.T) {
	w := newWorld(t, process.Limits{Rate: 1, Burst: 4})
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	tab.Send(`[` + call(1, "echo", "x") + `,` + call(2, "echo", "x") + `,` + call(3, "echo", "x") + `,` + call(4, "echo", "x") + `]`)
	wantFrames(t, tab, `[`+tooFast("1")+`,`+tooFast("2")+`,`+tooFast("3")+`,`+tooFast("4")+`]`)
	tab.Send(`[` + call(1, "echo", "x") + `,` + call(2, "echo", "x") + `]`)
	wantFrames(t, tab, `[`+result("1", `"x"`)+`,`+result("2", `"x"`)+`]`)
}

// TestOtherMessagesArePaidFor: whatever a tab says to keep the server busy ends its socket.
func TestOtherMessagesArePaidFor(t *testing.T) {
	for name, said := range map[string]string{
		"pings":            ping("1"),
		"hellos":           `{"jsonrpc":"2.0","id":1,"method":"$/hello","params":{"token":""}}`,
		"acknowledgements": `{"jsonrpc":"2.0","method":"$/ack","params":{"received":0}}`,
		"visibility":       `{"jsonrpc":"2.0","method":"$/visibility","params":{"visible":true}}`,
		"cancellations":    cancel(1),
		"credits":          credit(1, 1),
		"pages":            `{"jsonrpc":"2.0","method":"$/page"}`,
		"identities":       `{"jsonrpc":"2.0","method":"$/identity","params":{"number":0}}`,
		"what is no JSON":  `{`,
		"nothing":          ``,
		"notifications":    `{"jsonrpc":"2.0","method":"echo","params":["x"]}`,
		"empty batches":    `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				tab := b.OpenUncounted("/") // which says nothing by itself
				go func() {
					for range 300 {
						tab.Conn.WriteMessage(websocket.TextMessage, []byte(said))
					}
				}()
				wantClose(t, tab, process.Flooding, "")
			})
		})
	}
}

// TestPingBurst: a tab that asks for many signs of life at once, as it may, gets them all, though something is on its way
// to it already.
func TestPingBurst(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		w.tell(t, 1)
		synctest.Wait()
		var want []string
		for i := range 90 {
			tab.Send(ping(number(i)))
			want = append(want, result(number(i), `{"received":0}`))
		}
		synctest.Wait()
		wantEvents(t, tab, 1, 1)
		wantFrames(t, tab, want...)
	})
}

// TestLargePings: who asks with long ids and does not read the answers is too slow, before they pile up.
func TestLargePings(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.OpenUncounted("/")
		w.tell(t, 1)
		synctest.Wait()
		go func() {
			for range 90 {
				tab.Conn.WriteMessage(websocket.TextMessage, []byte(ping(`"`+strings.Repeat("x", 60_000)+`"`)))
			}
		}()
		synctest.Wait()
		wantEvents(t, tab, 1, 1)
		wantClose(t, tab, process.TooSlow, "")
	})
}

// TestPingFlood: pings of the websocket are answered as long as the tab keeps to its rate.
func TestPingFlood(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		pongs := 0
		tab.Conn.SetPongHandler(func(string) error { pongs++; return nil })
		go func() {
			for range 300 {
				tab.Conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			}
		}()
		wantClose(t, tab, process.Flooding, "")
		if pongs > 100 {
			t.Errorf("%d pongs", pongs)
		}
	})
}

// TestPingBehindClosing: a tab that pings before it has seen the closing frame is read to its end all the same: this one
// says that its document is gone.
func TestPingBehindClosing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		tab.Conn.SetCloseHandler(func(int, string) error { return nil })
		tab.Send(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":7}}`)
		wantClose(t, tab, process.BadMessage, "")
		soon, gone := time.Now().Add(time.Second), websocket.FormatCloseMessage(int(process.GoneForGood), "")
		if err := tab.Conn.WriteControl(websocket.PingMessage, nil, soon); err != nil {
			t.Error(err)
		}
		if err := tab.Conn.WriteControl(websocket.CloseMessage, gone, soon); err != nil {
			t.Error(err)
		}
		wantTabs(t, w, 0)
	})
}

// TestSocketsOfAddress: strangers can open so many sockets from one address, users more; and a socket that closes makes
// room.
func TestSocketsOfAddress(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		user := w.browser(t)
		user.Get("/in?user=1")
		b.Get("/")
		var silent []*processtest.Tab
		for range 499 {
			silent = append(silent, b.Dial(nil))
		}
		user.Open("/") // says hello in time, and does not count any more
		user.Open("/")
		silent = append(silent, b.Dial(nil))
		_, answer, err := user.TryDial(nil)
		if err == nil || answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" {
			t.Errorf("the 501st got %v", answer)
		}
		lose(silent[0])
		user.Open("/")
		time.Sleep(16 * time.Second) // no hello came
		synctest.Wait()
		b.Open("/")
	})
}

// TestSocketsOfNode: a node has a bound too, for processes and for sockets that say nothing.
func TestSocketsOfNode(t *testing.T) {
	full := newWorld(t, process.Limits{PerNode: 2})
	b := processtest.NewBrowser(t, full.URL)
	b.Open("/")
	b.Open("/")
	wantEnd(t, b.Dial(nil).Hello(b.Get("/").Token(), ""), process.Unavailable, "")

	silent := newWorld(t, process.Limits{PerNode: 2})
	b = processtest.NewBrowser(t, silent.URL)
	b.Get("/")
	b.Dial(nil)
	b.Dial(nil)
	_, answer, err := b.TryDial(nil)
	if err == nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("the third got %v", answer)
	}
}
