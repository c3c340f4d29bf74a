package process

import (
	"net/http"
	"net/netip"
	"strings"
)

// ServeHTTP makes a process of each websocket. It must stand outside the middleware of pages: it reads the
// cookies itself, and leaves the HTTP handler as soon as the socket is open. A POST redeems a ticket: see
// session.Ticket.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.redeem(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	}
}

func (h *Hub) handshake(w http.ResponseWriter, r *http.Request) {
	if refused := h.refuse(r); refused != "" {
		h.opts.Log.WarnContext(r.Context(), "socket refused", "why", refused, "origin", r.Header.Get("Origin"))
		http.Error(w, "This socket is for the pages of this site.", http.StatusForbidden)
		return
	}
	if h.closing() { // before the upgrade: a socket that opens says that a server answers again
		later(w, http.StatusServiceUnavailable, "This server stops.")
		return
	}
	from := h.clientOf(r)
	if status := h.seats.arrive(from); status != 0 {
		h.opts.Log.WarnContext(r.Context(), "socket refused", "why", "too many", "from", from)
		later(w, status, "There are too many sockets.")
		return
	}
	s, err := upgrade(w, r)
	if err != nil {
		h.seats.arrived(from)
		return // the library has answered
	}
	h.begin(newVisit(h, s, h.sessions.Cookies(r), from))
}

// begin lets a visit begin.
func (h *Hub) begin(v *visit) {
	if !h.add(v.process) {
		v.socket.refuse(ServerGoing)
		v.socket.close()
		v.arrived()
		return
	}
	v.socket.expect(helloTime)
	v.socket.onPing(v.pinged)
	go v.read()
}

func later(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, text, status)
}

// refuse says why a handshake is not from a page of this site.
func (h *Hub) refuse(r *http.Request) string {
	mode := r.Header.Get("Sec-Fetch-Mode")
	switch why := h.foreign(r); {
	case why != "":
		return why
	case mode != "" && mode != "websocket":
		return "not a websocket"
	case !speaks(r):
		return "another protocol"
	}
	return ""
}

// foreign says why a request is not from a page of this site. Browsers always send Origin with a handshake, and with a
// POST.
func (h *Hub) foreign(r *http.Request) string {
	origins, site := r.Header.Values("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case len(origins) != 1 || !strings.EqualFold(origins[0], h.opts.Origin):
		return "origin"
	case site != "" && site != "same-origin":
		return "another site"
	}
	return ""
}

// clientOf is the network that a handshake comes from: an address, or of the sixth version what one client has of them.
func (h *Hub) clientOf(r *http.Request) netip.Addr {
	address := h.sessions.ClientAddress(r).Unmap()
	if !address.Is6() {
		return address
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.Addr()
}
