package browser_test

import (
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestRestartsEnd: documents that are restarted again and again without an answered hello stop, and show
// nothing of themselves.
func TestRestartsEnd(t *testing.T) {
	t.Parallel()
	s := serve(t, func(conn *websocket.Conn, _ int, _ message) { hangUp(conn, 4501, "") })
	tab := browsertest.New(t).Open(s.URL)
	tab.Wait(`document.documentElement.dataset.process === "stopped"`)
	if pages, _ := s.counts(); pages != 4 {
		t.Errorf("the page was loaded %d times, want once and three restarts", pages)
	}
	if text := tab.Text("body"); strings.Contains(text, "private") || !strings.Contains(text, "could not be started") {
		t.Errorf("the page says %q", text)
	}
}

// TestStopped: a page whose process has ended for good says so, and what is missing if it knows.
func TestStopped(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code         int
		reason, says string
	}{
		"no cookies":     {4503, "cookies", "needs cookies"},
		"a successor":    {4503, "successor", "has stopped"},
		"too many tabs":  {4503, "tabs", "Too many tabs"},
		"unknown reason": {4503, "moon", "has stopped"},
		"unknown code":   {4999, "", "has stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(conn *websocket.Conn, _ int, _ message) { hangUp(conn, test.code, test.reason) })
			tab := browsertest.New(t).Open(s.URL)
			waitState(tab, "stopped")
			if text := tab.Text("body > .message[role=alert]"); !strings.Contains(text, test.says) {
				t.Errorf("the page says %q", text)
			}
		})
	}
}

// TestTooManyTabs: a tab that had to make room does not come back, whatever may wake it, until it is loaded again.
func TestTooManyTabs(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	first := l.greet(t)
	tab.Ready()
	hangUp(first.conn, 4503, "tabs")
	waitState(tab, "stopped")
	browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`)
	tab.Hide()
	tab.Show()
	if kind := browsertest.Eval[string](tab, `call("late").catch((e) => e.kind)`); kind != "not_connected" {
		t.Errorf("a call fails with %q", kind)
	}
	if pages, sockets := s.counts(); pages != 1 || sockets != 1 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
	document := tab.Document()
	tab.Reload()
	l.greet(t)
	tab.WaitNewDocument(document)
	tab.Ready()
}

// TestHelloIsSaidAgain: when a start hook failed the tab tries again on the same socket, and its calls wait.
func TestHelloIsSaidAgain(t *testing.T) {
	t.Parallel()
	hellos := 0
	s := serve(t, func(conn *websocket.Conn, _ int, m message) {
		switch m.Method {
		case "$/hello":
			if hellos++; hellos < 3 {
				refuse(conn, m.ID, "start_failed")
				return
			}
			reply(conn, m.ID, m.life.welcome())
		default:
			reply(conn, m.ID, 42)
		}
	})
	tab := browsertest.New(t).Open(s.URL)
	if got := browsertest.Eval[int](tab, `call("answer")`); got != 42 {
		t.Errorf("the call answers %d", got)
	}
	_, sockets := s.counts()
	if got := s.said(); got != "$/hello $/hello $/hello answer" || sockets != 1 {
		t.Errorf("the tab said %q on %d sockets", got, sockets)
	}
}

// TestLookUpFailed: when the server could not look, nothing has happened, and the same document tries again.
func TestLookUpFailed(t *testing.T) {
	t.Parallel()
	s := serve(t, func(conn *websocket.Conn, socket int, m message) {
		if socket == 1 {
			hangUp(conn, 4003, "")
			return
		}
		reply(conn, m.ID, m.life.welcome())
	})
	tab := browsertest.New(t).Open(s.URL)
	tab.Ready()
	if pages, sockets := s.counts(); pages != 1 || sockets != 2 {
		t.Errorf("%d pages, %d sockets; want the second socket of one page", pages, sockets)
	}
}

// TestCalls: errors have their kind, what is no object goes as a list of one, an aborted call is cancelled, and events
// are heard until they are not.
func TestCalls(t *testing.T) {
	t.Parallel()
	cancelled := make(chan string, 1)
	s := serve(t, func(conn *websocket.Conn, _ int, m message) {
		switch {
		case m.Method == "$/hello":
			reply(conn, m.ID, m.life.welcome())
		case m.Method == "echo":
			reply(conn, m.ID, m.Params)
		case m.Method == "fail":
			refuse(conn, m.ID, "sold_out")
		case m.Method == "$/cancelRequest":
			cancelled <- string(m.Params)
		case m.Method == "tell":
			conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": "news", "params": []int{7}})
			reply(conn, m.ID, nil)
		}
	})
	tab := browsertest.New(t).Open(s.URL)
	tab.Ready()
	for code, want := range map[string]string{
		`call("echo", { a: 1 })`:                         `{"a":1}`,
		`call("echo", 5)`:                                `[5]`,
		`call("echo", [1, 2])`:                           `[[1,2]]`,
		`call("fail").catch((e) => [e.kind, e.message])`: `["sold_out","No."]`,
		`(listen("news", (e) => { window.news = e }), call("tell").then(() => window.news))`: `7`,
		`call("hang", 1, { signal: AbortSignal.timeout(1) }).catch((e) => e.name)`:           `"TimeoutError"`,
		`call("hang", 1, { signal: AbortSignal.abort("enough") }).catch((e) => e)`:           `"enough"`,
	} {
		if got := browsertest.Eval[string](tab, code+`.then((x) => JSON.stringify(x))`); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	if got := <-cancelled; !strings.Contains(got, `"id"`) {
		t.Errorf("cancelled with %s", got)
	}
}
