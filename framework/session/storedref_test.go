package session_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// A stored reference of each scope.
var (
	storedPerBrowser = session.NewStoredRef("test.storedBrowser", session.PerBrowser, 0)
	storedPerUser    = session.NewStoredRef("test.storedUser", session.PerUser, 0)
	storedIndep      = session.NewStoredRef("test.storedIndep", session.PerBrowserUserIndep, 0)

	words = session.NewStoredRefFunc("test.words", session.PerUser, func() []string { return []string{"first"} })
	text  = session.NewStoredRef("test.text", session.PerUser, "")
	ratio = session.NewStoredRef("test.ratio", session.PerUser, 0.5)
)

var storedScopes = []struct {
	name string
	ref  *session.StoredRef[int]
}{{"browser", storedPerBrowser}, {"user", storedPerUser}, {"indep browser", storedIndep}}

// storedEverywhere reads the stored references of all scopes.
func storedEverywhere(t *testing.T, ctx context.Context) (names []string) {
	t.Helper()
	for _, s := range storedScopes {
		if n, err := s.ref.Get(ctx); err != nil {
			t.Errorf("%s: %v", s.name, err)
		} else if n == 1 {
			names = append(names, s.name)
		}
	}
	return names
}

func storeAll(ctx context.Context) (err error) {
	for _, s := range storedScopes {
		err = errors.Join(err, s.ref.Set(ctx, 1))
	}
	return err
}

func raise(n int) (int, error) { return n + 1, nil }

func TestStoredRef(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	b.do(func(ctx context.Context) error {
		if got, err := words.Get(ctx); err != nil || !slices.Equal(got, []string{"first"}) {
			t.Errorf("at first %q, %v", got, err)
		}
		return words.Set(ctx, []string{"set"})
	})
	b.do(func(ctx context.Context) error {
		want := []string{"set", "and updated"}
		got, err := words.Update(ctx, func(s []string) ([]string, error) { return append(s, "and updated"), nil })
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Update returned %q, %v", got, err)
		}
		if got, err := words.Get(ctx); err != nil || !slices.Equal(got, want) {
			t.Errorf("Get after Update: %q, %v", got, err)
		}
		return words.Unset(ctx)
	})
	b.do(func(ctx context.Context) error {
		got, err := words.Get(ctx)
		if !slices.Equal(got, []string{"first"}) {
			t.Errorf("after Unset %q", got)
		}
		return err
	})
}

// TestStoredIsEverywhere: another node reads what one has written, and a new program too.
func TestStoredIsEverywhere(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.connect(ada)
	b.do(storeAll)
	w.Manager = session.New(w.store, session.Options{})
	t.Cleanup(w.Manager.Close)
	b.page(func(ctx context.Context) {
		if got := storedEverywhere(t, ctx); len(got) != 3 {
			t.Errorf("remembered by %v alone", got)
		}
	})
}

// TestStoredUpdateIsAtomic raises one counter on two nodes at once.
func TestStoredUpdateIsAtomic(t *testing.T) {
	const each, times = 8, 50
	w := newWorld(t)
	var all sync.WaitGroup
	for range 2 {
		node := session.New(w.store, session.Options{})
		t.Cleanup(node.Close)
		for range each {
			all.Go(func() {
				for range times {
					err := node.InUser(t.Context(), ada, func(ctx context.Context) error {
						_, err := storedPerUser.Update(ctx, raise)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	_ = w.InUser(t.Context(), ada, func(ctx context.Context) error {
		if got, err := storedPerUser.Get(ctx); err != nil || got != 2*each*times {
			t.Errorf("raised to %d, %v; want %d", got, err, 2*each*times)
		}
		return nil
	})
}

func TestStoredOutside(t *testing.T) {
	outside := t.Context()
	_, get := storedPerUser.Get(outside)
	_, update := storedPerUser.Update(outside, raise)
	for name, err := range map[string]error{
		"Get": get, "Set": storedPerUser.Set(outside, 1), "Update": update, "Unset": storedPerUser.Unset(outside),
	} {
		if !errors.Is(err, session.ErrOutside) || !strings.Contains(err.Error(), "test.storedUser") {
			t.Errorf("%s outside a request: %v", name, err)
		}
	}
}

// TestRefusedUpdate: a function that fails, or panics, changes nothing.
func TestRefusedUpdate(t *testing.T) {
	w, s := newStates(t)
	b := w.browser()
	b.do(storeAll)
	s.changed()
	none := errors.New("there is none left")
	b.page(func(ctx context.Context) {
		got, err := storedIndep.Update(ctx, func(n int) (int, error) { return n - 1, none })
		if got != 0 || err != none {
			t.Errorf("Update returned %d, %v", got, err)
		}
		if !panics(func() { storedIndep.Update(ctx, func(int) (int, error) { panic("oh") }) }) {
			t.Error("the panic was swallowed")
		}
		if got, err := storedIndep.Get(ctx); err != nil || got != 1 {
			t.Errorf("then the value is %d, %v", got, err)
		}
	})
	if n := len(s.changed()); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// TestTooLarge: a value above the limit is refused, and the one before stays.
func TestTooLarge(t *testing.T) {
	w := newWorld(t, func(o *session.Options) { o.StoredBytes = 100 })
	b := w.browser()
	b.connect(ada)
	most := strings.Repeat("x", 98) // with its quotes 100
	b.do(func(ctx context.Context) error { return text.Set(ctx, most) })
	b.page(func(ctx context.Context) {
		if err := text.Set(ctx, most+"x"); !errors.Is(err, session.ErrTooLarge) {
			t.Errorf("Set: %v", err)
		}
		_, err := text.Update(ctx, func(s string) (string, error) { return s + "x", nil })
		if !errors.Is(err, session.ErrTooLarge) {
			t.Errorf("Update: %v", err)
		}
		if got, _ := text.Get(ctx); got != most {
			t.Errorf("then the value is %q", got)
		}
	})
}

// TestNoJSON: a value that JSON has not is refused too.
func TestNoJSON(t *testing.T) {
	b := newWorld(t).browser()
	b.page(func(ctx context.Context) {
		if err := ratio.Set(ctx, math.NaN()); err == nil {
			t.Error("not a number was stored")
		}
		if got, err := ratio.Get(ctx); err != nil || got != 0.5 {
			t.Errorf("then the value is %v, %v", got, err)
		}
	})
}

// TestStatesFail: each method says which reference it was and why, and a log-in or log-out goes on.
func TestStatesFail(t *testing.T) {
	w, s := newStates(t)
	b := w.browser()
	s.fails.Store(true)
	b.connect(ada)
	b.page(func(ctx context.Context) {
		got, get := storedPerUser.Get(ctx)
		_, update := storedPerUser.Update(ctx, raise)
		for name, err := range map[string]error{
			"Get": get, "Set": storedPerUser.Set(ctx, 1), "Update": update, "Unset": storedPerUser.Unset(ctx),
		} {
			if got != 0 || !errors.Is(err, errStates) || !strings.Contains(err.Error(), "test.storedUser") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	b.disconnectAll()
	if !strings.Contains(w.log.String(), "stored values cannot be dropped") {
		t.Errorf("the log says %s", w.log)
	}
}
