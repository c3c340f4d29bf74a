// Package rpc has a site's server functions: Go functions that the browser calls over its tab's socket, typed
// on both sides.
//
// # A call
//
//	api := rpc.New(tabs)
//
//	type AddClicks struct {
//		By int `json:"by"`
//	}
//
//	// Adds to the clicks, and answers how many there are.
//	rpc.Connected(api, "clicks.add", func(ctx context.Context, me session.UserID, in AddClicks) (int, error) {
//		return clicks.Update(ctx, func(n int) int { return n + in.By }), nil
//	})
//
// and in the browser
//
//	const n = await server.clicks.add({ by: 1 })
//
// There are three ways to register, those of pages: Connected for connected users, Opt for everybody, Handle for
// functions that do not care who asks. All functions are registered before serving; a mistake in one panics then.
//
// The tab's session stands; the wrapper finds the visitor, runs the hooks and asks the groups; the input is
// read; the function runs; its output is written. The context ends when the tab goes, its session ends, or the caller
// breaks the call off with an AbortSignal: hand it on to whatever takes one. A panic is an error of that one call.
//
// # A stream
//
// ConnectedStream, OptStream and HandleStream register functions that send values for as long as they run:
//
//	rpc.ConnectedStream(api, "import.run", func(ctx context.Context, me session.UserID, in Import, send func(Progress) error) error {
//		for done, row := range in.Rows {
//			if err := store(ctx, row); err != nil {
//				return err
//			}
//			if err := send(Progress{done + 1, len(in.Rows)}); err != nil {
//				return err // nobody listens any more
//			}
//		}
//		return nil
//	})
//
//	for await (const p of server.import.run({ rows })) show(p)   // break ends the Go context
//
// send waits until the browser wants more.
//
// # Options
//
// Behind the function stand the options of package session, such as session.Allow("admin"), and these: DenyFunc says
// what those are told who may not call. Timeout says how long the function may take: without it a call has 30 seconds,
// and a stream has no limit. With Serial a call waits for the tab's other calls of serial functions, whichever these are.
//
// # Errors
//
// The caller switches on an error's kind. Return an Error to say what went wrong in your own words:
//
//	return 0, &rpc.Error{Kind: "sold_out", Message: "The last ticket has just been sold."}
//
// Its Fields say what is wrong with which part of the input, for a form to show there. invalid_input has them too.
//
// session.ErrNotConnected, ErrPermissionDenied, ErrNotRecent and ErrUnavailable reach him as not_connected,
// permission_denied, reauthenticate and unavailable, and a *process.Error, such as process.Stale, as it is. What else a
// function returns after its context has ended is timed_out, interrupted or, when the session has ended, not_connected.
//
// Every other error is internal: the caller gets an id, and the log has that id with the cause. So is every panic, and an
// Error whose Kind is empty, one of these, or another of the framework's own (docs/protocol.md): the kinds mean the same
// in all sites.
//
// # What crosses the wire
//
//	Go                                   TypeScript
//	struct{} alone                       void
//	bool, string                         boolean, string
//	integers and floats                  number
//	a string type with Values            "red" | "green"
//	time.Time                            Time, a string of RFC 3339
//	[]byte                               Base64, a string
//	types that read and write text       string: netip.Addr is one
//	[]T, [2]T                            T[], [T, T]
//	map[string]T, map[int]T              Record<string, T>
//	map[Colour]T                         Partial<Record<Colour, T>>
//	structs, embedded ones too           interface
//	a field with omitzero                name?: T
//	*T                                   T | null
//	a *T with omitzero                   name?: T
//	Page[Message]                        PageOfMessage
//	process.Notice[K, T]                 { key: K; value: T }
//	an interface declared with Union     { kind: "circle"; … } | { kind: "square"; … }
//	jsontext.Value, json.RawMessage      Json: any JSON
//
// Types are exported under their names, so no two may have the same; a presence brings PresenceChange, Here, Departure
// and Leaving. A struct may contain itself, in a slice, a map or behind a pointer. Nil slices and maps are [] and {}.
// Durations and whatever encodes itself otherwise do not cross: registration panics, and says which part of which type
// it is.
//
// Values are taken to the letter. What is not there is missing, unless its field has omitzero, and never zero; what is
// too much is refused; nothing nests deeper than 100. Integers are exact or refused, never rounded, on both ways: an
// int64 beyond 2^53-1, which JavaScript would round, does not cross. In raw JSON every number without a fraction and an
// exponent counts as one. So the types of the client tell the truth. Where larger numbers are needed, such as random
// ids, make them strings.
//
// A string type with a method lists its values, and is held to them:
//
//	func (Colour) Values() []Colour { return []Colour{"red", "green"} }
//
// # The client
//
// WriteTypeScript writes the module with server and events. It is checked in; a site's test fails when it
// is stale. ReadDocs reads the comments of the Go code for it: those of types and their fields, the one directly
// above the line that registers a function or declares an event, or else the function's own.
//
// # The description
//
// OpenRPC describes the same for tools of others, in the format of that name. Serve it in development:
//
//	r.Method(http.MethodGet, "/rpc/openrpc.json", api.OpenRPCHandler(rpc.OpenRPCInfo{Title: "Site", Version: "1"}, "."))
//
// # What overlaps with what
//
// The calls of one tab overlap, unless both are Serial, and so do those of different tabs. This package starts no
// goroutine: calls run in those of package process.
package rpc
