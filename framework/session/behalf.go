package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrNoTab is the answer of Tab.Do and Tab.Present for a tab that is not open any more. (That of package process says that
// no tab asks.)
var ErrNoTab = errors.New("the tab is not open any more")

// behalf is what a context says in which references mean somebody's values though nobody asks: see Manager.InUser.
// It stands where a request stands, so that everything else takes such a context for one outside requests.
type behalf struct {
	of  string   // whose values: "a user"
	has []Scope  // that mean something there, beside PerRequest
	as  *request // whom references take it for
}

func (b *behalf) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestKey{}, b)
}

func behalfOf(ctx context.Context) *behalf {
	b, _ := ctx.Value(requestKey{}).(*behalf)
	return b
}

// holderOf says for whom a reference is read and written in this context.
func (v *variable) holderOf(ctx context.Context) (*request, error) {
	if r := requestOf(ctx); r != nil {
		return r, nil
	}
	b := behalfOf(ctx)
	switch {
	case b == nil:
		return nil, fmt.Errorf("reference %q: %w", v.name, ErrOutside)
	case v.scope != PerRequest && !slices.Contains(b.has, v.scope):
		return nil, fmt.Errorf("reference %q: %w, on behalf of %s, which has no value %v", v.name, ErrOutside, b.of, v.scope)
	}
	return b.as, nil
}

// InUser calls f with a context in which PerUser references, volatile and stored, are those of a user: for
// administration, jobs, and whatever else concerns somebody who is not asking. InSession does the same for a session
// and Tab.Do for a tab. Tabs to call it for are in TabsOfUser and Tabs.
//
// To do something on behalf of somebody is no request: no hook runs, nothing counts as the user's activity, and f
// cannot log anybody in or out or make a page's token: ErrOutside. Current is the user concerned. What f does to a
// PerRequest reference ends with f. A reference of any other scope has no value there: in memory it panics, stored
// it is ErrOutside. What is in memory is this node's; what is stored is everybody's.
//
// It does not ask whether there is such a user, so that what is left of one who is gone can be read; but user 0 is
// none: ErrNoUser. It returns what f returns. (Ocsigen: Eliom_reference.Ext.)
func (m *Manager) InUser(ctx context.Context, user UserID, f func(ctx context.Context) error) error {
	if user == 0 {
		return ErrNoUser
	}
	as := &request{m: m, arrival: elsewhere, record: &Record{User: user}, looked: true}
	return f((&behalf{"a user", []Scope{PerUser}, as}).in(ctx))
}

// InSession is InUser for a session: PerBrowser references are its own, PerUser its user's, and PerBrowserUserIndep its
// browser's. ErrNoSession: it is not open. When it ends meanwhile, f goes on like a request of that session: its
// context ends with ErrNotConnected, it reads initial values, and what it writes is lost, or for stored
// references an error.
func (m *Manager) InSession(ctx context.Context, id ID, f func(ctx context.Context) error) error {
	record, err := m.openByID(ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	as := &request{
		m: m, arrival: elsewhere, browser: record.Browser, record: record, looked: true, cancel: cancel,
	}
	m.open.seek(as)
	defer m.open.end(as)
	for settled := false; !settled; settled = m.open.settle(as, id) {
		if _, err := m.openByID(ctx, id); err != nil { // once more: whoever closes it from now on finds this
			return err
		}
	}
	return f((&behalf{"a session", []Scope{PerBrowser, PerUser, PerBrowserUserIndep}, as}).in(ctx))
}

// openByID returns a session that is open.
func (m *Manager) openByID(ctx context.Context, id ID) (record *Record, err error) {
	record = nobody
	found, err := m.ofStore(ctx, id)
	if err == nil && len(found) > 0 {
		record, err = m.alive(ctx, &found[0], nil)
	}
	if err == nil && record.ID == 0 {
		err = ErrNoSession
	}
	return record, err
}

// Do is InUser for a tab: references of all scopes are what they are in its calls. ErrNoTab: it is closed.
// ErrNotConnected: its session has ended. ErrUnavailable: it cannot be known at the moment whether that has. When it ends
// meanwhile, f goes on like a call of the tab: see InSession.
func (t *Tab) Do(ctx context.Context, f func(ctx context.Context) error) error {
	r := t.request(ctx)
	if _, err := r.begin(t.m.opts.Now(), func(int) bool { return true }); err != nil {
		return err
	}
	defer r.End()
	if _, err := t.Present(); err != nil {
		return err
	}
	all := []Scope{PerTab, PerBrowser, PerUser, PerTabUserIndep, PerBrowserUserIndep}
	return f((&behalf{"a tab", all, r}).in(r))
}
