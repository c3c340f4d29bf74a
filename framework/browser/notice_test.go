package browser_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestNoticesLoseNoFocus: when a notice is closed the focus goes back to where it was, and when what it offers brings
// another notice, that has it.
func TestNoticesLoseNoFocus(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/here", "here", sender)
		s.handle("/to", hangsUp)
		tab := visit(b, s.URL+"/here")
		press := func(button string) {
			tab.Text(".notice span")
			tab.Wait(`!navigation.transition`)
			browsertest.Eval[any](tab, `void (document.querySelector("a").focus(), document.querySelector("`+button+`").focus())`)
			browsertest.Eval[any](tab, `void (document.querySelector(".notice").dataset.old = "", document.activeElement.click())`)
			tab.Wait(`!document.querySelector("[data-old]")`)
		}
		tab.Click("a")
		press(".notice button:last-child")
		if focused := tab.Focused(); focused != "a" {
			t.Errorf("after Close the focus is on %s", focused)
		}
		tab.Click("a")
		for range 2 {
			press(".notice button")
			tab.Wait(`document.activeElement.textContent === "Try again" && !navigation.transition`)
			tab.Wait(`document.activeElement.textContent === "Try again"`)
		}
	})
}

// TestNoticesTakeNoFocus: one that comes by itself leaves it where it is.
func TestNoticesTakeNoFocus(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/here", "here", sender+`<input>`)
	s.handle("/to", hangsUp)
	tab := visit(browsertest.New(t), s.URL+"/here")
	tab.Click("a")
	tab.Click(".notice button:last-child")
	browsertest.Eval[any](tab, `void (document.querySelector("a").click(), document.querySelector("input").focus())`)
	tab.Text(".notice span")
	if focused := tab.Focused(); focused != "input" {
		t.Errorf("the focus is on %s", focused)
	}
}
