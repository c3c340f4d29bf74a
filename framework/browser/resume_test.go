package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestWhatTheServerLacks: only that is said again, as it was and in its order. What was called meanwhile comes behind it.
func TestWhatTheServerLacks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		received int // of four frames
		again    string
	}{
		"nothing":    {0, "a b c $/cancelRequest"},
		"some":       {2, "c $/cancelRequest"},
		"everything": {4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, l, tab, conn := calling(t, "")
			browsertest.Eval[any](tab, `void (() => {
				window.said = []
				const { signal } = window.controller = new AbortController()
				for (const name of ["a", "b"]) call(name, { name }).then((x) => said.push(x))
				call("c", { name: "c" }, { signal }).catch((e) => said.push(e))
			})()`)
			var sent []heard
			for _, name := range []string{"a", "b", "c"} {
				sent = append(sent, l.next(t, name))
			}
			browsertest.Eval[any](tab, `controller.abort("c is off")`)
			sent = append(sent, l.next(t, "$/cancelRequest"))
			conn.Close()
			waitState(tab, "lost")
			browsertest.Eval[any](tab, `void call("d").then((x) => said.push(x))`)
			hello := l.next(t, "$/hello")
			reply(hello.conn, hello.ID, returned(test.received))
			for i, name := range strings.Fields(test.again) {
				again, before := l.next(t, name), sent[test.received+i]
				if fmt.Sprint(again.ID, string(again.Params)) != fmt.Sprint(before.ID, string(before.Params)) {
					t.Errorf("the tab says %v %s, said %v %s", again.ID, again.Params, before.ID, before.Params)
				}
			}
			d := l.next(t, "d")
			for _, h := range []heard{d, sent[1], sent[0], sent[0]} { // a second answer is nothing
				reply(hello.conn, h.ID, h.Method)
			}
			tell(hello.conn, "end", 0)
			tab.Wait(`said.join(" ") === "c is off d b a"`)
		})
	}
}

// TestAcknowledged: what the server has acknowledged, or said so in a sign of life, is not kept.
func TestAcknowledged(t *testing.T) {
	t.Parallel()
	for name, acknowledge := range map[string]func(l line, tab *browsertest.Tab, conn *websocket.Conn){
		"$/ack": func(_ line, _ *browsertest.Tab, conn *websocket.Conn) {
			conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": "$/ack", "params": map[string]int{"received": 2}})
		},
		"$/ping": func(l line, tab *browsertest.Tab, conn *websocket.Conn) {
			browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`)
			ping := l.next(t, "$/ping")
			reply(conn, ping.ID, map[string]int{"received": 2})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, l, tab, conn := calling(t, neverQuiet)
			document := tab.Document()
			browsertest.Eval[any](tab, `void ["a", "b", "c"].forEach((name) => call(name).catch(() => {}))`)
			for _, name := range []string{"a", "b", "c"} {
				l.next(t, name)
			}
			acknowledge(l, tab, conn)
			tell(conn, "acknowledged", 0)
			browsertest.Eval[any](tab, `new Promise((resolve) => setTimeout(resolve))`)
			conn.Close()
			hello := l.next(t, "$/hello")
			reply(hello.conn, hello.ID, returned(2))
			l.next(t, "c")
			stays(t, tab, document)

			hello.conn.Close()
			hello = l.next(t, "$/hello")
			reply(hello.conn, hello.ID, returned(1)) // it has forgotten one
			l.greet(t)
			tab.WaitNewDocument(document)
		})
	}
}

// TestReceivedTooMuch: a server that has heard more than was said means another process: the document is loaded again.
func TestReceivedTooMuch(t *testing.T) {
	t.Parallel()
	_, l, tab, conn := calling(t, "")
	document := tab.Document()
	conn.Close()
	hello := l.next(t, "$/hello")
	reply(hello.conn, hello.ID, returned(1))
	l.greet(t)
	tab.WaitNewDocument(document)
}

// TestAcknowledging: a tab says how much has come, after 64 frames or 64 KiB and in each sign of life. What is about its
// socket alone does not count, and a list counts once.
func TestAcknowledging(t *testing.T) {
	t.Parallel()
	_, l, tab, conn := calling(t, neverQuiet)
	says := func(method, want string) heard {
		t.Helper()
		h := l.hear(t, method)
		if got := h.Method + string(h.Params); got != method+want {
			t.Fatalf("the tab says %s, want %s%s", got, method, want)
		}
		return h
	}
	doubt := `void dispatchEvent(new Event("online"))`
	for range 63 {
		tell(conn, "news", 1)
	}
	tell(conn, "last", 1)
	says("$/ack", `{"received":64}`)
	tell(conn, "news", strings.Repeat("x", 65_536))
	says("$/ack", `{"received":65}`)
	conn.WriteJSON([]any{
		map[string]any{"jsonrpc": "2.0", "method": "news", "params": []int{1}},
		map[string]any{"jsonrpc": "2.0", "method": "news", "params": []int{2}},
	})
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": "$/ack", "params": map[string]int{"received": 0}})
	tell(conn, "news", 3)
	heard := listensFor(tab, "seen")
	tell(conn, "seen", 0)
	tab.Wait(heard)
	browsertest.Eval[any](tab, doubt)
	says("$/ping", `{"received":68}`).pong()
	for range 63 { // counted from the sign of life on
		tell(conn, "news", 1)
	}
	heard = listensFor(tab, "again")
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": "ping", "result": map[string]int{"received": 0}})
	tell(conn, "again", 0)
	tab.Wait(heard)
	says("$/ack", `{"received":132}`)
	conn.Close()
	hello := l.next(t, "$/hello")
	if !strings.Contains(string(hello.Params), `"received":132`) {
		t.Errorf("the tab comes back with %s", hello.Params)
	}
}

// listensFor returns what is true when an event has come.
func listensFor(tab *browsertest.Tab, name string) string {
	flag := fmt.Sprintf("window.come_%s", name)
	browsertest.Eval[any](tab, fmt.Sprintf(`void listen(%q, () => { %s = true })`, name, flag))
	return flag
}

// TestEventsThroughLosses: what was lost with a socket comes again on the next, and nothing is heard twice.
func TestEventsThroughLosses(t *testing.T) {
	t.Parallel()
	_, l, tab, first := calling(t, "")
	browsertest.Eval[any](tab, `void (window.heard = [], listen("news", (n) => heard.push(n)))`)
	for round := range 4 {
		tell(first, "news", 2*round)
		tell(first, "news", 2*round+1) // may be lost
		tab.Wait(fmt.Sprintf(`heard.length > %d`, 2*round))
		first.Close()
		hello := l.next(t, "$/hello")
		hello.welcome()
		var params struct{ Received int }
		hello.params(t, &params)
		for n := params.Received; n < 2*round+2; n++ {
			tell(hello.conn, "news", n)
		}
		tab.Wait(fmt.Sprintf(`heard.length === %d`, 2*round+2))
		first = hello.conn
	}
	if got := browsertest.Eval[string](tab, "heard.join()"); got != "0,1,2,3,4,5,6,7" {
		t.Errorf("the tab heard %s", got)
	}
}

// TestBreakingOffWhileLost: the call fails at once, and the server hears of it behind the call that it lacks.
func TestBreakingOffWhileLost(t *testing.T) {
	t.Parallel()
	_, l, tab, conn := calling(t, noRetry)
	browsertest.Eval[any](tab, `void (() => {
		const { signal } = window.controller = new AbortController()
		window.failed = call("open", 1, { signal }).catch((e) => e)
		window.slow = call("slow", 1, { timeout: 500 }).catch((e) => e.kind)
	})()`)
	l.next(t, "open")
	l.next(t, "slow")
	conn.Close()
	waitState(tab, "lost")
	if got := browsertest.Eval[string](tab, `(controller.abort("enough"), failed)`); got != "enough" {
		t.Errorf("the call fails with %q", got)
	}
	if got := browsertest.Eval[string](tab, `slow`); got != "timed_out" {
		t.Errorf("the call fails with %q", got)
	}
	if got := browsertest.Eval[string](tab, `call("waits", 1, { timeout: 1 }).catch((e) => e.kind)`); got != "timed_out" {
		t.Errorf("a call that waits fails with %q", got)
	}
	browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`)
	hello := l.next(t, "$/hello")
	reply(hello.conn, hello.ID, returned(1))
	slow := l.next(t, "slow")
	for _, want := range []string{`{"id":1}`, fmt.Sprintf(`{"id":%v}`, slow.ID)} {
		if cancel := l.next(t, "$/cancelRequest"); string(cancel.Params) != want {
			t.Errorf("cancelled %s, want %s", cancel.Params, want)
		}
	}
	browsertest.Eval[any](tab, `void call("last").catch(() => {})`)
	l.next(t, "last")
}

// TestCodesToComeBack: after these the same document goes on.
func TestCodesToComeBack(t *testing.T) {
	t.Parallel()
	s, l, tab, conn := calling(t, hasty)
	document := tab.Document()
	browsertest.Eval[any](tab, `void call("open").then((x) => { window.answer = x })`)
	open := l.next(t, "open")
	for _, code := range []int{4002, 4003, 4008, 4029, 4499, 1011} {
		hangUp(conn, code, "")
		hello := l.greet(t)
		if hello.member("process") != "p1" {
			t.Errorf("after %d the tab says %s", code, hello.Params)
		}
		conn = hello.conn
		tab.Ready()
	}
	reply(conn, open.ID, 7)
	tab.Wait(`window.answer === 7`)
	if pages, sockets := s.counts(); pages != 1 || sockets != 7 || tab.Document() != document {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// hasty makes a page's waits between its tries short.
const hasty = `{
	const later = setTimeout
	window.setTimeout = (f, ms) => later(f, ms >= 500 && ms <= 20_000 && ms % 1000 ? ms / 50 : ms)
}`

// TestProcessIsGone: nobody knows whether the open calls were done; those that wait were not.
func TestProcessIsGone(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text"></form>`)
	b := browsertest.New(t)
	b.BeforeScripts(hasty)
	tab := b.Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	tab.Fill("input", "typed") // or else the document goes
	browsertest.Eval[any](tab, `void (window.kinds = [], call("open").catch((e) => kinds.push(e.kind)))`)
	l.next(t, "open")
	hangUp(first.conn, 4001, "")
	hello := l.next(t, "$/hello")
	browsertest.Eval[any](tab, `void call("waits").catch((e) => kinds.push(e.kind))`)
	hangUp(hello.conn, 4504, "")
	tab.Wait(`kinds.join(" ") === "interrupted not_connected"`)
	waitState(tab, "outdated")
}

// TestTooLargeForTheServer: what no server would read fails at once, and what is a byte less goes out.
func TestTooLargeForTheServer(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	const room = `65_536 - JSON.stringify({ jsonrpc: "2.0", id: 4, method: "large", params: [""] }).length`
	for code, want := range map[string]string{
		`"x".repeat(` + room + ` + 1)`: "invalid_input This is too much to be sent at once. Nothing was done.",
		`"é".repeat(40_000)`:           "invalid_input This is too much to be sent at once. Nothing was done.",
		`"\u0001".repeat(11_000)`:      "invalid_input This is too much to be sent at once. Nothing was done.",
	} {
		if got := browsertest.Eval[string](tab, `call("large", `+code+`).catch((e) => e.kind + " " + e.message)`); got != want {
			t.Errorf("%s fails with %q", code, got)
		}
	}
	l.silent(t)
	browsertest.Eval[any](tab, `void call("large", "x".repeat(`+room+`)).then((x) => { window.answer = x })`)
	large := l.next(t, "large")
	reply(large.conn, large.ID, 7)
	tab.Wait(`window.answer === 7`)
}

// TestWokenWithAnOpenCall: a page that the browser has kept gets the answer that it was waiting for.
func TestWokenWithAnOpenCall(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/other", "other", "")
	tab := browsertest.New(t).Open(s.URL)
	l.greet(t)
	tab.Ready()
	document := tab.Document()
	browsertest.Eval[any](tab, `void call("open").then((x) => { window.answer = x })`)
	open := l.next(t, "open")
	tab.Goto(s.URL + "/other")
	l.greet(t)
	tab.Ready()
	tab.Back()
	hello := l.greet(t)
	if got, want := string(hello.Params), `{"process":"p1","number":0,"identity":"nobody's","received":0}`; got != want {
		t.Errorf("the tab says %s, want %s", got, want)
	}
	reply(hello.conn, open.ID, 7)
	tab.Wait(`window.answer === 7`)
	l.silent(t)
	stays(t, tab, document)
}

// TestPageIsSaid: the server hears that another page is shown, behind what the one before breaks off and before what the
// next one begins.
func TestPageIsSaid(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s, l := listening(t)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := b.Open(s.URL + "/one")
		l.greet(t)
		tab.Ready()
		browsertest.Eval[any](tab, `void onPage("h1", (h1, { signal }) => call(h1.textContent, undefined, { signal }).catch(() => {}))`)
		l.next(t, "One")
		tab.Click("a")
		for _, want := range []string{"$/cancelRequest", "$/page", "Two"} {
			if h := l.next(t, want); want == "$/page" && (h.ID != nil || h.Params != nil) {
				t.Errorf("the tab says %v %s", h.ID, h.Params)
			}
		}
	})
}

// TestPageKeepsItsPlace: what a page has called while there was no socket goes out in front of what says that it was left,
// and what the next page calls behind that. No call that runs holds it up.
func TestPageKeepsItsPlace(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
	s.page("/two", "two", `<h1>Two</h1>`)
	tab := browsertest.New(t).Open(s.URL + "/one")
	conn := l.greet(t).conn
	tab.Ready()
	browsertest.Eval[any](tab, `void onPage("h1", (h1) => { for (let n = 0; n < 4; n++) call(h1.textContent + n).catch(() => {}) })`)
	for n := range 4 {
		l.next(t, fmt.Sprint("One", n))
	}
	conn.Close()
	waitState(tab, "lost")
	browsertest.Eval[any](tab, `void call("left").catch(() => {})`)
	tab.Click("a")
	tab.WaitText("h1", "Two")
	hello := l.next(t, "$/hello")
	reply(hello.conn, hello.ID, returned(4))
	for _, want := range []string{"left", "$/page", "Two0", "Two1", "Two2"} {
		l.next(t, want)
	}
	tab.Back()
	tab.WaitText("h1", "One")
	browsertest.Eval[any](tab, `new Promise((done) => setTimeout(done))`)
	l.silent(t) // the fourth waits for its turn, and the page behind it
	reply(hello.conn, 1, nil)
	l.next(t, "Two3")
	l.next(t, "$/page")
	l.silent(t)
}
