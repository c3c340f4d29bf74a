package browser_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// tall is higher than any window, so that there is something to scroll.
const tall = `<svg width="10" height="3000"></svg>`

// TestFragments: inside a page nothing is asked, and another page is shown where its fragment is.
func TestFragments(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a id="in" href="#down">down</a> <a id="to" href="/two#down">two</a>`+tall+`<p id="down">d</p>`)
		s.page("/two", "two", `<h1>Two</h1>`+tall+`<p id="down">down</p>`)
		tab := visit(b, s.URL+"/one")
		document := tab.Document()
		tab.Click("#in")
		tab.WaitURL("/one#down")
		tab.Wait(`scrollY > 1000`)
		tab.Back()
		tab.WaitURL("/one")
		s.hasAsked("")
		tab.Click("#to")
		tab.WaitText("h1", "Two")
		tab.WaitURL("/two#down")
		tab.Wait(`document.querySelector("#down").getBoundingClientRect().top < innerHeight && scrollY > 1000`)
		s.hasAsked("GET /two")
		stays(t, tab, document)
	})
}

// TestSamePage: a link or a form that leads to the page that is shown asks for it again, and leaves no second entry in
// the history.
func TestSamePage(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		var seen atomic.Int32
		s.handle("/one", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				redirect(w, r, "/one")
				return
			}
			write(w, http.StatusOK, "one", "", `<h1>`+strings.Repeat("I", int(seen.Add(1)))+`</h1><a href="/one">again</a>
				<form method="post"><button>send</button></form>`)
		})
		s.page("/zero", "zero", `<a href="/one">one</a>`)
		tab := visit(b, s.URL+"/zero")
		tab.Click("a")
		tab.WaitText("h1", "I")
		tab.Click("a")
		tab.WaitText("h1", "II")
		tab.Click("button")
		tab.WaitText("h1", "III")
		tab.WaitURL("/one")
		s.hasAsked("GET /one, GET /one, POST /one, GET /one")
		tab.Back()
		tab.WaitURL("/zero")
	})
}

// TestLinksThatLoad: these links load a document, as they do without this runtime.
func TestLinksThatLoad(t *testing.T) {
	t.Parallel()
	elsewhere := serve(t, ready)
	elsewhere.page("/two", "elsewhere", `<h1>Elsewhere</h1>`)
	rows := map[string]struct{ html, want string }{
		"another origin": {`<a href="` + elsewhere.URL + `/two">two</a>`, "Elsewhere"},
		"opted out":      {`<a href="/two" data-navigate="document">two</a>`, "Two"},
		"around it":      {`<nav data-navigate="document"><a href="/two">two</a></nav>`, "Two"},
		"a form":         {`<form action="/two" data-navigate="document"><button><a>two</a></button></form>`, "Two"},
	}
	open := visits(browsertest.New(t))
	for name, row := range rows {
		t.Log(name)
		s := serve(t, ready)
		s.page("/one", "one", row.html)
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := open(s.URL + "/one")
		document := tab.Document()
		tab.Click("a")
		tab.WaitNewDocument(document)
		tab.WaitText("h1", row.want)
		s.hasAsked("")
	}
}

// TestLinksThatOpenTabs: the new tab has a process of its own and inherits nothing, and this one stays as it is.
func TestLinksThatOpenTabs(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		html string
		hold []browsertest.Hold
	}{
		"target": {`<a href="/two" target="_blank">two</a>`, nil},
		"ctrl":   {`<a href="/two">two</a>`, []browsertest.Hold{browsertest.Ctrl}},
		"middle": {`<a href="/two">two</a>`, []browsertest.Hold{browsertest.MiddleButton}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, ready)
			s.page("/one", "one", `<h1>One</h1>`+row.html)
			s.page("/two", "two", `<h1>Two</h1>`)
			tab := visit(browsertest.New(t), s.URL+"/one")
			browsertest.Eval[any](tab, `void sessionStorage.setItem("mark", "1")`)
			document := tab.Document()
			other := tab.Opened(func() { tab.ClickWith("a", row.hold...) })
			other.Ready()
			other.WaitText("h1", "Two")
			if browsertest.Eval[bool](other, `sessionStorage.getItem("mark") !== null`) {
				t.Error("the new tab has the memory of the old one")
			}
			stays(t, tab, document)
			tab.WaitURL("/one")
			if _, sockets := s.counts(); sockets != 2 {
				t.Errorf("%d sockets, want one a tab", sockets)
			}
		})
	}
}

// TestDownloadLink: a link with download saves a file, and the page stays.
func TestDownloadLink(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<a href="/data.txt" download="mine.txt">data</a>`)
	s.handle("/data.txt", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("the data")) })
	tab := visit(browsertest.New(t), s.URL+"/one")
	document := tab.Document()
	tab.Click("a")
	if name, content := tab.WaitDownload(); name != "mine.txt" || string(content) != "the data" {
		t.Errorf("saved %q: %q", name, content)
	}
	stays(t, tab, document)
	s.hasAsked("")
}

// TestScriptsOwnEntries: what the site's code does with the history is its own affair, back and forward too.
func TestScriptsOwnEntries(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1>`)
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `(history.pushState({ n: 1 }, "", "/one?tab=2"), history.replaceState({ n: 2 }, "", "/one?tab=3"), 1)`)
		tab.WaitURL("/one?tab=3")
		tab.Back()
		tab.WaitURL("/one")
		tab.Forward()
		tab.WaitURL("/one?tab=3")
		s.hasAsked("")
		tab.Click("a")
		tab.WaitText("h1", "Two")
		tab.Back()
		tab.WaitText("h1", "One") // another page now, so it is asked for
		tab.WaitURL("/one?tab=3")
		s.hasAsked("GET /two, GET /one?tab=3")
		if n := browsertest.Eval[int](tab, "history.state.n"); n != 2 {
			t.Errorf("the entry's state is %d", n)
		}
	})
}

// TestReload: a person who reloads wants a new document.
func TestReload(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<h1>One</h1>`)
	tab := visit(browsertest.New(t), s.URL+"/one")
	old := tab.Document()
	tab.Reload()
	tab.WaitNewDocument(old)
	s.hasAsked("")
}

// TestOrdinaryLoads: without the Navigation API, and before the process is there, pages are just loaded, and forms
// sent.
func TestOrdinaryLoads(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		js     string
		answer answerer
	}{
		"no API":   {"delete window.navigation", ready},
		"no hello": {"", func(*websocket.Conn, int, message) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, row.answer)
			s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
			s.handle("/two", func(w http.ResponseWriter, r *http.Request) {
				write(w, http.StatusOK, "two", "", `<h1>Two `+r.Method+r.FormValue("a")+`</h1><form method="post"><input name="a" value="b"><button>send</button></form>`)
			})
			b := browsertest.New(t)
			if row.js != "" {
				b.BeforeScripts(row.js)
			}
			tab := b.Open(s.URL + "/one")
			tab.Wait(`document.documentElement.dataset.process`)
			if has := browsertest.Eval[bool](tab, `"navigation" in window`); has == (name == "no API") {
				t.Fatalf("the browser has the API: %v", has)
			}
			tab.Click("a")
			tab.WaitText("h1", "Two GET")
			tab.Submit("form")
			tab.WaitText("h1", "Two POSTb")
			tab.Back()
			tab.Back()
			tab.WaitText("h1", "One")
			s.hasAsked("")
			for _, line := range tab.Logs() {
				if strings.Contains(line, "TypeError") {
					t.Error(line)
				}
			}
		})
	}
}

// TestLinksOfThePageThatIsShown: while a slow page is on its way, links and forms lead from where they stand.
func TestLinksOfThePageThatIsShown(t *testing.T) {
	rows := map[string]struct{ html, want, asked string }{
		"link":                           {`<a class="go" href="there?a#b">go</a>`, "/sub/there?a#b", "GET /sub/there?a"},
		"link to a query":                {`<a class="go" href="?a">go</a>`, "/sub/one?a", "GET /sub/one?a"},
		"link to itself":                 {`<a class="go" href="">go</a>`, "/sub/one?x=1", "GET /sub/one?x=1"},
		"from the root":                  {`<a class="go" href="/sub/there">go</a>`, "/sub/there", "GET /sub/there"},
		"form":                           {`<form method="post"><button class="go">go</button></form>`, "/sub/one?x=1", "POST /sub/one?x=1"},
		"form with a path":               {`<form method="post" action="there"><button class="go">go</button></form>`, "/sub/there", "POST /sub/there"},
		"button with a path":             {`<form method="post" action="no"><button class="go" formaction="there">go</button></form>`, "/sub/there", "POST /sub/there"},
		"get":                            {`<form><input name="a" value="b c"><button class="go">go</button></form>`, "/sub/one?a=b+c", "GET /sub/one?a=b+c"},
		"fragment":                       {`<a class="go" href="#down">go</a>`, "/sub/one?x=1#down", ""},
		"fragment of what is on its way": {`<a class="go" href="/slow#down">go</a>`, "/slow#down", "GET /slow"},
	}
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		open := visits(b)
		for name, row := range rows {
			t.Log(name)
			s := serve(t, ready)
			asked := make(chan struct{}, 1)
			var slow atomic.Int32
			page := func(w http.ResponseWriter, r *http.Request) {
				write(w, http.StatusOK, "page", "", `<h1>`+r.Method+`</h1><a id="slow" href="/slow">slow</a>`+row.html+tall+`<p id="down">d</p>`)
			}
			s.handle("/sub/one", page)
			s.handle("/sub/there", page)
			s.handle("/slow", func(w http.ResponseWriter, r *http.Request) {
				if slow.Add(1) == 1 {
					asked <- struct{}{}
					<-r.Context().Done()
					return
				}
				page(w, r)
			})
			tab := open(s.URL + "/sub/one?x=1")
			document := tab.Document()
			tab.Click("#slow")
			<-asked
			s.asked()
			tab.Click(".go")
			tab.WaitURL(row.want)
			tab.Wait(`!navigation.transition && !document.querySelector("[aria-busy]")`)
			s.hasAsked(row.asked)
			stays(t, tab, document)
			if tab.Has(".notice") {
				t.Error("there is a notice")
			}
			if row.asked == "" {
				tab.Wait(`scrollY > 1000`)
			}
		}
	})
}

// TestScriptsThatChangeTheURL: what a page's code does to its URL while it is shown is where its links lead from.
func TestScriptsThatChangeTheURL(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
		s.page("/two", "two", `<h1>Two</h1><a href="#down">down</a>`+tall+`<p id="down">d</p><form method="post"><button>send</button></form>`)
		tab := visit(b, s.URL+"/one")
		browsertest.Eval[any](tab, `void onPage("form", () => history.replaceState(null, "", "/two?tab=2"))`)
		tab.Click("a")
		tab.WaitURL("/two?tab=2")
		tab.Click("a")
		tab.WaitURL("/two?tab=2#down")
		s.asked()
		tab.Click("button")
		tab.Wait(`!navigation.transition && !document.querySelector("[aria-busy]")`)
		s.hasAsked("POST /two?tab=2")
	})
}
