package browsertest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestClicksAreAPersonsClicks(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Act</title>
		<div style="height: 3000px"></div>
		<button onclick="document.title = event.isTrusted + ' ' + navigator.userActivation.isActive">far below</button>`)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Click("button")
	tab.Wait(`document.title === "true true"`)
}

func TestClickWaitsUntilNothingCovers(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Covered</title>
		<button onclick="document.title = 'clicked'">ok</button>
		<div id=cover style="position: fixed; inset: 0"></div>`)
	failures := tell(t, func(t testing.TB) {
		browsertest.New(t).Open(url + "/page").Within(time.Second).Click("button")
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "it is covered by <div#cover>") {
		t.Errorf("failures: %q", failures)
	}

	tab := browsertest.New(t).Open(url + "/page")
	browsertest.Eval[any](tab, `void setTimeout(() => document.querySelector("#cover").remove(), 50)`)
	tab.Click("button")
	tab.Wait(`document.title === "clicked"`)
}

func TestFill(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Fill</title>
		<input id=text value=old><textarea id=area></textarea><div id=rich contenteditable>old</div>
		<select id=choice><option value=r>red<option value=b>blue</select><input id=day type=date>
		<script>
			window.heard = {};
			for (const kind of ["input", "change"])
				addEventListener(kind, (event) => (heard[event.target.id] ??= []).push(kind));
		</script>`)
	tab := browsertest.New(t).Open(url + "/page")
	table := []struct{ selector, value, property, want string }{
		{"#text", "Zoë ☂", "value", "Zoë ☂"},
		{"#text", "", "value", ""},
		{"#area", "two\nlines", "value", "two\nlines"},
		{"#rich", "new", "innerText", "new"},
		{"#choice", "blue", "value", "b"},
		{"#day", "2024-02-29", "value", "2024-02-29"},
	}
	for _, row := range table {
		tab.Fill(row.selector, row.value)
		got := browsertest.Eval[string](tab, `document.querySelector("`+row.selector+`").`+row.property)
		if got != row.want {
			t.Errorf("%s filled with %q has %q", row.selector, row.value, got)
		}
		tab.Wait(`heard["` + row.selector[1:] + `"].includes("input")`)
	}
}

func TestPress(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(site(t) + "/form")
	tab.Fill("[name=name]", "ada")
	tab.Press("!\r")
	tab.WaitURL("/who")
	tab.WaitText("#who", "ada!")
}

func TestDialogsAreAccepted(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Ask</title><button onclick="document.title = confirm('sure?')">ask</button>`)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Click("button")
	tab.Wait(`document.title === "true"`)
	if logs := tab.Logs(); len(logs) != 1 || !strings.Contains(logs[0], "sure?") {
		t.Errorf("logs: %q", logs)
	}
}

func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := browsertest.New(t)
	b.NoJavaScript()
	url := page(t, "", script(`document.title = "ran"`)+`<body><noscript><p>none</p></noscript>`)
	tab := b.Open(url + "/page")
	if said := tab.Text("noscript p"); said != "none" || browsertest.Eval[string](tab, "document.title") != "Script" {
		t.Error("scripts ran")
	}
	tab.Goto(site(t) + "/form")
	tab.Fill("[name=name]", "ada")
	tab.Submit("#login")
	tab.WaitURL("/who")
	tab.WaitText("#who", "ada")
}
