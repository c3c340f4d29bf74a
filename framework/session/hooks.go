package session

import (
	"context"
	"fmt"
	"runtime/debug"
)

// hooks are plain functions run in the order they were added. They are added before serving: there is
// no lock.
type hooks[T any] []func(context.Context, T) error

// run calls each hook; the first error stops the rest.
func (h hooks[T]) run(ctx context.Context, about T) error {
	for _, hook := range h {
		if err := guard(func() error { return hook(ctx, about) }); err != nil {
			return err
		}
	}
	return nil
}

// guard turns a panic into an error, so that the site's own function can end its request and nothing else.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", ErrPanic, p, debug.Stack())
		}
	}()
	return f()
}

// moments are the ten.
type moments struct {
	request            hooks[Visitor]
	connectedRequest   hooks[UserID]
	unconnectedRequest hooks[struct{}]
	deniedRequest      hooks[Visitor]

	startProcess            hooks[Visitor]
	startConnectedProcess   hooks[UserID]
	startUnconnectedProcess hooks[struct{}]

	openSession      hooks[UserID]
	preCloseSession  hooks[Closing]
	postCloseSession hooks[Closing]
}

// OnRequest adds a hook for every request (a page, a form, a server function), run when the visitor is
// known and nothing else has run. (Ocsigen: on_request.)
func (m *Manager) OnRequest(f func(ctx context.Context, visitor Visitor) error) {
	m.hooks.request = append(m.hooks.request, f)
}

// OnConnectedRequest adds a hook run just before the function of a connected user's request, when the
// groups have said yes. (Ocsigen: on_connected_request.)
func (m *Manager) OnConnectedRequest(f func(ctx context.Context, me UserID) error) {
	m.hooks.connectedRequest = append(m.hooks.connectedRequest, f)
}

// OnUnconnectedRequest adds a hook run when nobody is connected and there is no allow list.
// (Ocsigen: on_unconnected_request.)
func (m *Manager) OnUnconnectedRequest(f func(ctx context.Context) error) {
	m.hooks.unconnectedRequest = append(m.hooks.unconnectedRequest, ignoring(f))
}

// OnDeniedRequest adds a hook run before the deny function: a group said no, an allow list met nobody,
// or the function itself returned ErrPermissionDenied. (Ocsigen: on_denied_request.)
func (m *Manager) OnDeniedRequest(f func(ctx context.Context, visitor Visitor) error) {
	m.hooks.deniedRequest = append(m.hooks.deniedRequest, f)
}

// OnStartProcess adds a hook run at a tab's first hello, exactly once for each process. When it fails
// the tab gets a typed error, and its next hello goes on at the hook that failed.
// (Ocsigen: on_start_process.)
func (m *Manager) OnStartProcess(f func(ctx context.Context, visitor Visitor) error) {
	m.hooks.startProcess = append(m.hooks.startProcess, f)
}

// OnStartConnectedProcess adds a hook run after those of OnStartProcess when a user is connected.
// (Ocsigen: on_start_connected_process.)
func (m *Manager) OnStartConnectedProcess(f func(ctx context.Context, me UserID) error) {
	m.hooks.startConnectedProcess = append(m.hooks.startConnectedProcess, f)
}

// OnStartUnconnectedProcess adds a hook run after those of OnStartProcess when nobody is connected.
// (Ocsigen: on_start_unconnected_process.)
func (m *Manager) OnStartUnconnectedProcess(f func(ctx context.Context) error) {
	m.hooks.startUnconnectedProcess = append(m.hooks.startUnconnectedProcess, ignoring(f))
}

// OnOpenSession adds a hook run by Connect when it has opened the session: once for each log-in, not
// when a restarted server reads an old session back. Its error undoes the session.
// (Ocsigen: on_open_session.)
func (m *Manager) OnOpenSession(f func(ctx context.Context, me UserID) error) {
	m.hooks.openSession = append(m.hooks.openSession, f)
}

// OnPreCloseSession adds a hook run before a closed session's states go: they can still be read. It
// cannot veto; its error is logged. (Ocsigen: on_pre_close_session.)
func (m *Manager) OnPreCloseSession(f func(ctx context.Context, closing Closing) error) {
	m.hooks.preCloseSession = append(m.hooks.preCloseSession, f)
}

// OnPostCloseSession adds a hook run when a closed session's states are gone. Its error is logged.
// (Ocsigen: on_post_close_session.)
func (m *Manager) OnPostCloseSession(f func(ctx context.Context, closing Closing) error) {
	m.hooks.postCloseSession = append(m.hooks.postCloseSession, f)
}

func ignoring(f func(context.Context) error) func(context.Context, struct{}) error {
	return func(ctx context.Context, _ struct{}) error { return f(ctx) }
}
