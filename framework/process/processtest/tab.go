package processtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a tab waits for the server before the test has failed.
const patience = 10 * time.Second

// Tab is one socket. Its methods are for one goroutine, the test's.
type Tab struct {
	ID       string          // the process id, once the hello was answered
	Number   int             // the identity number that the tab has learnt
	Identity string          // the identity tag of the page it shows
	Conn     *websocket.Conn // for what the methods do not do

	t       testing.TB
	browser *Browser
	last    int
	events  []Event
}

// Event is what the server said unasked.
type Event struct {
	Name   string
	Params json.RawMessage
}

// Failure is a call that the server answered with an error.
type Failure struct {
	Code    int
	Message string
	Data    struct{ Kind, ID string }
}

// Error makes it an error.
func (f *Failure) Error() string { return f.Data.Kind + ": " + f.Message }

// Closed is the end of a socket.
type Closed struct {
	Code   int
	Reason string
}

// Error makes it an error.
func (c *Closed) Error() string { return fmt.Sprintf("closed with %d %q", c.Code, c.Reason) }

// Open loads a page and says hello for it. The test fails when it is not answered.
func (b *Browser) Open(path string) *Tab {
	b.t.Helper()
	page := b.Get(path) // with the cookies that the socket needs
	tab := b.Dial(nil)
	tab.Identity = page.IdentityTag()
	if err := tab.Hello(page.Token(), ""); err != nil {
		b.t.Fatalf("hello for %s: %v", path, err)
	}
	return tab
}

// Dial opens a socket with the browser's cookies. The test fails when the handshake is refused.
func (b *Browser) Dial(header http.Header) *Tab {
	b.t.Helper()
	tab, answer, err := b.TryDial(header)
	if err != nil {
		b.t.Fatalf("handshake: %v %v", err, answer)
	}
	return tab
}

// TryDial opens a socket and returns the handshake's answer. A nil header is that of the site's own pages.
// The socket goes the way the pages go, should a test have changed the dialing of its Client's Transport.
func (b *Browser) TryDial(header http.Header) (*Tab, *http.Response, error) {
	b.t.Helper()
	if header == nil {
		header = http.Header{"Origin": {b.URL}}
	}
	dialer := websocket.Dialer{Jar: b.Client.Jar, Subprotocols: []string{"ocsigo.v1"}, HandshakeTimeout: patience}
	if transport, ok := b.Client.Transport.(*http.Transport); ok {
		dialer.NetDialContext = transport.DialContext
	}
	conn, answer, err := dialer.Dial(strings.Replace(b.URL, "http", "ws", 1)+"/process", header)
	if err != nil {
		return nil, answer, err
	}
	b.t.Cleanup(func() { conn.Close() })
	return &Tab{t: b.t, browser: b, Conn: conn}, answer, nil
}

// Hello says hello for a document. The error is a *Failure, or a *Closed.
func (tab *Tab) Hello(token, previous string) error {
	params := map[string]any{"token": token}
	if previous != "" {
		params["previous"] = previous
	}
	return tab.hello(params)
}

func (tab *Tab) hello(params map[string]any) error {
	if tab.Identity != "" {
		params["identity"] = tab.Identity
	}
	var result struct{ Process string }
	err := tab.Call("$/hello", params, &result)
	tab.ID = result.Process
	return err
}

// Call calls a server function; result may be nil. The error is a *Failure, or a *Closed.
func (tab *Tab) Call(method string, params, result any) error {
	tab.last++
	id := tab.last
	call := map[string]any{"jsonrpc": "2.0", "id": id, "method": method}
	if params != nil {
		call["params"] = params
	}
	if err := tab.Conn.WriteJSON(call); err != nil {
		return tab.closed(err)
	}
	for {
		m, err := tab.next()
		if err != nil {
			return err
		}
		switch {
		case m.Method != "":
			tab.events = append(tab.events, Event{m.Method, m.Params})
		case m.ID != id:
			tab.t.Errorf("an answer for %d, not %d", m.ID, id)
		case m.Error != nil:
			return m.Error
		case result == nil:
			return nil
		default:
			return json.Unmarshal(m.Result, result)
		}
	}
}

// Send sends one frame as it is.
func (tab *Tab) Send(frame string) {
	tab.t.Helper()
	if err := tab.Conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
		tab.t.Fatal(err)
	}
}

// Read returns the next frame as it is. The error is a *Closed.
func (tab *Tab) Read() (string, error) {
	tab.Conn.SetReadDeadline(time.Now().Add(patience))
	_, frame, err := tab.Conn.ReadMessage()
	return string(frame), tab.closed(err)
}

// WaitEvent returns the next event.
func (tab *Tab) WaitEvent() Event {
	tab.t.Helper()
	if len(tab.events) == 0 {
		m, err := tab.next()
		if err != nil || m.Method == "" {
			tab.t.Fatalf("no event: %v %v", m, err)
		}
		return Event{m.Method, m.Params}
	}
	e := tab.events[0]
	tab.events = tab.events[1:]
	return e
}

// WaitClose reads until the server closes the socket.
func (tab *Tab) WaitClose() Closed {
	tab.t.Helper()
	for {
		_, err := tab.next()
		var closed *Closed
		if errors.As(err, &closed) {
			return *closed
		}
		if err != nil {
			tab.t.Fatalf("the socket was not closed: %v", err)
		}
	}
}

// Close ends the tab as one whose document is gone.
func (tab *Tab) Close() {
	tab.Conn.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(patience))
	tab.Conn.Close()
}

type message struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *Failure
}

func (tab *Tab) next() (m message, err error) {
	tab.Conn.SetReadDeadline(time.Now().Add(patience))
	return m, tab.closed(tab.Conn.ReadJSON(&m))
}

func (tab *Tab) closed(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return &Closed{closed.Code, closed.Text}
	}
	return err
}
