package processtest

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Proxy is a network that fails when a test says so: it hands on what browsers and a site say to each other. What its
// methods do they do to all connections that are open at that moment; each of Connections can be treated by itself.
// It ends with the test.
//
//	network := processtest.NewProxy(t, site.URL)
//	tab := network.NewBrowser(t).Open("/")
//	network.Stall()
//	network.Cut()
type Proxy struct {
	URL string // the site's, by way of the proxy. The origin of its pages is still the site's

	site     string // host and port
	origin   string
	listener net.Listener
	work     sync.WaitGroup

	mu     sync.Mutex // protects the fields below
	links  []*Connection
	closed bool
}

// NewProxy begins to hand on connections to the site at an URL.
func NewProxy(t testing.TB, site string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{
		URL: "http://" + listener.Addr().String(), origin: site,
		site: strings.TrimPrefix(site, "http://"), listener: listener,
	}
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// NewBrowser returns a browser without cookies whose connections all go through the proxy. Its pages are the site's.
func (p *Proxy) NewBrowser(t testing.TB) *Browser {
	t.Helper()
	b := NewBrowser(t, p.origin)
	b.Client.Transport.(*http.Transport).DialContext = p.Dial
	return b
}

// Dial connects to the site through the proxy, whatever address is asked for: it is for the DialContext of a transport.
func (p *Proxy) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, p.listener.Addr().String())
}

// Connections are those that are open, the oldest first.
func (p *Proxy) Connections() []*Connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.links)
}

// Cut resets all connections.
func (p *Proxy) Cut() { p.each((*Connection).Cut) }

// Stall lets nothing pass any more. The connections stay.
func (p *Proxy) Stall() { p.each((*Connection).Stall) }

// Flow ends Stall and Throttle.
func (p *Proxy) Flow() { p.each((*Connection).Flow) }

// Throttle lets so many bytes a second pass on each connection, each way.
func (p *Proxy) Throttle(bytesPerSecond int) {
	p.each(func(c *Connection) { c.Throttle(bytesPerSecond) })
}

// HalfClose ends all connections one way: who listens there hears the end, who speaks is not heard any more.
func (p *Proxy) HalfClose(way Direction) { p.each(func(c *Connection) { c.HalfClose(way) }) }

// CutAfter resets each connection when so many more bytes have passed one way: in the middle of a frame, if a frame
// is longer.
func (p *Proxy) CutAfter(bytes int, way Direction) {
	p.each(func(c *Connection) { c.CutAfter(bytes, way) })
}

func (p *Proxy) each(do func(*Connection)) {
	for _, c := range p.Connections() {
		do(c)
	}
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.work.Go(func() { p.serve(conn.(*net.TCPConn)) })
	}
}

// serve hands one connection on until both ways of it have ended.
func (p *Proxy) serve(browser *net.TCPConn) {
	conn, err := net.Dial("tcp", p.site)
	if err != nil {
		browser.Close()
		return
	}
	c := newConnection(browser, conn.(*net.TCPConn))
	if !p.add(c) {
		c.Cut()
		return
	}
	defer p.remove(c)
	c.run()
}

func (p *Proxy) add(c *Connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.links = append(p.links, c)
	}
	return !p.closed
}

func (p *Proxy) remove(c *Connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links = slices.DeleteFunc(p.links, func(other *Connection) bool { return other == c })
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.listener.Close()
	p.Cut()
	p.work.Wait()
}
