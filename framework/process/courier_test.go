package process

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// peer is the network behind a socket, as far as a courier meets it: who takes nothing blocks him until it is let go.
type peer struct {
	net.Conn
	blocks chan struct{} // nil: it takes all
	took   chan struct{} // one value for each write
}

func (p *peer) Write(frame []byte) (int, error) {
	if p.blocks != nil {
		<-p.blocks
	}
	p.took <- struct{}{}
	return len(frame), nil
}

func (*peer) SetDeadline(time.Time) error      { return nil }
func (*peer) SetReadDeadline(time.Time) error  { return nil }
func (*peer) SetWriteDeadline(time.Time) error { return nil }
func (*peer) Close() error                     { return nil }

// Hijack is for the upgrade.
func (p *peer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p, bufio.NewReadWriter(bufio.NewReader(p), bufio.NewWriter(p)), nil
}

// hijacked is a response whose connection is a peer's.
type hijacked struct {
	http.ResponseWriter
	*peer
}

func (h hijacked) Write(b []byte) (int, error) { return h.ResponseWriter.Write(b) }

// errands are some outboxes, the couriers for them, and the watch.
type errands struct {
	couriers
	t      *testing.T
	limits Limits
	count  sync.WaitGroup
}

func newErrands(t *testing.T) *errands {
	e := &errands{t: t, limits: Limits{}.orDefaults()}
	w := newWatch()
	e.work, e.rouse, w.couriers = &e.count, w.busy, &e.couriers
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { w.run(done) })
	t.Cleanup(func() {
		close(done)
		watching.Wait()
	})
	return e
}

// outbox is that of a tab which takes what it is sent, or what it is sent once blocks is closed.
func (e *errands) outbox(blocks chan struct{}) (*outbox, *peer) {
	p := &peer{took: make(chan struct{}, 100)}
	r := httptest.NewRequest(http.MethodGet, "/process", nil)
	r.Header = http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="},
	}
	s, err := upgrade(hijacked{httptest.NewRecorder(), p}, r)
	if err != nil {
		e.t.Fatal(err)
	}
	<-p.took // the answer to the handshake
	p.blocks = blocks
	return &outbox{work: e.work, limits: &e.limits, socket: s}, p
}

// tell sends one event to all.
func (e *errands) tell(all []*outbox) {
	for _, o := range all {
		if send, _ := o.put(parcel{frame: []byte(`{}`)}); send {
			e.send(o)
		}
	}
}

// TestCouriers: an event goes to all tabs by a few goroutines, and none is left.
func TestCouriers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newErrands(t)
		var all []*outbox
		var peers []*peer
		for range 1000 {
			o, p := e.outbox(nil)
			all, peers = append(all, o), append(peers, p)
		}
		before := runtime.NumGoroutine()
		e.tell(all)
		if more, most := runtime.NumGoroutine()-before, runtime.GOMAXPROCS(0); more > most {
			t.Errorf("%d goroutines send, want at most %d", more, most)
		}
		e.count.Wait()
		for i, p := range peers {
			if len(p.took) != 1 {
				t.Errorf("tab %d got %d messages, want 1", i, len(p.took))
			}
		}
		if len(e.under)+len(e.waiting) != 0 {
			t.Errorf("%d couriers and %d outboxes are left", len(e.under), len(e.waiting))
		}
	})
}

// TestCouriersHeldUp: however many tabs take nothing, the others have their message at once, by the watch's clock. In the
// end those who took nothing have theirs, and couriers go on as before.
func TestCouriersHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newErrands(t)
		blocks := make(chan struct{})
		var all []*outbox
		var deaf, well []*peer
		for i := range 200 {
			if i%2 == 0 {
				o, p := e.outbox(blocks)
				all, deaf = append(all, o), append(deaf, p)
			} else {
				o, p := e.outbox(nil)
				all, well = append(all, o), append(well, p)
			}
		}
		for n := range 3 {
			e.tell(all)
			time.Sleep((lateLooks + 2) * lookAtReaders)
			synctest.Wait()
			for i, p := range well {
				if len(p.took) != n+1 {
					t.Fatalf("tab %d got %d messages, want %d", i, len(p.took), n+1)
				}
			}
		}
		close(blocks)
		e.count.Wait()
		for i, p := range deaf {
			if len(p.took) != 3 {
				t.Errorf("deaf tab %d got %d messages, want 3", i, len(p.took))
			}
		}
		if len(e.under)+len(e.waiting) != 0 {
			t.Errorf("%d couriers and %d outboxes are left", len(e.under), len(e.waiting))
		}
	})
}
