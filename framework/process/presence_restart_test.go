package process_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// entered is a tab of a user that is in a room, and one that watches the room and has seen it come.
func entered(t *testing.T, w *bubble, b *processtest.Browser) (*doors, *watcher, *processtest.Tab) {
	d := newDoors(t, w.api, w.tabs)
	watching := d.watch(w.browser(t))
	b.Get("/in?user=1")
	tab := b.Open("/")
	must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
	d.wait(time.Second, 1, 1, 1, 1)
	watching.want(here(0, 0, 0), came(here(1, 1, 1, 1), 1))
	return d, watching, tab
}

// TestPresenceRestart: a tab that is only told to load its document again is expected back.
func TestPresenceRestart(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d, watching, tab := entered(t, w, b)

		b.Get("/in?user=1") // the same user once more, in the same browser
		b.Open("/")
		wantClose(t, tab, process.Reload, "")
		d.wait(4*time.Second, 1, 1, 1, 1)
		tab = b.Open("/")
		must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(10*time.Second, 1, 1, 1, 1)
		watching.want() // nothing flickers

		b.Get("/in?user=1")
		b.Open("/")
		wantClose(t, tab, process.Reload, "")
		d.wait(4900*time.Millisecond, 1, 1, 1, 1)
		d.wait(200*time.Millisecond, 0, 0, 0) // it did not come
		watching.want(left(here(0, 0, 0), 1, process.TabReloads))
	})
}

// TestPresenceRestartAnother: another user in the same browser, or nobody, is no such thing.
func TestPresenceRestartAnother(t *testing.T) {
	for name, tt := range map[string]struct {
		path   string
		users  session.UserID
		reason string
	}{
		"another user": {"/in?user=2", 2, ""},
		"log-out":      {"/out", 0, "/"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				d, watching, tab := entered(t, w, b)
				b.Get(tt.path)
				b.Open("/")
				wantClose(t, tab, process.Restart, tt.reason)
				d.wait(0, 0, 0, 0)
				watching.want(left(here(0, 0, 0), 1, process.TabEnded))
			})
		})
	}
}

// TestPresenceRestartThenLogOut: while a tab that is to load its document again has not gone yet, its user logs out.
func TestPresenceRestartThenLogOut(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d, watching, tab := entered(t, w, b)
		b.Get("/in?user=1")
		b.Open("/")
		d.wait(time.Second, 1, 1, 1, 1)
		if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1)); err != nil {
			t.Fatal(err)
		}
		tab.WaitClose()
		d.wait(0, 0, 0, 0)
		watching.want(left(here(0, 0, 0), 1, process.TabEnded))
	})
}
