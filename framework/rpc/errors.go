package rpc

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

// Error is what a server function returns when the caller shall know what went wrong: Kind is for his
// program, Message for people. The package comment says what he gets of other errors.
//
//	return 0, &rpc.Error{Kind: "sold_out", Message: "The last ticket has just been sold."}
//
// Fields says what is wrong with which part of the input, for people too: a form shows it beside its fields. Its keys
// are paths of the input, such as email or items[2].by.
//
// The kinds of the framework, such as not_connected and invalid_input (docs/protocol.md has them all), keep their meaning:
// an Error of one of these, or of none, is a mistake, and reaches the caller as internal. Return session.ErrNotConnected
// and its like, or a *process.Error, to say what they say.
type Error struct {
	Kind    string
	Message string
	Fields  map[string]string
}

// Error makes it an error.
func (e *Error) Error() string { return e.Kind + ": " + e.Message }

// As finds in it the *process.Error that the caller gets. So a hook of a log-in may answer an Error too: package process
// does that log-in, and does not know this type.
func (e *Error) As(target any) bool {
	ready, ok := target.(**process.Error)
	if !ok || e.mistake() != "" {
		return false
	}
	*ready = withFields(wireError(ownError, e.Kind, e.Message), e.Fields)
	return true
}

// mistake says why no caller gets it; it is "" for one that is fine.
func (e *Error) mistake() string {
	switch {
	case e == nil:
		return "rpc.Error that is nil"
	case e.Kind == "":
		return "rpc.Error without a kind"
	case ofFramework(e.Kind):
		return "rpc.Error of the kind " + e.Kind + ", which is the framework's own"
	}
	return ""
}

// The wire errors of calls; framework/process has those of the protocol, and docs/protocol.md lists both.
// Kinds are what programs switch on.
var (
	invalidInput     = wireError(-32602, "invalid_input", "") // its message says what, and where
	internal         = process.Internal
	permissionDenied = process.PermissionDenied
	notRecent        = process.NotRecent
)

// kindsOfProtocol are those of package process with which no call of a function ends.
var kindsOfProtocol = []string{"parse_error", "invalid_request", "unknown_function", "no_hello", "start_failed"}

// ofFramework reports whether a kind has a meaning already.
func ofFramework(kind string) bool {
	return slices.Contains(kindsOfProtocol, kind) ||
		slices.ContainsFunc(wireErrors, func(e *process.Error) bool { return e.Kind.Kind == kind })
}

// ownError is the number of what a server function itself answers.
const ownError = 1

func wireError(number int, kind, message string) *process.Error {
	return &process.Error{Number: number, Message: message, Kind: process.Kind{Kind: kind}}
}

// wireError is the one place that turns an error into what the caller gets.
func (a *API) wireError(ctx context.Context, name string, err error) *process.Error {
	var crashed *crash
	var meant *Error
	var input *inputError
	var ready *process.Error
	switch {
	case errors.As(err, &crashed): // also when nobody waits for the answer any more: the log has it
	case errors.As(err, &meant) && meant.mistake() != "":
		err = fmt.Errorf("%s: %w", meant.mistake(), err)
	case errors.As(err, &input):
		return withFields(wireError(invalidInput.Number, invalidInput.Kind.Kind, input.Error()), input.fields())
	case errors.As(err, &ready) && ready != nil: // or an *Error
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
	failed := internal.WithID()
	a.hub.Log().ErrorContext(ctx, "server function failed", "id", failed.Kind.ID, "function", name, "error", err)
	return failed
}

func withFields(e *process.Error, fields map[string]string) *process.Error {
	e.Kind.Fields = fields
	return e
}
