package session

import (
	"context"
	"fmt"
	"reflect"
	"sync"
)

// Ref is a typed variable whose value depends on who asks, and from where. Declare it once, at package
// level; its values live in this node's memory and cannot fail. (Ocsigen: Eliom_reference.eref.)
//
//	var clicks = session.NewRef("clicks", session.PerBrowser, 0)
//
//	n := clicks.Update(ctx, func(n int) int { return n + 1 })
//
// Its methods need the context of a request, a server function or a hook, or one that InUser or its sisters give; with
// another one they panic, for there is no value they could mean. How long values last: see Scope.
type Ref[T any] struct {
	v       *variable
	initial func() T
}

// variable is what a reference is to the memory.
type variable struct {
	name  string
	scope Scope
}

var declared sync.Map // the names of all references

// NewRef declares a reference whose value is initial until it is set. A name may be declared once, and a
// map, slice or pointer needs NewRefFunc, or else all would share one: both panic.
func NewRef[T any](name string, scope Scope, initial T) *Ref[T] {
	checkUnshared(name, &initial, "NewRefFunc")
	return NewRefFunc(name, scope, func() T { return initial })
}

// checkUnshared panics if an initial value would be one and the same for all.
func checkUnshared[T any](name string, initial *T, instead string) {
	value := reflect.ValueOf(initial).Elem()
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	switch value.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer, reflect.Chan:
		panic(fmt.Sprintf("session: the initial value of %q would be shared by all its holders; use %s", name, instead))
	}
}

// NewRefFunc declares a reference whose value is what initial returns, until it is set.
func NewRefFunc[T any](name string, scope Scope, initial func() T) *Ref[T] {
	return &Ref[T]{declare(name, scope), initial}
}

// declare takes a name for a reference.
func declare(name string, scope Scope) *variable {
	if _, twice := declared.LoadOrStore(name, true); twice {
		panic(fmt.Sprintf("session: two references are named %q", name))
	}
	return &variable{name, scope}
}

// Get returns the value.
func (r *Ref[T]) Get(ctx context.Context) T {
	by, s := r.state(ctx, false)
	if s == nil {
		return r.initial()
	}
	s.lock(by, r.v)
	defer s.mu.Unlock()
	return r.getLocked(s)
}

// Set changes the value.
func (r *Ref[T]) Set(ctx context.Context, value T) {
	r.Update(ctx, func(T) T { return value })
}

// Update changes the value to what f makes of it, and returns that. Nothing comes between: f runs under
// the lock of its state, so it must be quick and touch no reference. In development one that does panics, whatever
// reference it is; in production when it would wait for itself.
func (r *Ref[T]) Update(ctx context.Context, f func(T) T) T {
	by, s := r.state(ctx, true)
	defer by.written(r.v.scope)
	s.lock(by, r.v)
	defer s.mu.Unlock()
	value := r.getLocked(s)
	s.update(by, r.v, func() { value = f(value) })
	if s.values == nil {
		s.values = map[*variable]any{}
	}
	s.values[r.v] = value
	return value
}

// Unset gives the reference its initial value back.
func (r *Ref[T]) Unset(ctx context.Context) {
	by, s := r.state(ctx, false)
	if s == nil {
		return
	}
	defer by.written(r.v.scope)
	s.lock(by, r.v)
	defer s.mu.Unlock()
	delete(s.values, r.v)
}

func (r *Ref[T]) getLocked(s *state) T {
	if value, ok := s.values[r.v]; ok {
		return value.(T)
	}
	return r.initial()
}

func (r *Ref[T]) state(ctx context.Context, write bool) (*request, *state) {
	by, err := r.v.holderOf(ctx)
	if err != nil {
		panic(fmt.Sprintf("session: %v", err))
	}
	if by.m.opts.Development {
		checkNested(r.v)
	}
	return by, by.state(r.v.scope, write)
}

// written tells the drafts that one of them may have grown.
func (r *request) written(scope Scope) {
	if scope != PerTab && scope != PerTabUserIndep {
		return
	}
	r.mu.Lock()
	d := r.draft
	r.mu.Unlock()
	if d != nil {
		r.m.drafts.weigh(d)
	}
}
