package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// setAside puts a value away that could not be read, so that the next reader does not meet it again, and returns the
// initial one. If somebody has written another meanwhile it returns that. Whoever reads must not fail for all this:
// where nothing can be put away, a later reader will.
func (r *StoredRef[T]) setAside(ctx context.Context, by *request, of Holder) (value T) {
	var fault error
	err := by.m.store.Change(ctx, of, r.v.name, by.m.opts.Now(), func(before []byte) (after Stored, err error) {
		if value, fault = r.decode(before); fault != nil {
			return Stored{Aside: before}, nil
		}
		return Stored{Value: before}, nil
	})
	if err != nil {
		by.m.opts.Log.ErrorContext(ctx, "a stored value cannot be set aside", "reference", r.v.name, "holder", of.Kind, "error", err)
		return r.initial()
	}
	r.v.logAside(ctx, by, of, fault)
	return value
}

// logAside says that a value was set aside, and why, but not what it was.
func (v *variable) logAside(ctx context.Context, by *request, of Holder, fault error) {
	if fault != nil {
		by.m.opts.Log.WarnContext(ctx, "a stored value was set aside", "reference", v.name, "holder", of.Kind, "error", discreet(fault))
	}
}

// discreet says why a value is no value of its type, without what the error repeats of it.
func discreet(fault error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](fault); ok {
		return fmt.Sprintf("no %v at byte %d, in the field %q", wrong.Type, wrong.Offset, wrong.Field)
	}
	if broken, ok := errors.AsType[*json.SyntaxError](fault); ok {
		return fmt.Sprintf("no JSON at byte %d", broken.Offset)
	}
	return fmt.Sprintf("a %T", fault)
}

// holder says whose a value of this scope is. A request whose session has ended has no values but those that are
// user-independent: ErrNotConnected.
func (r *request) holder(scope Scope) (Holder, error) {
	r.mu.Lock()
	record, closed := r.record, r.closed
	r.mu.Unlock()
	switch {
	case scope == PerBrowserUserIndep:
		return heldByBrowser(r.browser), nil
	case closed:
		return Holder{}, ErrNotConnected
	case scope == PerUser && record.User != 0:
		return Holder{Kind: HeldByUser, Number: int64(record.User)}, nil
	case record.ID == 0:
		return heldByNobody(r.browser), nil
	}
	return heldBySession(record), nil
}

func heldBySession(r *Record) Holder { return Holder{Kind: HeldBySession, Number: int64(r.ID)} }
func heldByNobody(b Hash) Holder     { return Holder{Kind: HeldByNobody, Browser: b} }
func heldByBrowser(b Hash) Holder    { return Holder{Kind: HeldByBrowser, Browser: b} }

// dropStored forgets what is stored for somebody, even if nobody waits for it any more. What cannot be dropped is
// never read again where it was a session's, and is swept with the orphans.
func (m *Manager) dropStored(ctx context.Context, holders ...Holder) {
	ctx, cancel := lasting(ctx)
	defer cancel()
	if err := m.store.Drop(ctx, holders...); err != nil {
		m.opts.Log.ErrorContext(ctx, "stored values cannot be dropped", "holders", len(holders), "first", holders[0].Kind, "error", err)
	}
}
