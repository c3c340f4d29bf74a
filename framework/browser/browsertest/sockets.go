package browsertest

import (
	"slices"
	"sync"

	"github.com/chromedp/cdproto/network"
)

// Socket is a websocket that a tab opened, or tried to.
type Socket struct {
	URL    string
	Open   bool // the server has agreed to it, and nobody has closed it yet
	Frames []Frame
}

// Frame is one message on a websocket.
type Frame struct {
	Sent bool // by the page; otherwise to it
	Text string
}

// Sockets returns the websockets of the tab, those that are closed too, first to
// last, with what went over them. What the page sent is there when it is sent,
// even if the network does not carry it.
func (tab *Tab) Sockets() []Socket {
	tab.flush()
	return tab.sockets.all()
}

// sockets notes the websockets of a tab.
type sockets struct {
	mu  sync.Mutex // protects all below
	ids []network.RequestID
	of  map[network.RequestID]*Socket
}

func (s *sockets) hear(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch event := event.(type) {
	case *network.EventWebSocketCreated:
		if s.of == nil {
			s.of = make(map[network.RequestID]*Socket)
		}
		s.ids = append(s.ids, event.RequestID)
		s.of[event.RequestID] = &Socket{URL: event.URL}
	case *network.EventWebSocketHandshakeResponseReceived:
		s.openLocked(event.RequestID, event.Response.Status == 101)
	case *network.EventWebSocketClosed:
		s.openLocked(event.RequestID, false)
	case *network.EventWebSocketFrameSent:
		s.noteLocked(event.RequestID, Frame{Sent: true, Text: string(event.Response.PayloadData)})
	case *network.EventWebSocketFrameReceived:
		s.noteLocked(event.RequestID, Frame{Text: string(event.Response.PayloadData)})
	}
}

func (s *sockets) openLocked(id network.RequestID, open bool) {
	if socket := s.of[id]; socket != nil {
		socket.Open = open
	}
}

func (s *sockets) noteLocked(id network.RequestID, frame Frame) {
	if socket := s.of[id]; socket != nil {
		socket.Frames = append(socket.Frames, frame)
	}
}

func (s *sockets) all() []Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Socket
	for _, id := range s.ids {
		socket := *s.of[id]
		socket.Frames = slices.Clone(socket.Frames)
		all = append(all, socket)
	}
	return all
}
