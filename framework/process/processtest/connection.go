package processtest

import (
	"io"
	"net"
	"sync"
	"time"
)

// Direction is one way of a connection.
type Direction int

// The two ways of a connection.
const (
	ToServer Direction = iota
	ToBrowser
)

// Connection is one connection through a Proxy. Its methods may be called by any goroutine, at any time.
type Connection struct {
	ways   [2]*way // by Direction
	cut    chan struct{}
	cutOff sync.Once
}

// way is one direction of a connection.
type way struct {
	from, to *net.TCPConn

	mu      sync.Mutex    // protects the fields below
	flowing chan struct{} // closed while bytes may pass
	rate    int           // bytes a second; 0: as fast as they come
	left    int           // bytes until the cut; -1: none is due
	ended   bool          // the listener has heard the end; what is still said goes nowhere
}

func newConnection(browser, server *net.TCPConn) *Connection {
	flowing := make(chan struct{})
	close(flowing)
	return &Connection{
		ways: [2]*way{
			ToServer:  {from: browser, to: server, flowing: flowing, left: -1},
			ToBrowser: {from: server, to: browser, flowing: flowing, left: -1},
		},
		cut: make(chan struct{}),
	}
}

// Cut resets the connection, on both sides.
func (c *Connection) Cut() {
	c.cutOff.Do(func() {
		close(c.cut)
		for _, w := range c.ways {
			w.from.SetLinger(0)
			w.from.Close()
		}
	})
}

// Stall lets nothing pass any more. The connection stays.
func (c *Connection) Stall() {
	for _, w := range c.ways {
		w.stall()
	}
}

// Flow ends Stall and Throttle.
func (c *Connection) Flow() {
	for _, w := range c.ways {
		w.flow()
	}
}

// Throttle lets so many bytes a second pass, each way.
func (c *Connection) Throttle(bytesPerSecond int) {
	for _, w := range c.ways {
		w.mu.Lock()
		w.rate = bytesPerSecond
		w.mu.Unlock()
	}
}

// HalfClose ends the connection one way: who listens there hears the end, who speaks is not heard any more.
func (c *Connection) HalfClose(way Direction) { c.ways[way].end() }

// CutAfter resets the connection when so many more bytes have passed one way.
func (c *Connection) CutAfter(bytes int, way Direction) {
	w := c.ways[way]
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = bytes
}

// run hands on until both ways have ended.
func (c *Connection) run() {
	var both sync.WaitGroup
	for _, w := range c.ways {
		both.Go(func() { c.handOn(w) })
	}
	both.Wait()
	for _, w := range c.ways {
		w.from.Close()
	}
}

// handOn carries one way, until its end or the cut. A reset is handed on as one.
func (c *Connection) handOn(w *way) {
	buffer := make([]byte, 4096)
	for {
		n, err := w.from.Read(buffer)
		stands := c.carry(w, buffer[:n])
		switch {
		case !stands, err != nil && err != io.EOF:
			c.Cut()
			return
		case err == io.EOF:
			c.wait(w)
			w.end()
			return
		}
	}
}

// carry hands some bytes on, when and as fast as they may pass. It reports whether the connection stands.
func (c *Connection) carry(w *way, bytes []byte) bool {
	for len(bytes) > 0 {
		if !c.wait(w) {
			return false
		}
		n, pause, last := w.share(len(bytes))
		if !w.write(bytes[:n]) || last || !c.sleep(pause) {
			return false
		}
		bytes = bytes[n:]
	}
	return true
}

// wait waits until bytes may pass; false after a cut.
func (c *Connection) wait(w *way) bool {
	w.mu.Lock()
	flowing := w.flowing
	w.mu.Unlock()
	select {
	case <-c.cut:
		return false
	case <-flowing:
		return true
	}
}

func (c *Connection) sleep(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.cut:
		return false
	case <-timer.C:
		return true
	}
}

// share says how many of n bytes may pass now, how long to pause behind them, and whether they are the last.
func (w *way) share(n int) (bytes int, pause time.Duration, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rate > 0 {
		n = min(n, 1+w.rate/20)
		pause = time.Duration(n) * time.Second / time.Duration(w.rate)
	}
	if w.left >= 0 {
		n = min(n, w.left)
		w.left -= n
	}
	return n, pause, w.left == 0
}

// write hands bytes on, or drops them when the listener has heard the end. It reports whether the listener stands.
func (w *way) write(bytes []byte) bool {
	w.mu.Lock()
	ended := w.ended
	w.mu.Unlock()
	if ended {
		return true
	}
	_, err := w.to.Write(bytes)
	w.mu.Lock()
	defer w.mu.Unlock()
	return err == nil || w.ended // meanwhile
}

func (w *way) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.to.CloseWrite()
}

func (w *way) stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.flowing:
		w.flowing = make(chan struct{})
	default: // it stalls already
	}
}

func (w *way) flow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rate = 0
	select {
	case <-w.flowing:
	default:
		close(w.flowing)
	}
}
