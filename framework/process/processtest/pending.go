package processtest

import (
	"encoding/json"
	"strconv"
)

// Pending is a call of a Client under way.
type Pending struct {
	id     string // as JSON
	client *Client
	stream *Stream // nil: it is not one

	ticket string // that came for it
	answer message
	done   chan struct{} // closed behind the answer
}

// begin says a call and waits for nothing.
func (c *Client) begin(method string, params any, stream *Stream) *Pending {
	p := &Pending{id: strconv.Itoa(c.line.next()), client: c, stream: stream, done: make(chan struct{})}
	if stream != nil {
		stream.Pending = p
	}
	c.mu.Lock()
	over := c.pending == nil
	if !over {
		c.pending[p.id] = p
	}
	c.mu.Unlock()
	if over {
		p.settle(message{Error: interrupted()})
		return p
	}
	c.say(p.id, method, params)
	return p
}

// Done is closed when the call is answered, or the process over.
func (p *Pending) Done() <-chan struct{} { return p.done }

// Wait returns the answer; result may be nil. The error is a *Failure, whose kind is interrupted when the process is
// over.
func (p *Pending) Wait(result any) error {
	<-p.done
	return p.answer.result(result)
}

// Cancel says that the answer is not wanted any more. It comes all the same.
func (p *Pending) Cancel() {
	p.client.Notify("$/cancelRequest", map[string]json.RawMessage{"id": json.RawMessage(p.id)})
}

func (p *Pending) settle(answer message) {
	p.answer = answer
	close(p.done)
}

// take gives a message to who waits for it. It runs where the client reads.
func (c *Client) take(m message, text []byte) {
	var about struct{ ID, Token json.RawMessage }
	switch m.Method {
	case "$/progress":
		json.Unmarshal(m.Params, &about)
		c.progress(c.find(string(about.Token)), m)
	case "$/ticket":
		json.Unmarshal(m.Params, &about)
		if p := c.find(string(about.ID)); p != nil {
			p.ticket = m.ticketFor(p.id)
		}
	case "":
		if p := c.remove(string(m.ID)); p != nil {
			c.answer(p, m)
		} else if string(m.ID) != "" || m.none {
			c.t.Errorf("an answer for nobody: %s", text)
		}
	default:
		c.heard(Event{m.Method, m.Params})
	}
}

// answer settles a call, behind its ticket's redemption if it has one.
func (c *Client) answer(p *Pending, m message) {
	if m.Error != nil || p.ticket == "" {
		p.settle(m)
		return
	}
	c.work.Go(func() {
		if err := c.redeem(p.ticket); err != nil {
			m.Error = failureOf(err)
		}
		p.settle(m)
	})
}

// redeem gives a ticket back, and says as whom the tab goes on.
func (c *Client) redeem(ticket string) error {
	c.mu.Lock()
	before := c.number
	c.mu.Unlock()
	number, err := c.browser.redeem(ticket, c.ID, before)
	if err != nil || number == before {
		return err
	}
	c.mu.Lock()
	c.number = number
	c.mu.Unlock()
	c.Notify("$/identity", map[string]int{"number": number})
	return nil
}

func failureOf(err error) *Failure {
	if f, ok := err.(*Failure); ok {
		return f
	}
	return &Failure{Message: err.Error()}
}

func (c *Client) find(id string) *Pending {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pending[id]
}

func (c *Client) remove(id string) *Pending {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	delete(c.pending, id)
	return p
}
