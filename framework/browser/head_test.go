package browser_test

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestHeadAndAttributes: the head, the language and the attributes of the body are those of the page that is shown.
func TestHeadAndAttributes(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.handle("/one", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "one", `<meta name="of" content="one">`, `<a href="/two">two</a>`)
		})
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Ocsigo-Build", "b1")
			io.WriteString(w, `<!doctype html><html lang="fr"><head><title>deux</title><meta name="of" content="two">
				<noscript><link rel="stylesheet" href="/none.css"></noscript></head>
				<body class="dark" data-of="two"><h1>Two</h1></body></html>`)
		})
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `document.documentElement.dataset.theme = "mine"`)
		look := func() string {
			return browsertest.Eval[string](tab, `[document.documentElement.lang, document.title, document.body.className,
				document.body.dataset.of, document.querySelectorAll("[name=of]").length, document.querySelector("[name=of]").content,
				document.documentElement.dataset.theme, document.documentElement.dataset.process].join()`)
		}
		tab.Click("a")
		tab.WaitText("h1", "Two")
		if got, want := look(), "fr,deux,dark,two,1,two,mine,ready"; got != want {
			t.Errorf("the second page has %s, want %s", got, want)
		}
		tab.Back()
		tab.WaitText("a", "two")
		if got, want := look(), "en,one,,,1,one,mine,ready"; got != want {
			t.Errorf("the first page has %s, want %s", got, want)
		}
		for _, request := range tab.Requests("Stylesheet") {
			t.Errorf("what is for browsers without scripts was loaded: %v", request)
		}
	})
}

// TestStylesheets: that of the next page is there before the page is, touches no page before it, and goes with it.
func TestStylesheets(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		goOn, asked := make(chan struct{}), make(chan struct{})
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<link rel="stylesheet" href="/two.css"><link rel="stylesheet" href="/print.css" media="print">`, `<h1>Two</h1><p>p</p>`)
		})
		s.handle("/two.css", func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			hold(r, goOn)
			w.Header().Set("Content-Type", "text/css")
			io.WriteString(w, `h1 { color: rgb(1, 2, 3) } p { outline: none }`)
		})
		s.handle("/print.css", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css")
			io.WriteString(w, `h1 { color: red }`)
		})
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `new MutationObserver(() => {
			const h1 = document.querySelector("h1")
			;(window.seen ??= new Set()).add(h1.textContent + " " + getComputedStyle(h1).color)
		}).observe(document, { subtree: true, childList: true, attributes: true })`)
		tab.Click("a")
		<-asked
		if text := tab.Text("h1"); text != "One" {
			t.Errorf("%s is shown without its looks", text)
		}
		close(goOn)
		tab.WaitText("h1", "Two")
		tab.Back()
		tab.WaitText("h1", "One")
		if got, want := browsertest.Eval[string](tab, `[...seen].sort().join("; ")`), "One rgb(0, 0, 0); Two rgb(1, 2, 3)"; got != want {
			t.Errorf("seen: %s, want %s", got, want)
		}
		if n := browsertest.Eval[int](tab, `document.styleSheets.length`); n != 0 {
			t.Errorf("%d stylesheets are left", n)
		}
	})
}

// TestStylesheetOfNoPage: what was loaded for a page that was given up is gone.
func TestStylesheetOfNoPage(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		asked := make(chan struct{}, 1)
		s.page("/one", "one", `<h1>One</h1><a id="two" href="/two">two</a> <a id="bad" href="/bad">bad</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<link rel="stylesheet" href="/two.css">`, `<h1>Two</h1>`)
		})
		s.handle("/two.css", func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			<-r.Context().Done()
		})
		s.handle("/bad", hangsUp)
		tab := visit(b, s.URL+"/one")
		tab.Click("#two")
		<-asked
		tab.Click("#bad")
		tab.WaitText(".notice span", "The page could not be loaded.")
		tab.WaitURL("/one")
		if tab.Has("link") {
			t.Error("the stylesheet is still there")
		}
	})
}

// TestModules: the module of a page runs once in a document, however often the page is shown.
func TestModules(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/sub/one", "one", `<h1>One</h1><a href="/sub/two">two</a>`)
		s.handle("/sub/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<script type="module" src="two.js"></script><script src="/old.js"></script>`, `<h1 class="two">Two</h1><a href="/sub/one">one</a>`)
		})
		for _, path := range []string{"/sub/two.js", "/old.js"} {
			s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/javascript")
				io.WriteString(w, `window.runs = (window.runs ?? "") + "`+path+` "; onPage(".two", () => { window.shown = (window.shown ?? 0) + 1 })`)
			})
		}
		tab := visit(b, s.URL+"/sub/one")
		for range 2 {
			tab.Click("a")
			tab.WaitText("h1", "Two")
			tab.Wait(`window.runs?.includes("two.js") && window.runs.includes("old.js")`)
			tab.Click("a")
			tab.WaitText("h1", "One")
		}
		if runs := browsertest.Eval[string](tab, "runs"); len(runs) != len("/sub/two.js /old.js ") {
			t.Errorf("these ran: %s", runs)
		}
		if shown := browsertest.Eval[int](tab, "shown"); shown != 4 {
			t.Errorf("two functions heard %d times of two shows", shown)
		}
	})
}

// TestModuleThatDoesNotCome: the page says that it is not whole, and a document runs what is missing. What had been
// typed comes along.
func TestModuleThatDoesNotCome(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var works atomic.Bool
		s.page("/one", "one", `<h1>One</h1><a href="/two#end">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<script type="module" src="/two.js"></script><script type="module" src="/more.js"></script>`,
				`<h1>Two</h1><a href="/one">one</a><form id="form"><input name="text"></form>`)
		})
		module := func(w http.ResponseWriter, _ *http.Request) {
			if !works.Load() {
				http.Error(w, "no upstream", http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, `window.runs = (window.runs ?? 0) + 1`)
		}
		s.handle("/two.js", module)
		s.handle("/more.js", module)
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		for range 2 { // each time that the page is shown
			tab.Click("a")
			tab.WaitText("h1", "Two")
			tab.WaitText(".notice span", "The page could not be loaded.")
			tab.Wait(`!document.head.querySelector("[src='/two.js'], [src='/more.js']")`)
			if n := browsertest.Eval[int](tab, `document.querySelectorAll(".notice").length`); n != 1 {
				t.Errorf("it says so %d times", n)
			}
			tab.Click("a")
			tab.WaitText("h1", "One")
			if tab.Has(".notice") {
				t.Error("another page speaks of it")
			}
		}
		tab.Click("a")
		tab.Fill("input", "typed")
		before := browsertest.Eval[int](tab, "history.length")
		works.Store(true)
		stays(t, tab, document)
		tab.Click(".notice button")
		tab.WaitNewDocument(document)
		tab.WaitURL("/two#end")
		tab.Wait(`window.runs === 2`)
		tab.Click(".notice button")
		tab.Wait(`document.querySelector("input").value === "typed"`)
		if after := browsertest.Eval[int](tab, "history.length"); after != before {
			t.Errorf("the history has %d entries, had %d", after, before)
		}
	})
}

// TestModuleOfAPageThatIsLeft: when it does not come, the page that is shown has lost nothing.
func TestModuleOfAPageThatIsLeft(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		goOn, asked := make(chan struct{}), make(chan struct{}, 1)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			write(w, http.StatusOK, "two", `<script type="module" src="/two.js"></script>`, `<h1>Two</h1><a href="/one">one</a>`)
		})
		s.handle("/two.js", func(w http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			hold(r, goOn)
			w.WriteHeader(http.StatusNotFound)
		})
		tab := visit(b, s.URL+"/one")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		<-asked
		tab.Click("a")
		tab.WaitText("h1", "One")
		close(goOn)
		tab.Wait(`!document.head.querySelector("[src='/two.js']")`)
		if tab.Has(".notice") {
			t.Error("there is a notice")
		}
	})
}

// TestModuleOfADocument: its own document says so too.
func TestModuleOfADocument(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.handle("/one", func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, "one", `<script type="module" src="/one.js"></script>`, `<h1>One</h1>`)
	})
	s.handle("/one.js", hangsUp)
	tab := visit(browsertest.New(t), s.URL+"/one")
	document := tab.Document()
	tab.Click(".notice button")
	tab.WaitNewDocument(document)
}
