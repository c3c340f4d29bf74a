package main

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
)

// bare is the least server that the websocket library makes for this work, and its best: a goroutine for each
// connection, which has left its HTTP handler; 512 bytes to read into; buffers for writing, and for what is read, that
// all share. It knows nobody, checks nothing, and a connection that does not read holds up all others.
type bare struct {
	answer func(frame []byte) ([]byte, error)

	mu    sync.Mutex // protects peers
	peers map[*peer]struct{}
}

// peer is one connection.
type peer struct {
	conn *websocket.Conn
	mu   sync.Mutex // held for writing
}

func newBare(answer func([]byte) ([]byte, error)) *bare {
	return &bare{answer: answer, peers: map[*peer]struct{}{}}
}

var bareUpgrader = websocket.Upgrader{
	ReadBufferSize:  512,
	WriteBufferSize: 1024,
	WriteBufferPool: &sync.Pool{},
	Subprotocols:    []string{subprotocol},
	CheckOrigin:     func(*http.Request) bool { return true },
}

var bareFrames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, err := bareUpgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the library has answered
	}
	p := &peer{conn: conn}
	b.mu.Lock()
	b.peers[p] = struct{}{}
	b.mu.Unlock()
	go b.serve(p)
}

func (b *bare) serve(p *peer) {
	for b.one(p) == nil {
	}
	p.conn.Close()
	b.mu.Lock()
	delete(b.peers, p)
	b.mu.Unlock()
}

// one reads a message and answers it.
func (b *bare) one(p *peer) error {
	_, r, err := p.conn.NextReader()
	if err != nil {
		return err
	}
	frame := bareFrames.Get().(*bytes.Buffer)
	defer bareFrames.Put(frame)
	frame.Reset()
	if _, err := frame.ReadFrom(r); err != nil {
		return err
	}
	text, err := b.answer(frame.Bytes())
	if err != nil {
		return err
	}
	return p.write(text)
}

func (p *peer) write(text []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn.WriteMessage(websocket.TextMessage, text)
}

// push writes to one connection after the other.
func (b *bare) push(bytes int) error {
	text, err := message(bytes)
	if err != nil {
		return err
	}
	b.mu.Lock()
	peers := slices.Collect(maps.Keys(b.peers))
	b.mu.Unlock()
	for _, p := range peers {
		p.write(text) // who is gone is found by his reader
	}
	return nil
}

func message(bytes int) ([]byte, error) {
	return json.Marshal(bareNotification{"2.0", eventName, told(bytes)})
}

// logIn has nobody to log in.
func (b *bare) logIn(n int) ([]login, error) { return make([]login, n), nil }

func (b *bare) tabs() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.peers)
}

func (b *bare) close() {}

// echo sends back what comes.
func echo(frame []byte) ([]byte, error) { return frame, nil }

type bareRequest struct {
	Version string         `json:"jsonrpc"`
	ID      jsontext.Value `json:"id"`
	Method  string         `json:"method"`
	Params  jsontext.Value `json:"params"`
}

type bareResponse struct {
	Version string         `json:"jsonrpc"`
	ID      jsontext.Value `json:"id"`
	Result  Moved          `json:"result"`
}

type bareNotification struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  Told   `json:"params"`
}

// codec reads the envelope and then the parameters, and writes both, with the library that we use: what a server
// must do that has several functions with types.
func codec(frame []byte) ([]byte, error) {
	var request bareRequest
	if err := json.Unmarshal(frame, &request); err != nil {
		return nil, err
	}
	var in Move
	if request.Method == callName {
		if err := json.Unmarshal(request.Params, &in); err != nil {
			return nil, err
		}
	}
	return json.Marshal(bareResponse{"2.0", request.ID, moved(in, 1)})
}
