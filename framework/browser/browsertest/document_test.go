package browsertest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestDocumentChangesWithEveryLoad(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(site(t))
	first := tab.Document()

	browsertest.Eval[any](tab, `history.pushState(null, "", "/in-place#there")`)
	tab.WaitURL("/in-place#there")
	if tab.Document() != first {
		t.Error("navigating in place made another document")
	}
	tab.Reload()
	second := tab.Document()
	if second == first {
		t.Error("reloading kept the document")
	}
	tab.Goto(tab.URL() + "2")
	if tab.Document() != second {
		t.Error("another fragment made another document")
	}
}

func TestReadyIsNotThePageBeingReplaced(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<html data-process=ready><title>Old</title><a href="/never">go</a>`)
	failures := tell(t, func(t testing.TB) {
		tab := browsertest.New(t).Open(url + "/page")
		tab.Ready()
		tab.Click("a")
		tab.Within(time.Second).Ready()
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "it is being replaced by "+url+"/never") {
		t.Errorf("failures: %q", failures)
	}
}

func TestWaitNewDocument(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<html><title>Slow</title><button>restart</button><script>
		document.querySelector("button").onclick = () => setTimeout(() => location.reload(), 50);
		setTimeout(() => document.documentElement.dataset.process = "ready", 50);
	</script>`)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Ready()
	old := tab.Document()
	tab.Click("button")
	tab.WaitNewDocument(old)
	if tab.Document() == old || tab.Attr("html", "data-process") != "ready" {
		t.Error("the tab did not wait for the next document")
	}
}

func TestAnAnswerWithoutContentLeavesThePage(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<html data-process=ready><a href="/nothing">go</a>`)
	tab := browsertest.New(t).Open(url + "/page")
	old := tab.Document()
	tab.Click("a")
	tab.Ready()
	if tab.Document() != old {
		t.Error("the page was replaced by nothing")
	}
}

func TestGotoFollowsAPageThatLeadsOn(t *testing.T) {
	t.Parallel()
	url := page(t, "", script(`location.replace("/who")`))
	tab := browsertest.New(t).Open(url + "/page")
	if name := tab.Text("#who"); name != "nobody" {
		t.Errorf("the tab shows %q", name)
	}
}
