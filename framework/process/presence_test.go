package process_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// doors are rooms that tabs enter.
type doors struct {
	*process.Presence[string]
	t testing.TB
}

// Door is what a tab says to doors.enter.
type Door struct {
	Room   string `json:"room"`
	ForTab bool   `json:"forTab,omitzero"`
	Mute   bool   `json:"mute,omitzero"`
}

func newDoors(t testing.TB, api *rpc.API, tabs *process.Hub, opts ...process.PresenceOption) *doors {
	d := &doors{process.NewPresence[string](tabs, "doors.here", opts...), t}
	rpc.Handle(api, "doors.enter", func(ctx context.Context, in Door) (struct{}, error) {
		var opts []process.ListenOption
		if in.ForTab {
			opts = append(opts, process.ForTab())
		}
		if in.Mute {
			opts = append(opts, process.WithoutListening())
		}
		return struct{}{}, d.Enter(ctx, in.Room, opts...)
	})
	rpc.Handle(api, "doors.listen", func(ctx context.Context, room string) (struct{}, error) {
		return struct{}{}, d.Listen(ctx, room)
	})
	rpc.Handle(api, "doors.leave", func(ctx context.Context, room string) (struct{}, error) {
		return struct{}{}, d.Leave(ctx, room)
	})
	return d
}

// wait lets time pass in the bubble, and then wants that just these are in the red room.
func (d *doors) wait(after time.Duration, tabs, browsers, people int, users ...session.UserID) {
	d.t.Helper()
	time.Sleep(after)
	synctest.Wait()
	got := d.Here("red")
	if got.Tabs != tabs || got.Browsers != browsers || got.People != people || !slices.Equal(got.Users, users) {
		d.t.Errorf("here are %+v, want {%d %d %d %v}", got, tabs, browsers, people, users)
	}
}

// watcher is a tab that only hears: somebody reads it all the time, so that it stays.
type watcher struct {
	t       testing.TB
	mu      sync.Mutex // protects changes
	changes []process.PresenceChange
}

// watch opens a tab that hears who is in the red room.
func (d *doors) watch(b *processtest.Browser) *watcher {
	d.t.Helper()
	tab := b.Open("/")
	must(d.t, tab, "doors.listen", []string{"red"})
	w := &watcher{t: d.t}
	first := tab.WaitEvent() // with the answer, or before it
	w.take(first.Name, first.Params)
	go w.read(tab)
	return w
}

func (w *watcher) take(name string, params []byte) {
	var n process.Notice[string, process.PresenceChange]
	if err := json.Unmarshal(params, &n); err != nil || name != "doors.here" || n.Key != "red" {
		w.t.Errorf("got %s %s", name, params)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes = append(w.changes, n.Value)
}

func (w *watcher) read(tab *processtest.Tab) {
	for {
		tab.Conn.SetReadDeadline(time.Time{})
		_, frame, err := tab.Conn.ReadMessage()
		if err != nil {
			return
		}
		var e struct {
			Method string
			Params json.RawMessage
		}
		if err := json.Unmarshal(frame, &e); err != nil {
			w.t.Errorf("got %s", frame)
		}
		w.take(e.Method, e.Params)
	}
}

// heard is what it has heard since it was asked last.
func (w *watcher) heard() []process.PresenceChange {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	changes := w.changes
	w.changes = nil
	return changes
}

// want fails unless it has heard just this meanwhile.
func (w *watcher) want(want ...process.PresenceChange) {
	w.t.Helper()
	got := w.heard()
	if !slices.EqualFunc(got, want, sameChange) {
		w.t.Errorf("heard %+v, want %+v", got, want)
	}
}

func sameChange(a, b process.PresenceChange) bool {
	return slices.Equal(a.Here.Users, b.Here.Users) && slices.Equal(a.Came, b.Came) && slices.Equal(a.Left, b.Left) &&
		a.Here.Tabs == b.Here.Tabs && a.Here.Browsers == b.Here.Browsers && a.Here.People == b.Here.People
}

// here is what is told of so many, of whom none has come or left.
func here(tabs, browsers, people int, users ...session.UserID) process.PresenceChange {
	return process.PresenceChange{Here: process.Here{Tabs: tabs, Browsers: browsers, People: people, Users: users}}
}

func came(change process.PresenceChange, users ...session.UserID) process.PresenceChange {
	change.Came = users
	return change
}

func left(change process.PresenceChange, user session.UserID, why process.Leaving) process.PresenceChange {
	change.Left = []process.Departure{{User: user, Why: why}}
	return change
}

// TestPresence: tabs, browsers and people, each counted as such.
func TestPresence(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, home *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		phone, bob, nobody := w.browser(t), w.browser(t), w.browser(t)
		home.Get("/in?user=1")
		phone.Get("/in?user=1")
		bob.Get("/in?user=2")
		watching := d.watch(w.browser(t))
		watching.want(here(0, 0, 0)) // at once, how things are

		first := home.Open("/")
		must(t, first, "doors.enter", Door{Room: "red"})
		d.wait(0, 1, 1, 1, 1)
		watching.want(came(here(1, 1, 1, 1), 1))
		must(t, first, "doors.enter", Door{Room: "red"}) // once is enough: only that it asks, and so it hears it
		d.wait(time.Second, 1, 1, 1, 1)
		watching.want()
		for range 2 {
			if e := first.WaitEvent(); e.Name != "doors.here" {
				t.Errorf("heard %s", e.Name)
			}
		}

		for _, b := range []*processtest.Browser{home, phone, bob, nobody, nobody} {
			must(t, b.Open("/"), "doors.enter", Door{Room: "red", Mute: true})
		}
		d.wait(time.Second, 6, 4, 3, 1, 2)
		must(t, nobody.Open("/"), "doors.enter", Door{Room: "blue"})
		d.wait(time.Second, 6, 4, 3, 1, 2)
	})
}

// TestPresenceCoalesces: what changes at once is told at once, and what follows closely is one change.
func TestPresenceCoalesces(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		watching := d.watch(b)
		d.wait(time.Second, 0, 0, 0)
		for user := range 20 {
			one := w.browser(t)
			one.Get("/in?user=" + number(user+1))
			must(t, one.Open("/"), "doors.enter", Door{Room: "red", Mute: true})
		}
		time.Sleep(time.Second)
		var came []session.UserID
		changes := watching.heard()
		for _, change := range changes {
			came = append(came, change.Came...)
		}
		if len(changes) != 3 { // that there is nobody; the first; the others
			t.Errorf("heard %+v", changes)
		}
		if len(came) != 20 || len(d.Here("red").Users) != 20 {
			t.Errorf("%v came, here are %v", came, d.Here("red"))
		}
	})
}

// TestPresenceGrace: who comes back in time has not been away, whatever he has shown meanwhile.
func TestPresenceGrace(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		b.Get("/in?user=1")
		watching, tab := d.watch(w.browser(t)), b.Open("/")
		must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(time.Second, 1, 1, 1, 1)
		watching.want(here(0, 0, 0), came(here(1, 1, 1, 1), 1))

		turnPage(tab) // a page in place
		d.wait(4*time.Second, 1, 1, 1, 1)
		must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(10*time.Second, 1, 1, 1, 1)
		tab.Close() // a link
		d.wait(4*time.Second, 1, 1, 1, 1)
		tab = b.Open("/")
		must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(10*time.Second, 1, 1, 1, 1)
		tab.Lose() // a tunnel
		d.wait(10*time.Second, 1, 1, 1, 1)
		watching.want() // nothing flickers

		another := b.Open("/") // another tab of the same is another tab
		must(t, another, "doors.enter", Door{Room: "red", Mute: true})
		d.wait(time.Second, 2, 1, 1, 1)
		watching.want(here(2, 1, 1, 1))
		another.Close()
		d.wait(4900*time.Millisecond, 2, 1, 1, 1)
		d.wait(200*time.Millisecond, 1, 1, 1, 1)
		d.wait(50*time.Second, 0, 0, 0) // the lost one too
		watching.want(here(1, 1, 1, 1), left(here(0, 0, 0), 1, process.TabLost))
		d.wait(time.Second, 0, 0, 0)
		if kept := d.Kept(); kept != 0 {
			t.Errorf("%d keys are kept", kept)
		}
	})
}

// TestPresenceReload: a document that is loaded again takes the place of the one before, also of one whose socket was lost.
func TestPresenceReload(t *testing.T) {
	for name, lost := range map[string]bool{"open": false, "lost": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				d := newDoors(t, w.api, w.tabs)
				b.Get("/in?user=1")
				watching, tab := d.watch(w.browser(t)), b.Open("/")
				must(t, tab, "doors.enter", Door{Room: "red", Mute: true})
				d.wait(time.Second, 1, 1, 1, 1)
				if watching.heard(); lost {
					tab.Lose()
					d.wait(time.Second, 1, 1, 1, 1)
				}
				next := b.Dial(nil)
				if err := next.Hello(b.Get("/").Token(), tab.ID); err != nil {
					t.Fatal(err)
				}
				if !lost {
					tab.WaitClose()
				}
				must(t, next, "doors.enter", Door{Room: "red", Mute: true})
				d.wait(10*time.Second, 1, 1, 1, 1)
				for _, change := range watching.heard() {
					if len(change.Came)+len(change.Left) > 0 {
						t.Errorf("heard %+v", change)
					}
				}
			})
		})
	}
}

// TestPresenceLeaves: for every reason.
func TestPresenceLeaves(t *testing.T) {
	for name, tt := range map[string]struct {
		leave func(w *bubble, d *doors, tab *processtest.Tab)
		why   process.Leaving
		after time.Duration
	}{
		"page":     {func(_ *bubble, _ *doors, tab *processtest.Tab) { turnPage(tab) }, process.LeftPage, 5 * time.Second},
		"closed":   {func(_ *bubble, _ *doors, tab *processtest.Tab) { tab.Close() }, process.TabClosed, 5 * time.Second},
		"lost":     {func(_ *bubble, _ *doors, tab *processtest.Tab) { tab.Lose() }, process.TabLost, 65 * time.Second},
		"leaves":   {func(_ *bubble, d *doors, tab *processtest.Tab) { must(d.t, tab, "doors.leave", []string{"red"}) }, process.Unlistens, 0},
		"sent off": {func(_ *bubble, d *doors, _ *processtest.Tab) { d.LeaveUser(1, "red") }, process.Unlistens, 0},
		"logged out": {func(_ *bubble, d *doors, tab *processtest.Tab) {
			must(d.t, tab, "session.disconnect", nil)
			tab.WaitClose()
		}, process.TabEnded, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
				d := newDoors(t, w.api, w.tabs)
				b.Get("/in?user=1")
				watching, tab := d.watch(w.browser(t)), b.Open("/")
				must(t, tab, "doors.enter", Door{Room: "red"})
				d.wait(time.Second, 1, 1, 1, 1)
				watching.heard()
				tt.leave(w, d, tab)
				if tt.after > 0 {
					d.wait(tt.after-100*time.Millisecond, 1, 1, 1, 1)
				}
				d.wait(200*time.Millisecond, 0, 0, 0)
				watching.want(left(here(0, 0, 0), 1, tt.why))
			})
		})
	}
}

// TestPresenceIdentity: a tab counts as whom it belongs to.
func TestPresenceIdentity(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		watching, tab := d.watch(w.browser(t)), b.Open("/")
		must(t, tab, "doors.enter", Door{Room: "red", ForTab: true, Mute: true})
		d.wait(time.Second, 1, 1, 1)
		watching.want(here(0, 0, 0), here(1, 1, 1))

		tab.Get("/in?user=1") // in the tab itself
		tab.Announce()
		d.wait(time.Second, 1, 1, 1, 1)
		watching.want(came(here(1, 1, 1, 1), 1))
		turnPage(tab)
		d.wait(10*time.Second, 1, 1, 1, 1) // for the tab

		tab.Close()
		d.wait(time.Second, 1, 1, 1, 1)
		b.Get("/out")
		must(t, b.Open("/"), "doors.enter", Door{Room: "red"}) // the same browser, as nobody: the user is gone at once
		d.wait(0, 1, 1, 1)
		watching.want(left(here(1, 1, 1), 1, process.TabClosed))
	})
}

// TestPresenceWithoutGrace: who has gone is gone.
func TestPresenceWithoutGrace(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs, process.Grace(0))
		tab := b.Open("/")
		must(t, tab, "doors.enter", Door{Room: "red"})
		d.wait(0, 1, 1, 1)
		tab.Close()
		d.wait(0, 0, 0, 0)
	})
}

// TestPresenceUnchecked: while nobody knows whether its session is still open, a tab enters nowhere, and its call says why.
func TestPresenceUnchecked(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		d := newDoors(t, w.api, w.tabs)
		rpc.Handle(w.api, "doors.enterLate", func(ctx context.Context, room string) (struct{}, error) {
			w.began <- room
			<-w.release
			return struct{}{}, d.Enter(ctx, room)
		}, rpc.Timeout(time.Hour))
		asking, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { w.sessions.Run(asking) })
		b.Get("/in?user=1")
		tab := b.Open("/")
		tab.Send(call(1, "doors.enterLate", "red"))
		<-w.began
		synctest.Wait()
		stop() // from now on nobody asks
		running.Wait()
		time.Sleep(30 * time.Second)
		close(w.release)
		wantFrames(t, tab, failure("1", -32009, "unavailable", "It cannot be checked at the moment who you are. Try again in a while."))
		d.wait(0, 0, 0, 0)
	})
}

// TestStaysRace: what begins while the page before it ends has begun, or has ended, and not half of it.
func TestStaysRace(t *testing.T) {
	w := newWorld(t)
	r, d := newRooms(w.api, w.Tabs), newDoors(t, w.api, w.Tabs, process.Grace(0))
	rpc.Handle(w.api, "race", func(ctx context.Context, _ struct{}) (struct{}, error) {
		begin := func() {
			for _, err := range []error{d.Enter(ctx, "red", process.WithoutListening()), r.said.Listen(ctx, "red", "")} {
				if err != nil && !errors.Is(err, process.Interrupted) { // the page is turned already
					t.Error(err)
				}
			}
		}
		for range 2000 {
			process.CatchUp(ctx)
			begin()
			var racing sync.WaitGroup
			racing.Go(begin)
			racing.Go(func() { process.TurnPage(ctx) })
			racing.Wait()
			if here, listeners, stays := d.Here("red").Tabs, r.said.Listeners("red"), process.Stays(ctx); here+listeners != stays {
				t.Errorf("%d are here, %d listen, and %d stay", here, listeners, stays)
			}
		}
		return struct{}{}, nil
	})
	must(t, processtest.NewBrowser(t, w.URL).Open("/"), "race", nil)
}
