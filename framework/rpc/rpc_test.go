package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a site whose user 1 is an admin.
type world struct {
	*processtest.Site
	sessions *session.Manager
	api      *rpc.API
	down     atomic.Bool  // nobody knows who is an admin
	ahead    atomic.Int64 // of its clock, in time.Duration
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{}
	w.sessions = session.New(&session.MemoryStore{}, session.Options{
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
		Groups: func(_ context.Context, user session.UserID, of []session.Group) ([]session.Group, error) {
			if w.down.Load() {
				return nil, errors.New("secret of the groups")
			}
			if user == 1 && slices.Contains(of, "admin") {
				return []session.Group{"admin"}, nil
			}
			return nil, nil
		},
	})
	w.Site = processtest.NewSite(t, w.sessions, process.Options{})
	w.api = rpc.New(w.Tabs)
	return w
}

// tab is a tab of a user; 0 is nobody.
func (w *world) tab(t testing.TB, user session.UserID) *processtest.Tab {
	t.Helper()
	b := processtest.NewBrowser(t, w.URL)
	if user != 0 {
		b.Get(fmt.Sprintf("/in?user=%d", user))
	}
	return b.Open("/")
}

type in struct {
	Text string `json:"text"`
}

// TestWrappers: who may call what, and whom the function sees.
func TestWrappers(t *testing.T) {
	w := newWorld(t)
	who := func(v session.Visitor) string {
		user, _ := v.User()
		return fmt.Sprint(user)
	}
	opt := func(_ context.Context, v session.Visitor, _ in) (string, error) { return who(v), nil }
	rpc.Connected(w.api, "connected", func(_ context.Context, me session.UserID, _ in) (string, error) { return fmt.Sprint(me), nil })
	rpc.Opt(w.api, "opt", opt)
	rpc.Handle(w.api, "handle", func(ctx context.Context, _ in) (string, error) { return who(session.Current(ctx)), nil })
	rpc.Opt(w.api, "admins", opt, session.Allow("admin"))
	rpc.Opt(w.api, "noAdmins", opt, session.Deny("admin"))
	rpc.Connected(w.api, "connectedAdmins", func(_ context.Context, me session.UserID, _ in) (string, error) { return fmt.Sprint(me), nil },
		session.Allow("admin"))
	rpc.Opt(w.api, "nobodyKnown", opt, session.ForceUnconnected())
	rpc.Opt(w.api, "politely", opt, session.Allow("admin"), rpc.DenyFunc(func(_ context.Context, v session.Visitor) error {
		return &rpc.Error{Kind: "admins_only", Message: "Not for " + who(v) + "."}
	}))
	rpc.Opt(w.api, "denies", func(context.Context, session.Visitor, in) (string, error) { return "", session.ErrPermissionDenied })

	for _, tt := range []struct{ function, nobody, admin, other string }{
		{"connected", "not_connected", "1", "2"},
		{"opt", "0", "1", "2"},
		{"handle", "0", "1", "2"},
		{"admins", "permission_denied", "1", "permission_denied"},
		{"noAdmins", "0", "permission_denied", "2"},
		{"connectedAdmins", "permission_denied", "1", "permission_denied"},
		{"nobodyKnown", "0", "0", "0"},
		{"politely", "admins_only", "1", "admins_only"},
		{"denies", "permission_denied", "permission_denied", "permission_denied"},
	} {
		for user, want := range []string{tt.nobody, tt.admin, tt.other} {
			var got string
			err := w.tab(t, session.UserID(user)).Call(tt.function, in{"x"}, &got)
			var failure *processtest.Failure
			if errors.As(err, &failure) {
				got = failure.Data.Kind
			}
			if got != want {
				t.Errorf("%s for %d: %q, %v, want %q", tt.function, user, got, err, want)
			}
		}
	}
}

// TestDoorBeforeInput: a caller is looked at before what he says, and the hooks see every call.
func TestDoorBeforeInput(t *testing.T) {
	w := newWorld(t)
	var requests, denials int
	w.sessions.OnRequest(func(context.Context, session.Visitor) error { requests++; return nil })
	w.sessions.OnDeniedRequest(func(context.Context, session.Visitor) error { denials++; return nil })
	called := func(context.Context, session.Visitor, in) (string, error) { return "", errors.New("called") }
	rpc.Opt(w.api, "admins", called, session.Allow("admin"))
	rpc.Opt(w.api, "all", called)
	rpc.Connected(w.api, "mine", func(ctx context.Context, _ session.UserID, in in) (string, error) {
		return called(ctx, session.Visitor{}, in)
	})

	tab := w.tab(t, 0)
	requests = 0 // the document was one
	for function, want := range map[string]string{
		"admins": "permission_denied: You may not do this.",
		"mine":   "not_connected: You are not logged in any more.",
		"all":    "invalid_input: text: must be a string, not a number",
	} {
		if err := tab.Call(function, map[string]int{"text": 1}, nil); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", function, err, want)
		}
	}
	if requests != 3 || denials != 1 {
		t.Errorf("%d requests and %d denials, want 3 and 1", requests, denials)
	}
}

// TestInvalidInput names the place, and nothing of the server.
func TestInvalidInput(t *testing.T) {
	type item struct {
		By int8 `json:"by"`
	}
	w := newWorld(t)
	rpc.Handle(w.api, "items", func(context.Context, struct {
		Items []item `json:"items"`
	}) (int, error) {
		return 0, nil
	})
	rpc.Handle(w.api, "list", func(_ context.Context, list []item) (int, error) { return len(list), nil })
	tab := w.tab(t, 0)
	for _, tt := range []struct {
		function string
		params   any
		want     string
	}{
		{"items", map[string]any{"items": []any{map[string]int{"by": 1}, map[string]int{"by": 128}}}, "items[1].by: must be between -128 and 127"},
		{"items", map[string]any{"items": nil}, "items: must be an array, not null"},
		{"items", map[string]any{}, "items: missing"},
		{"items", []any{}, "must be an object, not an array"},
		{"list", []any{[]any{map[string]int{"by": 1}, 2}}, "[1]: must be an object, not a number"},
		{"list", []any{1, 2}, "must be a list of one"},
		{"list", map[string]int{"by": 1}, "must be a list of one"},
	} {
		err := tab.Call(tt.function, tt.params, nil)
		if err == nil || err.Error() != "invalid_input: "+tt.want {
			t.Errorf("%s %v: got %v, want %s", tt.function, tt.params, err, tt.want)
		}
	}
}

// TestRegistrationPanics, so that a mistake is seen when the site starts.
func TestRegistrationPanics(t *testing.T) {
	type inner struct{ For []time.Duration }
	type outer struct{ Inner inner }
	w := newWorld(t)
	handle := func(name string) func() {
		return func() {
			rpc.Handle(w.api, name, func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
		}
	}
	event := func(name string) func() { return func() { process.NewEvent[int](w.Tabs, name) } }
	handle("a.b")()
	event("c.d")()
	for name, tt := range map[string]struct {
		register func()
		want     string
	}{
		"twice":              {handle("a.b"), `"a.b" is there twice`},
		"a function's group": {handle("a.b.c"), `"a.b" cannot hold "a.b.c"`},
		"a group's function": {handle("a"), `"a" cannot hold "a.b"`},
		"no name":            {handle(""), `"": a name is made of`},
		"a bad name":         {handle("Tabs who"), `"Tabs who": a name is made of`},
		"the protocol's":     {handle("$/hello"), `"$/hello": a name is made of`},
		"built in":           {handle("session.disconnect"), `"session.disconnect" is there twice`},
		"input": {func() {
			rpc.Handle(w.api, "in", func(context.Context, outer) (struct{}, error) { return struct{}{}, nil })
		}, "outer.Inner.For[]: time.Duration does not cross the wire"},
		"output": {func() {
			rpc.Opt(w.api, "out", func(context.Context, session.Visitor, struct{}) (chan int, error) { return nil, nil })
		}, "chan: chan int does not cross the wire"},
		"connected by nobody": {func() {
			rpc.Connected(w.api, "forced", func(context.Context, session.UserID, struct{}) (int, error) { return 0, nil },
				session.ForceUnconnected())
		}, "ForceUnconnected makes no sense with Connected"},
		"an event twice":      {event("c.d"), `two events are named "c.d"`},
		"an event's group":    {event("c.d.e"), `"c.d" cannot hold "c.d.e"`},
		"an event's bad name": {event("C"), `"C": a name is made of`},
		"an event's type":     {func() { process.NewEvent[outer](w.Tabs, "typed") }, "outer.Inner.For[]: time.Duration does not cross the wire"},
		"an event before":     {eventBefore, "map[bool]int does not cross the wire"},
	} {
		if got := panics(tt.register); !strings.Contains(got, tt.want) {
			t.Errorf("%s: panicked with %q, want %q", name, got, tt.want)
		}
	}
}

// eventBefore declares an event on a hub whose API comes after it.
func eventBefore() {
	tabs := process.New(session.New(&session.MemoryStore{}, session.Options{}), process.Options{})
	process.NewEvent[map[bool]int](tabs, "before")
	rpc.New(tabs)
}

func panics(f func()) (with string) {
	defer func() { with = fmt.Sprint(recover()) }()
	f()
	return ""
}

// TestBadOutput: what JavaScript would misread is an error, and an internal one.
func TestBadOutput(t *testing.T) {
	w := newWorld(t)
	rpc.Handle(w.api, "large", func(context.Context, struct{}) (int, error) { return 1 << 60, nil })
	rpc.Handle(w.api, "bytes", func(context.Context, struct{}) (string, error) { return "\xff", nil })
	tab := w.tab(t, 0)
	for _, function := range []string{"large", "bytes"} {
		var failure *processtest.Failure
		if err := tab.Call(function, nil, nil); !errors.As(err, &failure) || failure.Data.Kind != "internal" {
			t.Errorf("%s: got %v", function, err)
		}
	}
}

// TestDenyFuncIsForServerFunctions: a wrapper of another kind says that it cannot use it.
func TestDenyFuncIsForServerFunctions(t *testing.T) {
	deny := rpc.DenyFunc(func(context.Context, session.Visitor) error { return nil })
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "for server functions") {
			t.Errorf("it says %q", said)
		}
	}()
	session.Wrap(func(context.Context, int) (int, error) { return 0, nil }, deny)
}
