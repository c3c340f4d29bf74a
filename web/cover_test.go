package web_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// seen are the elements of a page that can be seen, by their ids: some in the page, and some that are open above it.
const seen = `["main", "stubborn", "dialog", "popover", "status"].filter(id =>
	document.getElementById(id).checkVisibility({ visibilityProperty: true, opacityProperty: true })).join(" ")`

// TestRestartCoversEverything: a page that restarts may be another user's by now. What is open above it is covered too,
// and what a page's own style would uncover.
func TestRestartCoversEverything(t *testing.T) {
	tab := newSite(t).open(browsertest.New(t), "/")
	browsertest.Eval[bool](tab, `(() => {
		const made = (kind, id, name) => {
			const element = document.createElement(kind)
			element.id = id
			element.className = name
			element.textContent = id
			document.body.append(element)
			return element
		}
		const stubborn = made("p", "stubborn", "")
		stubborn.style.setProperty("visibility", "visible", "important")
		stubborn.style.setProperty("position", "fixed", "important")
		const popover = made("div", "popover", "")
		popover.popover = "manual"
		made("dialog", "dialog", "").showModal()
		popover.showPopover()
		made("div", "status", "process-status")
		return true
	})()`)
	still(tab)
	if all := browsertest.Eval[string](tab, seen); all != "main stubborn dialog popover status" {
		t.Fatalf("before: %s", all)
	}
	browsertest.Eval[string](tab, `document.documentElement.dataset.process = "restarting"`)
	if left := browsertest.Eval[string](tab, seen); left != "status" {
		t.Errorf("one can see %s", left)
	}
}
