package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// calling opens a tab that is ready to call.
func calling(t *testing.T, before string) (*server, line, *browsertest.Tab, *websocket.Conn) {
	t.Helper()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(before)
	tab := b.Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	return s, l, tab, first.conn
}

// TestCallsWaitTheirTurn: eight at once, the others in their order.
func TestCallsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	browsertest.Eval[any](tab, `void Promise.all(Array.from({ length: 12 }, (_, n) => call("c" + n)))
		.then((all) => { window.all = all.join() })`)
	var open []heard
	for n := range 8 {
		open = append(open, l.next(t, fmt.Sprint("c", n)))
	}
	browsertest.Eval[any](tab, `new Promise((done) => setTimeout(done))`)
	l.silent(t)
	for n := range 12 {
		reply(open[n].conn, open[n].ID, n)
		if next := n + 8; next < 12 {
			open = append(open, l.next(t, fmt.Sprint("c", next)))
		}
	}
	tab.Wait(`window.all === "0,1,2,3,4,5,6,7,8,9,10,11"`)
}

// TestBreakingOff: a call ends with its signal or its time, wherever it is; the server hears of those that it has.
func TestBreakingOff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code      string // of the page; resolves to what the call fails with
		cancelled bool
	}{
		"aborted before":        {`call("c", 1, { signal: AbortSignal.abort("enough") }).catch((e) => e)`, false},
		"aborted while open":    {`(() => { const c = new AbortController(); const p = call("c", 1, { signal: c.signal }); c.abort("enough"); return p.catch((e) => e) })()`, true},
		"timed out while open":  {`call("c", 1, { timeout: 1 }).catch((e) => e.kind === "timed_out" && "enough")`, true},
		"aborted while waiting": {`(() => { const c = new AbortController(); ` + eight + `const p = call("c", 1, { signal: c.signal }); c.abort("enough"); return p.catch((e) => e) })()`, false},
		"timed out waiting":     {`(() => { ` + eight + `return call("c", 1, { timeout: 1 }).catch((e) => e.kind === "timed_out" && "enough") })()`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, l, tab, _ := calling(t, "")
			if got := browsertest.Eval[string](tab, test.code); got != "enough" {
				t.Errorf("it fails with %q", got)
			}
			if test.cancelled {
				c, cancel := l.next(t, "c"), l.next(t, "$/cancelRequest")
				if want := fmt.Sprintf(`{"id":%v}`, c.ID); string(cancel.Params) != want {
					t.Errorf("cancelled %s, want %s", cancel.Params, want)
				}
				refuse(c.conn, c.ID, "interrupted") // nobody listens any more
			}
			browsertest.Eval[any](tab, `void call("last", 1)`)
			for h := l.hear(t, "last"); h.Method != "last"; h = l.hear(t, "last") {
				if h.Method == "c" {
					t.Error("it went out")
				}
				reply(h.conn, h.ID, nil)
			}
		})
	}
}

const eight = `for (let n = 0; n < 8; n++) call("other"); `

// TestSignalsAreLetGo: a signal that lives long does not collect what has ended long ago.
func TestSignalsAreLetGo(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, `{
		window.listening = 0
		const { addEventListener, removeEventListener } = AbortSignal.prototype
		AbortSignal.prototype.addEventListener = function (...args) { listening++; addEventListener.apply(this, args) }
		AbortSignal.prototype.removeEventListener = function (...args) { listening--; removeEventListener.apply(this, args) }
	}`)
	browsertest.Eval[any](tab, `void (() => {
		const { signal } = window.controller = new AbortController()
		window.ended = Promise.allSettled([
			call("answered", 1, { signal }), call("refused", 1, { signal }), call("slow", 1, { signal, timeout: 1 }),
		])
		window.stop = listen("news", () => {}, { signal })
	})()`)
	answered, refused := l.next(t, "answered"), l.next(t, "refused")
	reply(answered.conn, answered.ID, 1)
	refuse(refused.conn, refused.ID, "no")
	browsertest.Eval[any](tab, `ended.then(() => stop())`)
	if n := browsertest.Eval[int](tab, "listening"); n != 0 {
		t.Errorf("%d listeners are left", n)
	}
}

// TestCallWhileClosing: nothing goes out any more, so the call waits for the next socket.
func TestCallWhileClosing(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, `{
		const Real = WebSocket
		window.WebSocket = class extends Real {
			constructor(...args) { super(...args); window.socket = this }
		}
	}`)
	browsertest.Eval[any](tab, `void (socket.close(3999), call("c").then((x) => { window.answer = x }))`)
	l.greet(t)
	c := l.next(t, "c")
	reply(c.conn, c.ID, 7)
	tab.Wait(`window.answer === 7`)
}

// TestFailuresAreInWords: what people read of a call that the tab itself lets fail is the site's, if it has its own words.
func TestFailuresAreInWords(t *testing.T) {
	t.Parallel()
	const own = `window.startOptions = { words: { interrupted: "Weg.", timedOut: "Zu langsam." } };`
	for before, want := range map[string]string{
		own: "Zu langsam. Weg. This page is out of date. Nothing was done.",
		"":  "That took too long. It may have been done. The connection was lost. It may have been done. This page is out of date. Nothing was done.",
	} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			s.page("/form", "form", `<form id="f"><input name="text"></form>`)
			b := browsertest.New(t)
			b.BeforeScripts(before)
			tab := b.Open(s.URL + "/form")
			conn := l.greet(t).conn
			tab.Ready()
			tab.Fill("input", "typed") // or else the document goes
			browsertest.Eval[any](tab, `void (async () => {
				window.said = []
				const fails = (method, options) => call(method, 1, options).catch((e) => said.push(e.message))
				await fails("slow", { timeout: 1 })
				await fails("open")
				await fails("late")
				window.all = said.join(" ")
			})()`)
			l.next(t, "slow")
			l.next(t, "$/cancelRequest")
			l.next(t, "open")
			hangUp(conn, 4504, "")
			tab.Wait(`window.all`)
			if all := browsertest.Eval[string](tab, "all"); all != want {
				t.Errorf("they fail with %q, want %q", all, want)
			}
		})
	}
}

// TestInputIsTakenAtOnce: what changes later does not change the call, and what cannot be sent takes nobody's turn.
func TestInputIsTakenAtOnce(t *testing.T) {
	t.Parallel()
	_, l, tab, conn := calling(t, "")
	conn.Close()
	waitState(tab, "lost")
	browsertest.Eval[any](tab, `void (() => {
		const input = { by: 1 }
		call("add", input)
		input.by = 2
	})()`)
	for range 9 {
		if got := browsertest.Eval[string](tab, `call("big", { n: 1n }).catch((e) => e.name)`); got != "TypeError" {
			t.Fatalf("it fails with %q", got)
		}
	}
	l.greet(t)
	if add := l.next(t, "add"); string(add.Params) != `{"by":1}` {
		t.Errorf("the server hears %s", add.Params)
	}
}

// TestEvents: they are heard in order, alone and in batches, until they are not; a handler that throws keeps no other.
func TestEvents(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.AllowErrors()
	tab := b.Open(s.URL)
	conn := l.greet(t).conn
	tab.Ready()
	browsertest.Eval[any](tab, `void (() => {
		window.heard = []
		window.controller = new AbortController()
		const hear = (name) => (event) => heard.push(name + JSON.stringify(event))
		listen("news", () => { throw new Error("a bad handler") })
		const both = hear("x")
		window.stop = listen("news", both)
		listen("news", both)
		listen("news", hear("s"), { signal: controller.signal })
		listen("news", hear("never"), { signal: AbortSignal.abort() })
		listen("once", () => { heard.push("first"); second() })
		const second = listen("once", hear("second"))
		listen("end", () => { window.over = heard.join(" ") })
	})()`)
	tell(conn, "news", 1)
	conn.WriteJSON([]any{
		map[string]any{"jsonrpc": "2.0", "method": "news", "params": map[string]int{"a": 2}},
		map[string]any{"jsonrpc": "2.0", "method": "unknown"},
		map[string]any{"jsonrpc": "2.0", "method": "once"},
	})
	tell(conn, "end", 0)
	tab.Wait(`window.over`)
	browsertest.Eval[any](tab, `void (stop(), controller.abort(), delete window.over)`)
	tell(conn, "news", 3)
	tell(conn, "end", 0)
	tab.Wait(`window.over`)
	if got, want := browsertest.Eval[string](tab, "over"), `x1 x1 s1 x{"a":2} x{"a":2} s{"a":2} first x3`; got != want {
		t.Errorf("heard %s, want %s", got, want)
	}
	if logs := strings.Join(tab.Logs(), "\n"); strings.Count(logs, "a bad handler") < 3 {
		t.Errorf("the errors are not reported: %s", logs)
	}
}

// TestMissedLogIn: a call is refused because this tab has logged somebody in and has not heard of it.
func TestMissedLogIn(t *testing.T) {
	t.Parallel()
	_, l, tab, _ := calling(t, "")
	document := tab.Document()
	browsertest.Eval[any](tab, `void call("c").catch((e) => { sessionStorage.kind = e.kind })`)
	c := l.next(t, "c")
	refuse(c.conn, c.ID, "identity_changed")
	l.greet(t)
	tab.WaitNewDocument(document)
	if got := browsertest.Eval[string](tab, "sessionStorage.kind"); got != "identity_changed" {
		t.Errorf("the call fails with %q", got)
	}
}

// TestLogInInPlace: the answer that raises the number is announced on the socket, and until it is here no refused
// call makes the tab restart; nor does one that went out before.
func TestLogInInPlace(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	s.page("/form", "form", `<form id="f" method="post" action="/login"><button>Log in</button></form>`)
	s.page("/in", "in", `<h1>in</h1>`)
	s.mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		wait(r, answer)
		w.Header().Set("Ocsigo-Identity", "1")
		redirect(w, r, "/in")
	})
	tab := browsertest.New(t).Open(s.URL + "/form")
	conn := l.greet(t).conn
	tab.Ready()
	document := tab.Document()
	tab.Click("button")
	<-asked
	browsertest.Eval[any](tab, `void (window.kinds = [], call("a").catch((e) => kinds.push(e.kind)), call("b").catch((e) => kinds.push(e.kind)))`)
	a, b := l.next(t, "a"), l.next(t, "b")
	refuse(conn, a.ID, "identity_changed")
	tab.Wait(`kinds.length === 1`)
	close(answer)
	if identity := l.next(t, "$/identity"); string(identity.Params) != `{"number":1}` || identity.ID != nil {
		t.Errorf("the tab says %s", identity.Params)
	}
	l.next(t, "$/page")
	tab.WaitText("h1", "in")
	refuse(conn, b.ID, "identity_changed")
	tab.Wait(`kinds.length === 2`)
	tab.Ready()
	conn.Close()
	hello := l.greet(t)
	if got := string(hello.Params); !strings.Contains(got, `"number":1`) || tab.Document() != document {
		t.Errorf("the tab comes back with %s", got)
	}
}

// TestNoProcess: a page that has none calls in vain, and does not wait for ever.
func TestNoProcess(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.mux.HandleFunc("/alone", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>alone</title><script type="module" src="/script.js"></script>`)
	})
	tab := browsertest.New(t).Open(s.URL + "/alone")
	tab.Wait("window.call")
	if got := browsertest.Eval[string](tab, `call("c").catch((e) => e.kind)`); got != "not_connected" {
		t.Errorf("a call fails with %q", got)
	}
}
