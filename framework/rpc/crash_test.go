package rpc

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/session"
)

// TestCrashOfAbandonedCall: a panic leaves its trace, also when nobody waits for the answer any more.
func TestCrashOfAbandonedCall(t *testing.T) {
	b := newBench(t)
	Handle(b.API, "crash", func(ctx context.Context, _ struct{}) (int, error) {
		<-ctx.Done()
		panic("no clicks")
	})
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		},
		"timed out": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, time.Now())
		},
		"logged out": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(session.ErrNotConnected)
			return ctx, func() {}
		},
	} {
		b.log.Reset()
		var cancel context.CancelFunc
		_, failure := b.call(t, "crash", ``, nil, func(ctx context.Context) context.Context {
			ctx, cancel = end(ctx)
			return ctx
		})
		cancel()
		if failure == nil || failure.Kind.Kind != "internal" || failure.Kind.ID == "" {
			t.Errorf("%s: got %+v", name, failure)
			continue
		}
		for _, want := range []string{"id=" + failure.Kind.ID, "function=crash", "panic: no clicks", "crash_test.go"} {
			if !strings.Contains(b.log.String(), want) {
				t.Errorf("%s: the log does not say %s: %s", name, want, b.log.String())
			}
		}
	}
}
