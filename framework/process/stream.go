package process

import (
	"context"
	"errors"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// stream counts what a tab still wants of a streaming call. What it has not asked for stays below streamWindow: a tab
// that does not keep up makes its function wait, and nothing pile up.
type stream struct {
	mu     sync.Mutex // protects the fields below
	credit int
	over   bool          // the call is answered
	more   chan struct{} // somebody waits for credit; closed when there is some
}

// take waits until the tab wants one more.
func (s *stream) take(ctx context.Context) error {
	for {
		more := s.tryTake()
		if more == nil {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// tryTake returns what to wait for; nil when one was taken.
func (s *stream) tryTake() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credit > 0 {
		s.credit--
		return nil
	}
	if s.more == nil {
		s.more = make(chan struct{})
	}
	return s.more
}

// grant reports whether there is more credit than before.
func (s *stream) grant(more int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credit == streamWindow {
		return false
	}
	s.credit = min(s.credit+min(more, streamWindow), streamWindow)
	if s.more != nil {
		close(s.more)
		s.more = nil
	}
	return true
}

// end lets no value follow the answer.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

// unlessOver does something that must not come behind the answer.
func (s *stream) unlessOver(do func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	do()
	return true
}

// progressParams carry a value of a stream, as the Language Server Protocol does with partial results.
type progressParams struct {
	Token jsontext.Value `json:"token"` // the id of the call
	Value jsontext.Value `json:"value"`
}

// progress sends one value of a stream when the tab wants it and there is room.
func (p *Process) progress(ctx context.Context, t *task, value []byte) error {
	err := t.stream.take(ctx)
	if err == nil {
		err = p.outbox.waitForRoom(ctx)
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	frame := notification(progressMethod, marshal(progressParams{t.id, value}))
	var send, lost bool
	if !t.stream.unlessOver(func() { send, lost = p.outbox.put(parcel{frame: frame}) }) {
		return errAnswered
	}
	p.follow(send, lost)
	return nil
}

// errAnswered is what a function gets that sends when its call is over.
var errAnswered = errors.New("the call has been answered")
