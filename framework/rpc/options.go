package rpc

import (
	"context"
	"fmt"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// DenyFunc says which error to answer when access is denied, instead of permission_denied.
// It is for server functions: another wrapper that gets it panics at registration.
func DenyFunc(f func(ctx context.Context, visitor session.Visitor) error) session.Option {
	return denyFunc{session.Foreign("rpc.DenyFunc is for server functions"), f}
}

type denyFunc struct {
	session.Option
	deny func(context.Context, session.Visitor) error
}

// Timeout says how long a function may take: its context ends then, and its caller gets timed_out. Without it a call
// has 30 seconds, and a stream has no limit. It panics when d is not positive.
func Timeout(d time.Duration) session.Option {
	if d <= 0 {
		panic(fmt.Sprintf("rpc.Timeout: %v is not positive", d))
	}
	return setting{session.Foreign("rpc.Timeout is for server functions"), func(f *process.Function) { f.Timeout = d }}
}

// Serial says that a tab's call of this function waits for the tab's other calls of serial functions, whichever these are:
// they run one after the other, in the order in which they came. Calls of functions that are not serial run beside
// them, and the calls of different tabs overlap as ever. In the browser a stream that is too much at once waits before it is
// said, and whatever is called behind it comes first (docs/protocol.md, Streams).
func Serial() session.Option {
	return setting{session.Foreign("rpc.Serial is for server functions"), func(f *process.Function) { f.Serial = true }}
}

// setting is an option of the function itself, and not of its wrapper.
type setting struct {
	session.Option
	set func(*process.Function)
}

func configure(f *process.Function, opts []session.Option) {
	for _, o := range opts {
		if s, ok := o.(setting); ok {
			s.set(f)
		}
	}
}

// gates are the options of the wrapper. The deny functions among them get the type of the wrapped function.
func gates[Out any](opts []session.Option) (typed []session.Option) {
	for _, o := range opts {
		switch o := o.(type) {
		case setting:
		case denyFunc:
			typed = append(typed, session.DenyFunc(func(ctx context.Context, visitor session.Visitor) (out Out, err error) {
				return out, o.deny(ctx, visitor)
			}))
		default:
			typed = append(typed, o)
		}
	}
	return typed
}
