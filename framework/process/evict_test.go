package process_test

import (
	"testing"

	"github.com/ocsigo/start/framework/process"
	"github.com/ocsigo/start/framework/process/processtest"
	"github.com/ocsigo/start/framework/session"
)

// TestTooManyTabs: of a browser's tabs the one that was used least makes room for a new one, once.
func TestTooManyTabs(t *testing.T) {
	var node clock
	sessions := session.New(&session.MemoryStore{}, session.Options{Tabs: 2, Now: node.now})
	w := processtest.NewSite(t, sessions, process.Options{})
	newFunctions(w.Tabs)
	b := processtest.NewBrowser(t, w.URL)
	use := func(tabs ...*processtest.Tab) {
		t.Helper()
		for _, tab := range tabs {
			node.forget() // so that one is later than the other
			if err := tab.Call("nothing", nil, nil); err != nil {
				t.Error(err)
			}
		}
	}
	first, second := b.Open("/"), b.Open("/")
	use(second, first)
	third := b.Open("/")
	wantClose(t, second, process.Stop, "tabs")
	use(first, third)
	fourth := b.Open("/")
	wantClose(t, first, process.Stop, "tabs")
	use(third, fourth, processtest.NewBrowser(t, w.URL).Open("/"))
}

// TestNoRoomEvictsNobody: a hello for which there is no room has no effect, however often it is said.
func TestNoRoomEvictsNobody(t *testing.T) {
	sessions := session.New(&session.MemoryStore{}, session.Options{Tabs: 1})
	w := processtest.NewSite(t, sessions, process.Options{Limits: process.Limits{PerAddress: 2}})
	newFunctions(w.Tabs)
	b := processtest.NewBrowser(t, w.URL)
	tab, token := b.Open("/"), b.Get("/").Token()
	processtest.NewBrowser(t, w.URL).Open("/")
	for range 2 {
		wantEnd(t, b.Dial(nil).Hello(token, tab.ID), process.Unavailable, "")
		must(t, tab, "nothing", nil)
	}
}

// TestEvict: a tab that has to make room is told to stop, and its process is over.
func TestEvict(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		w.sessions.Tabs()[0].Host().Evict()
		wantClose(t, tab, process.Stop, "tabs")
		wantTabs(t, w, 0)
		_, err := tab.Return() // a client that does not keep to the protocol
		wantEnd(t, err, process.Reload, "")
	})
}

// TestEvictLost: a tab without a socket cannot be told. Its process is over, and it is refused as any that is unknown.
func TestEvictLost(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		lose(tab)
		w.sessions.Tabs()[0].Host().Evict()
		wantTabs(t, w, 0)
		_, err := tab.Return()
		wantEnd(t, err, process.Reload, "")
	})
}

// TestEvictBusy: what runs for the tab is broken off with its socket.
func TestEvictBusy(t *testing.T) {
	inBubble(t, func(t *testing.T, w *bubble, b *processtest.Browser) {
		tab := b.Open("/")
		tab.Send(call(1, "wait", ""))
		<-w.began
		w.sessions.Tabs()[0].Host().Evict()
		wantClose(t, tab, process.Stop, "tabs")
		if cause := <-w.ended; cause == nil || cause.Error() != "the tab is gone" {
			t.Errorf("ended by %v", cause)
		}
		wantTabs(t, w, 0)
	})
}
