package browser_test

import (
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// watchLoading notes when <html> says that a page is on its way.
const watchLoading = `void new MutationObserver(() => {
	window.loading ??= document.documentElement.dataset.loading !== undefined && performance.now() - window.clicked
}).observe(document.documentElement, { attributeFilter: ["data-loading"] })`

// TestProgress: it is shown after half a second, and goes when the page comes or does not come.
func TestProgress(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		goOn := make(chan struct{})
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, r *http.Request) {
			hold(r, goOn)
			write(w, http.StatusOK, "two", "", `<h1>Two</h1>`)
		})
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, watchLoading)
		browsertest.Eval[any](tab, `(window.clicked = performance.now(), document.querySelector("a").click())`)
		tab.Wait(`document.documentElement.matches('[data-loading][aria-busy="true"]')`)
		if after := browsertest.Eval[float64](tab, "loading"); after < 499 || after > 3000 {
			t.Errorf("it is shown after %v ms", after)
		}
		close(goOn)
		tab.WaitText("h1", "Two")
		tab.Wait(`!document.documentElement.matches("[data-loading], [aria-busy]")`)
	})
}

// TestNoProgress: a page that is there at once has none.
func TestNoProgress(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
	s.page("/two", "two", `<h1>Two</h1>`)
	tab := visit(browsertest.New(t), s.URL+"/one")
	browsertest.Eval[any](tab, watchLoading)
	tab.Click("a")
	tab.WaitText("h1", "Two")
	browsertest.Eval[any](tab, `new Promise((resolve) => setTimeout(resolve, 600))`)
	if browsertest.Eval[bool](tab, `window.loading !== undefined`) {
		t.Error("a quick page has a progress bar")
	}
}

// countTransitions has the browser count its view transitions.
const countTransitions = `window.transitions = 0
	const begin = document.startViewTransition
	document.startViewTransition = function (...args) { transitions++; return begin.apply(document, args) }`

// TestTransition: a page is shown in a view transition, but not to those who like less motion.
func TestTransition(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1><a href="/one">one</a>`)
		b.BeforeScripts(`document.addEventListener("DOMContentLoaded", () => {` + countTransitions + `})`)
		tab := visit(b, s.URL+"/one")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		tab.ReducedMotion(true)
		tab.Click("a")
		tab.WaitText("h1", "One")
		if n := browsertest.Eval[int](tab, "transitions"); n != 1 {
			t.Errorf("%d transitions, want one", n)
		}
	})
}

// TestTransitionsInARow: pages that follow each other before the transition is over end with the last one.
func TestTransitionsInARow(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		const links = `<a id="one" href="/one">one</a> <a id="two" href="/two">two</a>`
		s.page("/one", "one", `<h1>One</h1>`+links)
		s.page("/two", "two", `<h1>Two</h1>`+links)
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `(window.log = [], onPage("h1", (h1, { signal }) => {
			log.push(1)
			signal.addEventListener("abort", () => log.pop())
		}), 1)`)
		browsertest.Eval[any](tab, `(async () => {
			for (let i = 0; i < 10; i++) {
				for (const url of ["/two", "/one", "/two", "/one"]) {
					const { committed, finished } = navigation.navigate(url)
					finished.catch(() => {})
					await committed.catch(() => {})
				}
			}
		})()`)
		tab.Wait(`!navigation.transition`)
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
		tab.Click("#two")
		tab.WaitText("h1", "Two")
		if n := browsertest.Eval[int](tab, "log.length"); n != 1 {
			t.Errorf("%d pages have not ended", n-1)
		}
	})
}
