package process

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// version is what every message says of its protocol.
const version = "2.0"

// message is a request or a notification of the tab.
type message struct {
	Version string         `json:"jsonrpc"`
	ID      jsontext.Value `json:"id,omitzero"`
	Method  string         `json:"method"`
	Params  jsontext.Value `json:"params,omitzero"`
}

// notification is what the server says unasked.
type notification struct {
	Version string         `json:"jsonrpc"`
	Method  string         `json:"method"`
	Params  jsontext.Value `json:"params,omitzero"`
}

// response answers a request. Result and Error exclude each other.
type response struct {
	Version string         `json:"jsonrpc"`
	ID      jsontext.Value `json:"id"`
	Result  jsontext.Value `json:"result,omitzero"`
	Error   *Error         `json:"error,omitzero"`
}

// Error is a failed call as it crosses the wire. Kind is what a program switches on; Message is for people
// and holds no internals.
type Error struct {
	Number  int    `json:"code"` // JSON-RPC's own numbers; applications use Number 1
	Message string `json:"message"`
	Kind    Kind   `json:"data"`
}

// Kind names what went wrong. ID finds the cause of an internal error in the log. Fields say what is wrong with which
// part of an input, by its path: items[2].by.
type Kind struct {
	Kind   string            `json:"kind"`
	ID     string            `json:"id,omitzero"`
	Fields map[string]string `json:"fields,omitzero"`
}

// Error makes it an error.
func (e *Error) Error() string { return e.Kind.Kind + ": " + e.Message }

// Errors that a Method may answer too.
var (
	// NotConnected is what a call gets whose tab's session has ended, or that needs a user.
	NotConnected = &Error{-32001, "You are not logged in any more.", Kind{Kind: "not_connected"}}

	// Unchecked is what a call gets when it cannot be looked up who makes it, or what he may do.
	Unchecked = &Error{-32009, "It cannot be checked at the moment who you are. Try again in a while.", Kind{Kind: "unavailable"}}

	// Stale is what a call gets that would listen to a topic when something has come since its page was made.
	Stale = &Error{-32013, "What this page shows is out of date.", Kind{Kind: "stale"}}

	// UnknownFunction is what a call gets that names none.
	UnknownFunction = &Error{-32601, "There is no such function.", Kind{Kind: "unknown_function"}}

	// Interrupted is what a call gets that was cancelled, or whose tab went. It may have been done.
	Interrupted = &Error{-32007, "The call was broken off. It may have been done.", Kind{Kind: "interrupted"}}
)

// The errors of the protocol itself. framework/rpc adds those of calls.
var (
	errParse   = &Error{-32700, "The message is not JSON.", Kind{Kind: "parse_error"}}
	errRequest = &Error{-32600, "The message is not a JSON-RPC 2.0 request.", Kind{Kind: "invalid_request"}}
	errNoHello = &Error{-32002, "The first message must be the hello.", Kind{Kind: "no_hello"}}
	errTooMany = &Error{-32003, "Too many calls wait for their answers.", Kind{Kind: "too_many_calls"}}
	errStart   = &Error{-32004, "The page could not be started. It will be tried again.", Kind{Kind: "start_failed"}}

	errIdentity = &Error{-32008, "You have logged in meanwhile. Nothing was done.", Kind{Kind: "identity_changed"}}
)

// parse reads a frame: one message, or a batch of them. A message that is none has its error beside it.
func parse(frame []byte) (messages []parsed, batch bool) {
	frame = bytes.TrimLeft(frame, " \t\r\n")
	if len(frame) == 0 || frame[0] != '[' {
		return []parsed{parseOne(frame)}, false
	}
	var parts []jsontext.Value
	if err := json.Unmarshal(frame, &parts); err != nil {
		return []parsed{{err: errParse}}, false
	}
	switch {
	case len(parts) == 0:
		return []parsed{{err: errRequest}}, false
	case len(parts) > batchAtMost:
		return []parsed{{err: errTooMany}}, false
	}
	for _, part := range parts {
		messages = append(messages, parseOne(part))
	}
	return messages, true
}

// parsed is a message with what was wrong with it, or with the context of its call and who it was meant as.
type parsed struct {
	message
	err    *Error
	ctx    context.Context
	cancel context.CancelFunc
	number int // the identity number under which it was said
}

func parseOne(text []byte) parsed {
	var m message
	err := json.Unmarshal(text, &m, json.RejectUnknownMembers(true))
	switch {
	case err != nil && !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)):
		return parsed{err: errParse}
	case err != nil, m.Version != version, m.Method == "", !validID(m.ID), !validParams(m.Params):
		return parsed{message: message{ID: idOf(text)}, err: errRequest}
	}
	return parsed{message: m}
}

// idOf finds the id in what is no request: so that who waits for the answer gets one.
func idOf(text []byte) jsontext.Value {
	var m struct {
		ID jsontext.Value `json:"id"`
	}
	if json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true)) != nil || !validID(m.ID) {
		return nil
	}
	return m.ID
}

// validID: a string or a number; absent for a notification. With null answers could not be told apart.
func validID(id jsontext.Value) bool {
	return id == nil || id.Kind() == '"' || id.Kind() == '0'
}

func validParams(params jsontext.Value) bool {
	return params == nil || params.Kind() == '{' || params.Kind() == '['
}

// notifies reports whether no answer is wanted.
func (m message) notifies() bool { return m.ID == nil }

func answer(id, result jsontext.Value, failure *Error) []byte {
	if id == nil {
		id = jsontext.Value("null")
	}
	return marshal(response{version, id, result, failure})
}

// marshal encodes what this room has made itself and so cannot fail. The words of an error are the site's:
// what is not UTF-8 in them is replaced.
func marshal(v any) []byte {
	text, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(err)
	}
	return text
}

func joinBatch(answers [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(answers, []byte{','})...), ']')
}
