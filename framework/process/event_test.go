package process_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/rpc"
	"github.com/ocsigo/start/framework/session"
)

// TestEventsInOrder, as they were sent.
func TestEventsInOrder(t *testing.T) {
	w := newWorld(t)
	tab := processtest.NewBrowser(t, w.URL).Open("/")
	for i := range 200 {
		if err := w.told.Send(process.Everyone(), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.mark.Send(process.Everyone(), []int{1, 2}); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if e := tab.WaitEvent(); e.Name != "told" || string(e.Params) != "["+number(i)+"]" {
			t.Fatalf("event %d is %s %s", i, e.Name, e.Params)
		}
	}
	if e := tab.WaitEvent(); e.Name != "mark" || string(e.Params) != "[[1,2]]" {
		t.Errorf("got %s %s", e.Name, e.Params)
	}
}

// TestAudiences: who hears what.
func TestAudiences(t *testing.T) {
	w := newWorld(t)
	browser := func(in string) *processtest.Browser {
		b := processtest.NewBrowser(t, w.URL)
		b.Get(in)
		return b
	}
	home, phone, bob, nobody := browser("/in?user=1"), browser("/in?user=1"), browser("/in?user=2"), browser("/")
	tabs := map[string]*processtest.Tab{
		"home1": home.Open("/"), "home2": home.Open("/"), "phone": phone.Open("/"),
		"bob": bob.Open("/"), "nobody1": nobody.Open("/"), "nobody2": nobody.Open("/"),
	}
	heard := func() []string { // what each tab hears before the mark
		if err := w.mark.Send(process.Everyone(), nil); err != nil {
			t.Fatal(err)
		}
		var names []string
		for name, tab := range tabs {
			for e := tab.WaitEvent(); e.Name != "mark"; e = tab.WaitEvent() {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
	for _, tt := range []struct {
		asking, scope string
		want          string
	}{
		{"home1", "tab", "home1"},
		{"home1", "tabIndep", "home1"},
		{"home1", "browser", "home1 home2"},
		{"home1", "browserIndep", "home1 home2"},
		{"home1", "user", "home1 home2 phone"},
		{"bob", "user", "bob"},
		{"nobody1", "tab", "nobody1"},
		{"nobody1", "browser", "nobody1 nobody2"},
		{"nobody1", "user", "nobody1 nobody2"},
		{"nobody1", "browserIndep", "nobody1 nobody2"},
	} {
		if err := tabs[tt.asking].Call("tell", Tell{tt.scope, 1}, nil); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(heard(), " "); got != tt.want {
			t.Errorf("%s told %s: %s heard, want %s", tt.asking, tt.scope, got, tt.want)
		}
	}
	tell := func(to process.Audience, want string) {
		t.Helper()
		if err := w.told.Send(to, 1); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(heard(), " "); got != want {
			t.Errorf("%s heard, want %s", got, want)
		}
	}
	tell(process.User(1), "home1 home2 phone")
	tell(process.User(3), "")
	tell(process.Everyone(), strings.Join(slices.Sorted(maps.Keys(tabs)), " "))
	tell(process.Sharing(context.Background(), session.PerUser), "")

	// Tabs whose session has ended are in no audience, even when they were not told to restart.
	if err := w.sessions.DisconnectAll(context.Background(), session.OfUser(1), session.WithRestart(false)); err != nil {
		t.Fatal(err)
	}
	revoked := []*processtest.Tab{tabs["home1"], tabs["home2"], tabs["phone"]}
	maps.DeleteFunc(tabs, func(name string, _ *processtest.Tab) bool { return !strings.Contains("bob nobody1 nobody2", name) })
	tell(process.User(1), "")
	tell(process.Everyone(), "bob nobody1 nobody2")
	for _, tab := range revoked { // the next thing that each of them hears is the answer to its own call
		tab.Send(`{"jsonrpc":"2.0","id":1,"method":"nothing"}`)
		if got := read(t, tab); got != notConnected("1") {
			t.Errorf("got %s", got)
		}
	}
}

// TestAudienceLater: an audience of a call is good when the call is over, for what goes on without it.
func TestAudienceLater(t *testing.T) {
	w := newWorld(t)
	audiences := make(chan process.Audience, 1)
	rpc.Handle(w.api, "later", func(ctx context.Context, scope string) (struct{}, error) {
		audiences <- process.Sharing(ctx, scopes[scope])
		return struct{}{}, nil
	})
	b := processtest.NewBrowser(t, w.URL)
	b.Get("/in?user=1")
	tab, other := b.Open("/"), b.Open("/")
	for n, scope := range []string{"tab", "browser"} {
		must(t, tab, "later", []string{scope})
		if err := w.told.Send(<-audiences, n); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"[0]", "[1]"} {
		if e := tab.WaitEvent(); string(e.Params) != want {
			t.Errorf("heard %s, want %s", e.Params, want)
		}
	}
	if e := other.WaitEvent(); string(e.Params) != "[1]" {
		t.Errorf("heard %s", e.Params)
	}
}

// TestEventRefused: a value that does not cross the wire is the sender's error, and nobody's event.
func TestEventRefused(t *testing.T) {
	w := newWorld(t)
	if err := w.told.Send(process.Everyone(), 1<<60); err == nil || !strings.HasPrefix(err.Error(), `event "told": `) {
		t.Errorf("got %v", err)
	}
}
