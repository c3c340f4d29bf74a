package process

import (
	"context"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// stream counts what a tab still wants of a streaming call. What it has not asked for stays below streamWindow: a tab
// that does not keep up makes its function wait, and nothing pile up.
type stream struct {
	mu     sync.Mutex // protects the fields below
	credit int
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

func (s *stream) grant(more int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credit = min(s.credit+min(more, streamWindow), streamWindow)
	if s.more != nil {
		close(s.more)
		s.more = nil
	}
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
	if err == nil {
		p.post(parcel{frame: notification(progressMethod, marshal(progressParams{t.id, value}))})
	}
	return err
}
