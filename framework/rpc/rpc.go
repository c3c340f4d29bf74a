package rpc

import (
	"context"
	"fmt"
	"io"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// API is the list of a site's server functions. Register all of them before serving.
type API struct {
	hub       *process.Hub
	functions map[string]*function
	types     typeNames
}

// New returns the API whose functions the hub's tabs call. It has the two functions of the browser's half already:
// session.disconnect and session.disconnectAll.
func New(hub *process.Hub) *API {
	a := &API{hub: hub, functions: map[string]*function{}, types: typeNames{}}
	hub.Serve(a.find, a.codec)
	// Logs the visitor out in this browser.
	Handle(a, "session.disconnect", func(ctx context.Context, _ struct{}) (struct{}, error) {
		return struct{}{}, session.Disconnect(ctx)
	})
	// Closes all the sessions of the user, in every browser.
	Handle(a, "session.disconnectAll", func(ctx context.Context, in DisconnectAll) (struct{}, error) {
		return struct{}{}, session.DisconnectAll(ctx,
			session.UserIndep(in.UserIndep), session.WithRestart(in.WithRestart))
	})
	return a
}

// DisconnectAll is what the browser says to session.disconnectAll; see session.DisconnectAll.
type DisconnectAll struct {
	UserIndep   bool `json:"userIndep"`   // the user-independent state of the browsers goes too
	WithRestart bool `json:"withRestart"` // the tabs are told to restart
}

// find finds a function for a tab.
func (a *API) find(name []byte) *process.Function {
	if f := a.functions[string(name)]; f != nil {
		return &f.process
	}
	return nil
}

// serve runs a function for a tab: every error and every panic of it becomes what the tab gets.
func (a *API) serve(ctx context.Context, f *function, c call) ([]byte, *process.Error) {
	result, err := guard(func() ([]byte, error) { return f.run(ctx, c) })
	if err != nil {
		return nil, a.wireError(ctx, f.name, err)
	}
	return result, nil
}

// guard turns a panic into an error, a *crash: it ends its call and nothing else.
func guard(f func() ([]byte, error)) (result []byte, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &crash{value, debug.Stack()}
		}
	}()
	return f()
}

// crash is the panic of a server function.
type crash struct {
	value any
	stack []byte
}

func (c *crash) Error() string { return fmt.Sprintf("panic: %v\n%s", c.value, c.stack) }

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
	return func(v any) ([]byte, error) { return s.encode(held(t, v)) }, nil
}

// held is a pointer to a variable with this value. Of a union in an any, the library would see the variant only.
func held(t reflect.Type, value any) any {
	variable := reflect.New(t)
	if value != nil {
		variable.Elem().Set(reflect.ValueOf(value))
	}
	return variable.Interface()
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

// WriteTypeScript writes the client of all functions and events: a module that imports call, listen and stream from
// the given runtime module. The comments of docs become its comments; the zero Docs has none.
func (a *API) WriteTypeScript(w io.Writer, runtime string, docs Docs) error {
	functions, events, err := a.signatures(docs)
	if err != nil {
		return err
	}
	return writeTypeScript(w, client{runtime, functions, events, a.types, docs})
}

// signatures are those of all functions and of all events, each sorted by name. A dot sorts first, so groups stay together.
func (a *API) signatures(docs Docs) (functions, events []signature, err error) {
	for _, name := range slices.Sorted(maps.Keys(a.functions)) {
		f := a.functions[name]
		functions = append(functions, signature{name, f.in, f.out, f.process.Stream, docs.ofFunction(name, f.code)})
	}
	for _, e := range a.hub.Events() {
		s, err := shapeOf(e.Type)
		if err != nil {
			return nil, nil, err
		}
		events = append(events, signature{Name: e.Name, Out: s, Doc: docs.ofEvent(e.Name)})
	}
	slices.SortFunc(events, func(a, b signature) int { return strings.Compare(a.Name, b.Name) })
	return functions, events, nil
}
