package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// ErrTooLarge says that a value was not stored: its JSON is larger than Options.StoredBytes.
var ErrTooLarge = errors.New("the value is too large to be stored")

// StoredRef is a reference whose values are in the database: they survive the program, are the same on all nodes, and
// may fail. Declare it once, at package level. (Ocsigen: Eliom_reference.eref ~persistent.)
//
//	var theme = session.NewStoredRef("theme", session.PerUser, "light")
//
//	err := theme.Set(ctx, "dark")
//
// A value belongs to what its scope says, PerBrowser, PerUser or PerBrowserUserIndep, and goes when that goes: see
// Scope. What PerUser holds stays until it is unset, or the site forgets the user (pgstore.ForgetUsers). With nobody connected
// it acts as PerBrowser.
//
// A request whose session has ended reads the initial value, and what it writes is ErrNotConnected; values that are
// user-independent go on. With another context than a Ref needs all is ErrOutside. An error of the store is returned with
// the reference's name; nothing has changed then.
//
// A value is kept as JSON, by encoding/json. One that cannot be read as a T any more, because T has changed, is set
// aside in the database, and a line of the log says so; from then on the value is the initial one. Fields that T has no
// more are passed over, and new ones are empty.
type StoredRef[T any] struct {
	v       *variable
	initial func() T
}

// NewStoredRef declares a reference whose value is initial until it is set. It panics where NewRef does, for another
// scope than these three, and for a type that does not come back from JSON as it was.
func NewStoredRef[T any](name string, scope Scope, initial T) *StoredRef[T] {
	checkUnshared(name, &initial, "NewStoredRefFunc")
	return NewStoredRefFunc(name, scope, func() T { return initial })
}

// NewStoredRefFunc declares a reference whose value is what initial returns, until it is set.
func NewStoredRefFunc[T any](name string, scope Scope, initial func() T) *StoredRef[T] {
	switch scope {
	case PerBrowser, PerUser, PerBrowserUserIndep:
	default:
		panic(fmt.Sprintf("session: stored reference %q: what is %v is not stored", name, scope))
	}
	if err := storable(reflect.TypeFor[T]()); err != nil {
		panic(fmt.Sprintf("session: stored reference %q: %v", name, err))
	}
	return &StoredRef[T]{declare(name, scope), initial}
}

// Get returns the value.
func (r *StoredRef[T]) Get(ctx context.Context) (value T, err error) {
	by, of, err := r.holder(ctx)
	if errors.Is(err, ErrNotConnected) {
		return r.initial(), nil
	}
	if err != nil {
		return value, err
	}
	stored, err := by.m.store.Load(ctx, of, r.v.name)
	if err != nil {
		return value, r.v.failed(ctx, err)
	}
	found, fault := r.decode(stored)
	if fault != nil {
		return r.setAside(ctx, by, of), nil
	}
	return found, nil
}

// Set changes the value.
func (r *StoredRef[T]) Set(ctx context.Context, value T) error {
	_, err := r.Update(ctx, func(T) (T, error) { return value, nil })
	return err
}

// Update changes the value to what f makes of it, and returns that. Nothing comes between, on any node. If f fails,
// nothing changes and its error is returned. f may be called again when another node was faster, so it must do nothing
// else, and touch no reference: one that does panics.
func (r *StoredRef[T]) Update(ctx context.Context, f func(T) (T, error)) (value T, err error) {
	by, of, err := r.holder(ctx)
	if err != nil {
		return value, err
	}
	var refused, fault error
	err = by.m.store.Change(ctx, of, r.v.name, by.m.opts.Now(), func(before []byte) (after Stored, err error) {
		if value, fault = r.decode(before); fault != nil {
			after.Aside = before
		}
		within(r.v, func() { value, refused = f(value) })
		if refused != nil {
			return after, refused
		}
		after.Value, err = encode(&value, by.m.opts.StoredBytes)
		return after, err
	})
	switch {
	case err == nil:
		r.v.logAside(ctx, by, of, fault)
		return value, nil
	case refused != nil:
		err = refused
	default:
		err = r.v.failed(ctx, err)
	}
	var none T
	return none, err
}

// Unset gives the reference its initial value back.
func (r *StoredRef[T]) Unset(ctx context.Context) error {
	by, of, err := r.holder(ctx)
	if err != nil {
		return err
	}
	err = by.m.store.Change(ctx, of, r.v.name, by.m.opts.Now(), func([]byte) (Stored, error) { return Stored{}, nil })
	if err != nil {
		return r.v.failed(ctx, err)
	}
	return nil
}

// holder says whose value it is. ErrNotConnected: his session has ended.
func (r *StoredRef[T]) holder(ctx context.Context) (by *request, of Holder, err error) {
	checkNested(r.v)
	if by, err = r.v.holderOf(ctx); err != nil {
		return nil, of, err
	}
	if of, err = by.holder(r.v.scope); err != nil {
		return nil, of, fmt.Errorf("reference %q: %w", r.v.name, err)
	}
	return by, of, nil
}

// failed is the error of a reference that could not be read or written. That a session has ended meanwhile, and the
// request with it, is said too.
func (v *variable) failed(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return fmt.Errorf("reference %q: %w", v.name, err)
}

// encode makes a value's JSON.
func encode[T any](value *T, atMost int) ([]byte, error) {
	stored, err := json.Marshal(value)
	if err == nil && len(stored) > atMost {
		err = fmt.Errorf("%w: %d bytes where %d may be", ErrTooLarge, len(stored), atMost)
	}
	return stored, err
}

// decode reads a value; where there is none, or what is there is none of T, it is the initial one.
func (r *StoredRef[T]) decode(stored []byte) (value T, fault error) {
	if stored == nil {
		return r.initial(), nil
	}
	if err := json.Unmarshal(stored, &value); err != nil {
		return r.initial(), err
	}
	return value, nil
}
