package browsertest_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// mousePage notes what it hears from the mouse.
const mousePage = `<title>Mouse</title><button>ok</button><a href="/next">next</a><script>
	window.heard = [];
	for (const kind of ["mouseenter", "click", "dblclick", "auxclick"])
		document.querySelector("button").addEventListener(kind, (event) => heard.push(
			[kind, event.button, event.ctrlKey, event.shiftKey, event.altKey, event.metaKey].join(" ")));
</script>`

func TestHover(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(page(t, "", mousePage) + "/page")
	tab.Hover("button")
	tab.Wait(`heard.join() === "mouseenter 0 false false false false" && document.querySelector("button:hover") !== null`)
}

func TestDoubleClick(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(page(t, "", mousePage) + "/page")
	tab.DoubleClick("button")
	tab.Wait(`heard.map((line) => line.split(" ")[0]).join() === "mouseenter,click,click,dblclick"`)
}

func TestClickWith(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(page(t, "", mousePage) + "/page")
	table := map[string][]browsertest.Hold{
		"click 0 true false false false":     {browsertest.Ctrl},
		"click 0 false true true false":      {browsertest.Shift, browsertest.Alt},
		"click 0 false false false true":     {browsertest.Meta},
		"auxclick 1 false false false false": {browsertest.MiddleButton},
		"auxclick 1 false true false false":  {browsertest.MiddleButton, browsertest.Shift},
	}
	for want, holds := range table {
		tab.ClickWith("button", holds...)
		tab.Wait(`heard.at(-1) === "` + want + `"`)
	}
}

func TestFocused(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Focus</title><button id=save>Save</button><input name=email><textarea></textarea>`)
	tab := browsertest.New(t).Open(url + "/page")
	for _, want := range []string{"body", "button#save", "input[name=email]", "textarea"} {
		if got := tab.Focused(); got != want {
			t.Errorf("the focus is on %s, want %s", got, want)
		}
		tab.Press("\t")
	}
}
