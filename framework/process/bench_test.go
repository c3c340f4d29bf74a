package process_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

// The benchmarks compare with the barest server that the websocket library makes, in the same run. They
// report and assert nothing:
//
//	go test -run '^$' -bench . ./framework/process

// bare is a server that sends back what it gets, with the buffers that the hub has.
type bare struct {
	*httptest.Server
	conns chan *websocket.Conn // the server's side of each
}

func newBare(b *testing.B) *bare {
	s := &bare{conns: make(chan *websocket.Conn, 100_000)}
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			b.Error(err)
			return
		}
		s.conns <- conn
		go func() {
			defer conn.Close()
			for {
				kind, frame, err := conn.ReadMessage()
				if err != nil || conn.WriteMessage(kind, frame) != nil {
					return
				}
			}
		}()
	}))
	b.Cleanup(s.Close)
	return s
}

func (s *bare) dial(b *testing.B) *websocket.Conn {
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(s.URL, "http", "ws", 1), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return conn
}

func roundTrip(b *testing.B, conn *websocket.Conn, frame []byte) {
	if err := conn.WriteMessage(websocket.TextMessage, frame); err != nil {
		b.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCall is one call after the other, there and back.
func BenchmarkCall(b *testing.B) {
	w, echo := newWorld(b, unhurried), newBare(b)
	tab, conn := processtest.NewBrowser(b, w.URL).Open("/"), echo.dial(b)
	frame := []byte(`{"jsonrpc":"2.0","id":1,"method":"add","params":{"a":1,"b":2}}`)
	var ours, theirs time.Duration
	for b.Loop() {
		began := time.Now()
		roundTrip(b, conn, frame)
		middle := time.Now()
		roundTrip(b, tab.Conn, frame)
		theirs, ours = theirs+middle.Sub(began), ours+time.Since(middle)
	}
	report(b, ours, theirs)
}

func report(b *testing.B, ours, theirs time.Duration) {
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/ours")
	b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N), "ns/bare")
	b.ReportMetric(float64(ours)/float64(theirs), "ours/bare")
}

// BenchmarkPush is one event to a hundred tabs, until the last of them has it.
func BenchmarkPush(b *testing.B) {
	const tabs = 100
	w, echo := newWorld(b, unhurried), newBare(b)
	var all sync.WaitGroup
	listen := func(conn *websocket.Conn) {
		go func() {
			for {
				conn.SetReadDeadline(time.Time{})
				if _, _, err := conn.ReadMessage(); err != nil {
					return
				}
				all.Done()
			}
		}()
	}
	browser := processtest.NewBrowser(b, w.URL)
	var conns []*websocket.Conn
	for range tabs {
		listen(browser.Open("/").Conn)
		listen(echo.dial(b))
		conns = append(conns, <-echo.conns)
	}
	frame := []byte(`{"jsonrpc":"2.0","method":"told","params":[1]}`)
	var ours, theirs time.Duration
	for b.Loop() {
		all.Add(tabs)
		began := time.Now()
		for _, conn := range conns {
			conn.WriteMessage(websocket.TextMessage, frame)
		}
		all.Wait()
		all.Add(tabs)
		middle := time.Now()
		w.told.Send(process.Everyone(), 1)
		all.Wait()
		theirs, ours = theirs+middle.Sub(began), ours+time.Since(middle)
	}
	report(b, ours, theirs)
}

// BenchmarkIdle is the memory that an idle tab costs, its client's connection included: that is the same for both.
func BenchmarkIdle(b *testing.B) {
	const tabs = 1000
	for b.Loop() {
		w, echo := newWorld(b, unhurried), newBare(b)
		browser := processtest.NewBrowser(b, w.URL)
		token := browser.Get("/").Token()
		var kept []net.Conn
		cost := func(open func()) float64 {
			before := memory()
			for range tabs {
				open()
			}
			return float64(memory()-before) / tabs
		}
		theirs := cost(func() {
			conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(echo.URL, "http", "ws", 1), nil)
			if err != nil {
				b.Fatal(err)
			}
			<-echo.conns
			kept = append(kept, conn.NetConn())
		})
		ours := cost(func() {
			conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(w.URL, "http", "ws", 1)+"/process", handshake(browser))
			if err != nil {
				b.Fatal(err)
			}
			roundTrip(b, conn, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":0,"method":"$/hello","params":{"token":%q}}`, token))
			kept = append(kept, conn.NetConn())
		})
		b.ReportMetric(ours, "B/tab")
		b.ReportMetric(theirs, "B/bare")
		for _, conn := range kept {
			conn.Close()
		}
	}
}

// handshake are the headers of a browser's socket.
func handshake(b *processtest.Browser) http.Header {
	r, _ := http.NewRequest(http.MethodGet, b.URL, nil)
	for _, cookie := range b.Client.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	r.Header.Set("Origin", b.URL)
	r.Header.Set("Sec-WebSocket-Protocol", "ocsigo.v1")
	return r.Header
}

// memory is what is in use, on heap and stacks.
func memory() int64 {
	for calm, before := 0, -1; calm < 1000; calm++ { // goroutines that are about to end do so
		runtime.Gosched()
		if now := runtime.NumGoroutine(); now != before {
			calm, before = 0, now
		}
	}
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
