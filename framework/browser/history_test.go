package browser_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestBackFindsThePlace: back and forward restore where the page was scrolled to and which link was used.
func TestBackFindsThePlace(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">first</a>`+tall+`<p><a class="used" href="/two">second</a></p>`+tall)
		s.page("/two", "two", `<h1>Two</h1>`+tall)
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `scrollTo(0, 2900)`)
		tab.Wait(`scrollY === 2900`)
		tab.Click(".used")
		tab.WaitText("h1", "Two")
		tab.Wait(`scrollY === 0`)
		if focused := tab.Focused(); focused != "body" {
			t.Errorf("a new page has its focus on %s", focused)
		}
		browsertest.Eval[any](tab, `scrollTo(0, 500)`)
		tab.Wait(`scrollY === 500`)
		tab.Back()
		tab.WaitText("h1", "One")
		tab.Wait(`scrollY === 2900`)
		tab.Wait(`document.activeElement.className === "used"`)
		tab.Forward()
		tab.WaitText("h1", "Two")
		tab.Wait(`scrollY === 500`)
	})
}

// TestTitleIsAnnounced: screen readers hear which page is shown, from an element that was there before.
func TestTitleIsAnnounced(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<a href="/two">two</a>`)
	s.page("/two", "the second", `<input autofocus id="here">`)
	tab := visit(browsertest.New(t), s.URL+"/one")
	tab.Wait(`window.region = document.querySelector('[aria-live="polite"]')`)
	tab.Click("a")
	tab.Wait(`region.isConnected && region.textContent === "the second" && region.ariaAtomic === "true"`)
	tab.Wait(`document.activeElement.id === "here"`)
	tab.Back()
	tab.Wait(`region.textContent === "one"`)
}

// TestBackIsRedirected: a page that has moved since is shown with the URL where it is now.
func TestBackIsRedirected(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var moved atomic.Bool
		s.handle("/one", func(w http.ResponseWriter, r *http.Request) {
			if moved.Swap(true) {
				redirect(w, r, "/new")
				return
			}
			write(w, http.StatusOK, "one", "", `<h1>One</h1><a href="/two">two</a>`)
		})
		s.page("/two", "two", `<h1>Two</h1>`)
		s.page("/new", "new", `<h1>New</h1>`)
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitText("h1", "Two")
		browsertest.Eval[any](tab, `history.back()`)
		tab.WaitText("h1", "New")
		tab.WaitURL("/new")
		tab.Forward()
		tab.WaitText("h1", "Two")
		stays(t, tab, document)
	})
}

// TestBackToAnotherBuild: the document takes the place of the entry, so that the history is what it was.
func TestBackToAnotherBuild(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var times atomic.Int32
		s.handle("/one", func(w http.ResponseWriter, _ *http.Request) {
			write(builds{w, fmt.Sprintf("b%d", times.Add(1))}, http.StatusOK, "one", "", `<h1>One</h1><a href="/two">two</a>`)
		})
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitText("h1", "Two")
		browsertest.Eval[any](tab, `history.back()`)
		tab.WaitNewDocument(document)
		tab.WaitURL("/one")
		if length := browsertest.Eval[int](tab, `navigation.entries().length - navigation.currentEntry.index`); length != 2 {
			t.Errorf("there are %d entries from here, want this page and the next", length)
		}
	})
}

// builds is a writer of pages of another build.
type builds struct {
	http.ResponseWriter
	build string
}

func (b builds) WriteHeader(status int) {
	b.Header().Set("Ocsigo-Build", b.build)
	b.ResponseWriter.WriteHeader(status)
}

// TestBackWithoutProcess: when the process is over, going back loads the page instead of only changing the URL.
func TestBackWithoutProcess(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		conns := make(chan *websocket.Conn, 9)
		s := serve(t, func(conn *websocket.Conn, socket int, m message) {
			ready(conn, socket, m)
			conns <- conn
		})
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitText("h1", "Two")
		hangUp(<-conns, 4503, "")
		tab.Wait(`document.documentElement.dataset.process === "stopped"`)
		browsertest.Eval[any](tab, `history.back()`)
		tab.WaitNewDocument(document)
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
	})
}

// TestBackAfterReload: the new document has the history of the old one, in place too.
func TestBackAfterReload(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := visit(b, s.URL+"/one")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		old := tab.Document()
		tab.Reload()
		tab.WaitNewDocument(old)
		tab.WaitURL("/two")
		s.asked()
		tab.Back()
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
		tab.Forward()
		tab.WaitText("h1", "Two")
		s.hasAsked("GET /one, GET /two")
	})
}

// TestPageWithoutProcess: a page that starts none is shown in place, and led back from.
func TestPageWithoutProcess(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.handle("/two", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Ocsigo-Build", "b1")
			w.Write([]byte(`<!doctype html><title>two</title><script type="module" src="/script.js"></script><h1>Two</h1>`))
		})
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitText("h1", "Two")
		stays(t, tab, document)
		tab.Reload()
		tab.WaitText("h1", "Two")
		tab.Back()
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
	})
}

// TestWrongFormsAreOneStep: a form that comes back with what is wrong takes the place of its page, however often.
func TestWrongFormsAreOneStep(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var posts atomic.Int32
		s.page("/one", "one", `<h1>One</h1><a href="/form?next=1">form</a>`)
		s.handle("/form", func(w http.ResponseWriter, r *http.Request) {
			title, status := "Form", http.StatusOK
			if r.Method == http.MethodPost {
				title, status = fmt.Sprintf("Wrong %d", posts.Add(1)), http.StatusUnprocessableEntity
			}
			write(w, status, "form", "", `<h1>`+title+`</h1><form method="post" action="/form"><button>Send</button></form>`)
		})
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitText("h1", "Form")
		for i := range 3 {
			tab.Click("button")
			tab.WaitText("h1", fmt.Sprintf("Wrong %d", i+1))
			tab.WaitURL("/form")
			tab.Wait(`!navigation.transition && !document.querySelector("[aria-busy]")`)
			if index := browsertest.Eval[int](tab, "navigation.currentEntry.index - navigation.entries().findIndex((entry) => entry.url.endsWith('/one'))"); index != 1 {
				t.Errorf("the form is %d steps from where it was come to", index)
			}
		}
		tab.Back()
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
		tab.Forward()
		tab.WaitText("h1", "Form")
		tab.WaitURL("/form")
		stays(t, tab, document)
	})
}
