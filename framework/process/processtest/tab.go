package processtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a tab waits for the server before the test has failed.
const patience = 10 * time.Second

// Tab is one socket. Its methods are for one goroutine, the test's: it reads when it is asked to, and not before. See
// Client for a tab that listens all the time.
//
// It counts its frames, unless its hello said otherwise, and acknowledges what it reads: such a process can come back.
// What a test says and hears on Conn itself is not counted.
type Tab struct {
	ID       string          // the process id, once the hello was answered
	Number   int             // the identity number that the tab has learnt
	Identity string          // the identity tag of the page it shows
	Limits   Limits          // those that the hello's answer tells
	Conn     *websocket.Conn // for what the methods do not do

	t       testing.TB
	browser *Browser
	line    *line
}

// Limits are what a tab is told of them.
type Limits struct {
	Calls int // at once
	Rate  int // messages a second
	Burst int // messages at once
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
	Data    struct {
		Kind, ID string
		Fields   map[string]string // what is wrong with which part of the input
	}
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
	return b.open(path, (*Tab).Hello)
}

// OpenUncounted is Open for a tab that does not count its frames: its process ends with its socket.
func (b *Browser) OpenUncounted(path string) *Tab {
	b.t.Helper()
	return b.open(path, (*Tab).HelloUncounted)
}

func (b *Browser) open(path string, hello func(tab *Tab, token, previous string) error) *Tab {
	b.t.Helper()
	page := b.Get(path) // with the cookies that the socket needs
	tab := b.Dial(nil)
	tab.Identity = page.IdentityTag()
	if err := hello(tab, page.Token(), ""); err != nil {
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
	tab, answer, err := b.dial(header)
	if err == nil {
		b.t.Cleanup(func() { tab.Conn.Close() })
	}
	return tab, answer, err
}

func (b *Browser) dial(header http.Header) (*Tab, *http.Response, error) {
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
	return &Tab{t: b.t, browser: b, Conn: conn, line: newLine()}, answer, nil
}

// Hello says hello for a document. The error is a *Failure, or a *Closed.
func (tab *Tab) Hello(token, previous string) error {
	return tab.helloFor(token, previous, true)
}

// HelloUncounted is Hello for a tab that does not count its frames: its process ends with its socket.
func (tab *Tab) HelloUncounted(token, previous string) error {
	return tab.helloFor(token, previous, false)
}

func (tab *Tab) helloFor(token, previous string, counted bool) error {
	params := map[string]any{"token": token}
	if previous != "" {
		params["previous"] = previous
	}
	if counted {
		params["counted"] = true
		tab.line.enter(tab)
		tab.line.count() // from here on, answered or not
	}
	_, err := tab.hello(params)
	return err
}

// helloResult is what the server answers. Received is for a process that comes back.
type helloResult struct {
	Process  string
	Received int
	Limits   Limits
}

func (tab *Tab) hello(params map[string]any) (result helloResult, err error) {
	if tab.Identity != "" {
		params["identity"] = tab.Identity
	}
	err = tab.Call("$/hello", params, &result)
	tab.ID, tab.Limits = result.Process, result.Limits
	return result, err
}

// Call calls a server function, waits for its answer, and redeems its ticket if it gets one; result may be nil. The
// error is a *Failure, or a *Closed.
func (tab *Tab) Call(method string, params, result any) error {
	id := strconv.Itoa(tab.line.next())
	if err := tab.say(request(id, method, params)); err != nil {
		tab.line.giveUp(id)
		return err
	}
	ticket := ""
	for {
		m, err := tab.next()
		switch {
		case err != nil:
			tab.line.giveUp(id)
			return err
		case m.ticketFor(id) != "":
			ticket = m.ticketFor(id)
		case m.Method != "":
			tab.line.put(Event{m.Method, m.Params})
		case string(m.ID) != id:
			if !tab.line.givenUp(string(m.ID)) {
				tab.t.Errorf("an answer for %s, not %s", m.ID, id)
			}
		case m.Error == nil && ticket != "":
			return errors.Join(m.result(result), tab.Redeem(ticket))
		default:
			return m.result(result)
		}
	}
}

// Send sends one frame as it is.
func (tab *Tab) Send(frame string) {
	tab.t.Helper()
	if err := tab.say(frame); err != nil {
		tab.t.Fatal(err)
	}
}

// say counts a frame and sends it. The error is a *Closed, if it can be.
func (tab *Tab) say(frame string) error {
	tab.line.writing.Lock()
	defer tab.line.writing.Unlock()
	tab.line.keep(messageOf([]byte(frame)), frame)
	return tab.write(frame)
}

func (tab *Tab) write(frame string) error {
	return tab.closed(tab.Conn.WriteMessage(websocket.TextMessage, []byte(frame)))
}

// Read returns the next frame as it is; what only acknowledges the tab's own frames is none. The error is a *Closed.
func (tab *Tab) Read() (string, error) {
	frame, _, err := tab.hear()
	return frame, err
}

// WaitEvent returns the next event.
func (tab *Tab) WaitEvent() Event {
	tab.t.Helper()
	if e, ok := tab.line.take(); ok {
		return e
	}
	m, err := tab.next()
	if err != nil || m.Method == "" {
		tab.t.Fatalf("no event: %v %v", m, err)
	}
	return Event{m.Method, m.Params}
}

// WaitClose reads until the server closes the socket.
func (tab *Tab) WaitClose() Closed {
	tab.t.Helper()
	for {
		_, err := tab.Read()
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

// next is the next message; that it is none is an error.
func (tab *Tab) next() (m message, err error) {
	frame, m, err := tab.hear()
	if err == nil && m.none {
		err = fmt.Errorf("no message: %s", frame)
	}
	return m, err
}

// hear reads, counts and acknowledges, until there is a frame for the test.
func (tab *Tab) hear() (frame string, m message, err error) {
	for {
		tab.Conn.SetReadDeadline(time.Now().Add(patience))
		_, text, err := tab.Conn.ReadMessage()
		if err != nil {
			return "", m, tab.closed(err)
		}
		m := messageOf(text)
		ack := tab.line.hear(tab, m, len(text))
		if due := tab.line.due(); due != "" {
			tab.write(due) // a socket that takes nothing any more is the next reader's to find
		}
		if !ack {
			return string(text), m, nil
		}
	}
}

func (tab *Tab) closed(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return &Closed{closed.Code, closed.Text}
	}
	return err
}
