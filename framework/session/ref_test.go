package session_test

import (
	"context"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

var (
	many  = session.NewRefFunc("test.many", session.PerBrowser, func() []string { return []string{"first"} })
	named = session.NewRef("test.named", session.PerBrowser, "initial")
	_     = session.NewRef[any]("test.nothing", session.PerBrowser, nil) // no value at all is shared by nobody
)

func TestRef(t *testing.T) {
	b := newWorld(t).browser()
	b.page(func(ctx context.Context) {
		if got := named.Get(ctx); got != "initial" {
			t.Errorf("at first %q", got)
		}
		named.Set(ctx, "set")
	})
	b.page(func(ctx context.Context) {
		if got := named.Update(ctx, func(s string) string { return s + " and updated" }); got != "set and updated" {
			t.Errorf("Update returned %q", got)
		}
		if got := named.Get(ctx); got != "set and updated" {
			t.Errorf("Get after Update: %q", got)
		}
		named.Unset(ctx)
		if got := named.Get(ctx); got != "initial" {
			t.Errorf("after Unset %q", got)
		}
	})
}

// TestInitialIsNobodysOwn: what one browser does to its initial value is not seen by another.
func TestInitialIsNobodysOwn(t *testing.T) {
	w := newWorld(t)
	w.browser().page(func(ctx context.Context) {
		many.Update(ctx, func(s []string) []string { s[0] = "mine"; return s })
	})
	w.browser().page(func(ctx context.Context) {
		if got := many.Get(ctx)[0]; got != "first" {
			t.Errorf("another browser sees %q", got)
		}
	})
}

func TestNewRefPanics(t *testing.T) {
	for name, declare := range map[string]func(){
		"a name for the second time": func() { session.NewRef("test.named", session.PerTab, 0) },
		"the same, by a function": func() {
			session.NewRefFunc("test.named", session.PerTab, func() int { return 0 })
		},
		"a map":             func() { session.NewRef("test.map", session.PerTab, map[string]int{}) },
		"a slice":           func() { session.NewRef("test.slice", session.PerTab, []int{}) },
		"a pointer":         func() { session.NewRef("test.pointer", session.PerTab, new(int)) },
		"a map in disguise": func() { session.NewRef[any]("test.any", session.PerTab, map[string]int{}) },
	} {
		if !panics(declare) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func TestOutside(t *testing.T) {
	outside := t.Context()
	for name, f := range map[string]func(){
		"Get":    func() { perBrowser.Get(outside) },
		"Set":    func() { perBrowser.Set(outside, 1) },
		"Update": func() { perBrowser.Update(outside, func(n int) int { return n }) },
		"Unset":  func() { perBrowser.Unset(outside) },
	} {
		if !panics(f) {
			t.Errorf("%s outside a request: no panic", name)
		}
	}
	for name, err := range map[string]error{
		"Connect":       session.Connect(outside, ada),
		"Disconnect":    session.Disconnect(outside),
		"DisconnectAll": session.DisconnectAll(outside, session.OfUser(ada)),
	} {
		if err != session.ErrOutside {
			t.Errorf("%s outside a request: %v", name, err)
		}
	}
	if session.Current(outside).Connected() || session.ProcessID(outside) != "" || session.TabsSharing(outside, session.PerUser) != nil {
		t.Error("outside a request there is somebody")
	}
}

// TestUpdateIsAtomic raises one counter from pages and tabs of two browsers at once.
func TestUpdateIsAtomic(t *testing.T) {
	const each, times = 8, 200
	w := newWorld(t)
	var all sync.WaitGroup
	raise := func(ctx context.Context) { perUser.Update(ctx, func(n int) int { return n + 1 }) }
	var last *browser
	for range 2 {
		b := w.browser()
		b.connect(ada)
		tab := b.open()
		last = b
		for range each {
			all.Go(func() {
				for range times {
					if err := tab.call(raise); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	last.page(func(ctx context.Context) {
		if got := perUser.Get(ctx); got != 2*each*times {
			t.Errorf("raised to %d, want %d", got, 2*each*times)
		}
	})
}

// TestPanicInUpdate: what f does to itself hurts nobody else.
func TestPanicInUpdate(t *testing.T) {
	b := newWorld(t).browser()
	b.page(func(ctx context.Context) {
		perBrowser.Set(ctx, 1)
		if !panics(func() { perBrowser.Update(ctx, func(int) int { panic("oh") }) }) {
			t.Error("the panic was swallowed")
		}
		if got := perBrowser.Update(ctx, func(n int) int { return n + 1 }); got != 2 {
			t.Errorf("then the value is %d", got)
		}
	})
}
