package browser_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// hangsUp ends the connection without an answer.
func hangsUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

// failures are the ways in which a page does not come.
var failures = map[string]http.HandlerFunc{
	"no answer": hangsUp,
	"a proxy":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no upstream", http.StatusBadGateway) },
	"a proxy's page": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
	},
	"a loop": func(w http.ResponseWriter, r *http.Request) { redirect(w, r, r.URL.Path) },
}

// TestFailedLink: the page stays, with its URL, and offers a try that works as soon as the server does.
func TestFailedLink(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, fail := range failures {
			t.Log(name)
			s := serve(t, ready)
			var works atomic.Bool
			s.page("/here", "here", sender)
			s.handle("/to", func(w http.ResponseWriter, r *http.Request) {
				if !works.Load() {
					fail(w, r)
					return
				}
				write(w, http.StatusOK, "there", "", `<h1>There</h1>`)
			})
			tab := open(s.URL + "/here")
			document := tab.Document()
			tab.Click("a")
			tab.WaitText(".notice span", "The page could not be loaded.")
			tab.WaitURL("/here")
			tab.WaitText("h1", "Here")
			browsertest.Eval[any](tab, `document.querySelector(".notice").dataset.old = ""`)
			tab.Click(".notice button")
			tab.Wait(`document.querySelectorAll(".notice:not([data-old])").length === 1`)
			tab.WaitURL("/here")
			works.Store(true)
			tab.Click(".notice button")
			tab.WaitText("h1", "There")
			tab.WaitURL("/to")
			tab.Wait(`!document.querySelector(".notice")`)
			tab.Back()
			tab.WaitText("h1", "Here")
			stays(t, tab, document)
		}
	})
}

// TestFailedForm: nobody knows whether it was done, so that is said; it is sent again with the button that sent it.
func TestFailedForm(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, fail := range failures {
			t.Log(name)
			s := serve(t, ready)
			var works atomic.Bool
			s.page("/here", "here", `<form method="post" action="/to"><button>No</button><button name="do" value="it" id="yes">Yes</button></form>`)
			s.handle("/to", func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && works.Load() {
					tells(w, r)
					return
				}
				fail(w, r)
			})
			tab := open(s.URL + "/here")
			document := tab.Document()
			tab.Click("#yes")
			tab.Wait(`document.querySelector(".notice span")?.textContent.includes("may have been done")`)
			tab.WaitURL("/here")
			tab.Wait(`!document.querySelector("[aria-busy], [aria-disabled]")`)
			works.Store(true)
			tab.Click(".notice button")
			tab.WaitText("h1", "POST application/x-www-form-urlencoded;charset=UTF-8 do=it")
			tab.WaitURL("/to")
			stays(t, tab, document)
		}
	})
}

// TestFailedBack: the page stays where it is, and the try goes back.
func TestFailedBack(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var fails atomic.Bool
		s.handle("/one", func(w http.ResponseWriter, r *http.Request) {
			if fails.Load() {
				hangsUp(w, r)
				return
			}
			write(w, http.StatusOK, "one", "", `<h1>One</h1><a href="/two">two</a>`)
		})
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := visit(b, s.URL+"/one")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		fails.Store(true)
		browsertest.Eval[any](tab, `history.back()`)
		tab.WaitText(".notice span", "The page could not be loaded.")
		tab.WaitURL("/two")
		fails.Store(false)
		tab.Click(".notice button")
		tab.WaitText("h1", "One")
		tab.WaitURL("/one")
		tab.Forward()
		tab.WaitText("h1", "Two")
		tab.WaitURL("/two")
	})
}

// TestOffline: links fail with a word while there is no network, and work when it is back.
func TestOffline(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/here", "here", sender)
		s.page("/to", "there", `<h1>There</h1>`)
		tab := visit(b, s.URL+"/here")
		tab.Offline(true)
		tab.Click("a")
		tab.WaitText(".notice span", "The page could not be loaded.")
		tab.WaitURL("/here")
		tab.Offline(false)
		tab.Click(".notice button")
		tab.WaitText("h1", "There")
	})
}

// TestSecondClick: it aborts the first, and the page that comes is the second's. What the person stops is stopped.
func TestSecondClick(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		ended := make(chan string, 2)
		s.page("/here", "here", `<h1>Here</h1><a id="slow" href="/slow?1">slow</a> <a id="quick" href="/quick">quick</a>`)
		s.handle("/slow", func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			ended <- r.URL.RawQuery
		})
		s.page("/quick", "quick", `<h1>Quick</h1>`)
		tab := visit(b, s.URL+"/here")
		document := tab.Document()
		tab.Click("#slow")
		tab.Wait(`navigation.transition`)
		browsertest.Eval[any](tab, `stop()`)
		<-ended
		tab.WaitURL("/here")
		tab.Click("#slow")
		tab.Click("#quick")
		tab.WaitText("h1", "Quick")
		<-ended
		tab.WaitURL("/quick")
		stays(t, tab, document)
		if tab.Has(".notice, [data-loading]") {
			t.Error("the first one is still spoken of")
		}
	})
}

// TestFailureAfterSecondClick: when the second of two fails, the URL is that of the page that is shown.
func TestFailureAfterSecondClick(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		asked := make(chan struct{}, 1)
		s.page("/here", "here", `<h1>Here</h1><a id="slow" href="/slow">slow</a> <a id="bad" href="/bad">bad</a>`)
		s.handle("/slow", func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			<-r.Context().Done()
		})
		s.handle("/bad", hangsUp)
		tab := visit(b, s.URL+"/here")
		tab.Click("#slow")
		<-asked
		tab.Click("#bad")
		tab.WaitText(".notice span", "The page could not be loaded.")
		tab.WaitURL("/here")
		if n := browsertest.Eval[int](tab, `document.querySelectorAll(".notice").length`); n != 1 {
			t.Errorf("there are %d notices", n)
		}
	})
}

// TestManyClicks: a person without patience gets the last page, and nothing goes wrong in between.
func TestManyClicks(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		links := ""
		for i := range 20 {
			links += fmt.Sprintf(`<a id="l%d" href="/p?%d">%d</a> `, i, i, i)
		}
		s.handle("/p", func(w http.ResponseWriter, r *http.Request) {
			write(w, http.StatusOK, r.URL.RawQuery, "", `<h1>`+r.URL.RawQuery+`</h1>`+links)
		})
		tab := visit(b, s.URL+"/p?none")
		document := tab.Document()
		browsertest.Eval[any](tab, `(async () => {
			for (let i = 0; i < 20; i++) {
				document.querySelector("#l" + i).click()
				await new Promise((resolve) => setTimeout(resolve, i % 7 * 5))
			}
		})()`)
		tab.WaitText("h1", "19")
		tab.WaitURL("/p?19")
		tab.Wait(`!navigation.transition && document.querySelectorAll("h1").length === 1`)
		stays(t, tab, document)
	})
}
