package rpc

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// Error is what a server function returns when the caller shall know what went wrong: Kind is for his
// program, Message for people. Any other error reaches him as internal, with an id that is also in the log.
//
//	return 0, &rpc.Error{Kind: "sold_out", Message: "The last ticket has just been sold."}
//
// Fields says what is wrong with which part of the input, for people too: a form shows it beside its fields. Its keys
// are paths of the input, such as email or items[2].by.
type Error struct {
	Kind    string
	Message string
	Fields  map[string]string
}

// Error makes it an error.
func (e *Error) Error() string { return e.Kind + ": " + e.Message }

// The wire errors of calls; framework/process has those of the protocol, and docs/protocol.md lists both.
// Kinds are what programs switch on.
var (
	invalidInput     = wireError(-32602, "invalid_input", "") // its message says what, and where
	internal         = wireError(-32603, "internal", "Something went wrong on the server.")
	permissionDenied = wireError(-32005, "permission_denied", "You may not do this.")
	notRecent        = wireError(-32010, "not_recent", "Prove again who you are, and then do this once more.")
)

// ownError is the number of what a server function itself answers.
const ownError = 1

func wireError(number int, kind, message string) *process.Error {
	return &process.Error{Number: number, Message: message, Kind: process.Kind{Kind: kind}}
}

// wireError is the one place that turns an error into what the caller gets.
func (a *API) wireError(ctx context.Context, name string, err error) *process.Error {
	var meant *Error
	var input *inputError
	var ready *process.Error
	switch {
	case errors.As(err, &meant) && meant != nil: // a nil *Error in an error is a mistake, and internal
		return withFields(wireError(ownError, meant.Kind, meant.Message), meant.Fields)
	case errors.As(err, &input):
		return withFields(wireError(invalidInput.Number, invalidInput.Kind.Kind, input.Error()), input.fields())
	case errors.As(err, &ready) && ready != nil:
		return ready
	case errors.Is(err, session.ErrNotConnected), errors.Is(context.Cause(ctx), session.ErrNotConnected):
		return process.NotConnected
	case errors.Is(err, session.ErrPermissionDenied):
		return permissionDenied
	case errors.Is(err, session.ErrNotRecent):
		return notRecent
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return process.TimedOut
	case ctx.Err() != nil:
		return process.Interrupted
	case errors.Is(err, session.ErrUnavailable):
		a.hub.Log().ErrorContext(ctx, "visitor not checked", "function", name, "error", err)
		return process.Unchecked
	}
	failed := *internal
	failed.Kind.ID = rand.Text()[:8]
	a.hub.Log().ErrorContext(ctx, "server function failed", "id", failed.Kind.ID, "function", name, "error", err)
	return &failed
}

func withFields(e *process.Error, fields map[string]string) *process.Error {
	e.Kind.Fields = fields
	return e
}
