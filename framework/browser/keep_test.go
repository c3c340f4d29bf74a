package browser_test

import (
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestKeep: elements with data-keep and an id stay the same, with what was typed into them and what they have loaded.
func TestKeep(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		const kept = `<div id="outer" data-keep><input id="inner" data-keep value="v"></div><iframe id="frame" data-keep></iframe>`
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`+kept)
		s.page("/two", "two", `<h1>Two</h1><p><a href="/three">three</a></p><main>`+kept+`</main>`)
		s.page("/three", "three", `<h1>Three</h1><input id="inner" value="new"><iframe id="frame" data-keep></iframe>`)
		tab := visit(b, s.URL+"/one")
		tab.Fill("#inner", "typed")
		browsertest.Eval[any](tab, `(window.nodes = ["outer", "inner", "frame"].map((id) => document.getElementById(id)),
			nodes[2].contentWindow.mark = "same", 1)`)
		tab.Click("a")
		tab.WaitText("h1", "Two")
		if !browsertest.Eval[bool](tab, `nodes.every((node) => document.getElementById(node.id) === node && node.closest("main")) &&
			document.querySelectorAll("[data-keep]").length === 3`) {
			t.Error("they are other elements")
		}
		if got := browsertest.Eval[string](tab, `nodes[1].value + " " + nodes[2].contentWindow.mark`); got != "typed same" {
			t.Errorf("they have %s", got)
		}
		tab.Click("a")
		tab.WaitText("h1", "Three")
		if got := browsertest.Eval[string](tab, `document.querySelector("#inner").value + " " + nodes[2].contentWindow.mark + " " + nodes[0].isConnected`); got != "new same false" {
			t.Errorf("on a page that keeps one of them: %s", got)
		}
	})
}

// TestOnPage: what belongs to a page begins when it is shown and ends when it is left, back and forward too.
func TestOnPage(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1 id="clicks">One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1><a href="/one">one</a>`)
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `(window.log = [], onPage("#clicks", (element, { signal }) => {
			log.push("shown")
			addEventListener("ring", () => log.push("rung"), { signal })
			signal.addEventListener("abort", () => log.push(element.isConnected ? "left" : "too late"))
		}), 1)`)
		ring := func() { browsertest.Eval[any](tab, `void dispatchEvent(new Event("ring"))`) }
		ring()
		tab.Click("a")
		tab.WaitText("h1", "Two")
		ring()
		tab.Back()
		tab.WaitText("h1", "One")
		ring()
		tab.Forward()
		tab.WaitText("h1", "Two")
		ring()
		if got, want := browsertest.Eval[string](tab, "log.join()"), "shown,rung,left,shown,rung,left"; got != want {
			t.Errorf("the page says %s, want %s", got, want)
		}
	})
}

// TestWhatThePageDidNotWaitFor: a call that ends with its page is no error, though nobody has caught it.
func TestWhatThePageDidNotWaitFor(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<h1 id="clicks">One</h1><a href="/two">two</a>`)
	s.page("/two", "two", `<h1>Two</h1>`)
	tab := visit(browsertest.New(t), s.URL+"/one")
	browsertest.Eval[any](tab, `void onPage("#clicks", (_, { signal }) => void call("never.answered", undefined, { signal }))`)
	tab.Click("a")
	tab.WaitText("h1", "Two")
}

// TestScriptsInPages: those in the body of a page that is shown in place do not run, and make no violation.
func TestScriptsInPages(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<a href="/two">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<script>window.ran = "head"</script>`,
				`<h1>Two</h1><script>window.ran = "inline"</script><script src="/bad.js"></script><svg><script>window.ran = "svg"</script></svg>`)
		})
		s.handle("/bad.js", func(w http.ResponseWriter, _ *http.Request) { t.Error("a script of the body was loaded") })
		tab := visit(b, s.URL+"/one")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		if ran := browsertest.Eval[string](tab, "window.ran"); ran != "" || tab.Has("body script") {
			t.Errorf("a script ran: %s", ran)
		}
	})
}

// TestHandlersInPages: handlers in the markup do nothing, wherever they stand, and the page is shown nevertheless.
func TestHandlersInPages(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<a href="/two">two</a>`)
	s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Ocsigo-Build", "b1")
		w.Write([]byte(`<!doctype html><title>two</title><body onclick="window.ran = 'body'"><h1 onclick="window.ran = 'h1'">Two</h1><button type="button" onclick="window.ran='button'">b</button>`))
	})
	b := browsertest.New(t)
	b.AllowErrors() // each is a violation, as in any document
	tab := visit(b, s.URL+"/one")
	document := tab.Document()
	tab.Click("a")
	tab.WaitText("h1", "Two")
	tab.Click("h1")
	tab.Click("button")
	if ran := browsertest.Eval[string](tab, "window.ran"); ran != "" {
		t.Errorf("the handler of %s ran", ran)
	}
	stays(t, tab, document)
}

// TestNoTextBecomesMarkup: the site's code cannot make elements of text, nor a policy that could.
func TestNoTextBecomesMarkup(t *testing.T) {
	t.Parallel()
	b := browsertest.New(t)
	b.AllowErrors()
	tab := visit(b, serve(t, ready).URL)
	for _, code := range []string{
		`document.body.innerHTML = "<p>x"`,
		`document.body.insertAdjacentHTML("beforeend", "<p>x")`,
		`document.createElement("script").src = "/x.js"`,
		`new DOMParser().parseFromString("<p>x", "text/html")`,
		`trustedTypes.createPolicy("ocsigo", {})`,
		`trustedTypes.createPolicy("mine", {})`,
	} {
		if !browsertest.Eval[bool](tab, `(() => { try { `+code+`; return false } catch (e) { return e instanceof TypeError } })()`) {
			t.Errorf("%s does not throw", code)
		}
	}
}
