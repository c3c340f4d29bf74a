package browsertest_test

import (
	"slices"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// withSocket is a page that knows whether it was woken, and has a websocket.
// What it does when it is left comes after.
const withSocket = `
	addEventListener("pageshow", (event) => document.title = event.persisted ? "woken" : "loaded");
	const socket = new WebSocket("/socket");
	socket.onopen = () => socket.send("hello");
	socket.onmessage = () => document.documentElement.dataset.process = "ready";
`

func TestBackWakesAPlainPage(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(site(t))
	first := tab.Document()
	browsertest.Eval[any](tab, `window.memory = "kept"`)

	tab.Click("#next")
	tab.WaitText("#path", "/next")
	if tab.FromBackForwardCache() {
		t.Error("a new page came from the cache")
	}
	tab.Back()
	if !tab.FromBackForwardCache() {
		t.Errorf("the page was loaded again: %v", tab.CacheRefusals())
	}
	if tab.Document() != first || browsertest.Eval[string](tab, "memory") != "kept" {
		t.Error("the page that was woken is not the one that was left")
	}
	tab.Forward()
	if !tab.FromBackForwardCache() || tab.Text("#path") != "/next" {
		t.Errorf("the way forward was loaded again: %v", tab.CacheRefusals())
	}
	if n := len(tab.Requests()); n != 2 {
		t.Errorf("%d documents were requested", n)
	}
}

func TestBackWakesAPageThatClosedItsWebsocket(t *testing.T) {
	t.Parallel()
	for _, cache := range []string{"", "private, no-cache"} {
		url := page(t, cache, script(withSocket+`addEventListener("pagehide", () => socket.close(3000))`))
		tab := browsertest.New(t).Open(url + "/page")
		tab.Ready()
		tab.Goto(url + "/elsewhere")
		tab.Back()
		if !tab.FromBackForwardCache() {
			t.Errorf("%q: the page was loaded again: %v", cache, tab.CacheRefusals())
		}
		tab.Wait(`document.title === "woken"`)
	}
}

func TestBackLoadsAPageThatMustNotBeStored(t *testing.T) {
	t.Parallel()
	url := page(t, "no-store", script(withSocket))
	tab := browsertest.New(t).Open(url + "/page")
	tab.Ready()
	first := tab.Document()
	tab.Goto(url + "/elsewhere")
	tab.Back()
	if tab.FromBackForwardCache() || tab.Document() == first {
		t.Error("the page was woken")
	}
	if refusals := tab.CacheRefusals(); !slices.Contains(refusals, "WebSocketUsedWithCCNS") {
		t.Errorf("refusals: %q", refusals)
	}
}
