package process

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// protocol is the websocket's sub-protocol: what docs/protocol.md describes.
const protocol = "ocsigo.v1"

// Limits, each with its unit.
const (
	messageAtMost  = 64 << 10         // bytes of a message from a tab
	callsAtOnce    = 8                // calls of a tab that run
	callsWaiting   = 32               // calls of a tab that wait behind them
	batchAtMost    = 40               // messages of a batch
	outboxMessages = 256              // messages that wait to be sent to a tab
	outboxBytes    = 1 << 20          // bytes of these; one alone may be larger
	helloTime      = 10 * time.Second // from the handshake to the hello
	pingEvery      = 25 * time.Second // on a quiet socket
	silenceAtMost  = 60 * time.Second // without a pong; then the tab is gone
	returnTime     = 60 * time.Second // for a tab without a socket to come back
	writeTime      = 10 * time.Second // for one frame to leave
	closingTime    = 5 * time.Second  // for the last frames to leave and the tab to go
)

// Options of a Hub.
type Options struct {
	// Origin is the only origin whose pages may open sockets: https://example.com, as browsers write it.
	Origin string

	Log *slog.Logger // default slog.Default()
}

// Hub has the tabs of this node: it is the handler of their websocket. Make it with New, end it with Close.
type Hub struct {
	sessions *session.Manager
	opts     Options
	find     Functions
	codec    Codec
	events   []*EventType

	work  sync.WaitGroup // every goroutine of this room, and every process
	pings chan struct{}  // closed to end the heartbeat

	mu        sync.Mutex // protects the fields below
	processes map[*Process]struct{}
	beating   bool
	closed    bool
}

// New returns a hub without tabs.
func New(sessions *session.Manager, opts Options) *Hub {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	return &Hub{
		sessions:  sessions,
		opts:      opts,
		find:      func(string) *Function { return nil },
		codec:     plainJSON,
		pings:     make(chan struct{}),
		processes: map[*Process]struct{}{},
	}
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

// ServeHTTP makes a process of each websocket. It must stand outside the middleware of pages: it reads the
// cookies itself, and leaves the HTTP handler as soon as the socket is open.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	if refused := h.refuse(r); refused != "" {
		h.opts.Log.WarnContext(r.Context(), "socket refused", "why", refused, "origin", r.Header.Get("Origin"))
		http.Error(w, "This socket is for the pages of this site.", http.StatusForbidden)
		return
	}
	if h.closing() { // before the upgrade: a socket that opens says that a server answers again
		w.Header().Set("Retry-After", "1")
		http.Error(w, "This server stops.", http.StatusServiceUnavailable)
		return
	}
	s, err := upgrade(w, r)
	if err != nil {
		return // the library has answered
	}
	v := newVisit(h, s, h.sessions.Cookies(r))
	if !h.add(v.process) {
		s.refuse(ServerGoing)
		s.close()
		return
	}
	go v.run()
}

func (h *Hub) closing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// refuse says why a handshake is not from a page of this site. Browsers always send Origin with it.
func (h *Hub) refuse(r *http.Request) string {
	origins := r.Header.Values("Origin")
	site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
	switch {
	case len(origins) != 1 || !strings.EqualFold(origins[0], h.opts.Origin):
		return "origin"
	case site != "" && site != "same-origin":
		return "another site"
	case mode != "" && mode != "websocket":
		return "not a websocket"
	case !speaks(r):
		return "another protocol"
	}
	return ""
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
		h.work.Add(1)
		go h.beat()
	}
	return true
}

func (h *Hub) remove(p *Process) {
	defer h.work.Done()
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

// beat pings all sockets now and then: one ticker serves all. A socket that answers stays, one that does
// not reaches its read deadline.
func (h *Hub) beat() {
	defer h.work.Done()
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-h.pings:
			return
		case <-ticker.C:
		}
		for _, p := range h.all() {
			p.post(parcel{ping: true})
		}
	}
}

// Close tells every tab that this node is going, and returns when all of them are gone and their calls
// have ended, or with ctx's error. Those that have lost their sockets are not waited for.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	already := h.closed
	h.closed = true
	h.mu.Unlock()
	if !already {
		close(h.pings)
	}
	for _, p := range h.all() {
		p.post(parcel{code: ServerGoing})
	}
	gone := make(chan struct{})
	go func() {
		h.work.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		for _, p := range h.all() {
			p.cut()
		}
		return errors.Join(errors.New("tabs are still open"), ctx.Err())
	}
}
