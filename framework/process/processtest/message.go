package processtest

import (
	"encoding/json"
)

// message is what the server says.
type message struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *Failure

	none bool // it is not one: a list of them, as a rule
}

func messageOf(text []byte) (m message) {
	if json.Unmarshal(text, &m) != nil {
		return message{none: true}
	}
	return m
}

// request is a call as a frame; without an id it is a notification.
func request(id, method string, params any) string {
	call := struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id,omitempty"`
		Method  string          `json:"method"`
		Params  any             `json:"params,omitempty"`
	}{"2.0", json.RawMessage(id), method, params}
	text, err := json.Marshal(call)
	if err != nil {
		panic(err) // the test's parameters are no JSON
	}
	return string(text)
}

// result reads an answer's; into may be nil. The error is a *Failure, or says that the result is another.
func (m message) result(into any) error {
	switch {
	case m.Error != nil:
		return m.Error
	case into == nil:
		return nil
	}
	return json.Unmarshal(m.Result, into)
}

// ticketFor is the ticket for a call, if the message brings one.
func (m message) ticketFor(id string) string {
	var params struct {
		ID     json.RawMessage
		Ticket string
	}
	if m.Method != "$/ticket" || json.Unmarshal(m.Params, &params) != nil || string(params.ID) != id {
		return ""
	}
	return params.Ticket
}
