package process

import (
	"context"
	"reflect"
	"time"

	"github.com/go-json-experiment/json"
)

// Function is a server function as a tab's call finds it; framework/rpc makes them.
type Function struct {
	// Serial functions run one at a time for each tab, in the order in which they were called.
	Serial bool

	// Stream functions send values before they return. Their result is only the end of them.
	Stream bool

	// Timeout is when the context of a call ends; 0 for never.
	Timeout time.Duration

	// Call runs it. The result and what send is given are JSON; send is nil unless it is a Stream. send waits until the
	// tab wants more, and returns an error when it does not want any more: its context has ended then. The failure is
	// what the tab gets.
	Call func(ctx context.Context, params []byte, send func(value []byte) error) (result []byte, failure *Error)
}

// Functions finds a server function by its name; nil when there is none. The name is as it came, in bytes: looking it up
// makes no string. It is not to be kept.
type Functions func(name []byte) *Function

// Codec says how the values of an event cross the wire, or why its name or its type do not.
//
// encode is given values of that type alone, in many goroutines at once, and returns JSON. It is the site's code that runs
// in there where a type marshals itself: who sends gets its error, and its panic as one.
type Codec func(name string, t reflect.Type) (encode func(any) ([]byte, error), err error)

// plainJSON is the Codec of a hub that serves no functions.
func plainJSON(string, reflect.Type) (func(any) ([]byte, error), error) {
	return func(v any) ([]byte, error) { return json.Marshal(v, json.Deterministic(true)) }, nil
}
