package process_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestTopic: a tab hears the keys that it listens to, each notice once, and nothing else.
func TestTopic(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	b := processtest.NewBrowser(t, w.URL)
	one, two := b.Open("/"), b.Open("/")
	must(t, one, "rooms.listen", Listen{Room: "red"})
	must(t, one, "rooms.listen", Listen{Room: "red"})
	must(t, one, "rooms.listen", Listen{Room: "blue"})
	must(t, two, "rooms.listen", Listen{Room: "blue"})
	for _, room := range []string{"red", "blue", "green"} {
		if err := r.say(room, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	wantHeard(t, one, "red=hello", "blue=hello")
	wantHeard(t, two, "blue=hello")

	must(t, one, "rooms.unlisten", []string{"blue"})
	must(t, one, "rooms.unlisten", []string{"green"})
	one, two = again(t, one), again(t, two) // a process that comes back listens as before
	must(t, two, "rooms.say", Say{Room: "blue", Text: "more"})
	wantHeard(t, one)
	wantHeard(t, two, "blue=more")
}

// again is a tab that was lost and comes back.
func again(t *testing.T, tab *processtest.Tab) *processtest.Tab {
	t.Helper()
	tab.Lose()
	next, err := tab.Return()
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestTopicExcept leaves out who says it.
func TestTopicExcept(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	ada, bob := processtest.NewBrowser(t, w.URL), processtest.NewBrowser(t, w.URL)
	ada.Get("/in?user=1")
	bob.Get("/in?user=2")
	tabs := []*processtest.Tab{ada.Open("/"), ada.Open("/"), bob.Open("/")}
	for _, tab := range tabs {
		must(t, tab, "rooms.listen", Listen{Room: "red"})
	}
	must(t, tabs[0], "rooms.say", Say{Room: "red", Text: "not me", Me: true})
	must(t, tabs[0], "rooms.say", Say{Room: "red", Text: "not Bob", User: 2})
	must(t, tabs[2], "rooms.say", Say{Room: "red", Text: "nobody", User: 2, Me: true})
	if err := r.say("red", "all", process.ExceptMe(context.Background()), process.ExceptUser(0), process.Except{}); err != nil {
		t.Fatal(err)
	}
	wantHeard(t, tabs[0], "red=not Bob", "red=nobody", "red=all")
	wantHeard(t, tabs[1], "red=not me", "red=not Bob", "red=nobody", "red=all")
	wantHeard(t, tabs[2], "red=not me", "red=all")
}

// TestTopicNoTab: only a tab listens.
func TestTopicNoTab(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	here := process.NewPresence[string](w.Tabs, "rooms.here")
	ctx := context.Background()
	for name, err := range map[string]error{
		"Listen":   r.said.Listen(ctx, "red", ""),
		"Unlisten": r.said.Unlisten(ctx, "red"),
		"Enter":    here.Enter(ctx, "red"),
		"Leave":    here.Leave(ctx, "red"),
		"hear":     here.Listen(ctx, "red"),
	} {
		if !errors.Is(err, process.ErrNoTab) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if circles, _ := r.said.Kept(); circles != 0 {
		t.Errorf("%d keys are kept", circles)
	}
}

// TestTopicPage: listening ends with the page that began it, or with the tab, and the longer of the two wins.
func TestTopicPage(t *testing.T) {
	w := newWorld(t)
	newRooms(w.api, w.Tabs)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	say := func() {
		t.Helper()
		for _, room := range []string{"page", "tab", "both", "then"} {
			must(t, tab, "rooms.say", Say{Room: room, Text: "x"})
		}
	}
	must(t, tab, "rooms.listen", Listen{Room: "page"})
	must(t, tab, "rooms.listen", Listen{Room: "tab", ForTab: true})
	must(t, tab, "rooms.listen", Listen{Room: "both", ForTab: true})
	must(t, tab, "rooms.listen", Listen{Room: "both"})
	must(t, tab, "rooms.listen", Listen{Room: "then"})
	must(t, tab, "rooms.listen", Listen{Room: "then", ForTab: true})
	say()
	wantHeard(t, tab, "page=x", "tab=x", "both=x", "then=x")
	turnPage(tab)
	say()
	wantHeard(t, tab, "tab=x", "both=x", "then=x")
	must(t, tab, "rooms.listen", Listen{Room: "page"}) // the next page
	say()
	wantHeard(t, tab, "page=x", "tab=x", "both=x", "then=x")
}

// TestTopicTabEnds: a tab that is gone leaves nothing behind, one that is lost when it does not come back in time.
func TestTopicTabEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		r := newRooms(w.api, w.tabs)
		gone, lost := b.Open("/"), b.Open("/")
		for _, tab := range []*processtest.Tab{gone, lost} {
			must(t, tab, "rooms.listen", Listen{Room: "red"})
			must(t, tab, "rooms.listen", Listen{Room: "blue", ForTab: true})
		}
		wait := func(d time.Duration, listeners int) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			for _, room := range []string{"red", "blue"} {
				if got := r.said.Listeners(room); got != listeners {
					t.Errorf("%d tabs listen to %s, want %d", got, room, listeners)
				}
			}
		}
		wait(0, 2)
		gone.Close()
		wait(0, 1)
		lost.Lose()
		wait(59*time.Second, 1)
		wait(2*time.Second, 0)
		if circles, changes := r.said.Kept(); circles+changes != 0 {
			t.Errorf("%d and %d keys are kept", circles, changes)
		}
	})
}

// TestTopicIdentity: it listens on as whom it belongs to now, and hears nothing more when that session has ended.
func TestTopicIdentity(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs, process.Prepare(
		func(_ context.Context, to session.Visitor, _, text string) (string, bool) {
			if user, ok := to.User(); ok {
				return text + " for " + number(int(user)), true
			}
			return text + " for nobody", true
		}))
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	must(t, tab, "rooms.listen", Listen{Room: "red"})
	must(t, tab, "rooms.say", Say{Room: "red", Text: "one"})
	wantHeard(t, tab, "red=one for nobody")

	tab.Get("/in?user=1")
	tab.Announce()
	must(t, tab, "rooms.say", Say{Room: "red", Text: "two"})
	wantHeard(t, tab, "red=two for 1")

	if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1), session.WithRestart(false)); err != nil {
		t.Fatal(err)
	}
	if err := r.say("red", "three"); err != nil {
		t.Fatal(err)
	}
	tab.Send(`{"jsonrpc":"2.0","id":1,"method":"nothing"}`)
	if got := read(t, tab); got != notConnected("1") {
		t.Errorf("got %s", got)
	}
	if got := r.said.Listeners("red"); got != 1 { // it is still open
		t.Errorf("%d tabs listen", got)
	}
	r.said.UnlistenUser(1, "red")
	if circles, _ := r.said.Kept(); circles != 0 {
		t.Errorf("%d keys are kept", circles)
	}
}

// TestUnlistenUser: all his tabs, of this key, and nobody else's.
func TestUnlistenUser(t *testing.T) {
	w := newWorld(t)
	r := newRooms(w.api, w.Tabs)
	var tabs []*processtest.Tab
	for _, in := range []string{"/in?user=1", "/in?user=1", "/in?user=2", "/"} {
		b := processtest.NewBrowser(t, w.URL)
		b.Get(in)
		tab := b.Open("/")
		must(t, tab, "rooms.listen", Listen{Room: "red"})
		must(t, tab, "rooms.listen", Listen{Room: "blue"})
		tabs = append(tabs, tab)
	}
	r.said.UnlistenUser(1, "red")
	for _, room := range []string{"red", "blue"} {
		if err := r.say(room, "x"); err != nil {
			t.Fatal(err)
		}
	}
	for i, tab := range tabs {
		want := []string{"red=x", "blue=x"}
		if i < 2 {
			want = want[1:]
		}
		wantHeard(t, tab, want...)
	}
}
