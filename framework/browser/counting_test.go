package browser_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// life is what the server knows of a tab: enough to count its frames through all its sockets.
type life struct {
	server *server
	id     string // "p1" is the first whose hello is answered; "" before that

	socket   *socket // the last
	returned bool    // it is not its first
	received int     // frames of the tab
}

// socket is one that somebody reads, until read is closed.
type socket struct {
	conn *websocket.Conn
	of   *life // nil before the hello
	read chan struct{}
}

// hear finds whose message it is, and counts it. A hello that comes back waits until the socket before is read to its
// end, or has been silent for a second.
func (s *server) hear(on *socket, m *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Method == "$/hello" && on.of == nil {
		var params struct{ Process string }
		json.Unmarshal(m.Params, &params)
		on.of = s.lifeLocked(params.Process)
		if before := on.of.socket; before != nil {
			s.mu.Unlock()
			before.conn.NetConn().SetReadDeadline(time.Now().Add(time.Second))
			<-before.read
			s.mu.Lock()
		}
		on.of.socket = on
	}
	m.life = on.of
	switch m.Method {
	case "$/hello", "$/visibility":
	case "$/ping", "$/ack":
		return
	default:
		m.life.received++
	}
	s.heard = append(s.heard, m.Method)
}

// lifeLocked finds a process by its id. One that is unknown begins here.
func (s *server) lifeLocked(id string) *life {
	i := slices.IndexFunc(s.begun, func(l *life) bool { return l.id == id })
	if i < 0 {
		return &life{server: s}
	}
	s.begun[i].returned = true
	return s.begun[i]
}

// welcome is what a hello is answered with: one that comes back hears how many of its frames have come.
func (l *life) welcome() any { return l.welcomeWithin(usual) }

// returned is what the hello of a process that comes back is answered with, however many of its frames have come.
func returned(received int) any {
	return map[string]any{"process": "p1", "received": received, "limits": usual}
}

// limits are what a tab may do.
type limits struct {
	Calls  int `json:"calls"`
	Rate   int `json:"rate"`
	Burst  int `json:"burst"`
	Window int `json:"window"`
}

var usual = limits{Calls: 8, Rate: 50, Burst: 100, Window: 32}

func (l *life) welcomeWithin(within limits) any {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	if l.id == "" {
		l.server.begun = append(l.server.begun, l)
		l.id = fmt.Sprint("p", len(l.server.begun))
	}
	welcome := map[string]any{"process": l.id, "limits": within}
	if l.returned {
		welcome["received"] = l.received
	}
	return welcome
}

// receipt says how many frames of the tab have come.
func (l *life) receipt() any {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	return map[string]int{"received": l.received}
}
