package process

import (
	"bytes"
	"errors"
	"net/http"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// socket is the one place that knows the websocket library. One goroutine reads; writers take turns.
type socket struct{ conn *websocket.Conn }

var upgrader = websocket.Upgrader{
	HandshakeTimeout: writeTime,
	// Small buffers, and write buffers shared by all: an idle tab costs little. Compression stays off: with
	// it the read limit would count compressed bytes.
	ReadBufferSize:  512,
	WriteBufferSize: 1024,
	WriteBufferPool: &sync.Pool{},
	Subprotocols:    []string{protocol},
	CheckOrigin:     func(*http.Request) bool { return true }, // ServeHTTP has checked it
}

func upgrade(w http.ResponseWriter, r *http.Request) (*socket, error) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(messageAtMost)
	s := &socket{conn}
	conn.SetPongHandler(func(string) error { return s.expect(silenceAtMost) })
	return s, nil
}

// expect says how long the peer may be silent.
func (s *socket) expect(within time.Duration) error {
	return s.conn.SetReadDeadline(time.Now().Add(within))
}

// read waits for the next frame and returns it in a buffer that the caller gives back. While it waits it
// holds none: an idle tab costs no buffer.
func (s *socket) read() (*bytes.Buffer, error) {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return nil, err
	}
	if kind != websocket.TextMessage {
		return nil, errNotText
	}
	frame := frames.Get().(*bytes.Buffer)
	frame.Reset()
	if _, err = frame.ReadFrom(r); err == nil && !utf8.Valid(frame.Bytes()) {
		err = errNotText
	}
	if err != nil {
		frames.Put(frame)
		return nil, err
	}
	return frame, nil
}

// frames hold what is being read.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write sends one frame. One caller at a time.
func (s *socket) write(frame []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(writeTime))
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// ping asks the peer for a sign of life.
func (s *socket) ping() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime))
}

// sayClose sends the closing frame and lets the peer answer it for a while.
func (s *socket) sayClose(code Code, reason string) {
	text := websocket.FormatCloseMessage(int(code), reason)
	s.conn.WriteControl(websocket.CloseMessage, text, time.Now().Add(writeTime))
	s.expect(closingTime)
}

func (s *socket) close() { s.conn.Close() }

// errNotText says that a frame was not UTF-8 text.
var errNotText = errors.New("not UTF-8 text")

// refusal is the code for a frame that cannot be read; 0 when the socket is gone anyway.
func refusal(err error) Code {
	switch {
	case errors.Is(err, errNotText):
		return BadMessage
	case errors.Is(err, websocket.ErrReadLimit):
		return TooBig
	}
	return 0
}
