package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Caller is what makes a call of a tab; framework/process implements it.
type Caller interface {
	// Starts is given what cancels the call, before its session is looked up, and says whether the call is still wanted.
	Starts(cancel context.CancelCauseFunc) bool

	// Page is what the tab showed when it made the call: see PageOf.
	Page() any

	// Waits says whether the tab waits for the call's answer: only then it can be given a Ticket.
	Waits() bool
}

// PageOf returns what the Page of a call's Caller was; nil when this context is of no call. The caller itself is not
// kept: who holds on to the context when the call is over must not hold on to the call.
func PageOf(ctx context.Context) any {
	if r := requestOf(ctx); r != nil {
		return r.page
	}
	return nil
}

// Call is one of a tab that has begun: its context, and what is to be said when its answer is out.
type Call interface {
	context.Context
	End()
}

// Begin starts a call of the tab, made under an identity number. What began as nobody ends as nobody, even if a user
// logs in meanwhile.
//
// ErrNotConnected: the tab's session has ended. When it ends while the call runs, the call's context ends with that cause.
//
// ErrIdentityChanged: the number is not the tab's any more.
//
// context.Canceled: the caller does not want it any more, or has cancelled it during the look-up.
//
// ErrUnavailable: the session was not looked up lately, and cannot be.
func (t *Tab) Begin(number int, by Caller) (Call, error) {
	r := t.request(context.Background())
	if !by.Starts(r.cancel) {
		r.cancel(nil)
		return nil, context.Canceled
	}
	r.called, r.waited, r.page = true, by.Waits(), by.Page()
	now := t.m.opts.Now()
	seen, err := r.begin(now, func(present int) bool { return present == number })
	if err != nil {
		return nil, err
	}
	if record := r.session(); record.ID != 0 && seen && t.isActive(now) {
		t.m.active(r, record, Activity{Seen: now})
	}
	return r, nil
}

// request is one that the tab makes, and that has yet to begin.
func (t *Tab) request(ctx context.Context) *request {
	ctx, cancel := context.WithCancelCause(ctx)
	return &request{
		Context: ctx, arrival: elsewhere, m: t.m, secret: t.secret, browser: t.browser, tab: t, cancel: cancel,
		looked: true, record: nobody,
	}
}

// begin makes a request one of whom its tab belongs to, and reports whether anybody can see that tab. When it fails the
// request is over.
func (r *request) begin(now time.Time, known func(number int) bool) (seen bool, err error) {
	began := false
	defer func() {
		if !began { // also where the site's code, or the store, panics or ends the goroutine
			r.End()
		}
	}()
	if seen, err = r.m.open.beginCall(r, now, known); err == nil {
		err = r.stillOpen(now)
	}
	began = err == nil
	return seen, err
}

// stillOpen takes over what is known of the session of a tab's request. Where that could not be looked up because the
// request was cancelled meanwhile, this is said too.
func (r *request) stillOpen(now time.Time) error {
	record, err := r.m.stillOpen(r.Context, r.tab, r.session(), now) // what ends there is not ended by this request
	switch {
	case err == nil && !r.goesOn(record), errors.Is(context.Cause(r), ErrNotConnected): // it has just ended
		return ErrNotConnected
	case err != nil && r.Err() != nil:
		return fmt.Errorf("%w: %w", r.Err(), err)
	}
	return err
}

// End implements Call.
func (r *request) End() {
	r.m.open.end(r)
	r.finish()
	r.cancel(nil)
}
