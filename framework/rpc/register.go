package rpc

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// callTime is how long a server function may take, unless its registration says otherwise: its context ends then.
const callTime = 30 * time.Second

// Connected registers a server function for connected users: f gets the user as me. Nobody gets the error
// not_connected. (Ocsigen: connected_rpc.)
//
// It panics when the name is taken or no name, and when a type does not cross the wire; it says then which part of
// it. That is so for all registrations.
func Connected[In, Out any](a *API, name string, f func(ctx context.Context, me session.UserID, in In) (Out, error), opts ...session.Option) {
	fn := newFunction[In, Out](a, name, f, opts)
	register(a, fn, session.Connected(func(ctx context.Context, me session.UserID, c call) (Out, error) {
		return withInput(fn, c, func(in In) (Out, error) { return f(ctx, me, in) })
	}, gates[Out](opts)...))
}

// Opt registers a server function for everybody: f gets the visitor. (Ocsigen: Opt.connected_rpc.)
func Opt[In, Out any](a *API, name string, f func(ctx context.Context, visitor session.Visitor, in In) (Out, error), opts ...session.Option) {
	fn := newFunction[In, Out](a, name, f, opts)
	register(a, fn, session.Opt(func(ctx context.Context, visitor session.Visitor, c call) (Out, error) {
		return withInput(fn, c, func(in In) (Out, error) { return f(ctx, visitor, in) })
	}, gates[Out](opts)...))
}

// Handle registers a server function that does not need to know the visitor. (Ocsigen: connected_wrapper.)
func Handle[In, Out any](a *API, name string, f func(ctx context.Context, in In) (Out, error), opts ...session.Option) {
	fn := newFunction[In, Out](a, name, f, opts)
	register(a, fn, session.Wrap(func(ctx context.Context, c call) (Out, error) {
		return withInput(fn, c, func(in In) (Out, error) { return f(ctx, in) })
	}, gates[Out](opts)...))
}

// function is a registered one, its Go types erased: what is below the wrappers is plain code.
type function struct {
	name    string
	code    string // the Go function, as the runtime names it
	in, out *shape
	process process.Function
	run     func(ctx context.Context, c call) ([]byte, error)
}

// call is what a call brings, not read yet: the wrapper comes first, with its hooks and its groups.
type call struct {
	params []byte
	send   func(value []byte) error // of a stream
}

// newFunction makes a function of its types and its options.
func newFunction[In, Out any](a *API, name string, f any, opts []session.Option) *function {
	fn, err := a.shapes(name, reflect.TypeFor[In](), reflect.TypeFor[Out]())
	if err != nil {
		panic(fmt.Sprintf("rpc: %s: %v", name, err))
	}
	fn.code = codeOf(f)
	fn.process.Timeout = callTime
	fn.process.Call = func(ctx context.Context, params []byte, send func([]byte) error) ([]byte, *process.Error) {
		return a.serve(ctx, fn, call{params, send})
	}
	configure(&fn.process, opts)
	return fn
}

// codeOf names a Go function as the runtime does.
func codeOf(f any) string { return runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name() }

// shapes looks whether the name is free and the types cross the wire.
func (a *API) shapes(name string, in, out reflect.Type) (fn *function, err error) {
	if err := validName(name); err != nil {
		return nil, err
	}
	for other := range a.functions {
		if err := distinctNames(other, name); err != nil {
			return nil, err
		}
	}
	fn = &function{name: name}
	if fn.in, err = shapeOf(in); err != nil {
		return nil, err
	}
	if fn.out, err = shapeOf(out); err != nil {
		return nil, err
	}
	return fn, a.types.add(fn.in, fn.out)
}

// register adds a function to the API with the wrapped code that answers its calls.
func register[Out any](a *API, fn *function, f func(context.Context, call) (Out, error)) {
	a.add(fn, func(ctx context.Context, c call) ([]byte, error) {
		output, err := f(ctx, c)
		if err != nil {
			return nil, err
		}
		return fn.out.encode(&output)
	})
}

// add adds a function to the API, and what runs it.
func (a *API) add(fn *function, run func(context.Context, call) ([]byte, error)) {
	fn.run = run
	a.functions[fn.name] = fn
}

// withInput reads the input for f.
func withInput[In, Out any](fn *function, c call, f func(In) (Out, error)) (out Out, err error) {
	var value In
	if err := fn.in.decodeParams(c.params, &value); err != nil {
		return out, err
	}
	return f(value)
}
