package mail

import (
	"slices"
	"sync"
	"time"
)

// A mailbox keeps the last 100 messages, and of long ones fewer: those whose MIME texts make 8 MiB, but the last in any
// case.
const (
	mailboxAtMost = 100
	mailboxBytes  = 8 << 20
)

// Mailbox keeps the last messages, in memory, for developers and tests to read. All methods may be called at once.
type Mailbox struct {
	mu      sync.Mutex
	last    int
	kept    []Received // the oldest first
	bytes   int        // of their Source
	arrived []func(Received)
}

// NewMailbox returns an empty one.
func NewMailbox() *Mailbox { return &Mailbox{} }

// Received is a message as its recipient gets it, read from its MIME text.
type Received struct {
	ID      int // 1, 2, 3 since the program began
	At      time.Time
	From    string
	To      string // the only recipient
	Subject string
	Text    string
	HTML    string
	Links   []string // http and https, as they stand in the HTML, each once
	Source  string   // the MIME text
}

// All returns the messages, the newest first.
func (b *Mailbox) All() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.kept)
	slices.Reverse(all)
	return all
}

// Get returns one of them; false when there is none, or not any more.
func (b *Mailbox) Get(id int) (Received, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, found := slices.BinarySearchFunc(b.kept, id, func(r Received, id int) int { return r.ID - id })
	if !found {
		return Received{}, false
	}
	return b.kept[i], true
}

// OnArrival adds a function that is called with each message that comes, by who sends it: it does not wait.
func (b *Mailbox) OnArrival(f func(Received)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrived = append(b.arrived, f)
}

// add keeps a message that went out.
func (b *Mailbox) add(l composed) {
	message, err := read(l.source)
	if err != nil {
		message.Text = "This message cannot be read: " + err.Error()
	}
	message.To, message.At, message.Source = l.to, time.Now(), string(l.source)
	message, arrived := b.keep(message)
	for _, f := range arrived {
		f(message)
	}
}

// keep numbers a message, and returns whom to tell.
func (b *Mailbox) keep(message Received) (Received, []func(Received)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	message.ID = b.last
	b.kept = append(b.kept, message)
	b.bytes += len(message.Source)
	for len(b.kept) > mailboxAtMost || b.bytes > mailboxBytes && len(b.kept) > 1 {
		b.bytes -= len(b.kept[0].Source)
		b.kept = slices.Delete(b.kept, 0, 1)
	}
	return message, slices.Clone(b.arrived)
}
