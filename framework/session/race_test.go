package session_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/ocsigo/start/framework/session"
)

// TestEverythingAtOnce lets pages, hellos, calls, log-ins and log-outs of one user run as they like. Whatever
// comes out, no tab of a closed session can call, and nothing is left when all have gone.
func TestEverythingAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			b := w.browser()
			var last *tab
			for range 50 {
				if err := b.ask(func(ctx context.Context) error { return session.Connect(ctx, ada) }); err != nil && !errors.Is(err, session.ErrNotConnected) {
					t.Error(err)
				}
				last = live(t, b, last)
			}
		})
	}
	for range 2 {
		all.Go(func() {
			for range 100 {
				if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := w.DisconnectAll(t.Context(), session.OfUser(ada)); err != nil {
		t.Error(err)
	}
	for _, tab := range w.Tabs() {
		if tab.Visitor().Connected() {
			t.Error("a tab of a closed session is still live")
		}
	}
	if requests, _ := w.Watched(); requests != 0 {
		t.Errorf("requests under %d sessions are still known", requests)
	}
}

// live loads a document, opens it as a tab that follows another, and lets it call.
func live(t *testing.T, b *browser, last *tab) *tab {
	var token string
	err := b.ask(func(ctx context.Context) (err error) {
		writes(ctx)
		token, err = session.PageToken(ctx)
		return err
	})
	previous := ""
	if last != nil {
		previous = last.ID()
		defer last.Close()
	}
	if err != nil { // logged out meanwhile
		return nil
	}
	next, err := b.hello(token, previous)
	if err != nil {
		return nil
	}
	if err := next.Start(t.Context()); err == nil {
		next.call(writeAll)
	}
	return next
}

// TestLogInAndOutEverywhere: a log-in that overlaps a log-out everywhere either fails, or ends with it: its
// request does not go on as a user whose session is gone.
func TestLogInAndOutEverywhere(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for range 500 {
		begun := make(chan struct{})
		var out sync.WaitGroup
		out.Go(func() {
			<-begun
			if err := w.DisconnectAll(context.Background(), session.OfUser(ada)); err != nil {
				t.Error(err)
			}
		})
		b.bare(func(ctx context.Context) {
			close(begun)
			err := session.Connect(ctx, ada)
			out.Wait()
			if err != nil {
				return
			}
			gone, failed := w.store.DeleteUser(t.Context(), ada, 0, session.Ending{})
			if ended := errors.Is(context.Cause(ctx), session.ErrNotConnected); failed != nil || ended == (len(gone) == 1) {
				t.Errorf("ended %v, and %d sessions were left: %v", ended, len(gone), failed)
			}
		})
	}
}
