package process

import (
	"context"
	"time"
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

// Functions finds a server function by its name; nil when there is none.
type Functions func(name string) *Function
