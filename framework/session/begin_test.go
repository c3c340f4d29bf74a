package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestBeginUnwanted: a call that was cancelled while it waited does not begin, and asks nobody anything.
func TestBeginUnwanted(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.Doubt()
	_, before := w.Watched()
	sessions, users := w.asking(func() {
		var called context.CancelCauseFunc
		ctx, end, err := begin(tab, 0, asCaller(func(cancel context.CancelCauseFunc) bool { called = cancel; return false }))
		if !errors.Is(err, context.Canceled) || ctx != nil || end != nil {
			t.Errorf("it began: %v", err)
		}
		called(nil) // once more does nothing
	})
	if requests, tabs := w.Watched(); sessions+users+requests > 0 || tabs != before {
		t.Errorf("%d questions, and %d requests are left", sessions+users, requests)
	}
}

// TestBeginBrokenOff: what cancels a call breaks off the look-up of its session too, and is not taken for a store that
// does not answer alone.
func TestBeginBrokenOff(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	tab := b.open().start()
	w.Doubt()
	w.store.fails.Store(true)
	broken := asCaller(func(cancel context.CancelCauseFunc) bool { cancel(errors.New("a reason")); return true })
	if _, _, err := begin(tab, 0, broken); !errors.Is(err, context.Canceled) || !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a call that was cancelled: %v", err)
	}
	if _, _, err := begin(tab, 0, wanted); errors.Is(err, context.Canceled) || !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a call that was not: %v", err)
	}
	if _, _, err := begin(tab, 1, broken); !errors.Is(err, session.ErrIdentityChanged) {
		t.Errorf("a call of somebody else: %v", err)
	}
	if requests, _ := w.Watched(); requests > 0 {
		t.Errorf("%d requests are left", requests)
	}
	w.store.fails.Store(false)
	reason := errors.New("a reason")
	ctx, end, err := begin(tab, 0, asCaller(func(cancel context.CancelCauseFunc) bool { cancel(reason); return true }))
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if context.Cause(ctx) != reason {
		t.Errorf("it ended because of %v", context.Cause(ctx))
	}
}

// TestContextsAreDiscreet: who prints the context of a request prints no cookie.
func TestContextsAreDiscreet(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	check := func(ctx context.Context) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if got := fmt.Sprintf(verb, ctx); strings.Contains(got, "{") || !strings.HasSuffix(got, ".WithRequest") {
				t.Errorf("%s prints %q", verb, got)
			}
		}
	}
	b.page(check)
	b.open().do(check)
}
