package process_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// wantTold fails unless this is what a tab hears of the red room next.
func wantTold(t *testing.T, tab *processtest.Tab, want process.PresenceChange) {
	t.Helper()
	var n process.Notice[string, process.PresenceChange]
	e := tab.WaitEvent()
	if err := json.Unmarshal(e.Params, &n); err != nil || e.Name != "doors.here" || !sameChange(n.Value, want) {
		t.Errorf("heard %s %s, want %+v", e.Name, e.Params, want)
	}
}

// TestPresenceGreets: who greets those who come does not greet himself, and misses nobody.
func TestPresenceGreets(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		newDoors(t, w.api, w.tabs)
		open := func(user session.UserID) *processtest.Tab {
			b := w.browser(t)
			b.Get("/in?user=" + number(int(user)))
			return b.Open("/")
		}
		first, second, third := open(1), open(2), open(3)
		must(t, first, "doors.enter", Door{Room: "red"})
		wantTold(t, first, here(1, 1, 1, 1)) // it is there itself, and nobody has come
		time.Sleep(time.Second)

		must(t, second, "doors.enter", Door{Room: "red"})
		wantTold(t, first, came(here(2, 2, 2, 1, 2), 2))
		wantTold(t, second, here(2, 2, 2, 1, 2))

		// What comes closely is told as one change: to who has just begun nobody has come, and who asks once more, or
		// listens and then enters, misses none.
		must(t, third, "doors.enter", Door{Room: "red"})
		must(t, first, "doors.enter", Door{Room: "red"})
		wantTold(t, first, came(here(3, 3, 3, 1, 2, 3), 3))
		wantTold(t, second, came(here(3, 3, 3, 1, 2, 3), 3))
		wantTold(t, third, here(3, 3, 3, 1, 2, 3))
		time.Sleep(time.Second)

		fourth := open(4)
		must(t, fourth, "doors.listen", []string{"red"})
		wantTold(t, fourth, here(3, 3, 3, 1, 2, 3))
		time.Sleep(time.Second)
		must(t, fourth, "doors.enter", Door{Room: "red"})
		for _, tab := range []*processtest.Tab{first, second, third, fourth} {
			wantTold(t, tab, came(here(4, 4, 4, 1, 2, 3, 4), 4))
		}

		must(t, second, "doors.leave", []string{"red"}) // and comes again: it begins anew
		must(t, second, "doors.enter", Door{Room: "red"})
		time.Sleep(time.Second)
		wantTold(t, second, here(4, 4, 4, 1, 2, 3, 4))
	})
}

// TestPresenceFull: a tab that cannot listen has not entered either, and one that was there stays.
func TestPresenceFull(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		rpc.Handle(w.api, "fill", func(ctx context.Context, keys int) (struct{}, error) {
			for key := range keys {
				if err := d.Enter(ctx, "room "+number(key), process.WithoutListening()); err != nil {
					return struct{}{}, err
				}
			}
			return struct{}{}, nil
		})
		rpc.Handle(w.api, "left", func(ctx context.Context, _ struct{}) (int, error) { return process.Stays(ctx), nil })
		tab := b.Open("/")
		wantStays := func(want int) {
			t.Helper()
			var got int
			if err := tab.Call("left", nil, &got); err != nil || got != want {
				t.Errorf("%d stays and error %v, want %d", got, err, want)
			}
		}
		must(t, tab, "fill", []int{999})
		wantKind(t, tab.Call("doors.enter", Door{Room: "red"}, nil), "too_many_stays")
		d.wait(0, 0, 0, 0)
		wantStays(999)

		must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(0, 1, 1, 1)
		wantKind(t, tab.Call("doors.enter", Door{Room: "red"}, nil), "too_many_stays")
		d.wait(10*time.Second, 1, 1, 1)
		wantStays(1000)

		turnPage(tab) // it still counts where it cannot come back
		must(t, tab, "fill", []int{999})
		wantKind(t, tab.Call("doors.enter", Door{Room: "red"}, nil), "too_many_stays")
		d.wait(time.Second, 1, 1, 1)
		d.wait(5*time.Second, 0, 0, 0)
	})
}
