package browser_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// prefetching counts what is asked for, with a mark for what was not clicked: "GET /two, prefetch".
type prefetching struct {
	*server
	mu    sync.Mutex
	asked []string
}

func servePrefetch(t *testing.T, body string, answer answerer) *prefetching {
	p := &prefetching{server: serve(t, answer)}
	p.page("/one", "one", `<h1>One</h1>`+body)
	p.handle("/two", func(w http.ResponseWriter, r *http.Request) {
		purpose := r.Header.Get("Ocsigo-Purpose")
		p.mu.Lock()
		p.asked = append(p.asked, strings.TrimSpace(r.Method+" "+purpose))
		p.mu.Unlock()
		write(w, http.StatusOK, "two", "", `<h1>Two `+purpose+`</h1>`)
	})
	return p
}

func (p *prefetching) was() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.asked, ", ")
}

// prefetched reports whether an answer is here.
const prefetched = `performance.getEntriesByType("resource").some((entry) => entry.name.endsWith("/two"))`

// TestPrefetch: a pointer that rests on a link asks for its page once, and the click takes it.
func TestPrefetch(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := servePrefetch(t, `<a href="/two"><b>two</b> <i>more</i></a>`, ready)
		tab := visit(b, s.URL+"/one")
		tab.Hover("b")
		tab.Wait(prefetched)
		tab.Hover("i")
		tab.Click("a")
		tab.WaitText("h1", "Two prefetch")
		tab.WaitURL("/two")
		if got, want := s.was(), "GET prefetch"; got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
	})
}

// TestPrefetchFromThePageThatIsShown: while another page is on its way, nothing is asked for that a link would lead to from
// there. In some browsers the URL is the other page's already.
func TestPrefetchFromThePageThatIsShown(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s := serve(t, ready)
		asked := make(chan struct{})
		s.page("/sub/one", "one", `<h1>One</h1><p>elsewhere</p><a id="slow" href="/slow">slow</a> <a id="there" href="there">there</a>`)
		s.page("/sub/there", "there", `<h1>There</h1>`)
		s.handle("/slow", func(_ http.ResponseWriter, r *http.Request) {
			close(asked)
			<-r.Context().Done()
		})
		tab := visit(b, s.URL+"/sub/one")
		browsertest.Eval[any](tab, `void document.querySelector("#slow").click()`)
		<-asked
		tab.Hover("#there")
		browsertest.Eval[any](tab, `new Promise((resolve) => setTimeout(resolve, 300))`) // longer than a pointer has to rest
		if asked := s.asked(); strings.Contains(asked, "GET /there") {
			t.Errorf("asked in place: %s", asked)
		}
	})
}

// TestPrefetchExpires: what is older than ten seconds is asked for again, by the next rest or by the click.
func TestPrefetchExpires(t *testing.T) {
	t.Parallel()
	s := servePrefetch(t, `<p>elsewhere</p><a href="/two">two</a>`, ready)
	tab := visit(browsertest.New(t), s.URL+"/one")
	later := func() {
		browsertest.Eval[any](tab, `(performance.clearResourceTimings(), window.now ??= Date.now, window.ahead = (window.ahead ?? 0) + 10_000,
			Date.now = () => now() + ahead, 1)`)
	}
	tab.Hover("a")
	tab.Wait(prefetched)
	later()
	tab.Hover("p")
	tab.Hover("a")
	tab.Wait(prefetched)
	later()
	browsertest.Eval[any](tab, `document.querySelector("a").click()`)
	tab.WaitText("h1", "Two")
	if got, want := s.was(), "GET prefetch, GET prefetch, GET"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

// TestPrefetchIsDroppedByForm: a form may change what the page shows, from when it is sent until its answer is here.
func TestPrefetchIsDroppedByForm(t *testing.T) {
	t.Parallel()
	goOn, posted := make(chan struct{}), make(chan struct{})
	s := servePrefetch(t, `<a href="/two">two</a><form method="post" action="/form"><button>Send</button></form>`, ready)
	s.handle("/form", func(w http.ResponseWriter, r *http.Request) {
		close(posted)
		hold(r, goOn)
		w.WriteHeader(http.StatusNoContent)
	})
	tab := visit(browsertest.New(t), s.URL+"/one")
	tab.Click("button")
	<-posted
	tab.Hover("a") // while it is under way
	tab.Wait(prefetched)
	close(goOn)
	tab.Wait(`!document.querySelector("[aria-busy]")`)
	tab.Click("a")
	tab.WaitText("h1", "Two")
	if got, want := s.was(), "GET prefetch, GET"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

// TestPrefetchThatFailed: the click asks for itself.
func TestPrefetchThatFailed(t *testing.T) {
	t.Parallel()
	s := serve(t, ready)
	s.page("/one", "one", `<h1>One</h1><a href="/two">two</a>`)
	s.handle("/two", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Ocsigo-Purpose") == "prefetch" {
			hangsUp(w, r)
			return
		}
		write(w, http.StatusOK, "two", "", `<h1>Two</h1>`)
	})
	tab := visit(browsertest.New(t), s.URL+"/one")
	tab.Hover("a")
	tab.Wait(prefetched)
	tab.Click("a")
	tab.WaitText("h1", "Two")
}

// TestNoPrefetch: these links are not asked for, although the pointer rests on them as long as on the last one, which
// is.
func TestNoPrefetch(t *testing.T) {
	t.Parallel()
	other := serve(t, ready)
	s := servePrefetch(t, `<a href="/two?1" data-prefetch="off">off</a> <nav data-prefetch="off"><a href="/two?2">around</a></nav>
		<a href="`+other.URL+`/two?3">other</a> <a href="/two?4" target="_blank">target</a> <a href="/one#x">here</a>
		<a href="/two?5" download>save</a> <a href="/two?6" data-navigate="document">load</a> <a href="/two">two</a>`, ready)
	tab := visit(browsertest.New(t), s.URL+"/one")
	for i := range 8 {
		browsertest.Eval[any](tab, `new Promise((resolve) => {
			document.links[`+string(rune('0'+i))+`].addEventListener("pointerover", () => setTimeout(resolve, 150), { once: true })
			document.links[`+string(rune('0'+i))+`].dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }))
		})`)
	}
	tab.Wait(prefetched)
	s.hasAsked("GET /two")
	if got := other.asked(); got != "" {
		t.Errorf("the other site was asked: %s", got)
	}
}

// TestPrefetchIsDroppedByVoice: a call may change what the page shows, from when it goes out until it is settled, and
// an event may say that it has changed.
func TestPrefetchIsDroppedByVoice(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ before, after string }{
		"a call goes out":    {`1`, `void call("open")`},
		"a call is answered": {`void call("answer").then(() => { document.title = "settled" })`, ""},
		"a call is given up": {`(window.stop = new AbortController(), void call("open", {}, stop).catch(() => {}))`, `stop.abort()`},
		"an event":           {`void (listen("moved", () => { document.title = "settled" }), call("tell").catch(() => {}))`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goOn := make(chan struct{})
			s := servePrefetch(t, `<a href="/two">two</a>`, func(conn *websocket.Conn, socket int, m message) {
				ready(conn, socket, m)
				switch m.Method {
				case "answer":
					<-goOn
					reply(conn, m.ID, 1)
				case "tell":
					<-goOn
					tell(conn, "moved", 1)
				}
			})
			tab := visit(browsertest.New(t), s.URL+"/one")
			browsertest.Eval[any](tab, row.before)
			tab.Hover("a")
			tab.Wait(prefetched)
			close(goOn)
			if row.after == "" {
				tab.Wait(`document.title === "settled"`)
			} else {
				browsertest.Eval[any](tab, row.after)
			}
			tab.Click("a")
			tab.WaitText("h1", "Two")
			if got, want := s.was(), "GET prefetch, GET"; got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
		})
	}
}
