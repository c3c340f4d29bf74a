package session_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestExits: where the site's code ends the goroutine, as a test's FailNow does, nothing is left of what it was asked for.
func TestExits(t *testing.T) {
	for name, asks := range map[string]func(*world, *browser) (closes func()){
		"in a hello": func(w *world, b *browser) func() {
			token := b.document()
			w.Doubt()
			return func() { w.OpenTab(context.Background(), w.Cookies(b.request()), session.Hello{Token: token}, &host{}) }
		},
		"in a call": func(w *world, b *browser) func() {
			tab := b.open().start()
			w.Doubt()
			return func() {
				defer tab.Close()
				tab.Begin(0, wanted)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var exits atomic.Bool
			w := newWorld(t, func(o *session.Options) {
				o.Groups = func(context.Context, session.UserID, []session.Group) ([]session.Group, error) {
					if exits.Load() {
						runtime.Goexit()
					}
					return nil, nil
				}
			})
			b := w.browser()
			b.connect(ada)
			asked, over := asks(w, b), make(chan struct{})
			exits.Store(true)
			go func() {
				defer close(over)
				asked()
			}()
			<-over
			if requests, tabs := w.Watched(); requests+tabs != 0 {
				t.Errorf("left are %d requests and %d tabs", requests, tabs)
			}
		})
	}
}
