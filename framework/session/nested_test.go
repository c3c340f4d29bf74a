package session_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

func development(o *session.Options) { o.Development = true }

// said returns what f panics with.
func said(f func()) (words string) {
	defer func() {
		if p := recover(); p != nil {
			words = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}

// outer are updates whose function does something.
var outer = map[string]func(ctx context.Context, do func()){
	"test.browser": func(ctx context.Context, do func()) {
		perBrowser.Update(ctx, func(n int) int { do(); return n })
	},
	"test.storedBrowser": func(ctx context.Context, do func()) {
		storedPerBrowser.Update(ctx, func(n int) (int, error) { do(); return n, nil })
	},
}

// inner are all ways to touch a reference of the same state, of another, and a stored one.
var inner = map[string]func(ctx context.Context){
	"test.browser/Get":          func(ctx context.Context) { perBrowser.Get(ctx) },
	"test.browser/Set":          func(ctx context.Context) { perBrowser.Set(ctx, 1) },
	"test.named/Update":         func(ctx context.Context) { named.Update(ctx, func(s string) string { return s }) },
	"test.named/Unset":          func(ctx context.Context) { named.Unset(ctx) },
	"test.user/Get":             func(ctx context.Context) { perUser.Get(ctx) },
	"test.request/Set":          func(ctx context.Context) { perRequest.Set(ctx, 1) },
	"test.storedBrowser/Get":    func(ctx context.Context) { storedPerBrowser.Get(ctx) },
	"test.storedBrowser/Set":    func(ctx context.Context) { storedPerBrowser.Set(ctx, 1) },
	"test.storedUser/Update":    func(ctx context.Context) { storedPerUser.Update(ctx, raise) },
	"test.storedBrowser/Unset":  func(ctx context.Context) { storedPerBrowser.Unset(ctx) },
	"test.storedIndep/Get once": func(ctx context.Context) { storedIndep.Get(ctx) },
}

// TestNestedInDevelopment: whatever an Update's function touches is named at once, and nothing stays locked.
func TestNestedInDevelopment(t *testing.T) {
	b := newWorld(t, development).browser()
	b.connect(ada)
	for first, update := range outer {
		for second, touch := range inner {
			t.Run(first+" and "+second, func(t *testing.T) {
				b.page(func(ctx context.Context) {
					words := said(func() { update(ctx, func() { touch(ctx) }) })
					ref, _, _ := strings.Cut(second, "/")
					if !strings.Contains(words, fmt.Sprintf("reference %q is used inside the Update of %q", ref, first)) {
						t.Errorf("it says %q", words)
					}
					touch(ctx)
					update(ctx, func() {})
				})
			})
		}
	}
}

// TestNestedInProduction: an Update that would wait for itself says so; with another state there is nothing to wait
// for. A stored one says so always.
func TestNestedInProduction(t *testing.T) {
	b := newWorld(t).browser()
	b.connect(ada)
	for first, update := range outer {
		for second, touch := range inner {
			own := first == "test.browser" && (strings.HasPrefix(second, "test.browser/") || strings.HasPrefix(second, "test.named/"))
			stored := strings.HasPrefix(first, "test.stored") && strings.HasPrefix(second, "test.stored")
			b.page(func(ctx context.Context) {
				words := said(func() { update(ctx, func() { touch(ctx) }) })
				if (words != "") != (own || stored) {
					t.Errorf("%s and %s: it says %q", first, second, words)
				}
				touch(ctx)
				update(ctx, func() {})
			})
		}
	}
}

// TestUpdatesAtOnce: two goroutines of one request that update the same reference wait for each other and nothing is
// said, and so do other requests of the browser.
func TestUpdatesAtOnce(t *testing.T) {
	for name, change := range map[string]func(*session.Options){
		"development": development, "production": func(*session.Options) {},
	} {
		t.Run(name, func(t *testing.T) {
			b := newWorld(t, change).browser()
			b.connect(ada)
			b.page(func(ctx context.Context) { meet(t, ctx, b) })
		})
	}
}

// meet updates a reference while another goroutine of the request, and another request, wait to do so.
func meet(t *testing.T, ctx context.Context, b *browser) {
	var others sync.WaitGroup
	for _, where := range []func(func(context.Context)){func(f func(context.Context)) { f(ctx) }, b.page} {
		for _, update := range outer {
			under, done := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				update(ctx, func() {
					close(under)
					others.Go(func() { where(func(ctx context.Context) { update(ctx, func() {}) }) })
					where(func(context.Context) {}) // give it time to come, and to wait
				})
			}()
			<-under
			where(func(ctx context.Context) { perBrowser.Update(ctx, func(n int) int { return n + 1 }) })
			<-done
		}
	}
	others.Wait()
	if got, want := perBrowser.Get(ctx), 2*len(outer); got != want {
		t.Errorf("raised to %d, want %d", got, want)
	}
}

// TestOtherGoroutinesGoOn: while one runs an Update's function, another may touch references of other states.
func TestOtherGoroutinesGoOn(t *testing.T) {
	b := newWorld(t, development).browser()
	b.page(func(ctx context.Context) {
		perBrowser.Update(ctx, func(n int) int {
			done := make(chan struct{})
			go func() { // another goroutine is not inside this Update
				defer close(done)
				perBrowserIndep.Set(ctx, 1)
			}()
			<-done
			return n
		})
	})
}
