package browsertest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestAFailureTellsTheStory(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<html data-process=starting><title>Stuck</title><p id=state>starting</p>`+
		script(`document.title = "Stuck"; console.warn("no socket", 7)`))
	failures := tell(t, func(t testing.TB) {
		tab := browsertest.New(t).Open(url + "/page")
		tab.Within(time.Second).WaitText("#state", "ready")
	})
	if len(failures) != 1 {
		t.Fatalf("failures: %q", failures)
	}
	for _, want := range []string{
		`limit 1s`, `#state to say "ready"`, `it says "starting"`, // what was awaited
		"url: " + url + "/page", "title: Stuck", "data-process: starting", // where
		"console.warning: no socket 7", // the log
	} {
		if !strings.Contains(failures[0], want) {
			t.Errorf("%q is missing in:\n%s", want, failures[0])
		}
	}
}

func TestWaitsThatFail(t *testing.T) {
	t.Parallel()
	url := site(t)
	table := map[string]struct {
		step func(*browsertest.Tab)
		want string
	}{
		"exception": {func(tab *browsertest.Tab) { tab.Wait("missing.value") }, "missing is not defined"},
		"falsy":     {func(tab *browsertest.Tab) { tab.Wait("1 > 2") }, "it is false"},
		"address":   {func(tab *browsertest.Tab) { tab.WaitURL("/other") }, "the address /other"},
		"element":   {func(tab *browsertest.Tab) { tab.Text("#none") }, "no element matches #none"},
		"ready":     {func(tab *browsertest.Tab) { tab.Ready() }, `its data-process is ""`},
		"never":     {func(tab *browsertest.Tab) { tab.Wait("new Promise(() => {})") }, "the page does not answer"},
		"history":   {func(tab *browsertest.Tab) { tab.Forward() }, "history ends here"},
		"eval":      {func(tab *browsertest.Tab) { browsertest.Eval[int](tab, "nope()") }, "nope is not defined"},
		"refused":   {func(tab *browsertest.Tab) { tab.Goto("http://127.0.0.1:1/") }, "ERR_"},
		"closed":    {func(tab *browsertest.Tab) { tab.Close(); tab.Text("p") }, "the tab is closed"},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failures := tell(t, func(t testing.TB) {
				row.step(browsertest.New(t).Open(url).Within(time.Second))
			})
			if len(failures) != 1 || !strings.Contains(failures[0], row.want) {
				t.Errorf("failures: %q, want %q", failures, row.want)
			}
		})
	}
}

func TestWaitSeesWhatComesLater(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(site(t))
	browsertest.Eval[any](tab, `void setTimeout(() => document.title = "later", 50)`)
	tab.Wait(`document.title === "later"`)
	tab.Wait(`Promise.resolve(document.querySelector("#path"))`)
}
