package browser_test

import (
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// goodbye tells with which code a tab closes its socket.
func goodbye(h heard) <-chan int {
	codes := make(chan int, 1)
	h.conn.SetCloseHandler(func(code int, _ string) error { codes <- code; return nil })
	return codes
}

// TestGoodbye: a tab says whether its document may come back.
func TestGoodbye(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path string
		code int
	}{
		"kept by the browser": {"/", 3000},
		"gone":                {"/gone", 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			s.mux.HandleFunc("/gone", func(w http.ResponseWriter, r *http.Request) {
				write(noStore{w}, http.StatusOK, "gone", "", "")
			})
			s.page("/other", "other", "")
			tab := browsertest.New(t).Open(s.URL + test.path)
			first := l.next(t, "$/hello")
			codes := goodbye(first)
			first.welcome()
			tab.Ready()
			tab.Goto(s.URL + "/other")
			if code := <-codes; code != test.code {
				t.Errorf("closed with %d, want %d", code, test.code)
			}
			if next := l.greet(t); next.member("previous") != "p1" {
				t.Errorf("the next document says %s", next.Params)
			}
		})
	}
}

// noStore keeps a page out of the browser's cache.
type noStore struct{ http.ResponseWriter }

func (w noStore) WriteHeader(status int) {
	w.Header().Set("Cache-Control", "no-store")
	w.ResponseWriter.WriteHeader(status)
}

// leaveAndReturn opens a page, leaves it for another document, and goes back.
func leaveAndReturn(t *testing.T, s *server, l line, path string) (tab *browsertest.Tab, document string) {
	s.as("/ada", "ada's", `<p id="secret">private</p>`)
	s.page("/other", "other", "")
	b := browsertest.New(t)
	b.BeforeScripts(watched)
	tab = b.Open(s.URL + path)
	l.greet(t)
	tab.Ready()
	document = tab.Document()
	tab.Goto(s.URL + "/other")
	l.greet(t)
	tab.Ready()
	tab.Back()
	return tab, document
}

// TestWokenPageGoesOn: the process of a page from the browser's cache may still wait for it. Until that is known
// nobody sees the page, if it is somebody's.
func TestWokenPageGoesOn(t *testing.T) {
	t.Parallel()
	for path, state := range map[string]string{"/": "lost", "/ada": "restarting"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			tab, document := leaveAndReturn(t, s, l, path)
			hello := l.next(t, "$/hello")
			if hello.member("process") != "p1" || hello.member("token") != "" {
				t.Errorf("the tab says %s", hello.Params)
			}
			waitState(tab, state)
			hello.welcome()
			tab.Ready()
			if !tab.FromBackForwardCache() || tab.Document() != document {
				t.Errorf("the document was loaded: %v", tab.CacheRefusals())
			}
			if got, want := states(tab), "starting ready "+state+" ready"; got != want {
				t.Errorf("the states were %q, want %q", got, want)
			}
			tab.Wait(`sessionStorage.getItem("ocsigo.previous") === null`)
			l.silent(t)
		})
	}
}

// TestWokenWithoutServer: a page from the browser's cache says that the server does not answer. What is somebody's
// stays covered all the time.
func TestWokenWithoutServer(t *testing.T) {
	t.Parallel()
	for path, state := range map[string]string{"/": "lost", "/ada": "restarting"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			tab, _ := leaveAndReturn(t, s, l, path)
			for range 2 {
				l.next(t, "$/hello").conn.Close()
			}
			tab.Wait(`document.querySelector(".process-status").textContent.startsWith("The server does not answer")`)
			l.greet(t)
			tab.Ready()
			tab.WaitText(".process-status", "")
			if got, want := states(tab), "starting ready "+state+" ready"; got != want {
				t.Errorf("the states were %q, want %q", got, want)
			}
		})
	}
}

// TestWokenTooLate: a server that does not know the process any more wants another document.
func TestWokenTooLate(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab, document := leaveAndReturn(t, s, l, "/ada")
	hangUp(l.next(t, "$/hello").conn, 4501, "")
	if hello := l.greet(t); hello.member("token") == "" || hello.member("previous") != "p2" {
		t.Errorf("the new document says %s, want that it comes after p2", hello.Params)
	}
	tab.WaitNewDocument(document)
}

// TestEndedPageIsNotWoken: one whose process had ended before it was left is loaded again.
func TestEndedPageIsNotWoken(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text"></form>`)
	s.page("/other", "other", "")
	tab := browsertest.New(t).Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	tab.Fill("input", "typed")
	hangUp(first.conn, 4504, "")
	waitState(tab, "outdated")
	tab.Goto(s.URL + "/other")
	l.greet(t)
	tab.Ready()
	tab.Back()
	l.greet(t)
	tab.WaitNewDocument(document)
}

// TestCopyOfATab: a tab with a copy of this one's memory is not its successor. The next document of this one is.
func TestCopyOfATab(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/opener", "opener", `<a href="/" target="_blank" rel="opener">a copy</a>`)
	tab := browsertest.New(t).Open(s.URL + "/opener")
	l.greet(t)
	tab.Ready()
	tab.Opened(func() { tab.Click("a") })
	if hello := l.greet(t); hello.member("previous") != "" {
		t.Errorf("the copy says %s", hello.Params)
	}
	tab.Reload()
	if hello := l.greet(t); hello.member("previous") != "p1" {
		t.Errorf("the next document says %s", hello.Params)
	}
}

// TestNoStorage: where the browser forbids it the tab forgets, and a loop of restarts ends all the same.
func TestNoStorage(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(`Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError") } })`)
	tab := b.Open(s.URL)
	for range 4 {
		hangUp(l.next(t, "$/hello").conn, 4501, "")
	}
	waitState(tab, "stopped")
	tab.Reload()
	l.greet(t)
	tab.Ready()
	if name := browsertest.Eval[string](tab, "window.name"); name != "" {
		t.Errorf("the window is called %q", name)
	}
}

// TestGarbageInStorage: what somebody else has put there is nothing.
func TestGarbageInStorage(t *testing.T) {
	t.Parallel()
	for _, drafts := range []string{`{`, `7`, `null`, `{"forms":null}`, `{"forms":[null]}`, `{"forms":[["f",7]]}`} {
		t.Run(drafts, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			s.page("/form", "form", `<form id="f"><input name="text"></form>`)
			b := browsertest.New(t)
			b.BeforeScripts(`sessionStorage["ocsigo.drafts"] ??= '` + drafts + `'; sessionStorage["ocsigo.restarts"] ??= "many"`)
			tab := b.Open(s.URL + "/form")
			hangUp(l.next(t, "$/hello").conn, 4501, "")
			l.greet(t)
			tab.Ready()
			if tab.Has(".notice") {
				t.Error("something is offered")
			}
		})
	}
}
