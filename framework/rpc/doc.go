// Package rpc has a site's server functions: Go functions that the browser calls over its tab's socket, typed
// on both sides.
//
//	api := rpc.New(tabs)
//
//	type AddClicks struct {
//		By int `json:"by"`
//	}
//
//	rpc.Connected(api, "clicks.add", func(ctx context.Context, me session.UserID, in AddClicks) (int, error) {
//		return clicks.Update(ctx, func(n int) int { return n + in.By }), nil
//	})
//
// and in the browser
//
//	const n = await server.clicks.add({ by: 1 })
//
// # Three ways to register
//
// They are those of pages: Connected for connected users, Opt for everybody, Handle for functions that do
// not care who asks. Each takes the options of package session, such as session.Allow("admin"), and DenyFunc.
// All functions are registered before serving; a mistake in one panics then.
//
// # The life of a call
//
// The tab's session stands; the wrapper finds the visitor, runs the hooks and asks the groups; the input is
// read; the function runs; its output is written. The context ends after 30 seconds, and earlier when the
// tab goes, its session ends, or the caller breaks the call off with an AbortSignal: hand it on to whatever
// takes one. A panic is an error of that one call.
//
// # Errors
//
// The caller switches on an error's kind. Return an Error to say what went wrong in your own words:
//
//	return 0, &rpc.Error{Kind: "sold_out", Message: "The last ticket has just been sold."}
//
// session.ErrNotConnected, ErrPermissionDenied, ErrNotRecent and ErrUnavailable reach him as not_connected,
// permission_denied, not_recent and unavailable.
// Every other error is internal: the caller gets an id, and the log has that id with the cause.
//
// # What crosses the wire
//
// Booleans, strings, numbers, slices, arrays, and structs of these; struct{} is nothing. Pointers, maps,
// times and whatever encodes itself do not cross it: registration panics, and says which part of which type it
// is. Inputs are taken to the letter. What is not there is missing, unless its field has omitzero, and never zero;
// what is too much is refused; an integer that JavaScript would round is refused on both ways. So the types
// of the client tell the truth.
//
// # The client
//
// WriteTypeScript writes the module with server and events. It is checked in; a site's test fails when it
// is stale.
//
// # What overlaps with what
//
// The calls of one tab overlap, and so do those of different tabs. This package starts no goroutine: calls
// run in those of package process.
package rpc
