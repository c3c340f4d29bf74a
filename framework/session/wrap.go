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
		if err := r.refused(ctx, visitor); err != nil {
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
func (r *request) enter(ctx context.Context, g *gate) (visitor Visitor, err error) {
	first, err := r.first()
	if err == nil {
		err = r.findFor(ctx, g, first)
	}
	steps := []func(context.Context, Visitor) error{g.check, r.m.hooks.request.run, g.admit(r.m), r.m.admitted}
	if !first {
		steps = steps[2:3] // the hooks of this request have run
	}
	for _, step := range steps {
		if err == nil {
			visitor, err = r.who(g)
		}
		if err == nil {
			err = step(ctx, visitor)
		}
	}
	if err != nil {
		return visitor, err
	}
	return r.who(g)
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

// findFor looks the session up, unless the gate says not to. Such a request is nobody's, and so it does not
// end with the session of its cookie.
func (r *request) findFor(ctx context.Context, g *gate, first bool) error {
	switch {
	case !g.unconnected && r.called: // it was looked up when the call began
		return nil
	case !g.unconnected:
		_, err := r.find(ctx, g.groups...)
		return err
	case first:
		r.m.open.end(r)
		r.become(nobody)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.forced = true
	}
	return nil
}

// who is the visitor as of now: a hook may have logged him in or out. ErrNotConnected says that his session
// has ended since it was found, so that nothing more starts under it.
func (r *request) who(g *gate) (Visitor, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case g.unconnected:
		return Visitor{}, nil
	case r.closed:
		return Visitor{}, ErrNotConnected
	}
	return Visitor{r.record.User}, nil
}

// admitted runs the hooks of a request that the groups have let in.
func (m *Manager) admitted(ctx context.Context, visitor Visitor) error {
	if me, connected := visitor.User(); connected {
		return m.hooks.connectedRequest.run(ctx, me)
	}
	return m.hooks.unconnectedRequest.run(ctx, struct{}{})
}

// refused runs the hooks of a denial. When one wrapper stands in another, both see the same one.
func (r *request) refused(ctx context.Context, visitor Visitor) error {
	r.mu.Lock()
	told := r.denied
	r.denied = true
	r.mu.Unlock()
	if told {
		return nil
	}
	return r.m.hooks.deniedRequest.run(ctx, visitor)
}
