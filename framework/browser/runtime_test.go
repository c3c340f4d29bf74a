// Package browser_test runs the tab's half in a real browser against a server that says what each test wants.
package browser_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestMain(m *testing.M) {
	stop := browsertest.Setup()
	code := m.Run()
	stop()
	os.Exit(code)
}

// message is what a tab sends.
type message struct {
	ID     *int
	Method string
	Params json.RawMessage
}

// server serves one page with the runtime, and answers its sockets by a script.
type server struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex // protects the fields below
	pages   int        // loads of the page
	sockets int
	heard   []string // methods, in the order they came
}

// answerer answers one message of a tab's socket, the socket-th of all.
type answerer func(conn *websocket.Conn, socket int, m message)

func serve(t *testing.T, answer answerer) *server {
	t.Helper()
	s := &server{t: t}
	script := bundle(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/script.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(script)
	})
	mux.HandleFunc("/process", func(w http.ResponseWriter, r *http.Request) { s.socket(w, r, answer) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Sec-Fetch-Dest") == "document" { // not an icon
			s.mu.Lock()
			s.pages++
			s.mu.Unlock()
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(`<!doctype html><html><head><title>page</title>
			<meta name="ocsigo-process" content="the token" data-socket="/process">
			<script type="module" src="/script.js"></script></head>
			<body><p id="secret">private</p></body></html>`))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) socket(w http.ResponseWriter, r *http.Request, answer answerer) {
	upgrader := websocket.Upgrader{Subprotocols: []string{"ocsigo.v1"}}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer conn.Close()
	s.mu.Lock()
	s.sockets++
	n := s.sockets
	s.mu.Unlock()
	for {
		var m message
		if conn.ReadJSON(&m) != nil {
			return
		}
		s.mu.Lock()
		s.heard = append(s.heard, m.Method)
		s.mu.Unlock()
		answer(conn, n, m)
	}
}

// count returns how many pages and sockets there have been.
func (s *server) count() (pages, sockets int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pages, s.sockets
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, " ")
}

// bundle makes a script of the runtime that shows its functions to the tests.
func bundle(t *testing.T) []byte {
	t.Helper()
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents:   `import { start, call, listen } from "./runtime"; Object.assign(window, { call, listen }); start()`,
			ResolveDir: ".",
			Loader:     api.LoaderTS,
		},
		Bundle: true,
		Format: api.FormatESModule,
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors)
	}
	return result.OutputFiles[0].Contents
}

func reply(conn *websocket.Conn, id int, result any) {
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": id, "result": result})
}

func refuse(conn *websocket.Conn, id int, kind string) {
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": id, "error": map[string]any{
		"code": 1, "message": "No.", "data": map[string]string{"kind": kind},
	}})
}

func hangUp(conn *websocket.Conn, code int, reason string) {
	conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason))
}

var process = map[string]string{"process": "p1"}

// TestRestartsEnd: documents that are restarted again and again without an answered hello stop, and show
// nothing of themselves.
func TestRestartsEnd(t *testing.T) {
	s := serve(t, func(conn *websocket.Conn, _ int, _ message) { hangUp(conn, 4501, "") })
	tab := browsertest.New(t).Open(s.URL)
	tab.Wait(`document.documentElement.dataset.process === "stopped"`)
	if pages, _ := s.count(); pages != 4 {
		t.Errorf("the page was loaded %d times, want once and three restarts", pages)
	}
	if text := tab.Text("body"); strings.Contains(text, "private") || !strings.Contains(text, "could not be started") {
		t.Errorf("the page says %q", text)
	}
}

// TestNoCookies: the page says what is missing.
func TestNoCookies(t *testing.T) {
	s := serve(t, func(conn *websocket.Conn, _ int, _ message) { hangUp(conn, 4503, "cookies") })
	tab := browsertest.New(t).Open(s.URL)
	tab.Wait(`document.documentElement.dataset.process === "stopped"`)
	if text := tab.Text("[role=alert]"); !strings.Contains(text, "needs cookies") {
		t.Errorf("the page says %q", text)
	}
}

// TestHelloIsSaidAgain: when a start hook failed the tab tries again on the same socket, and its calls wait.
func TestHelloIsSaidAgain(t *testing.T) {
	hellos := 0
	s := serve(t, func(conn *websocket.Conn, _ int, m message) {
		switch m.Method {
		case "$/hello":
			if hellos++; hellos < 3 {
				refuse(conn, *m.ID, "start_failed")
				return
			}
			reply(conn, *m.ID, process)
		default:
			reply(conn, *m.ID, 42)
		}
	})
	tab := browsertest.New(t).Open(s.URL)
	if got := browsertest.Eval[int](tab, `call("answer")`); got != 42 {
		t.Errorf("the call answers %d", got)
	}
	_, sockets := s.count()
	if got := s.said(); got != "$/hello $/hello $/hello answer" || sockets != 1 {
		t.Errorf("the tab said %q on %d sockets", got, sockets)
	}
}

// TestLookUpFailed: when the server could not look, nothing has happened, and the same document tries again.
func TestLookUpFailed(t *testing.T) {
	s := serve(t, func(conn *websocket.Conn, socket int, m message) {
		if socket == 1 {
			hangUp(conn, 4003, "")
			return
		}
		reply(conn, *m.ID, process)
	})
	tab := browsertest.New(t).Open(s.URL)
	tab.Ready()
	if pages, sockets := s.count(); pages != 1 || sockets != 2 {
		t.Errorf("%d pages, %d sockets; want the second socket of one page", pages, sockets)
	}
}

// TestCalls: errors have their kind, what is no object goes as a list of one, an aborted call is cancelled,
// a lost socket interrupts what is open, and events are heard until they are not.
func TestCalls(t *testing.T) {
	cancelled := make(chan string, 1)
	s := serve(t, func(conn *websocket.Conn, socket int, m message) {
		switch {
		case m.Method == "$/hello":
			reply(conn, *m.ID, process)
		case m.Method == "echo":
			reply(conn, *m.ID, m.Params)
		case m.Method == "fail":
			refuse(conn, *m.ID, "sold_out")
		case m.Method == "$/cancelRequest":
			cancelled <- string(m.Params)
		case m.Method == "tell":
			conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": "news", "params": []int{7}})
			reply(conn, *m.ID, nil)
		case m.Method == "die" && socket == 1:
			conn.Close()
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
	if got := browsertest.Eval[string](tab, `call("die").catch((e) => e.kind)`); got != "interrupted" {
		t.Errorf("a call whose socket was lost fails with %q", got)
	}
}

// TestLeavingIsNotDisturbed: a restart that comes while the document is being left lets the answer come.
func TestLeavingIsNotDisturbed(t *testing.T) {
	conns := make(chan *websocket.Conn, 1)
	s := serve(t, func(conn *websocket.Conn, socket int, m message) {
		reply(conn, *m.ID, process)
		if socket == 1 {
			conns <- conn
		}
	})
	inner := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/next" {
			hangUp(<-conns, 4501, "/main") // the old document hears it while the new one is on its way
		}
		inner.ServeHTTP(w, r)
	})
	tab := browsertest.New(t).Open(s.URL)
	tab.Ready()
	old := tab.Document()
	browsertest.Eval[bool](tab, `(location.href = "/next", true)`)
	tab.WaitNewDocument(old)
	tab.WaitURL("/next")
	if pages, _ := s.count(); pages != 2 {
		t.Errorf("%d pages were loaded, want two", pages)
	}
}
