package process

import (
	"bytes"
	"crypto/rand"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// version is what every message says of its protocol.
const version = "2.0"

// message is a request or a notification of the tab. Its parts are those of the frame that it came in.
type message struct {
	id     jsontext.Value // nil for a notification
	method []byte         // its name as it stands in the text; nil for no message
	params jsontext.Value
}

// notifies reports whether no answer is wanted.
func (m message) notifies() bool { return m.id == nil }

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

// WithID returns the error with a new id, beside which the log says the cause.
func (e *Error) WithID() *Error {
	with := *e
	with.Kind.ID = rand.Text()[:8]
	return &with
}

// Errors that a Function may answer too.
var (
	// NotConnected is what a call gets whose tab's session has ended, or that needs a user.
	NotConnected = &Error{-32001, "You are not logged in any more.", Kind{Kind: "not_connected"}}

	// Unchecked is what a call gets when it cannot be looked up who makes it, or what he may do.
	Unchecked = &Error{-32009, "It cannot be checked at the moment who you are. Try again in a while.", Kind{Kind: "unavailable"}}

	// Stale is what a call gets that would listen to a topic when something has come since its page was made.
	Stale = &Error{-32013, "What this page shows is out of date.", Kind{Kind: "stale"}}

	// ErrTooManyStays is what a call gets that would listen to one key more than its tab may, or be present at one more.
	ErrTooManyStays = &Error{-32015, "This page follows too much at once.", Kind{Kind: "too_many_stays"}}

	// UnknownFunction is what a call gets that names none.
	UnknownFunction = &Error{-32601, "There is no such function.", Kind{Kind: "unknown_function"}}

	// PermissionDenied is what a call gets whose visitor may not make it.
	PermissionDenied = &Error{-32005, "You may not do this.", Kind{Kind: "permission_denied"}}

	// NotRecent is what a call gets whose user has to prove once more who he is.
	NotRecent = &Error{-32010, "Prove again who you are, and then do this once more.", Kind{Kind: "reauthenticate"}}

	// Internal is what a call gets, WithID, that fails for a reason which is not its caller's business.
	Internal = &Error{-32603, "Something went wrong on the server.", Kind{Kind: "internal"}}

	// TimedOut is what a call gets that has taken too long. It may have been done.
	TimedOut = &Error{-32006, "This took too long. It may have been done.", Kind{Kind: "timed_out"}}

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
	errStops   = &Error{-32011, "This server is being stopped. Nothing was done.", Kind{Kind: "server_stops"}}
	errTooFast = &Error{-32012, "These are too many messages in so short a time. Nothing was done.", Kind{Kind: "too_fast"}}

	errIdentity = &Error{-32008, "You have logged in meanwhile. Nothing was done.", Kind{Kind: "identity_changed"}}
)

// CallErrors are those of this room with which any call may end, for what describes a site's functions.
func CallErrors() []*Error {
	return []*Error{
		NotConnected, Unchecked, Stale, ErrTooManyStays, TimedOut, Interrupted,
		errTooMany, errStops, errTooFast, errIdentity, errNoTicket,
	}
}

// answer is the response to a request: its result, or why there is none.
func answer(id, result jsontext.Value, failure *Error) []byte {
	if failure != nil {
		result = marshal(failure)
	}
	frame := make([]byte, 0, len(`{"jsonrpc":"2.0","id":,"result":}`)+len(id)+len("null")+len(result))
	frame = append(frame, `{"jsonrpc":"2.0","id":`...)
	if id == nil {
		frame = append(frame, "null"...)
	} else {
		frame = append(frame, id...)
	}
	if failure != nil {
		frame = append(frame, `,"error":`...)
	} else {
		frame = append(frame, `,"result":`...)
	}
	return append(append(frame, result...), '}')
}

// notification is what the server says unasked. The parameters are an object or a list: what is neither stands in a list
// of its own, and so does a list, or it could not be told from that.
func notification(method string, params jsontext.Value) []byte {
	frame := make([]byte, 0, len(`{"jsonrpc":"2.0","method":"","params":[]}`)+len(method)+len(params))
	frame = append(frame, `{"jsonrpc":"2.0","method":`...)
	frame = strconv.AppendQuote(frame, method) // names are plain words
	frame = append(frame, `,"params":`...)
	if params.Kind() == '{' {
		return append(append(frame, params...), '}')
	}
	return append(append(append(frame, '['), params...), ']', '}')
}

// marshal encodes what this room has made itself and so cannot fail. The words of an error are the site's:
// what is not UTF-8 in them is replaced.
func marshal(v any) []byte {
	text, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true), json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return text
}

func joinBatch(answers [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(answers, []byte{','})...), ']')
}
