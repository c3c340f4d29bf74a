package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/session"
)

type upTo struct {
	N int `json:"n"`
}

// bench is an API whose functions are called without a socket: by requests of nobody.
type bench struct {
	*API
	sessions *session.Manager
	log      bytes.Buffer
}

func newBench(t *testing.T) *bench {
	b := &bench{sessions: session.New(&session.MemoryStore{}, session.Options{})}
	b.API = New(process.New(b.sessions, process.Options{Log: slog.New(slog.NewTextHandler(&b.log, nil))}))
	t.Cleanup(b.sessions.Close)
	return b
}

// call calls a function as process does. change may give the call another context.
func (b *bench) call(t *testing.T, name, params string, send func([]byte) error, change ...func(context.Context) context.Context) (result string, failure *process.Error) {
	t.Helper()
	b.sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		for _, f := range change {
			ctx = f(ctx)
		}
		text, err := b.find([]byte(name)).Call(ctx, []byte(params), send)
		result, failure = string(text), err
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	return result, failure
}

func countTo(_ context.Context, in upTo, send func(int) error) error {
	for i := range in.N {
		if err := send(i + 1); err != nil {
			return err
		}
	}
	return nil
}

// TestStream: values in order, encoded as results are, and an answer that only says that it is over.
func TestStream(t *testing.T) {
	b := newBench(t)
	HandleStream(b.API, "count", countTo)
	OptStream(b.API, "countFor", func(ctx context.Context, visitor session.Visitor, in upTo, send func(int) error) error {
		if visitor.Connected() {
			return errors.New("who is it?")
		}
		return countTo(ctx, in, send)
	})
	for _, name := range []string{"count", "countFor"} {
		var sent []string
		result, failure := b.call(t, name, `{"n":3}`, func(value []byte) error { sent = append(sent, string(value)); return nil })
		if failure != nil || result != "{}" || !slices.Equal(sent, []string{"1", "2", "3"}) {
			t.Errorf("%s: %v, then %s, %v", name, sent, result, failure)
		}
	}
}

// TestStreamWrapper: hooks once, and nobody past a closed door. The hooks run before the first value.
func TestStreamWrapper(t *testing.T) {
	b := newBench(t)
	var steps []string
	b.sessions.OnRequest(func(context.Context, session.Visitor) error { steps = append(steps, "hook"); return nil })
	ConnectedStream(b.API, "mine", func(ctx context.Context, _ session.UserID, in upTo, send func(int) error) error {
		return countTo(ctx, in, send)
	})
	OptStream(b.API, "admins", func(ctx context.Context, _ session.Visitor, in upTo, send func(int) error) error {
		return countTo(ctx, in, send)
	}, session.Allow("admin"), DenyFunc(func(context.Context, session.Visitor) error { return &Error{Kind: "admins_only"} }))
	HandleStream(b.API, "count", countTo)
	for name, want := range map[string]string{"mine": "not_connected", "admins": "admins_only", "count": ""} {
		steps = nil
		kind := ""
		_, failure := b.call(t, name, `{"n":2}`, func([]byte) error { steps = append(steps, "value"); return nil })
		if failure != nil {
			kind = failure.Kind.Kind
		}
		wanted := []string{"hook", "value", "value"}
		if want != "" {
			wanted = wanted[:1]
		}
		if kind != want || !slices.Equal(steps, wanted) {
			t.Errorf("%s: %q after %v, want %q after %v", name, kind, steps, want, wanted)
		}
	}
}

// TestStreamFails: an error of any kind is the answer, after the values that were sent.
func TestStreamFails(t *testing.T) {
	b := newBench(t)
	gone := errors.New("gone")
	fail := func(name string, f func(send func(int) error) error) {
		HandleStream(b.API, name, func(_ context.Context, _ struct{}, send func(int) error) error {
			if err := send(1); err != nil {
				return err
			}
			return f(send)
		})
	}
	fail("sold", func(func(int) error) error { return &Error{Kind: "sold_out"} })
	fail("stale", func(func(int) error) error { return fmt.Errorf("listen: %w", process.Stale) })
	fail("large", func(send func(int) error) error { return send(1 << 60) })
	fail("panics", func(func(int) error) error { panic("secret") })
	fail("stops", func(send func(int) error) error { return send(2) })
	for name, want := range map[string]string{
		"sold": "sold_out", "stale": "stale", "large": "internal", "panics": "internal", "stops": "interrupted",
	} {
		sent := 0
		var cancel context.CancelFunc
		send := func([]byte) error {
			if sent++; sent > 1 {
				cancel()
				return gone
			}
			return nil
		}
		_, failure := b.call(t, name, ``, send, func(ctx context.Context) context.Context {
			ctx, cancel = context.WithCancel(ctx)
			return ctx
		})
		cancel()
		if failure == nil || failure.Kind.Kind != want || strings.Contains(failure.Error(), "secret") {
			t.Errorf("%s: got %v, want %s", name, failure, want)
		}
		if want == "internal" && !strings.Contains(b.log.String(), failure.Kind.ID) {
			t.Errorf("%s: %q is not in the log", name, failure.Kind.ID)
		}
	}
	if log := b.log.String(); !strings.Contains(log, "panic: secret") || !strings.Contains(log, "stream_test.go") {
		t.Errorf("the log does not have the panic with its stack: %s", log)
	}
	if _, failure := b.call(t, "sold", `{"n":1}`, nil); failure == nil || failure.Kind.Kind != "invalid_input" {
		t.Errorf("got %v, want invalid_input", failure)
	}
}

// TestOptionsOfFunctions: what process is told, and by which registration.
func TestOptionsOfFunctions(t *testing.T) {
	b := newBench(t)
	call := func(context.Context, struct{}) (int, error) { return 0, nil }
	stream := func(context.Context, struct{}, func(int) error) error { return nil }
	Handle(b.API, "plain", call)
	Handle(b.API, "long", call, Timeout(time.Minute), session.Deny("guest"))
	Handle(b.API, "serial", call, Serial())
	HandleStream(b.API, "stream", stream)
	HandleStream(b.API, "short", stream, Serial(), Timeout(time.Second))
	for name, want := range map[string]process.Function{
		"plain":  {Timeout: 30 * time.Second},
		"long":   {Timeout: time.Minute},
		"serial": {Timeout: 30 * time.Second, Serial: true},
		"stream": {Stream: true},
		"short":  {Stream: true, Serial: true, Timeout: time.Second},
	} {
		got := *b.find([]byte(name))
		got.Call = nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if again := b.find([]byte(name)); again != b.find([]byte(name)) {
			t.Errorf("%s is made anew for each call", name)
		}
	}
	if b.find([]byte("nothing")) != nil {
		t.Error("there is a function that nobody has registered")
	}
}

func TestOptionsPanic(t *testing.T) {
	wrap := func(o session.Option) func() {
		return func() { session.Wrap(func(context.Context, int) (int, error) { return 0, nil }, o) }
	}
	for want, f := range map[string]func(){
		"rpc.Timeout: 0s is not positive":       func() { Timeout(0) },
		"rpc.Timeout: -1s is not positive":      func() { Timeout(-time.Second) },
		"rpc.Timeout is for server functions":   wrap(Timeout(time.Second)),
		"rpc.Serial is for server functions":    wrap(Serial()),
		"rpc.DenyFunc is for server functions":  wrap(DenyFunc(nil)),
		`rpc: count: "count" is there twice`:    func() { b := newBench(t); HandleStream(b.API, "count", countTo); HandleStream(b.API, "count", countTo) },
		"rpc: no: Duration: time.Duration does": func() { b := newBench(t); HandleStream(b.API, "no", noStream) },
	} {
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, want) {
					t.Errorf("it says %q, want %q", said, want)
				}
			}()
			f()
		}()
	}
}

func noStream(context.Context, struct{}, func(time.Duration) error) error { return nil }

// TestDeadline: whoever sets it, its end is timed_out; any other end of the context is interrupted.
func TestDeadline(t *testing.T) {
	b := newBench(t)
	Handle(b.API, "wait", func(ctx context.Context, _ struct{}) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	})
	for want, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"timed_out": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, time.Now())
		},
		"interrupted": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		},
		"not_connected": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(session.ErrNotConnected)
			return ctx, func() {}
		},
	} {
		var cancel context.CancelFunc
		_, failure := b.call(t, "wait", ``, nil, func(ctx context.Context) context.Context {
			ctx, cancel = end(ctx)
			return ctx
		})
		cancel()
		if failure == nil || failure.Kind.Kind != want {
			t.Errorf("got %v, want %s", failure, want)
		}
	}
}

// TestFields: what is wrong with which part, from the codec and from the function itself.
func TestFields(t *testing.T) {
	b := newBench(t)
	Handle(b.API, "order", func(context.Context, Order) (int, error) {
		return 0, fmt.Errorf("check: %w", &Error{Kind: "invalid", Message: "No.", Fields: map[string]string{"items[0].by": "Too many."}})
	})
	Handle(b.API, "busy", func(context.Context, struct{}) (int, error) {
		return 0, fmt.Errorf("%w", &process.Error{Number: 7, Message: "Busy.", Kind: process.Kind{Kind: "busy"}})
	})
	for _, tt := range []struct {
		name, params string
		want         process.Error
	}{
		{"order", order, process.Error{Number: 1, Message: "No.", Kind: process.Kind{Kind: "invalid", Fields: map[string]string{"items[0].by": "Too many."}}}},
		{"order", strings.Replace(order, `"by":2`, `"by":true`, 1), process.Error{Number: -32602, Message: "items[1].by: must be a number, not a boolean",
			Kind: process.Kind{Kind: "invalid_input", Fields: map[string]string{"items[1].by": "must be a number, not a boolean"}}}},
		{"order", `[]`, process.Error{Number: -32602, Message: "must be an object, not an array", Kind: process.Kind{Kind: "invalid_input"}}},
		{"busy", ``, process.Error{Number: 7, Message: "Busy.", Kind: process.Kind{Kind: "busy"}}},
	} {
		if _, failure := b.call(t, tt.name, tt.params, nil); failure == nil || !reflect.DeepEqual(*failure, tt.want) {
			t.Errorf("%s %s: got %+v, want %+v", tt.name, tt.params, failure, tt.want)
		}
	}
}
