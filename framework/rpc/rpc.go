package rpc

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// callTime is how long a server function may take: its context ends then.
const callTime = 30 * time.Second

// API is the list of a site's server functions. Register all of them before serving.
type API struct {
	hub       *process.Hub
	functions map[string]*function
	types     typeNames
}

// function is a registered one, its Go types erased: what is below the wrappers is plain code.
type function struct {
	in, out *shape
	call    func(ctx context.Context, params []byte) ([]byte, error)
}

// New returns the API whose functions the hub's tabs call. It has the two functions of the browser's half
// already: session.disconnect and session.disconnectAll.
func New(hub *process.Hub) *API {
	a := &API{hub: hub, functions: map[string]*function{}, types: typeNames{}}
	hub.Serve(a.find, a.codec)
	Handle(a, "session.disconnect", func(ctx context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, session.Disconnect(ctx)
	})
	Handle(a, "session.disconnectAll", func(ctx context.Context, in DisconnectAll) (struct{}, error) {
		return struct{}{}, session.DisconnectAll(ctx,
			session.UserIndep(in.UserIndep), session.WithRestart(in.WithRestart))
	})
	return a
}

// DisconnectAll is what the browser says to session.disconnectAll; see session.DisconnectAll.
type DisconnectAll struct {
	UserIndep   bool `json:"userIndep"`
	WithRestart bool `json:"withRestart"`
}

// Connected registers a server function for connected users: f gets the user as me. Nobody gets the error
// not_connected. (Ocsigen: connected_rpc.)
//
// It panics when the name is taken or no name, and when a type does not cross the wire; it says then which
// part of it. That is so for all three registrations.
func Connected[In, Out any](a *API, name string, f func(ctx context.Context, me session.UserID, in In) (Out, error), opts ...session.Option) {
	register(a, name, session.Connected(func(ctx context.Context, me session.UserID, in input[In]) (Out, error) {
		return with(in, func(in In) (Out, error) { return f(ctx, me, in) })
	}, gates[Out](opts)...))
}

// Opt registers a server function for everybody: f gets the visitor. (Ocsigen: Opt.connected_rpc.)
func Opt[In, Out any](a *API, name string, f func(ctx context.Context, visitor session.Visitor, in In) (Out, error), opts ...session.Option) {
	register(a, name, session.Opt(func(ctx context.Context, visitor session.Visitor, in input[In]) (Out, error) {
		return with(in, func(in In) (Out, error) { return f(ctx, visitor, in) })
	}, gates[Out](opts)...))
}

// Handle registers a server function that does not need to know the visitor. (Ocsigen: connected_wrapper.)
func Handle[In, Out any](a *API, name string, f func(ctx context.Context, in In) (Out, error), opts ...session.Option) {
	register(a, name, session.Wrap(func(ctx context.Context, in input[In]) (Out, error) {
		return with(in, func(in In) (Out, error) { return f(ctx, in) })
	}, gates[Out](opts)...))
}

// input is what a call brings, not read yet: the wrapper comes first, with its hooks and its groups.
type input[In any] struct {
	of     *function
	params []byte
}

// with reads the input for f.
func with[In, Out any](in input[In], f func(In) (Out, error)) (out Out, err error) {
	var value In
	if err := in.of.decode(in.params, &value); err != nil {
		return out, err
	}
	return f(value)
}

// DenyFunc says which error to answer when access is denied, instead of permission_denied.
// It is for server functions: another wrapper that gets it panics at registration.
func DenyFunc(f func(ctx context.Context, visitor session.Visitor) error) session.Option {
	return denyFunc{session.Foreign("rpc.DenyFunc is for server functions"), f}
}

type denyFunc struct {
	session.Option
	deny func(context.Context, session.Visitor) error
}

// gates gives the deny functions the type of the wrapped function.
func gates[Out any](opts []session.Option) []session.Option {
	typed := make([]session.Option, len(opts))
	for i, o := range opts {
		typed[i] = o
		if d, ok := o.(denyFunc); ok {
			typed[i] = session.DenyFunc(func(ctx context.Context, visitor session.Visitor) (out Out, err error) {
				return out, d.deny(ctx, visitor)
			})
		}
	}
	return typed
}

func register[In, Out any](a *API, name string, f func(context.Context, input[In]) (Out, error)) {
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	fn, err := a.describe(name, in, out)
	if err != nil {
		panic(fmt.Sprintf("rpc: %s: %v", name, err))
	}
	fn.call = func(ctx context.Context, params []byte) ([]byte, error) {
		output, err := f(ctx, input[In]{fn, params})
		if err != nil {
			return nil, err
		}
		return fn.out.encode(output)
	}
	a.functions[name] = fn
}

func (a *API) describe(name string, in, out reflect.Type) (fn *function, err error) {
	if err := validName(name); err != nil {
		return nil, err
	}
	for other := range a.functions {
		if err := distinctNames(other, name); err != nil {
			return nil, err
		}
	}
	fn = &function{}
	if fn.in, err = shapeOf(in); err != nil {
		return nil, err
	}
	if fn.out, err = shapeOf(out); err != nil {
		return nil, err
	}
	return fn, a.types.add(fn.in, fn.out)
}

// decode reads the parameters of a call: JSON-RPC wants an object or a list, so what is no object comes as
// the one element of a list.
func (f *function) decode(params []byte, into any) error {
	if f.in.kind == kindObject || f.in.kind == kindNothing {
		return f.in.decode(params, into)
	}
	var list []jsontext.Value
	if err := json.Unmarshal(params, &list); err != nil || len(list) != 1 {
		return &inputError{problem: "must be a list of one"}
	}
	return f.in.decode(list[0], into)
}

// codec is how events cross the wire: as results do.
func (a *API) codec(name string, t reflect.Type) (func(any) ([]byte, error), error) {
	if err := a.validEvent(name); err != nil {
		return nil, err
	}
	s, err := shapeOf(t)
	if err == nil {
		err = a.types.add(s)
	}
	if err != nil {
		return nil, err
	}
	return s.encode, nil
}

// validEvent asks of an event's name what the client asks of it.
func (a *API) validEvent(name string) error {
	if err := validName(name); err != nil {
		return err
	}
	for _, other := range a.hub.Events() {
		if other.Name == name { // itself: the hub knows that it has no twin
			continue
		}
		if err := distinctNames(other.Name, name); err != nil {
			return err
		}
	}
	return nil
}

// find finds a function for a tab.
func (a *API) find(name string) *process.Function {
	f := a.functions[name]
	if f == nil {
		return nil
	}
	return &process.Function{Call: func(ctx context.Context, params []byte, _ func([]byte) error) ([]byte, *process.Error) {
		return a.serve(ctx, name, f, params)
	}}
}

func (a *API) serve(ctx context.Context, name string, f *function, params []byte) (result []byte, failure *process.Error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	result, err := guard(func() ([]byte, error) { return f.call(ctx, params) })
	if err != nil {
		return nil, a.wireError(ctx, name, err)
	}
	return result, nil
}

// guard turns a panic into an error: it ends its call and nothing else.
func guard(f func() ([]byte, error)) (result []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// WriteTypeScript writes the client of all functions and events: a module that imports call and listen from
// the given runtime module.
func (a *API) WriteTypeScript(w io.Writer, runtime string) error {
	c := client{Runtime: runtime}
	for name, f := range a.functions {
		c.Functions = append(c.Functions, signature{name, f.in, f.out})
	}
	for _, e := range a.hub.Events() {
		s, err := shapeOf(e.Type)
		if err != nil {
			return err
		}
		c.Events = append(c.Events, signature{Name: e.Name, Out: s})
	}
	return writeTypeScript(w, c)
}
