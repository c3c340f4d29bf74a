package processtest

import (
	"encoding/json"
	"sync"
)

// Stream is a call that is answered with many values.
type Stream struct {
	*Pending

	mu     sync.Mutex // protects the fields below
	values []json.RawMessage
	taken  int           // since more was asked for
	more   chan struct{} // has one when a value was added
}

// How many values of a stream the server may send ahead, and after how many that were taken more are asked for.
const (
	streamWindow = 32
	creditEvery  = streamWindow / 2
)

// Stream begins a call of a function that streams.
func (c *Client) Stream(method string, params any) *Stream {
	s := &Stream{more: make(chan struct{}, 1)}
	c.begin(method, params, s)
	return s
}

// Next waits for the next value; false when there is none any more: then Wait says why. Who takes none gets no more than
// the server may send ahead.
func (s *Stream) Next(value any) bool {
	for {
		if text, ok := s.take(); ok {
			if err := json.Unmarshal(text, value); err != nil {
				s.client.t.Errorf("a value of a stream: %v", err)
			}
			return true
		}
		select {
		case <-s.more:
		case <-s.done:
			if s.Waiting() == 0 {
				return false
			}
		}
	}
}

// Waiting is how many values have come that were not taken.
func (s *Stream) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.values)
}

// Credit asks for so many values more. Next does it by itself.
func (s *Stream) Credit(more int) {
	s.client.Notify("$/credit", map[string]any{"id": json.RawMessage(s.id), "more": more})
}

func (s *Stream) take() (value json.RawMessage, ok bool) {
	s.mu.Lock()
	if len(s.values) == 0 {
		s.mu.Unlock()
		return nil, false
	}
	value, s.values = s.values[0], s.values[1:]
	s.taken++
	ask := s.taken == creditEvery
	if ask {
		s.taken = 0
	}
	s.mu.Unlock()
	if ask {
		s.Credit(creditEvery)
	}
	return value, true
}

// progress adds a value to its stream.
func (c *Client) progress(p *Pending, m message) {
	var params struct{ Value json.RawMessage }
	if p == nil || p.stream == nil || json.Unmarshal(m.Params, &params) != nil {
		c.t.Errorf("a value for no stream: %s", m.Params)
		return
	}
	s := p.stream
	s.mu.Lock()
	s.values = append(s.values, params.Value)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default: // it is known
	}
}
