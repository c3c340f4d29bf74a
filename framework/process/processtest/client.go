package processtest

import (
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Client is a tab that listens all the time, and comes back by itself when its socket is lost, as the browser's half
// does: a call begun is answered once, through however many sockets. It ends with the test. Its methods may be called
// by any goroutine.
//
//	client := ada.Connect("/", func(e processtest.Event) { … })
//	sum := client.Go("add", Add{1, 2})
//	client.Lose()
//	err := sum.Wait(&n)
type Client struct {
	ID string // the process id

	t       testing.TB
	browser *Browser
	heard   func(Event)
	line    *line
	closing chan struct{} // closed by Close
	closed  sync.Once
	ended   chan struct{} // closed when the process is over, as far as the client knows
	work    sync.WaitGroup
	returns atomic.Int64

	mu       sync.Mutex // protects the fields below
	tab      *Tab       // nil while there is no socket
	number   int        // the identity number
	identity string
	pending  map[string]*Pending // by the id as JSON
	end      error               // why the process is over
}

// Connect loads a page, says hello for it and listens. It calls heard, if not nil, with each event, one after the
// other, in their order. The test fails when the hello is not answered.
func (b *Browser) Connect(path string, heard func(Event)) *Client {
	b.t.Helper()
	tab := b.Open(path)
	c := &Client{
		ID: tab.ID, t: b.t, browser: b, heard: heard, line: tab.line, tab: tab, identity: tab.Identity,
		closing: make(chan struct{}), ended: make(chan struct{}), pending: map[string]*Pending{},
	}
	if c.heard == nil {
		c.heard = func(Event) {}
	}
	c.work.Go(func() { c.run(tab) })
	b.t.Cleanup(c.Close)
	return c
}

// Go begins a call.
func (c *Client) Go(method string, params any) *Pending { return c.begin(method, params, nil) }

// Call calls a server function and waits for its answer; result may be nil. The error is a *Failure.
func (c *Client) Call(method string, params, result any) error {
	return c.Go(method, params).Wait(result)
}

// Notify says something that is not answered.
func (c *Client) Notify(method string, params any) { c.say("", method, params) }

// Returns is how often it has come back.
func (c *Client) Returns() int { return int(c.returns.Load()) }

// Lose ends the socket without a word, as a network does. The client comes back.
func (c *Client) Lose() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tab != nil {
		c.tab.Lose()
	}
}

// Ended is closed when the process is over.
func (c *Client) Ended() <-chan struct{} { return c.ended }

// Err is why the process is over: a *Closed as a rule; nil before that and after Close.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end
}

// Close ends the tab as one whose document is gone.
func (c *Client) Close() {
	c.closed.Do(func() {
		close(c.closing)
		c.mu.Lock()
		if c.tab != nil {
			c.tab.Close()
		}
		c.mu.Unlock()
	})
	c.work.Wait()
}

// say counts a frame and sends it. While there is no socket it waits for the next.
func (c *Client) say(id, method string, params any) {
	frame := request(id, method, params)
	m := message{Method: method}
	if id != "" {
		m.ID = json.RawMessage(id)
	}
	c.line.writing.Lock()
	c.line.keep(m, frame)
	if tab := c.socket(); tab != nil {
		tab.write(frame) // if it is lost, then the next hello tells
	}
	c.line.writing.Unlock()
	c.acknowledge()
}

func (c *Client) socket() *Tab {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tab
}

// run listens to one socket after the other until the process is over.
func (c *Client) run(tab *Tab) {
	for {
		err := c.listen(tab)
		c.mu.Lock()
		c.tab = nil
		c.mu.Unlock()
		tab.Conn.Close()
		if !comesBack(err) {
			c.over(err)
			return
		}
		if tab, err = c.comeBack(); tab == nil {
			c.over(err)
			return
		}
	}
}

// comesBack reports whether another socket is to be tried after an error.
func comesBack(err error) bool {
	var closed *Closed
	var failed *Failure
	switch {
	case errors.As(err, &closed):
		return closed.Code == websocket.CloseAbnormalClosure || closed.Code >= 4000 && closed.Code < 4500
	case errors.As(err, &failed):
		return false
	}
	return true
}

// listen hears a socket to its end.
func (c *Client) listen(tab *Tab) error {
	tab.Conn.SetReadDeadline(time.Time{})
	for e, ok := c.line.take(); ok; e, ok = c.line.take() { // what came before the hello's answer
		c.heard(e)
	}
	for {
		_, text, err := tab.Conn.ReadMessage()
		if err != nil {
			return tab.closed(err)
		}
		m := messageOf(text)
		if c.line.hear(tab, m, len(text)) {
			continue
		}
		c.acknowledge()
		c.take(m, text)
	}
}

// acknowledge says how much was heard, if it is time to. Who listens does not wait for who writes: that one looks when it
// has written, or the server would wait for what nobody says.
func (c *Client) acknowledge() {
	for c.line.owes() && c.line.writing.TryLock() {
		tab := c.socket()
		if due := c.line.due(); tab != nil && due != "" {
			tab.write(due) // if there is no socket, then the next hello says it
		}
		c.line.writing.Unlock()
	}
}

// comeBack tries until it has another socket on which its process goes on. There is none when the process is over, or
// the client closed.
func (c *Client) comeBack() (*Tab, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		select {
		case <-c.closing:
			return nil, nil
		case <-time.After(wait):
		}
		tab, err := c.tryReturn()
		if err == nil || !comesBack(err) {
			return tab, err
		}
	}
}

// tryReturn says hello on another socket, and begins to send what the server has not received. What is said meanwhile
// comes behind that.
func (c *Client) tryReturn() (*Tab, error) {
	tab, _, err := c.browser.dial(nil)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	tab.line, tab.Number, tab.Identity = c.line, c.number, c.identity
	c.mu.Unlock()
	received, err := tab.helloAgain(c.ID)
	if err == nil {
		err = c.resume(tab, received)
	}
	if err != nil {
		tab.Conn.Close()
		return nil, err
	}
	return tab, nil
}

// resume goes on on another socket. It sends what is missing in a goroutine, for the server may have much to say too,
// and wants to be heard.
func (c *Client) resume(tab *Tab, received int) error {
	c.line.writing.Lock()
	missing, err := c.line.missing(received)
	if err == nil && !c.enter(tab) {
		err = errClosed
	}
	if err != nil {
		c.line.writing.Unlock()
		return err
	}
	c.returns.Add(1)
	c.work.Go(func() {
		defer c.acknowledge()
		defer c.line.writing.Unlock()
		for _, frame := range missing {
			if tab.write(frame) != nil {
				return // the next hello tells
			}
		}
	})
	return nil
}

// errClosed says that the client was closed while it came back.
var errClosed = errors.New("the client is closed")

// enter makes a socket the client's; false when that is closed.
func (c *Client) enter(tab *Tab) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closing:
		return false
	default:
		c.tab = tab
		return true
	}
}

// over ends what is still waited for: nobody knows whether it was done.
func (c *Client) over(err error) {
	c.mu.Lock()
	select {
	case <-c.closing:
	default:
		c.end = err
	}
	left := c.pending
	c.pending = nil
	c.mu.Unlock()
	for _, p := range left {
		p.settle(message{Error: interrupted()})
	}
	close(c.ended)
}

func interrupted() *Failure {
	f := &Failure{Code: -32007, Message: "The process is over."}
	f.Data.Kind = "interrupted"
	return f
}
