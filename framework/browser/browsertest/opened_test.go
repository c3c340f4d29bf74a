package browsertest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestOpened(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Links</title>
		<a id=blank href="/page?1" target=_blank>blank</a><a id=plain href="/page?2">plain</a>
		<button onclick="window.open('/page?3')">open</button>`)
	b := browsertest.New(t)
	tab := b.Open(url + "/page")
	ways := []struct {
		url string
		act func()
	}{
		{"/page?1", func() { tab.Click("#blank") }},
		{"/page?2", func() { tab.ClickWith("#plain", browsertest.Ctrl) }},
		{"/page?2", func() { tab.ClickWith("#plain", browsertest.Shift) }},
		{"/page?2", func() { tab.ClickWith("#plain", browsertest.MiddleButton) }},
		{"/page?3", func() { tab.Click("button") }},
	}
	for _, way := range ways {
		other := tab.Opened(way.act)
		if got := other.URL(); got != url+way.url {
			t.Errorf("%s was opened, want %s", got, way.url)
		}
		for _, tab := range []*browsertest.Tab{tab, other} {
			if !browsertest.Eval[bool](tab, "!document.hidden && document.hasFocus()") {
				t.Errorf("%s is in the background", tab.URL())
			}
			browsertest.Eval[any](tab, "new Promise(requestAnimationFrame)")
		}
		// It is a tab like the others.
		first := other.Document()
		other.Reload()
		if other.Document() == first || len(other.Requests()) == 0 {
			t.Error("the tab does not notice that it is loaded again")
		}
		other.Press(kb.Tab)
		if got := other.Focused(); got != "a#blank" {
			t.Errorf("the focus is on %s", got)
		}
		other.Close()
	}
}

func TestOpenedTabsAreWatched(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Opens</title><a href="/page?broken" target=_blank>open</a>`+
		`<script>if (location.search) throw new Error("lost")</script>`)
	failures := tell(t, func(t testing.TB) {
		tab := browsertest.New(t).Open(url + "/page")
		tab.Opened(func() { tab.Click("a") })
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "lost") {
		t.Errorf("failures: %q", failures)
	}
	failures = tell(t, func(t testing.TB) {
		browsertest.New(t).Open(url + "/page").Within(time.Second).Opened(func() {})
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "another tab to open: there is none") {
		t.Errorf("failures: %q", failures)
	}
}

func TestBeforeScripts(t *testing.T) {
	t.Parallel()
	b := browsertest.New(t)
	b.BeforeScripts("delete window.navigation")
	b.BeforeScripts("window.first = true")
	url := strict(t, `document.title = typeof navigation + " " + window.first`)
	tab := b.Open(url)
	for range 2 {
		tab.Wait(`document.title === "undefined true"`)
		tab.Goto(url + "/again")
	}
	if browsertest.Eval[string](browsertest.New(t).Open(url), "document.title") == "undefined true" {
		t.Error("another browser has the scripts as well")
	}
}
