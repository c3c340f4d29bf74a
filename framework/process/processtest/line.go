package processtest

import (
	"encoding/json"
	"fmt"
	"sync"
)

// A process that counts is told what was heard this often.
const (
	ackFrames = 64
	ackBytes  = 64 << 10
)

// line is what a document keeps of the talk with its process, beyond one socket: what it has said that the server may
// not have heard, and how much it has heard itself. docs/protocol.md has the rules.
type line struct {
	writing sync.Mutex // held while a frame is counted and written: the order on the wire is that of the numbers

	mu      sync.Mutex // protects the fields below
	counted bool
	socket  *Tab            // the one that is listened to
	last    int             // the id of the last call
	said    int             // frames that count, in all
	kept    []string        // those of them that the server has not acknowledged
	heard   int             // frames of the server that count, in all
	told    int             // the number of them that the server was told last
	bytes   int             // heard since then
	free    map[string]bool // ids of hellos and pings: the answers do not count
	given   map[string]bool // ids of calls whose answers nobody waits for any more
	events  []Event
}

func newLine() *line { return &line{free: map[string]bool{}, given: map[string]bool{}} }

// counts reports whether a message counts that stands alone in its frame.
func (m message) counts() bool {
	switch m.Method {
	case "$/hello", "$/ping":
		return m.ID == nil // then it is none
	case "$/ack", "$/visibility":
		return m.ID != nil // it wants an answer, and so is neither
	}
	return true
}

// keep counts a frame of the tab, and keeps it until it is acknowledged. m is what stands in it.
func (l *line) keep(m message, frame string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch counts := m.counts(); {
	case !counts && m.ID != nil:
		l.free[string(m.ID)] = true
	case counts && l.counted:
		l.said++
		l.kept = append(l.kept, frame)
	}
}

// hear counts a frame of the server. It reports whether that was no more than an acknowledgement.
func (l *line) hear(by *Tab, m message, bytes int) (ack bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := string(m.ID)
	switch {
	case !l.counted || l.socket != by:
		return false
	case m.Method == "$/ack":
		l.releaseLocked(m.Params)
		return true
	case m.Method == "" && l.free[id]:
		delete(l.free, id)
		l.releaseLocked(m.Result)
		return false
	}
	l.heard++
	l.bytes += bytes
	return false
}

// releaseLocked forgets what the server says that it has received.
func (l *line) releaseLocked(said json.RawMessage) {
	var has struct{ Received *int }
	if json.Unmarshal(said, &has) == nil && has.Received != nil {
		l.trimLocked(*has.Received)
	}
}

// trimLocked forgets the first so many of the tab's frames. The error says that the server is out of step.
func (l *line) trimLocked(received int) error {
	first := l.said - len(l.kept)
	if received < first || received > l.said {
		return fmt.Errorf("the server says that it has received %d frames; it has said %d before, and %d were sent", received, first, l.said)
	}
	l.kept = l.kept[received-first:]
	return nil
}

// owes reports whether it is time to say how much was heard.
func (l *line) owes() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.owesLocked()
}

func (l *line) owesLocked() bool {
	return l.counted && (l.heard-l.told >= ackFrames || l.bytes >= ackBytes)
}

// due is the acknowledgement that the server is owed; "" when it is none.
func (l *line) due() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.owesLocked() {
		return ""
	}
	l.told, l.bytes = l.heard, 0
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/ack","params":{"received":%d}}`, l.heard)
}

// enter makes a socket the one that is listened to. It returns how many frames were heard in all.
func (l *line) enter(tab *Tab) (received int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.socket = tab
	return l.heard
}

// missing are the frames that the server has not received, when it has received so many.
func (l *line) missing(received int) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.trimLocked(received); err != nil {
		return nil, err
	}
	l.told, l.bytes = l.heard, 0 // the hello has said it
	return append([]string(nil), l.kept...), nil
}

// count says that both sides count from now on.
func (l *line) count() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counted = true
}

// next is the id of another call.
func (l *line) next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	return l.last
}

// giveUp says that nobody waits for an answer any more, should one come.
func (l *line) giveUp(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given[id] = true
}

// givenUp reports whether nobody waits for an answer.
func (l *line) givenUp(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	given := l.given[id]
	delete(l.given, id)
	return given
}

// put adds an event that came while something else was waited for.
func (l *line) put(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// take is the first of them; false when there is none.
func (l *line) take() (e Event, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 {
		return e, false
	}
	e, l.events = l.events[0], l.events[1:]
	return e, true
}
