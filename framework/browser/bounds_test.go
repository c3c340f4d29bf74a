package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestStreamsLeaveAPlace: streams may last as long as the tab, and so one call of those at once is none.
func TestStreamsLeaveAPlace(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	browsertest.Eval[any](tab, `void (async () => {
		for (let n = 0; n < 9; n++) stream("lines", { n })[Symbol.asyncIterator]().next()
		call("other").then((x) => { window.other = x })
	})()`)
	var streams []heard
	for range 7 {
		streams = append(streams, l.next(t, "lines"))
	}
	other := l.next(t, "other")
	reply(other.conn, other.ID, 7)
	tab.Wait(`window.other === 7`)
	l.silent(t)
	reply(streams[3].conn, streams[3].ID, nil)
	l.next(t, "lines")
	l.silent(t)
}

// TestHalfAWindow: the runtime asks for more when it has used half of what the server sends unasked.
func TestHalfAWindow(t *testing.T) {
	t.Parallel()
	for window, more := range map[int]int{1: 1, 4: 2, 5: 3} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			tab := browsertest.New(t).Open(s.URL)
			hello := l.next(t, "$/hello")
			reply(hello.conn, hello.ID, hello.life.welcomeWithin(limits{Calls: 8, Rate: 50, Burst: 100, Window: window}))
			tab.Ready()
			browsertest.Eval[any](tab, fmt.Sprintf(reads, ""))
			asked := l.next(t, "lines")
			for n := range 2 * more {
				asked.sends(asked.conn, n)
			}
			for range 2 {
				if credit, want := l.next(t, "$/credit"), fmt.Sprintf(`{"id":%v,"more":%d}`, asked.ID, more); string(credit.Params) != want {
					t.Errorf("the tab says %s, want %s", credit.Params, want)
				}
			}
			reply(asked.conn, asked.ID, nil)
		})
	}
}

// TestNotSaidAgain: what no server takes is not said again on the next socket. The page stops, and what was open is
// broken off.
func TestNotSaidAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []int{1002, 1003, 1007, 1009} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			_, l, tab, _ := calling(t, "")
			browsertest.Eval[any](tab, `void call("large").catch((e) => { window.failed = e.kind })`)
			asked := l.next(t, "large")
			asked.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
			tab.Wait(`document.documentElement.dataset.process === "stopped" && window.failed === "interrupted"`)
			l.silent(t)
		})
	}
}

// TestWaitsGrow: a server that takes the hello and then closes, for what it hears perhaps, is asked less and less often.
// When a socket has lasted for a while its loss is the first again.
func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(`{
		const later = setTimeout
		Math.random = () => 1
		window.waits = []
		window.setTimeout = (f, ms) => {
			if (ms === 5000) return later(window.good = f, 1e9)
			if (![1000, 1500, 2500, 4500].includes(ms)) return later(f, ms)
			waits.push(ms)
			return later(f, 0)
		}
	}`)
	tab := b.Open(s.URL)
	for range 4 {
		hello := l.greet(t)
		tab.Ready()
		hello.conn.Close()
		waitState(tab, "lost")
	}
	hello := l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, `void good()`)
	hello.conn.Close()
	l.greet(t)
	if got := browsertest.Eval[string](tab, `waits.join(" ")`); got != "1000 1500 2500 4500 1000" {
		t.Errorf("it waits %s", got)
	}
}

// TestSmallBurst: where a server takes one message at once, calls go out one after the other.
func TestSmallBurst(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	hello := l.next(t, "$/hello")
	reply(hello.conn, hello.ID, hello.life.welcomeWithin(limits{Calls: 8, Rate: 1000, Burst: 1, Window: 32}))
	tab.Ready()
	browsertest.Eval[any](tab, `void (call("c0"), call("c1"))`)
	l.next(t, "c0")
	l.next(t, "c1")
}

// TestTicketIsNotCalledOff: what redeems its ticket logs somebody in; who made the call hears that, whatever he has said
// or waited for meanwhile.
func TestTicketIsNotCalledOff(t *testing.T) {
	t.Parallel()
	redeemed, goOn := make(chan struct{}), make(chan struct{})
	s, l := listening(t)
	s.handle("POST /process", func(w http.ResponseWriter, r *http.Request) {
		close(redeemed)
		hold(r, goOn)
		w.Header().Set("Ocsigo-Identity", "1")
		w.WriteHeader(http.StatusNoContent)
	})
	tab := browsertest.New(t).Open(s.URL)
	l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, `void (() => {
		window.controller = new AbortController()
		call("logIn", 7, { signal: controller.signal }).then((x) => { window.came = "done " + x }, (e) => { window.came = e })
	})()`)
	asked := l.next(t, "logIn")
	asked.conn.WriteJSON(map[string]any{
		"jsonrpc": "2.0", "method": "$/ticket", "params": map[string]any{"id": asked.ID, "ticket": "T1"},
	})
	reply(asked.conn, asked.ID, "well")
	<-redeemed
	browsertest.Eval[any](tab, `void controller.abort("enough")`)
	close(goOn)
	l.next(t, "$/identity")
	tab.Wait(`window.came === "done well"`)
	l.silent(t)
}

// TestBytesAreAcknowledged: a character may have three bytes, and the server counts these.
func TestBytesAreAcknowledged(t *testing.T) {
	t.Parallel()
	_, l, _, conn := calling(t, "")
	tell(conn, "news", strings.Repeat("語", 21_840)) // 65,520 bytes, and what stands around them
	for h := l.hear(t, "$/ack"); h.Method != "$/ack"; h = l.hear(t, "$/ack") {
	}
}

// TestTooLate: a call that did not go out in time says that nothing was done.
func TestTooLate(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	browsertest.Eval[any](tab, eight+`void call("c", 1, { timeout: 1 }).catch((e) => { window.said = e.message })`)
	tab.Wait(`window.said === "That took too long. Nothing was done."`)
	for range 8 {
		l.next(t, "other")
	}
	l.silent(t)
}

// TestKindsAreTheSites: the runtime acts by the numbers of the protocol. The kinds of other errors are the site's.
func TestKindsAreTheSites(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	document := tab.Document()
	browsertest.Eval[any](tab, `void call("c").catch((e) => { window.failed = e.kind })`)
	c := l.next(t, "c")
	refuseAs(c.conn, c.ID, 1, "identity_changed")
	tab.Wait(`window.failed === "identity_changed"`)
	stays(t, tab, document)
}
