package session

import (
	"context"
	"errors"
)

// Connected wraps a function for connected users: it gets the user as me. Nobody gets ErrNotConnected.
// (Ocsigen: connected_fun, connected_rpc.)
//
// A wrapper is the one door of a request. It finds the visitor, runs the hooks, asks the groups and calls
// the function, in this order:
//
//	visitor → OnRequest → groups → OnConnectedRequest or OnUnconnectedRequest → function
//	                             → OnDeniedRequest → deny function
//
// Use one wrapper for each request: a second one runs no hooks again, and is an error in development.
// page.Connected and rpc.Connected are made of it; call it yourself for handlers of another kind.
func Connected[In, Out any](f func(ctx context.Context, me UserID, in In) (Out, error), opts ...Option) func(context.Context, In) (Out, error) {
	if newGate(opts).unconnected {
		panic("session: ForceUnconnected makes no sense with Connected")
	}
	return Opt(func(ctx context.Context, visitor Visitor, in In) (out Out, err error) {
		me, connected := visitor.User()
		if !connected {
			return out, ErrNotConnected
		}
		return f(ctx, me, in)
	}, opts...)
}

// Opt wraps a function for everybody: it gets the visitor. (Ocsigen: Opt.connected_fun, Opt.connected_rpc.)
func Opt[In, Out any](f func(ctx context.Context, visitor Visitor, in In) (Out, error), opts ...Option) func(context.Context, In) (Out, error) {
	g := newGate(opts)
	deny := denyFunc[Out](g)
	return func(ctx context.Context, in In) (out Out, err error) {
		r := requestOf(ctx)
		if r == nil {
			return out, ErrOutside
		}
		visitor, err := r.enter(ctx, g)
		if err == nil {
			out, err = f(ctx, visitor, in)
		}
		if !errors.Is(err, ErrPermissionDenied) {
			return out, err
		}
		if err := r.m.hooks.deniedRequest.run(ctx, visitor); err != nil {
			return out, err
		}
		return deny(ctx, visitor)
	}
}

// Wrap wraps a function that does not need to know the visitor. (Ocsigen: connected_wrapper.)
func Wrap[In, Out any](f func(ctx context.Context, in In) (Out, error), opts ...Option) func(context.Context, In) (Out, error) {
	return Opt(func(ctx context.Context, _ Visitor, in In) (Out, error) { return f(ctx, in) }, opts...)
}

// enter does all of a wrapper that comes before its function. ErrPermissionDenied is the gate's no.
func (r *request) enter(ctx context.Context, g *gate) (Visitor, error) {
	first, err := r.first()
	if err != nil {
		return Visitor{}, err
	}
	visitor, err := r.findFor(ctx, g)
	if err != nil {
		return Visitor{}, err
	}
	if first {
		if err := r.m.hooks.request.run(ctx, visitor); err != nil {
			return visitor, err
		}
	}
	allowed, err := g.lets(ctx, r.m, visitor)
	if errors.Is(err, ErrNoUser) {
		me, _ := visitor.User()
		return visitor, errors.Join(ErrNotConnected, r.m.endUser(ctx, me, UserGone))
	}
	if err != nil {
		return visitor, err
	}
	if !allowed {
		return visitor, ErrPermissionDenied
	}
	if !first {
		return visitor, nil
	}
	if me, connected := visitor.User(); connected {
		return visitor, r.m.hooks.connectedRequest.run(ctx, me)
	}
	return visitor, r.m.hooks.unconnectedRequest.run(ctx, struct{}{})
}

// first reports whether no wrapper was entered before.
func (r *request) first() (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entered && r.m.opts.Development {
		return false, ErrTwoWrappers
	}
	first := !r.entered
	r.entered = true
	return first, nil
}

func (r *request) findFor(ctx context.Context, g *gate) (Visitor, error) {
	if g.unconnected {
		r.become(Record{})
		r.mu.Lock()
		defer r.mu.Unlock()
		r.forced = true
		return Visitor{}, nil
	}
	return r.find(ctx)
}
