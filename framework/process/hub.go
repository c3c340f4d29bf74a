package process

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// protocol is the websocket's sub-protocol: what docs/protocol.md describes.
const protocol = "ocsigo.v1"

// Options of a Hub.
type Options struct {
	// Origin is the only origin whose pages may open sockets: https://example.com, as browsers write it.
	Origin string

	// Limits are what a tab, a client and this node may have: the defaults suit most sites.
	Limits Limits

	Log *slog.Logger // default slog.Default()
}

// Hub has the tabs of this node: it is the handler of their websocket. Make it with New, end it with Close.
type Hub struct {
	sessions *session.Manager
	opts     Options
	limits   Limits
	find     Functions
	codec    Codec
	events   []*EventType
	seats    seats
	watch    *watch
	couriers couriers

	work     sync.WaitGroup // every goroutine of this room but the watch, and every process
	pings    chan struct{}  // closed to end the heartbeat
	ended    chan struct{}  // closed to end the watch
	watching sync.WaitGroup

	mu        sync.Mutex // protects the fields below
	processes map[*Process]struct{}
	ends      []func()
	beating   bool
	closed    bool
}

// New returns a hub without tabs. It panics when a limit is negative.
func New(sessions *session.Manager, opts Options) *Hub {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	opts.Limits.check()
	h := &Hub{
		sessions:  sessions,
		opts:      opts,
		limits:    opts.Limits.orDefaults(),
		find:      func([]byte) *Function { return nil },
		codec:     plainJSON,
		watch:     newWatch(),
		pings:     make(chan struct{}),
		ended:     make(chan struct{}),
		processes: map[*Process]struct{}{},
	}
	h.seats = newSeats(&h.limits)
	h.couriers.work, h.couriers.rouse = &h.work, h.watch.busy
	h.watch.couriers = &h.couriers
	return h
}

// Log is where the hub's rooms write.
func (h *Hub) Log() *slog.Logger { return h.opts.Log }

// Serve says what answers the tabs' calls, and how values cross the wire. Call it once, before serving. It
// panics when an event's type does not cross it.
func (h *Hub) Serve(f Functions, c Codec) {
	h.find, h.codec = f, c
	for _, e := range h.events {
		e.use(c)
	}
}

// atEnd adds what ends when the hub closes, before its tabs are told.
func (h *Hub) atEnd(end func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ends = append(h.ends, end)
}

func (h *Hub) closing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// add takes a process in with its first visit; false when the hub is closing. Both count as work: the visit until
// its reader has ended, the process until it is removed.
func (h *Hub) add(p *Process) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.processes[p] = struct{}{}
	h.work.Add(2)
	if !h.beating {
		h.beating = true
		h.work.Go(h.beat)
		h.watching.Go(func() { h.watch.run(h.ended) })
	}
	return true
}

func (h *Hub) remove(p *Process) {
	defer h.work.Done()
	h.seats.free(p)
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.processes, p)
}

func (h *Hub) all() []*Process {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*Process, 0, len(h.processes))
	for p := range h.processes {
		all = append(all, p)
	}
	return all
}

// beat pings all sockets now and then, and looks more often whether they take what is sent: one ticker serves all. A
// socket that answers stays, one that does not reaches its read deadline.
func (h *Hub) beat() {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for look := 1; ; look++ {
		select {
		case <-h.pings:
			return
		case <-ticker.C:
			h.look(look%int(pingEvery/lookEvery) == 0)
		}
	}
}

func (h *Hub) look(ping bool) {
	for _, p := range h.all() {
		if ping {
			p.post(parcel{ping: true})
		}
		if s := p.outbox.stuck(); s != nil {
			s.close() // its reader sees it and leaves the process
		}
	}
}

// Close stops: new sockets are refused, and new calls. Each tab is told that this node is going as soon as the calls
// that it has under way are answered, at latest after 5 seconds. It returns when all tabs are gone and all calls have
// ended. A tab that has lost its socket is not waited for, but the calls that it has under way are, as those of all.
//
// With ctx's error it returns when that is over: the sockets are cut then, and calls may still run.
func (h *Hub) Close(ctx context.Context) error {
	h.stop()
	gone := make(chan struct{})
	go func() {
		h.work.Wait()
		close(gone)
	}()
	late := time.NewTimer(drainTime)
	defer late.Stop()
	for {
		select {
		case <-gone:
			h.watching.Wait()
			return nil
		case <-late.C:
			h.tellAll()
		case <-ctx.Done():
			h.tellAll()
			for _, p := range h.all() {
				p.cut()
			}
			return errors.Join(errors.New("tabs are still open"), ctx.Err())
		}
	}
}

// stop lets nothing begin any more.
func (h *Hub) stop() {
	h.mu.Lock()
	already, ends := h.closed, h.ends
	h.closed = true
	h.mu.Unlock()
	if already {
		return
	}
	h.work.Add(1) // until all is told, nobody has waited to the end
	defer h.work.Done()
	close(h.pings)
	go func() {
		h.work.Wait()
		close(h.ended)
	}()
	for _, end := range ends {
		h.work.Go(end)
	}
	for _, p := range h.all() {
		p.calls.drain(func() { h.work.Go(func() { p.post(parcel{code: ServerGoing}) }) })
	}
}

// tellAll waits for no calls any more.
func (h *Hub) tellAll() {
	for _, p := range h.all() {
		p.post(parcel{code: ServerGoing})
	}
}
