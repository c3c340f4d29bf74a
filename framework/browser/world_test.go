// Package browser_test runs the tab's half in a real browser against a server that says what each test wants.
package browser_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestMain(m *testing.M) {
	waitTogether()
	stop := browsertest.Setup(browsertest.Drowsy)
	code := m.Run()
	stop()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// waitTogether lets twice as many tests run at once as usual, unless somebody says how many: they wait most of the time.
func waitTogether() {
	flag.Parse()
	if usual := runtime.GOMAXPROCS(0); flag.Lookup("test.parallel").Value.String() == strconv.Itoa(usual) {
		flag.Set("test.parallel", strconv.Itoa(2*usual))
	}
}

// message is what a tab sends.
type message struct {
	ID     any // number or string; nil for a notification
	Method string
	Params json.RawMessage

	life *life // of whom it is
}

// server serves pages with the runtime, and answers its sockets by a script.
type server struct {
	*httptest.Server
	t   *testing.T
	mux *http.ServeMux

	mu      sync.Mutex // protects the fields below
	pages   int        // documents that were loaded
	inPlace []string   // what was asked in place: "GET /next"
	sockets int
	heard   []string // methods, in the order they came, without pings and acknowledgements
	begun   []*life  // the processes whose hello was answered
}

// answerer answers one message of a tab's socket, the socket-th of all.
type answerer func(conn *websocket.Conn, socket int, m message)

// ready answers every hello, every ping, and no call.
func ready(conn *websocket.Conn, _ int, m message) {
	switch m.Method {
	case "$/hello":
		reply(conn, m.ID, m.life.welcome())
	case "$/ping":
		reply(conn, m.ID, m.life.receipt())
	}
}

// serve starts a server whose main page is "/", with a private paragraph; page adds others.
func serve(t *testing.T, answer answerer) *server {
	t.Helper()
	s := &server{t: t, mux: http.NewServeMux()}
	s.mux.HandleFunc("/script.js", script(t))
	s.mux.HandleFunc("/process", func(w http.ResponseWriter, r *http.Request) { s.socket(w, r, answer) })
	s.page("/", "page", `<p id="secret">private</p>`)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.count(r)
		s.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections() // a handler may still be held
		s.Close()
	})
	return s
}

// count notes documents and requests in place.
func (s *server) count(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Sec-Fetch-Dest") == "document" { // not an icon
		s.pages++
	}
	if r.Header.Get("Ocsigo-Process") != "" {
		s.inPlace = append(s.inPlace, r.Method+" "+r.URL.RequestURI())
	}
}

// page serves a page whose body is always the same.
func (s *server) page(path, title, body string) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, title, "", body) })
}

// policy is the content security policy of these pages: that of package page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ocsigo"

// write answers with a page as package page makes them.
func write(w http.ResponseWriter, status int, title, head, body string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Ocsigo-Build", "b1")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
		<meta name="ocsigo-process" content="the token" data-socket="/process" data-build="b1" data-identity="nobody's">
		<script type="module" src="/script.js"></script>%s</head><body>%s</body></html>`, title, head, body)
}

// redirect answers as package page does: in place with 204, else with 303.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("Ocsigo-Process") == "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	w.Header().Set("Ocsigo-Build", "b1")
	w.Header().Set("Ocsigo-Location", to)
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) socket(w http.ResponseWriter, r *http.Request, answer answerer) {
	upgrader := websocket.Upgrader{Subprotocols: []string{"ocsigo.v1"}}
	conn, err := upgrader.Upgrade(w, r, nil)
	if _, wrong := errors.AsType[websocket.HandshakeError](err); wrong {
		s.t.Error(err)
	}
	if err != nil { // as a rule the tab has gone again
		return
	}
	defer conn.Close()
	s.mu.Lock()
	s.sockets++
	n := s.sockets
	s.mu.Unlock()
	socket := &socket{conn: conn, read: make(chan struct{})}
	defer close(socket.read)
	for {
		var m message
		if conn.ReadJSON(&m) != nil {
			return
		}
		s.hear(socket, &m)
		answer(conn, n, m)
	}
}

// counts returns how many documents and sockets there have been.
func (s *server) counts() (pages, sockets int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pages, s.sockets
}

// asked returns what was asked in place, and forgets it.
func (s *server) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := strings.Join(s.inPlace, ", ")
	s.inPlace = nil
	return asked
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, " ")
}

// bundle is a script of the runtime that shows its functions to the tests.
var bundle = sync.OnceValues(func() ([]byte, error) {
	result := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{
			Contents: `import { start, call, listen, onPage, stream } from "./runtime"
				Object.assign(window, { call, listen, onPage, stream }); start(window.startOptions)`,
			ResolveDir: ".",
			Loader:     api.LoaderTS,
		},
		Bundle: true,
		Format: api.FormatESModule,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(result.Errors[0].Text)
	}
	return result.OutputFiles[0].Contents, nil
})

// script serves the bundle.
func script(t *testing.T) http.HandlerFunc {
	t.Helper()
	text, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(text)
	}
}

func reply(conn *websocket.Conn, id, result any) {
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": id, "result": result})
}

// numbers are those of the protocol's errors by which the runtime acts.
var numbers = map[string]int{"identity_changed": -32008, "start_failed": -32004}

func refuse(conn *websocket.Conn, id any, kind string) {
	refuseAs(conn, id, cmp.Or(numbers[kind], 1), kind)
}

func refuseAs(conn *websocket.Conn, id any, number int, kind string) {
	conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": id, "error": map[string]any{
		"code": number, "message": "No.", "data": map[string]string{"kind": kind},
	}})
}

func hangUp(conn *websocket.Conn, code int, reason string) {
	conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason))
}

// ways are the two in which browsers navigate in place: most fetch a page before its URL is shown, some after it.
var ways = map[string]string{
	"page first": "",
	"URL first":  "delete window.NavigationPrecommitController",
}

// bothWays runs a test in both kinds of browsers.
func bothWays(t *testing.T, test func(t *testing.T, b *browsertest.Browser)) {
	t.Parallel()
	for name, js := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := browsertest.New(t)
			if js != "" {
				b.BeforeScripts(js)
			}
			test(t, b)
		})
	}
}

// visit opens a page and waits for its process.
func visit(b *browsertest.Browser, url string) *browsertest.Tab {
	tab := b.Open(url)
	tab.Ready()
	return tab
}

// opens shows one page after the other in the same tab, each as a new document: for short tests, to which a browser of
// their own would be most of the cost.
func opens(b *browsertest.Browser) func(url string) *browsertest.Tab {
	var tab *browsertest.Tab
	return func(url string) *browsertest.Tab {
		if tab == nil {
			tab = b.Open(url)
		} else {
			tab.Goto(url)
		}
		return tab
	}
}

// visits does the same, and waits for the process of each.
func visits(b *browsertest.Browser) func(url string) *browsertest.Tab {
	open := opens(b)
	return func(url string) *browsertest.Tab {
		tab := open(url)
		tab.Ready()
		return tab
	}
}

// stays fails the test unless the tab still shows this document.
func stays(t *testing.T, tab *browsertest.Tab, document string) {
	t.Helper()
	if now := tab.Document(); now != document {
		t.Errorf("the document is %s, was %s: it was loaded again", now, document)
	}
}

// handle adds a page with a handler of its own.
func (s *server) handle(path string, handler http.HandlerFunc) {
	s.mux.HandleFunc(path, handler)
}

// hasAsked waits for nothing: it fails the test unless this was asked in place, and forgets it.
func (s *server) hasAsked(want string) {
	s.t.Helper()
	if got := s.asked(); got != want {
		s.t.Errorf("asked in place: %q, want %q", got, want)
	}
}

// hold keeps an answer back until the test lets go, or nobody waits for it any more.
func hold(r *http.Request, goOn <-chan struct{}) {
	select {
	case <-goOn:
	case <-r.Context().Done():
	}
}
