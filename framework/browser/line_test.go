package browser_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// heard is a message of a tab, and the socket to answer it on.
type heard struct {
	conn *websocket.Conn
	message
}

// line is a server's ear: all that tabs say on their sockets, in order. The test answers.
type line chan heard

// listening starts a server whose test answers every message.
func listening(t *testing.T) (*server, line) {
	l := make(line, 100)
	s := serve(t, func(conn *websocket.Conn, _ int, m message) { l <- heard{conn, m} })
	return s, l
}

// next waits for the next message, which must have this method. Signs of life are given in between, and what is said of
// the socket alone is heard.
func (l line) next(t *testing.T, method string) heard {
	t.Helper()
	for {
		switch h := l.hear(t, method); h.Method {
		case method:
			return h
		case "$/ping":
			h.pong()
		case "$/visibility", "$/ack":
		default:
			t.Fatalf("the tab said %s %s, want %s", h.Method, h.Params, method)
		}
	}
}

// hear waits for the next message, whatever it is. The test waits for the method.
func (l line) hear(t *testing.T, method string) heard {
	t.Helper()
	select {
	case h := <-l:
		return h
	case <-time.After(30 * time.Second):
		t.Fatalf("the tab did not say %s", method)
		panic("unreachable")
	}
}

// silent fails when something was said, signs of life aside.
func (l line) silent(t *testing.T) {
	t.Helper()
	for len(l) > 0 {
		if h := <-l; h.Method != "$/ping" {
			t.Errorf("the tab said %s %s", h.Method, h.Params)
		}
	}
}

// greet answers the next hello, and returns it.
func (l line) greet(t *testing.T) heard {
	t.Helper()
	h := l.next(t, "$/hello")
	h.welcome()
	return h
}

// welcome answers a hello.
func (h heard) welcome() { reply(h.conn, h.ID, h.life.welcome()) }

// pong gives a sign of life.
func (h heard) pong() { reply(h.conn, h.ID, h.life.receipt()) }

// member returns a member of the parameters, as text.
func (h heard) member(name string) string {
	var params map[string]any
	json.Unmarshal(h.Params, &params)
	text, _ := params[name].(string)
	return text
}

// params reads the parameters.
func (h heard) params(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(h.Params, into); err != nil {
		t.Fatal(err)
	}
}

func tell(conn *websocket.Conn, name string, value any) {
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": name, "params": []any{value}})
}

// hurried makes a page's long times short.
const hurried = `{
	const later = setTimeout, again = setInterval
	window.setTimeout = (f, ms) => later(f, ms > 1500 ? ms / 20 : ms)
	window.setInterval = (f, ms) => again(f, ms / 20)
}`

// jumpy gives a page a clock that jump moves, and has it looked at often.
const jumpy = `{
	const again = setInterval, now = Date.now
	window.setInterval = (f, ms) => again(f, ms / 20)
	let jumped = 0
	Date.now = () => now() + jumped
	window.jump = (ms) => { jumped += ms }
}`

// noRetry takes a page's plan to come back away: only what wakes it makes it come.
const noRetry = `{
	const later = setTimeout
	Math.random = () => 1
	window.setTimeout = (f, ms) => ms === 1000 ? 4711 : later(f, ms)
}`

// neverQuiet takes a page's habit away to ask a quiet socket now and then: only doubt makes it ask.
const neverQuiet = `{
	const later = setTimeout
	window.setTimeout = (f, ms) => ms === 20_000 ? 4711 : later(f, ms)
}`

// watched notes the states of the process, and all that the status element says.
const watched = `{
	window.states = []
	window.statuses = []
	const note = () => {
		const state = document.documentElement.dataset.process
		if (state && states.at(-1) !== state) states.push(state)
		const status = document.querySelector(".process-status")?.textContent
		if (status && statuses.at(-1) !== status) statuses.push(status)
	}
	new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true })
}`

// as adds a page for somebody: who is the identity tag of its visitor, "" for nobody.
func (s *server) as(path, who, body string) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { writeAs(w, who, body) })
}

func writeAs(w http.ResponseWriter, who, body string) {
	page := httptest.NewRecorder()
	write(page, http.StatusOK, "page", "", body)
	for name, values := range page.Header() {
		w.Header()[name] = values
	}
	text := page.Body.String()
	if who != "" {
		text = strings.Replace(text, `data-identity="nobody's"`, `data-identity="`+who+`" data-connected`, 1)
	}
	w.Write([]byte(text))
}

// states returns the states that a watched page has had.
func states(tab *browsertest.Tab) string { return browsertest.Eval[string](tab, `states.join(" ")`) }

// waitState waits for a state of the tab's process.
func waitState(tab *browsertest.Tab, state string) {
	tab.Wait(`document.documentElement.dataset.process === "` + state + `"`)
}

// wait holds an answer back until it may go, or nobody waits for it.
func wait(r *http.Request, answer <-chan struct{}) {
	select {
	case <-answer:
	case <-r.Context().Done():
	}
}
