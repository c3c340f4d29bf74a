package browsertest_test

import (
	"fmt"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// lifePage notes what it hears about being seen, and counts the time it lives.
const lifePage = `<title>Life</title><button onclick="heard.push('click')">ok</button><script>
	window.heard = [];
	window.ticks = 0;
	setInterval(() => ticks++, 5);
	for (const kind of ["visibilitychange", "freeze", "resume"])
		document.addEventListener(kind, () => heard.push(kind + " " + document.visibilityState));
</script>`

func TestHideAndShow(t *testing.T) {
	t.Parallel()
	b, url := browsertest.New(t), page(t, "", lifePage)
	tab, other := b.Open(url+"/page"), b.Open(url+"/page")
	for range 2 {
		browsertest.Eval[any](tab, "void (heard = [])")
		tab.Hide()
		tab.Wait(`heard.join() === "visibilitychange hidden" && !document.hasFocus()`)
		// Timers go on, and the other tabs notice nothing.
		ticks := browsertest.Eval[int](tab, "ticks")
		for browsertest.Eval[int](tab, "ticks") == ticks {
		}
		tab.Show()
		tab.Wait(`heard.join() === "visibilitychange hidden,visibilitychange visible" && document.hasFocus()`)
		tab.Click("button")
		tab.Wait(`heard.at(-1) === "click"`)
		browsertest.Eval[any](tab, "new Promise(requestAnimationFrame)")
	}
	if heard := browsertest.Eval[[]string](other, "heard"); len(heard) != 0 {
		t.Errorf("the other tab heard %q", heard)
	}
}

func TestFreezeAndResume(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(page(t, "", lifePage) + "/page")
	tab.Freeze()
	tab.Wait(`heard.join() === "visibilitychange hidden,freeze hidden"`)
	ticks := browsertest.Eval[int](tab, "ticks")
	for range 20 { // each takes as long as an answer of the page
		if now := browsertest.Eval[int](tab, "ticks"); now != ticks {
			t.Fatal("time goes on")
		}
	}
	tab.Resume()
	tab.Wait(`heard.at(-1) === "resume hidden"`)
	tab.Wait(fmt.Sprintf("ticks > %d", ticks))
	tab.Freeze()
	tab.Show()
	tab.Wait(`heard.slice(-3).join() === "freeze hidden,resume hidden,visibilitychange visible"`)
	tab.Click("button")
	tab.Wait(`heard.at(-1) === "click"`)
}
