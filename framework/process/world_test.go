package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"go.uber.org/goleak"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gate is a store that lets a test come between a hello's registration and its look-up, or that cannot be asked.
type gate struct {
	session.MemoryStore
	before atomic.Pointer[func()] // before a look-up
	after  atomic.Pointer[func()] // after it, with its answer in hand
	down   atomic.Bool
}

var errDown = errors.New("secret of the store")

func (g *gate) Find(ctx context.Context, token session.Hash, now time.Time) (session.Record, error) {
	if f := g.before.Load(); f != nil {
		(*f)()
	}
	if g.down.Load() {
		return session.Record{}, errDown
	}
	r, err := g.MemoryStore.Find(ctx, token, now)
	if f := g.after.Load(); f != nil {
		(*f)()
	}
	return r, err
}

// FindAll looks sessions up for tabs that are open already.
func (g *gate) FindAll(ctx context.Context, ids []session.ID) ([]session.Record, error) {
	if g.down.Load() {
		return nil, errDown
	}
	return g.MemoryStore.FindAll(ctx, ids)
}

// clock is a node's, and goes ahead when a test says so.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// forget lets the node forget what it has looked up, for that is too long ago.
func (c *clock) forget() { c.ahead.Add(int64(30 * time.Second)) }

// world is a site with server functions for every mood.
type world struct {
	*processtest.Site
	*functions
	clock
	store    *gate
	sessions *session.Manager
	started  atomic.Int64 // start hooks run
	log      buffer
}

// unhurried are limits for tests that say much in a short time, and are not about that.
var unhurried = process.Limits{
	Rate: 1_000_000, Burst: 1_000_000, PerAddress: 100_000, OutboxMessages: 100_000, OutboxBytes: 1 << 30,
}

// newWorld has the limits of every site, unless a test says others.
func newWorld(t testing.TB, limits ...process.Limits) *world {
	t.Helper()
	options := process.Options{}
	if len(limits) > 0 {
		options.Limits = limits[0]
	}
	w := &world{store: &gate{}}
	w.sessions = session.New(w.store, session.Options{Build: "test", Now: w.now, Log: logTo(&w.log)})
	w.sessions.OnStartProcess(func(context.Context, session.Visitor) error {
		w.started.Add(1)
		return nil
	})
	options.Log = logTo(&w.log)
	w.Site = processtest.NewSite(t, w.sessions, options)
	w.functions = newFunctions(w.Tabs)
	return w
}

// functions are the server functions of the world, and its events.
type functions struct {
	api     *rpc.API
	began   chan string           // a call of wait has begun
	release chan struct{}         // lets calls of wait end
	ended   chan error            // the cause of the end of a wait's context, if it ended by that
	told    *process.Event[int]   // of tell
	mark    *process.Event[[]int] // a list, which stands in a list of its own
}

func newFunctions(tabs *process.Hub) *functions {
	f := &functions{
		began:   make(chan string, 1000),
		release: make(chan struct{}),
		ended:   make(chan error, 1000),
	}
	api := rpc.New(tabs)
	f.api = api
	f.told = process.NewEvent[int](tabs, "told")
	f.mark = process.NewEvent[[]int](tabs, "mark")
	rpc.Handle(api, "echo", func(_ context.Context, text string) (string, error) { return text, nil })
	rpc.Handle(api, "add", func(_ context.Context, in Add) (int, error) { return in.A + in.B, nil })
	rpc.Handle(api, "count", func(ctx context.Context, _ struct{}) (int, error) {
		return counted.Update(ctx, func(n int) int { return n + 1 }), nil
	})
	rpc.Handle(api, "nothing", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil })
	rpc.Connected(api, "me", func(_ context.Context, me session.UserID, _ struct{}) (session.UserID, error) { return me, nil })
	rpc.Opt(api, "who", func(_ context.Context, v session.Visitor, _ struct{}) (bool, error) { return v.Connected(), nil })
	rpc.Handle(api, "wait", func(ctx context.Context, name string) (string, error) {
		f.began <- name
		select {
		case <-f.release:
			return name, nil
		case <-ctx.Done():
			f.ended <- context.Cause(ctx)
			return "", ctx.Err()
		}
	})
	rpc.Handle(api, "forever", func(ctx context.Context, name string) (string, error) {
		f.began <- name
		<-ctx.Done()
		f.ended <- context.Cause(ctx)
		return "", ctx.Err()
	}, rpc.Timeout(time.Hour))
	rpc.Handle(api, "fail", func(_ context.Context, how string) (int, error) {
		switch how {
		case "panic":
			panic("secret of the panic")
		case "nil":
			var none *rpc.Error
			return 0, none
		case "meant":
			return 0, fmt.Errorf("wrapped: %w", &rpc.Error{Kind: "sold_out", Message: "Sold \xff out."})
		case "denied":
			return 0, session.ErrPermissionDenied
		case "nobody":
			return 0, session.ErrNotConnected
		}
		return 0, errors.New("secret of the error")
	})
	rpc.Handle(api, "tell", func(ctx context.Context, in Tell) (struct{}, error) {
		return struct{}{}, f.told.Send(process.Sharing(ctx, scopes[in.Scope]), in.Number)
	})
	return f
}

// serveRaw answers calls without framework/rpc, which lets no panic through.
func serveRaw(tabs *process.Hub, call func(ctx context.Context, name string, params []byte) ([]byte, *process.Error)) {
	tabs.Serve(func(name []byte) *process.Function {
		return &process.Function{Call: func(ctx context.Context, params []byte, _ func([]byte) error) ([]byte, *process.Error) {
			return call(ctx, string(name), params)
		}}
	}, func(string, reflect.Type) (func(any) ([]byte, error), error) {
		return func(v any) ([]byte, error) { return json.Marshal(v) }, nil
	})
}

// counted is what a tab of the world remembers.
var counted = session.NewRef("world.counted", session.PerTab, 0)

type Add struct {
	A int `json:"a"`
	B int `json:"b"`
}

type Tell struct {
	Scope  string `json:"scope"`
	Number int    `json:"number"`
}

var scopes = map[string]session.Scope{
	"tab": session.PerTab, "browser": session.PerBrowser, "user": session.PerUser,
	"tabIndep": session.PerTabUserIndep, "browserIndep": session.PerBrowserUserIndep,
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu   sync.Mutex // protects text
	text bytes.Buffer
}

func (b *buffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *buffer) contains(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Contains(b.text.String(), text)
}

// read is the tab's next frame.
func read(t testing.TB, tab *processtest.Tab) string {
	t.Helper()
	frame, err := tab.Read()
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// wantKind fails unless err is a failed call of this kind.
func wantKind(t testing.TB, err error, kind string) *processtest.Failure {
	t.Helper()
	var failure *processtest.Failure
	if !errors.As(err, &failure) || failure.Data.Kind != kind {
		t.Errorf("got %v, want %s", err, kind)
		return &processtest.Failure{}
	}
	return failure
}

func wantClose(t testing.TB, tab *processtest.Tab, code process.Code, reason string) {
	t.Helper()
	if c := tab.WaitClose(); c.Code != int(code) || c.Reason != reason {
		t.Errorf("closed with %d %q, want %d %q", c.Code, c.Reason, code, reason)
	}
}

func logTo(b *buffer) *slog.Logger { return slog.New(slog.NewJSONHandler(b, nil)) }
