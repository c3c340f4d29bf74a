package process_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
)

// The tests of this file write bytes that no websocket library would.

// rawFrame is one frame of the websocket protocol, masked with zeros.
func rawFrame(head byte, payload string) []byte {
	frame := []byte{head}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	default:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	}
	return append(append(frame, 0, 0, 0, 0), payload...)
}

// The first byte of a frame: whether it is the last of its message, and what it is.
const (
	final        = 0x80
	continuation = 0x0
	ofText       = 0x1
	ofPing       = 0x9
)

// TestHostileFrames: what is no frame of the protocol ends the socket with 1002 (S065).
func TestHostileFrames(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	hi := call(1, "echo", "hi")
	for name, frames := range map[string][]byte{
		"the first reserved bit":       rawFrame(final|0x40|ofText, hi),
		"the second":                   rawFrame(final|0x20|ofText, hi),
		"the third":                    rawFrame(final|0x10|ofText, hi),
		"a reserved kind of data":      rawFrame(final|0x3, hi),
		"a reserved kind of control":   rawFrame(final|0xb, ""),
		"a long ping":                  rawFrame(final|ofPing, strings.Repeat("x", 126)),
		"a long close":                 rawFrame(final|0x8, "\x03\xe8"+strings.Repeat("x", 124)),
		"a ping in fragments":          rawFrame(ofPing, "x"),
		"a continuation of nothing":    rawFrame(final|continuation, hi),
		"a text within another":        append(rawFrame(ofText, hi), rawFrame(final|ofText, hi)...),
		"a close code that is no code": rawFrame(final|0x8, "\x00\x01"),
	} {
		t.Run(name, func(t *testing.T) {
			tab := b.Open("/")
			if _, err := tab.Conn.NetConn().Write(frames); err != nil {
				t.Fatal(err)
			}
			if c := tab.WaitClose(); c.Code != int(process.BadFrame) || len(c.Reason) > 123 { // the words are the library's
				t.Errorf("closed with %v", c)
			}
		})
	}
}

// TestManyFragments: a message is as large as its fragments together, and what is refused is not kept (S062).
func TestManyFragments(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	for name, size := range map[string]int{"within the limit": 60, "above it": 66} {
		t.Run(name, func(t *testing.T) {
			tab := b.Open("/")
			said := call(1, "echo", strings.Repeat("x", size*1000-len(call(1, "echo", ""))))
			var frames bytes.Buffer
			for i := range 1000 {
				head := byte(continuation)
				if i == 0 {
					head = ofText
				}
				if i == 999 {
					head |= final
				}
				frames.Write(rawFrame(head, said[i*size:(i+1)*size]))
			}
			if _, err := tab.Conn.NetConn().Write(frames.Bytes()); err != nil {
				t.Log(err) // the server need not wait for the rest of what it refuses
			}
			if size > 64 {
				wantClose(t, tab, process.TooBig, "")
			} else if got := read(t, tab); len(got) < size*900 {
				t.Errorf("%d bytes came back", len(got))
			}
		})
	}
}

// TestHostileSizes: who announces much and sends a little costs the node a little (S062).
func TestHostileSizes(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	var tabs []*processtest.Tab
	for range 50 {
		tabs = append(tabs, b.Open("/"))
	}
	before := allocated()
	for _, tab := range tabs {
		huge := binary.BigEndian.AppendUint64([]byte{final | ofText, 0x80 | 127}, 1<<40)
		if _, err := tab.Conn.NetConn().Write(append(huge, "mask"...)); err != nil {
			t.Fatal(err)
		}
		wantClose(t, tab, process.TooBig, "")
	}
	if grown := allocated() - before; grown > 50*2*64<<10 {
		t.Errorf("%d bytes for fifty messages that were refused", grown)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestNoCompression: who offers to compress is not taken up on it (S074).
func TestNoCompression(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	dialer := websocket.Dialer{Jar: b.Client.Jar, Subprotocols: []string{"ocsigo.v1"}, EnableCompression: true}
	conn, answer, err := dialer.Dial(strings.Replace(w.URL, "http", "ws", 1)+"/process", http.Header{"Origin": {w.URL}})
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if agreed := answer.Header.Values("Sec-Websocket-Extensions"); len(agreed) > 0 {
		t.Errorf("agreed on %v", agreed)
	}
}

// TestPushedWhileItCloses: fifty goroutines push to a tab while its socket ends, from either side (S075).
func TestPushedWhileItCloses(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	for range 20 {
		tab := b.Open("/")
		var pushing sync.WaitGroup
		for n := range 50 {
			pushing.Go(func() {
				for i := range 10 {
					if err := w.told.Send(process.Everyone(), n*10+i); err != nil {
						t.Error(err)
					}
				}
			})
		}
		tab.Close()
		pushing.Wait()
	}
	tab := b.Open("/")
	var pushing sync.WaitGroup
	for n := range 50 {
		pushing.Go(func() {
			for range 10 {
				w.told.Send(process.Everyone(), n)
			}
		})
	}
	closed := make(chan error)
	go func() { closed <- w.Tabs.Close(context.Background()) }()
	c := tab.WaitClose()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	pushing.Wait()
	if c.Code != int(process.ServerGoing) && c.Code != int(process.TooSlow) {
		t.Errorf("closed with %v", c)
	}
}

// TestReadsNoFurther: behind what ends a socket nothing is read, however much of it there is (S076).
func TestReadsNoFurther(t *testing.T) {
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	for name, bad := range map[string][]byte{
		"no frame": rawFrame(final|0x3, ""), "binary": rawFrame(final|0x2, "x"), "not UTF-8": rawFrame(final|ofText, "\xff"),
	} {
		t.Run(name, func(t *testing.T) {
			tab := b.Open("/")
			behind := bytes.Repeat(rawFrame(final|ofText, `{"jsonrpc":"2.0","method":"wait","params":["x"]}`), 2000)
			if _, err := tab.Conn.NetConn().Write(append(bad, behind...)); err != nil {
				t.Log(err) // the server need not wait for what it does not read
			}
			if c := tab.WaitClose(); c.Code > 1007 {
				t.Errorf("closed with %v", c)
			}
			if len(w.began) != 0 {
				t.Error("a call has begun behind the end")
			}
		})
	}
	if w.log.contains("panic") {
		t.Error("somebody has panicked")
	}
}

// TestReasons: what the server says when it closes a socket is a code, and at most a word of the protocol's page (S073).
func TestReasons(t *testing.T) {
	page := section(t, "The end of a socket")
	w := newWorld(t)
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	hello := func(params string) string {
		return `{"jsonrpc":"2.0","id":0,"method":"$/hello","params":` + params + `}`
	}
	for name, said := range map[string][]byte{
		"a hello that is none": rawFrame(final|ofText, `{"secret":"of the tab"}`),
		"another's token":      rawFrame(final|ofText, hello(`{"token":"secret of the tab"}`)),
		"an unknown process":   rawFrame(final|ofText, hello(`{"process":"secret of the tab","number":0,"received":0}`)),
		"a binary message":     rawFrame(final|0x2, "secret of the tab"),
	} {
		tab := b.Dial(nil)
		if _, err := tab.Conn.NetConn().Write(said); err != nil {
			t.Fatal(err)
		}
		c := tab.WaitClose()
		if len(c.Reason) > 123 || strings.Contains(c.Reason, "secret") || c.Reason != "" && !strings.Contains(page, "`"+c.Reason+"`") {
			t.Errorf("%s: closed with %v", name, c)
		}
	}
}
