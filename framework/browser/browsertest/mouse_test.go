package browsertest_test

import (
	"strings"
	"testing"
	"time"

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

// TestClickWhatMoves: what gets away from the mouse is clicked where it stays.
func TestClickWhatMoves(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Moves</title><button style="position:absolute; top:0">ok</button><script>
		const button = document.querySelector("button")
		let times = 0
		onmousemove = () => { if (times < 5) button.style.top = 100 * ++times + "px" }
		button.onclick = () => document.title = "clicked"
	</script>`)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Click("button")
	tab.Wait(`document.title === "clicked"`)
}

// TestClickWithoutStyle: a page whose style sheet has not come is shown to nobody, and clicked by nobody.
func TestClickWithoutStyle(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Bare</title><link rel=stylesheet href="/never"><button onclick="document.title = 'clicked'">ok</button>`)
	failures := tell(t, func(t testing.TB) {
		tab := browsertest.New(t).Open(url + "/who")
		tab.Wait(`location.assign("` + url + `/page") ?? true`)
		tab.WaitText("button", "ok")
		tab.Within(time.Second).Click("button")
	})
	if len(failures) != 1 || !strings.Contains(failures[0], "style sheets are on their way") {
		t.Errorf("failures: %q", failures)
	}
}
