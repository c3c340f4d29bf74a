package process_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creachadair/jrpc2"
	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
)

// The tests of this file are clients made of libraries that are not ours, with what docs/protocol.md says and nothing
// else.

// newForeignWorld is a world with a stream: values of n counts to it.
func newForeignWorld(t *testing.T) *world {
	w := newWorld(t)
	rpc.HandleStream(w.api, "values", func(_ context.Context, n int, send func(int) error) error {
		for i := range n {
			if err := send(i); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// channel carries what a jrpc2 client says and hears. It counts both, as a tab does that may come back.
type channel struct {
	b       *processtest.Browser
	reading *websocket.Conn      // of who reads
	heard   int                  // frames that count; who reads adds to it
	ended   chan struct{}        // the reader has one for who comes back
	next    chan *websocket.Conn // and gets this
	done    chan struct{}        // closed by Close
	close   sync.Once

	writing sync.Mutex // protects the fields below
	conn    *websocket.Conn
	said    [][]byte // since the hello, all of it
}

func newChannel(b *processtest.Browser) (*channel, error) {
	c := &channel{b: b, ended: make(chan struct{}), next: make(chan *websocket.Conn), done: make(chan struct{})}
	conn, err := c.dial()
	c.conn, c.reading = conn, conn
	return c, err
}

func (c *channel) dial() (*websocket.Conn, error) {
	dialer := websocket.Dialer{Jar: c.b.Client.Jar, Subprotocols: []string{"ocsigo.v1"}}
	conn, _, err := dialer.Dial(strings.Replace(c.b.URL, "http", "ws", 1)+"/process", http.Header{"Origin": {c.b.URL}})
	return conn, err
}

// Send implements channel.Channel of jrpc2.
func (c *channel) Send(frame []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if !strings.Contains(string(frame), `"$/hello"`) {
		c.said = append(c.said, slices.Clone(frame))
	}
	c.conn.WriteMessage(websocket.TextMessage, frame) // what is lost is said once more
	return nil
}

// Recv implements channel.Channel of jrpc2. It goes over to the next socket when one is lost.
func (c *channel) Recv() ([]byte, error) {
	for {
		_, frame, err := c.reading.ReadMessage()
		text := string(frame)
		switch {
		case err == nil && strings.Contains(text, `"method":"$/ack"`):
		case err == nil && strings.Contains(text, `"process":`): // the answer to the hello
			return frame, nil
		case err == nil:
			c.heard++
			return frame, nil
		case !c.change():
			return nil, io.EOF
		}
	}
}

// change waits for another socket; false when there will be none.
func (c *channel) change() bool {
	select {
	case c.ended <- struct{}{}:
	case <-c.done:
		return false
	}
	select {
	case c.reading = <-c.next:
		return true
	case <-c.done:
		return false
	}
}

// Close implements channel.Channel of jrpc2.
func (c *channel) Close() error {
	c.close.Do(func() { close(c.done) })
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.conn.Close()
}

// comeBack exchanges the socket, and says what the server has not received.
func (c *channel) comeBack(id string) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.conn.NetConn().Close()
	<-c.ended
	conn, err := c.dial()
	if err != nil {
		return err
	}
	c.conn = conn
	hello := fmt.Sprintf(`{"jsonrpc":"2.0","id":"again","method":"$/hello","params":{"process":%q,"number":0,"received":%d}}`, id, c.heard)
	if err := conn.WriteMessage(websocket.TextMessage, []byte(hello)); err != nil {
		return err
	}
	var answer struct{ Result struct{ Received int } }
	if err := conn.ReadJSON(&answer); err != nil {
		return err
	}
	for _, frame := range c.said[answer.Result.Received:] {
		if err := conn.WriteMessage(websocket.TextMessage, frame); err != nil {
			return err
		}
	}
	c.next <- conn
	return nil
}

// foreigner is a tab made of jrpc2.
type foreigner struct {
	*jrpc2.Client
	channel *channel
	id      string
	events  chan string // in no order: the library hands them out side by side
}

func newForeigner(t *testing.T, w *world) *foreigner {
	t.Helper()
	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	channel, err := newChannel(b)
	if err != nil {
		t.Fatal(err)
	}
	f := &foreigner{channel: channel, events: make(chan string, 1000)}
	f.Client = jrpc2.NewClient(channel, &jrpc2.ClientOptions{
		OnNotify: func(r *jrpc2.Request) { f.events <- r.Method() + r.ParamString() },
		OnCancel: func(c *jrpc2.Client, answer *jrpc2.Response) {
			c.Notify(context.Background(), "$/cancelRequest", map[string]json.RawMessage{"id": json.RawMessage(answer.ID())})
		},
	})
	t.Cleanup(func() { f.Close() })
	var hello struct{ Process string }
	if err := f.CallResult(t.Context(), "$/hello", map[string]any{"token": token, "counted": true}, &hello); err != nil {
		t.Fatal(err)
	}
	f.id = hello.Process
	return f
}

// want calls, and compares the answer as JSON, or the error's words.
func (f *foreigner) want(t *testing.T, method string, params any, want string) {
	t.Helper()
	var got json.RawMessage
	err := f.CallResult(t.Context(), method, params, &got)
	var failed *jrpc2.Error
	if errors.As(err, &failed) {
		got, err = json.RawMessage(fmt.Sprintf("%d %s", failed.Code, failed.Data)), nil
	}
	if err != nil || string(got) != want {
		t.Errorf("%s: got %s, %v, want %s", method, got, err, want)
	}
}

// TestForeignGo: the client of jrpc2 calls, is told things, says batches, breaks calls off, and comes back.
func TestForeignGo(t *testing.T) {
	w := newForeignWorld(t)
	f := newForeigner(t, w)
	f.want(t, "add", Add{1, 2}, "3")
	f.want(t, "echo", []string{"hi"}, `"hi"`)
	f.want(t, "nothing", nil, "{}")
	f.want(t, "gone", nil, `-32601 {"kind":"unknown_function"}`)
	f.want(t, "fail", []string{"meant"}, `1 {"kind":"sold_out"}`)
	f.want(t, "$/ping", map[string]int{"received": 0}, fmt.Sprintf(`{"received":%d}`, 5))

	answers, err := f.Batch(t.Context(), []jrpc2.Spec{
		{Method: "tell", Params: Tell{"tab", 1}, Notify: true}, {Method: "add", Params: Add{3, 4}}, {Method: "gone"},
	})
	if err != nil || len(answers) != 2 || answers[0].ResultString() != "7" || answers[1].Error().Code != -32601 {
		t.Errorf("a batch: %v, %v", answers, err)
	}
	if e := <-f.events; e != "told[1]" {
		t.Errorf("heard %s", e)
	}

	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-w.began; cancel() }()
	if _, err := f.Call(ctx, "wait", []string{"x"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was broken off: %v", err)
	}
	if cause := <-w.ended; !errors.Is(cause, context.Canceled) {
		t.Errorf("ended by %v", cause)
	}
}

// TestForeignGoReturns: a call runs on while the socket is lost, and is answered on the next; nothing of what was told
// meanwhile is lost or repeated.
func TestForeignGoReturns(t *testing.T) {
	w := newForeignWorld(t)
	f := newForeigner(t, w)
	waits := make(chan error)
	go func() {
		var got string
		err := f.CallResult(t.Context(), "wait", []string{"through it"}, &got)
		if err == nil && got != "through it" {
			err = errors.New(got)
		}
		waits <- err
	}()
	<-w.began
	want := map[string]bool{}
	for i := range 40 { // within the burst that a tab may say
		if i%10 == 5 {
			if err := f.channel.comeBack(f.id); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Notify(t.Context(), "tell", Tell{"tab", i}); err != nil {
			t.Fatal(err)
		}
		f.want(t, "add", Add{i, i}, fmt.Sprint(2*i))
		want[fmt.Sprintf("told[%d]", i)] = true
	}
	close(w.release)
	if err := <-waits; err != nil {
		t.Error(err)
	}
	for range len(want) {
		e := <-f.events
		if !want[e] {
			t.Errorf("heard %s once more", e)
		}
		delete(want, e)
	}
	if n := w.started.Load(); n != 1 {
		t.Errorf("the start hooks ran %d times", n)
	}
}

// TestForeignNode: a client of vscode-jsonrpc and ws, in Node, says and hears what testdata/foreign/client.mjs shows.
func TestForeignNode(t *testing.T) {
	node := nodeWithModules(t)
	w := newForeignWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	token := b.Get("/").Token()
	go func() { <-w.began }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	client := exec.CommandContext(ctx, node, "testdata/foreign/client.mjs",
		strings.Replace(w.URL, "http", "ws", 1)+"/process", w.URL, cookies(t, b), token)
	var failed strings.Builder
	client.Stderr = &failed
	said, err := client.Output()
	if err != nil {
		t.Errorf("%v: %s", err, failed.String())
	}
	if got := string(said); got != foreignSays {
		t.Errorf("got\n%s\nwant\n%s", got, foreignSays)
	}
}

const foreignSays = `extensions: ""
limits: {"calls":8,"rate":50,"burst":100,"window":32}
by name: 3
by position: "hi"
nothing: {}
at once: ["a","b","c"]
unknown: {"code":-32601,"message":"There is no such function.","kind":"unknown_function"}
input: {"code":-32602,"message":"b: must be a number, not a string","kind":"invalid_input"}
own: {"code":1,"message":"Sold � out.","kind":"sold_out"}
events: [1,2,3]
cancelled: {"code":-32007,"message":"The call was broken off. It may have been done.","kind":"interrupted"}
ahead: 32
end: {}
values: [100,true]
ping: {}
`

// cookies are those of a browser, as the header that a client sends.
func cookies(t *testing.T, b *processtest.Browser) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Client.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	return r.Header.Get("Cookie")
}

// nodeWithModules finds Node and the modules that it needs. Continuous integration has them; who has not installed them
// goes without this test.
func nodeWithModules(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	for _, module := range []string{"ws", "vscode-jsonrpc"} {
		if err == nil {
			_, err = os.Stat("../../node_modules/" + module)
		}
	}
	switch {
	case err == nil:
		return node
	case os.Getenv("CI") != "":
		t.Fatalf("%v: this test needs node, and npm ci", err)
	}
	t.Skipf("%v: this test needs node, and npm ci", err)
	return ""
}
