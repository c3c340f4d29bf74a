package process_test

import (
	"context"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
)

// TestVersion: nothing slips between the page and the listening.
func TestVersion(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	r, others := newRooms(w.api, w.Tabs), newRooms(other.api, other.Tabs)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	say := func(room string) {
		t.Helper()
		if err := r.say(room, "x"); err != nil {
			t.Fatal(err)
		}
	}
	say("red")
	before := r.said.Version("red")
	if err := tab.Call("rooms.listen", Listen{Room: "red", Since: before}, nil); err != nil {
		t.Errorf("what was said before is shown: %v", err)
	}
	must(t, tab, "rooms.unlisten", []string{"red"})
	say("red")
	wantStale := func(room string, since process.Version) {
		t.Helper()
		wantKind(t, tab.Call("rooms.listen", Listen{Room: room, Since: since}, nil), "stale")
	}
	wantStale("red", before)
	if circles, _ := r.said.Kept(); circles != 0 {
		t.Errorf("who is told that it is stale listens to %d keys", circles)
	}
	must(t, tab, "rooms.listen", Listen{Room: "blue", Since: before}) // another key has not changed
	must(t, tab, "rooms.listen", Listen{Room: "red"})                 // nothing to compare
	wantStale("red", before)                                          // who listens already may show another page
	must(t, tab, "rooms.listen", Listen{Room: "red", Since: r.said.Version("red")})
	wantHeard(t, tab)
	say("red")
	wantHeard(t, tab, "red=x")

	for _, since := range []process.Version{"x", ".", ".0", before + "0", "-" + before, others.said.Version("red")} {
		wantStale("blue", since)
	}
}

// TestVersionForgets: a topic remembers a limited number of keys, and is careful about the others.
func TestVersionForgets(t *testing.T) {
	const kept = 10_000
	w := newWorld(t)
	numbers := process.NewTopic[int, int](w.Tabs, "numbers")
	rpc.Handle(w.api, "numbers.listen", func(ctx context.Context, in ListenNumber) (struct{}, error) {
		return struct{}{}, numbers.Listen(ctx, in.Key, in.Since)
	})
	first, second := numbers.Version(0), process.Version("")
	for key := range 2 * kept {
		if key == kept+10 {
			second = numbers.Version(0)
		}
		if err := numbers.Notify(key, 0); err != nil {
			t.Fatal(err)
		}
	}
	if circles, changes := numbers.Kept(); circles != 0 || changes != kept {
		t.Errorf("%d keys listened to and %d others are kept, want 0 and %d", circles, changes, kept)
	}
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for _, tt := range []struct {
		key   int
		since process.Version
		stale bool
	}{
		{5, first, true},
		{kept + 5, first, true},
		{-1, first, true}, // never changed, but nobody knows any more
		{-1, second, false},
		{5, second, false},
		{kept + 9, second, false},
		{kept + 10, second, true},
		{2*kept - 1, numbers.Version(0), false},
	} {
		err := tab.Call("numbers.listen", ListenNumber{tt.key, tt.since}, nil)
		if tt.stale {
			wantKind(t, err, "stale")
		} else if err != nil {
			t.Errorf("key %d since %s: %v", tt.key, tt.since, err)
		}
	}
}

// ListenNumber is what a tab says to numbers.listen.
type ListenNumber struct {
	Key   int             `json:"key"`
	Since process.Version `json:"since"`
}
