package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ocsigo/start/framework/process"
)

// What a handshake says.
const (
	socketPath  = "/process"
	subprotocol = "ocsigo.v1"
)

func originOf(address string) string { return "http://" + address }

// patience is for how long a tab waits for anything.
const patience = time.Minute

// tab is one websocket of the load: as little of a client as there can be, for it takes the processors away from what
// is measured. One goroutine has it at a time.
type tab struct {
	conn net.Conn
	in   *bufio.Reader
	text []byte // what was read last

	counts   bool // what it hears, and says so now and then
	received int
	unsaid   int // messages since it was said
	bytes    int // of these
}

func dial(ctx context.Context, dialer net.Dialer, address, cookies string) (*tab, error) {
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(patience))
	t := &tab{conn: conn, in: bufio.NewReaderSize(conn, 1024)}
	if err := t.handshake(address, cookies); err != nil {
		conn.Close()
		return nil, err
	}
	return t, nil
}

func (t *tab) handshake(address, cookies string) error {
	lines := []string{
		"GET " + socketPath + " HTTP/1.1", "Host: " + address, "Origin: " + originOf(address),
		"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: " + subprotocol,
		"Cookie: " + cookies, "", "",
	}
	if _, err := io.WriteString(t.conn, strings.Join(lines, "\r\n")); err != nil {
		return err
	}
	status, err := t.in.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.Contains(status, " 101 ") {
		return fmt.Errorf("handshake: %s", strings.TrimSpace(status))
	}
	for line := status; strings.TrimSpace(line) != ""; {
		if line, err = t.in.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

// hello says who the tab is. A bare server gets a call in its place, so that it has read and written a message too.
func (t *tab) hello(who login) error {
	text := callText
	if who.Token != "" {
		params, err := json.Marshal(map[string]any{"token": who.Token, "identity": who.Identity, "counted": who.Counted})
		if err != nil {
			return err
		}
		text = `{"jsonrpc":"2.0","id":0,"method":"$/hello","params":` + string(params) + `}`
	}
	if err := t.call(masked(opText, []byte(text))); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	t.counts, t.received, t.unsaid, t.bytes = who.Counted, 0, 0, 0
	return nil
}

// call says a message and waits for its answer.
func (t *tab) call(frame []byte) error {
	if _, err := t.conn.Write(frame); err != nil {
		return err
	}
	for {
		text, err := t.read()
		switch {
		case err != nil:
			return err
		case bytes.Contains(text, []byte(`"error":`)):
			return fmt.Errorf("answered with %s", text)
		case !unasked(text):
			return nil
		}
	}
}

// unasked tells what the server says by itself from an answer. An echo's answer is the call.
func unasked(text []byte) bool { return bytes.HasPrefix(text, []byte(`{"jsonrpc":"2.0","method":`)) }

// bye closes as a browser does whose document is gone, and waits for the server to do so too.
func (t *tab) bye() error {
	defer t.conn.Close()
	if _, err := t.conn.Write(masked(opClose, []byte{1000 >> 8, 1000 & 0xff})); err != nil {
		return err
	}
	for {
		_, err := t.read()
		if _, ok := errors.AsType[closed](err); ok {
			io.Copy(io.Discard, t.in)
			return nil
		} else if err != nil {
			return err
		}
	}
}

// The kinds of frames.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// closed says that the server has closed, and why; the code is 0 when it gave none.
type closed struct {
	code   process.Code
	reason string
}

func (c closed) Error() string {
	return strings.TrimSpace(fmt.Sprintf("closed with %d %s", c.code, c.reason))
}

func closedWith(err error, code process.Code) bool {
	c, ok := errors.AsType[closed](err)
	return ok && c.code == code
}

// read returns the next message, which is good until the next read. It answers pings, and acknowledges.
func (t *tab) read() ([]byte, error) {
	for {
		op, err := t.frame()
		if err != nil {
			return nil, err
		}
		switch op {
		case opText:
			return t.text, t.count()
		case opPing:
			_, err = t.conn.Write(masked(opPong, t.text))
		case opClose:
			err = closeError(t.text)
		}
		if err != nil {
			return nil, err
		}
	}
}

func closeError(text []byte) error {
	if len(text) < 2 {
		return closed{}
	}
	return closed{process.Code(binary.BigEndian.Uint16(text)), string(text[2:])}
}

// drain reads until there is no more, and says why.
func (t *tab) drain() error {
	for {
		if _, err := t.read(); err != nil {
			return err
		}
	}
}

// frame reads one frame into text.
func (t *tab) frame() (op byte, err error) {
	var head [10]byte
	if _, err := io.ReadFull(t.in, head[:2]); err != nil {
		return 0, err
	}
	size := uint64(head[1])
	switch size {
	case 126:
		_, err = io.ReadFull(t.in, head[2:4])
		size = uint64(binary.BigEndian.Uint16(head[2:4]))
	case 127:
		_, err = io.ReadFull(t.in, head[2:10])
		size = binary.BigEndian.Uint64(head[2:10])
	}
	if err != nil {
		return 0, err
	}
	if uint64(cap(t.text)) < size {
		t.text = make([]byte, size)
	}
	t.text = t.text[:size]
	_, err = io.ReadFull(t.in, t.text)
	return head[0] & 15, err
}

// count acknowledges what was received, after so much of it as docs/protocol.md asks for.
func (t *tab) count() error {
	if !t.counts || bytes.HasPrefix(t.text, []byte(`{"jsonrpc":"2.0","method":"$/ack"`)) {
		return nil
	}
	t.received++
	t.unsaid++
	t.bytes += len(t.text)
	if t.unsaid < 64 && t.bytes < 64<<10 {
		return nil
	}
	t.unsaid, t.bytes = 0, 0
	_, err := t.conn.Write(masked(opText, fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"$/ack","params":{"received":%d}}`, t.received)))
	return err
}

// masked is a frame of a client. The mask is zero, which costs this side nothing and the server what any does.
func masked(op byte, text []byte) []byte {
	frame := []byte{0x80 | op}
	if len(text) < 126 {
		frame = append(frame, 0x80|byte(len(text)))
	} else {
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(len(text)))
	}
	return append(append(frame, 0, 0, 0, 0), text...)
}
