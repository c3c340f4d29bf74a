package rpc

import (
	"context"

	"github.com/ocsigo/start/framework/session"
)

// ConnectedStream registers a server function for connected users that sends values one after the other, for as long
// as it runs. The browser gets an AsyncIterable of them, which ends when f returns: with its error, if there is one.
//
// send waits until the tab wants more. It returns an error when nobody listens any more, because the tab has gone or
// has broken the stream off: the context has ended then too, and f shall return. It also returns an error when the
// value does not cross the wire. Do not call it in two goroutines at once, nor after f has returned.
//
// The wrapper, with its hooks and its groups, runs once, before f. A stream has no time limit unless Timeout gives
// it one.
func ConnectedStream[In, Out any](a *API, name string, f func(ctx context.Context, me session.UserID, in In, send func(Out) error) error, opts ...session.Option) {
	fn := newStream[In, Out](a, name, f, opts)
	registerStream(a, fn, session.Connected(func(ctx context.Context, me session.UserID, c call) (struct{}, error) {
		return withSend(fn, c, func(in In, send func(Out) error) error { return f(ctx, me, in, send) })
	}, gates[struct{}](opts)...))
}

// OptStream registers a stream for everybody: f gets the visitor. See ConnectedStream.
func OptStream[In, Out any](a *API, name string, f func(ctx context.Context, visitor session.Visitor, in In, send func(Out) error) error, opts ...session.Option) {
	fn := newStream[In, Out](a, name, f, opts)
	registerStream(a, fn, session.Opt(func(ctx context.Context, visitor session.Visitor, c call) (struct{}, error) {
		return withSend(fn, c, func(in In, send func(Out) error) error { return f(ctx, visitor, in, send) })
	}, gates[struct{}](opts)...))
}

// HandleStream registers a stream that does not need to know the visitor. See ConnectedStream.
func HandleStream[In, Out any](a *API, name string, f func(ctx context.Context, in In, send func(Out) error) error, opts ...session.Option) {
	fn := newStream[In, Out](a, name, f, opts)
	registerStream(a, fn, session.Wrap(func(ctx context.Context, c call) (struct{}, error) {
		return withSend(fn, c, func(in In, send func(Out) error) error { return f(ctx, in, send) })
	}, gates[struct{}](opts)...))
}

// newStream is newFunction with what streams have of their own: no time limit by default.
func newStream[In, Out any](a *API, name string, f any, opts []session.Option) *function {
	fn := newFunction[In, Out](a, name, f, nil)
	fn.process.Stream, fn.process.Timeout = true, 0
	configure(&fn.process, opts)
	return fn
}

// registerStream adds a stream to the API with the wrapped code that answers its calls. The answer only says that it has ended.
func registerStream(a *API, fn *function, f func(context.Context, call) (struct{}, error)) {
	a.add(fn, func(ctx context.Context, c call) ([]byte, error) {
		_, err := f(ctx, c)
		return []byte("{}"), err
	})
}

// withSend reads the input for f, and encodes what it sends as strictly as a result.
func withSend[In, Out any](fn *function, c call, f func(In, func(Out) error) error) (struct{}, error) {
	return withInput(fn, c, func(in In) (struct{}, error) {
		return struct{}{}, f(in, func(value Out) error {
			text, err := fn.out.encode(&value)
			if err != nil {
				return err
			}
			return c.send(text)
		})
	})
}
