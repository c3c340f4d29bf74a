package process

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
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
	return &socket{conn}, nil
}

// speaks reports whether a handshake offers our protocol.
func speaks(r *http.Request) bool { return slices.Contains(websocket.Subprotocols(r), protocol) }

// expect says how long the peer may be silent.
func (s *socket) expect(within time.Duration) error {
	return s.conn.SetReadDeadline(time.Now().Add(within))
}

// keep lets the peer stay as long as it answers pings. Only the reader may call it.
func (s *socket) keep(heard func()) {
	s.conn.SetPongHandler(func(string) error {
		heard()
		return s.expect(silenceAtMost)
	})
	s.expect(silenceAtMost)
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
		err = errNotUTF8
	}
	if err != nil {
		release(frame)
		return nil, err
	}
	return frame, nil
}

// frames hold what is being read, and what its calls stand in.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// frameKept is how large a buffer may be that is used again: a long call must not hold what a large message needed.
const frameKept = 4 << 10

// release gives a frame's buffer back.
func release(frame *bytes.Buffer) {
	if frame.Cap() <= frameKept {
		frames.Put(frame)
	}
}

// write sends one frame. One caller at a time. It has no deadline, which would be a timer for each frame: the heartbeat
// closes a socket that takes too long.
func (s *socket) write(frame []byte) error {
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// onPing says what is done when the peer pings, in its reader.
func (s *socket) onPing(f func(text string) error) { s.conn.SetPingHandler(f) }

// pong answers a ping, but not one behind the closing frame that the peer has not seen yet.
func (s *socket) pong(text string) error {
	err := s.conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeTime))
	if errors.Is(err, websocket.ErrCloseSent) {
		return nil
	}
	return err
}

// ping asks the peer for a sign of life.
func (s *socket) ping() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime))
}

// sayClose sends the closing frame.
func (s *socket) sayClose(code Code, reason string) {
	text := websocket.FormatCloseMessage(int(code), reason)
	s.conn.WriteControl(websocket.CloseMessage, text, time.Now().Add(closingTime))
}

// refuse sends the closing frame to a peer that may still be sending, and waits for its end without looking
// at what comes: a connection that is closed over unread bytes is reset, and the closing frame lost with it.
func (s *socket) refuse(code Code) {
	s.sayClose(code, "")
	conn := s.conn.NetConn()
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	s.expect(closingTime)
	io.Copy(io.Discard, conn)
}

func (s *socket) close() { s.conn.Close() }

// What a message may be instead of UTF-8 text.
var (
	errNotText = errors.New("not text")
	errNotUTF8 = errors.New("not UTF-8")
)

func timedOut(err error) bool {
	var failed net.Error
	return errors.As(err, &failed) && failed.Timeout()
}

// saidGone reports whether reading ended because the peer's document is gone.
func saidGone(err error) bool { return websocket.IsCloseError(err, int(GoneForGood)) }

// refusal is the code for what cannot be read; 0 when the peer is gone.
func refusal(err error) Code {
	var closed *websocket.CloseError
	var failed net.Error
	switch {
	case err == nil, errors.As(err, &closed), errors.As(err, &failed):
		return 0
	case errors.Is(err, errNotText):
		return NotText
	case errors.Is(err, errNotUTF8):
		return BadMessage
	case errors.Is(err, websocket.ErrReadLimit):
		return TooBig
	}
	return BadFrame
}
