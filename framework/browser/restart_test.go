package browser_test

import (
	"net/http"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestRestartCovers: the document is covered at once, says why after a while, and calls nothing any more.
func TestRestartCovers(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	release := make(chan struct{})
	s.mux.HandleFunc("/main", func(w http.ResponseWriter, r *http.Request) {
		if want := "http://" + r.Host + "/?&ocsigo-restart"; r.Referer() != want { // package page goes by that
			t.Errorf("the document is asked for from %q, want %q", r.Referer(), want)
		}
		wait(r, release)
		write(w, http.StatusOK, "main", "", "")
	})
	s.mux.HandleFunc("/said", func(http.ResponseWriter, *http.Request) { close(release) })
	b := browsertest.New(t)
	b.BeforeScripts(`if (location.pathname === "/") new MutationObserver((_, observer) => {
		const status = document.querySelector(".process-status")?.textContent
		if (!status || document.documentElement.dataset.process !== "restarting") return
		observer.disconnect()
		sessionStorage.said = status
		call("after").catch((e) => { sessionStorage.after = e.kind }).then(() => fetch("/said"))
	}).observe(document, { subtree: true, childList: true, attributes: true })`)
	tab := b.Open(s.URL + "/#fragment")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	browsertest.Eval[any](tab, `void (call("open").catch((e) => { sessionStorage.open = e.kind }))`)
	l.next(t, "open")
	hangUp(first.conn, 4501, "/main")
	l.greet(t)
	tab.WaitNewDocument(document)
	tab.WaitURL("/main")
	for name, want := range map[string]string{
		"open": "interrupted", "after": "not_connected", "said": "One moment: the page is on its way.",
	} {
		if got := browsertest.Eval[string](tab, "sessionStorage."+name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if pages, sockets := s.counts(); pages != 2 || sockets != 2 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}

// TestRestartWithoutPath: the same page is loaded with a GET, without its fragment.
func TestRestartWithoutPath(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL + "/?q=1#fragment")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	hangUp(first.conn, 4501, "")
	l.greet(t)
	tab.WaitNewDocument(document)
	tab.WaitURL("/?q=1")
}

// TestRestartThatBringsNothing: what the page was asked for stands in the URL still, for who loads it by hand.
func TestRestartThatBringsNothing(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	asked := make(chan string, 1)
	s.mux.HandleFunc("/main", func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Referer()
		w.WriteHeader(http.StatusNoContent)
	})
	tab := browsertest.New(t).Open(s.URL + "/?q=1#fragment")
	first := l.greet(t)
	tab.Ready()
	hangUp(first.conn, 4501, "/main")
	if from, want := <-asked, s.URL+"/?q=1&ocsigo-restart"; from != want {
		t.Errorf("the document is asked for from %q, want %q", from, want)
	}
	tab.WaitURL("/?q=1&ocsigo-restart")
}

// TestAnswerComesFirst: what the tab has asked for itself knows better where to go than who closes its socket.
func TestAnswerComesFirst(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]int{"restart": 4501, "reload": 4504} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			posted, answer := make(chan struct{}), make(chan struct{})
			s.page("/form", "form", `<form id="f" method="post" action="/post"><input name="text"><button>Send</button></form>`)
			s.page("/right", "right", `<h1>right</h1>`)
			s.mux.HandleFunc("/post", func(w http.ResponseWriter, r *http.Request) {
				close(posted)
				wait(r, answer)
				w.Header().Set("Ocsigo-Load", "document")
				redirect(w, r, "/right")
			})
			tab := browsertest.New(t).Open(s.URL + "/form")
			first := l.greet(t)
			tab.Ready()
			document := tab.Document()
			tab.Fill("input", "typed")
			tab.Click("button")
			<-posted
			hangUp(first.conn, code, "/wrong")
			tab.Wait(`["restarting", "outdated"].includes(document.documentElement.dataset.process)`)
			close(answer)
			l.greet(t)
			tab.WaitNewDocument(document)
			tab.WaitURL("/right")
			if pages, _ := s.counts(); pages != 2 || tab.Has(".notice") {
				t.Errorf("%d documents, want two and no word", pages)
			}
		})
	}
}

// TestReloadAsks: only a form that a person has begun makes the tab ask.
func TestReloadAsks(t *testing.T) {
	t.Parallel()
	const form = `<form id="f"><input name="text" value="old"><input type="checkbox" name="box"><textarea name="long"></textarea>
		<select name="one"><option>a</option><option>b</option></select><input type="password" name="secret"></form>`
	open := opens(browsertest.New(t))
	for name, test := range map[string]struct {
		body, begin string // what a person does
		asks        bool
	}{
		"untouched":       {form, ``, false},
		"text":            {form, `document.querySelector("[name=text]").value = "new"`, true},
		"emptied":         {form, `document.querySelector("[name=text]").value = ""`, true},
		"textarea":        {form, `document.querySelector("[name=long]").value = "new"`, true},
		"box":             {form, `document.querySelector("[name=box]").checked = true`, true},
		"select":          {form, `document.querySelector("[name=one]").value = "b"`, true},
		"password":        {form, `document.querySelector("[name=secret]").value = "s"`, true},
		"came back wrong": {`<form id="f"><input name="text" value="typed" aria-invalid="true"></form>`, ``, true},
		"draft off":       {`<form id="f" data-draft="off"><input name="text"></form>`, `document.querySelector("[name=text]").value = "new"`, false},
		"filled by the browser": {form, `(Element.prototype.matches = (s) => s === ":autofill",
			document.querySelector("[name=text]").value = "new")`, false},
		"clobbered": {`<form id="f"><input name="id"><input name="matches"></form>`, `document.querySelector("[name=id]").value = "new"`, true},
	} {
		t.Log(name)
		s, l := listening(t)
		s.page("/form", "form", test.body)
		tab := open(s.URL + "/form")
		first := l.greet(t)
		tab.Ready()
		document := tab.Document()
		if test.begin != "" {
			browsertest.Eval[any](tab, "void ("+test.begin+")")
		}
		hangUp(first.conn, 4504, "")
		if test.asks {
			waitState(tab, "outdated")
			tab.Click(".notice[role=alert] button")
		}
		l.greet(t)
		tab.WaitNewDocument(document)
		if pages, _ := s.counts(); pages != 2 {
			t.Errorf("%d documents", pages)
		}
	}
}

// TestOutdatedIsSaidOnce: whatever comes after the first restart is nothing new, and calls do not hang.
func TestOutdatedIsSaidOnce(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text"></form>`)
	tab := browsertest.New(t).Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	tab.Fill("input", "typed")
	browsertest.Eval[any](tab, `void Promise.allSettled([call("a"), call("b")]).then((all) => {
		window.kinds = all.map((one) => one.reason.kind).join(" ")
	})`)
	a, b := l.next(t, "a"), l.next(t, "b")
	refuse(first.conn, a.ID, "identity_changed")
	refuse(first.conn, b.ID, "identity_changed")
	hangUp(first.conn, 4501, "/wrong")
	waitState(tab, "outdated")
	tab.Wait(`window.kinds !== undefined`)
	if got := browsertest.Eval[int](tab, `document.querySelectorAll(".notice").length`); got != 1 {
		t.Errorf("%d notices", got)
	}
	if got := browsertest.Eval[string](tab, `call("c").catch((e) => e.kind)`); got != "not_connected" {
		t.Errorf("a call fails with %q", got)
	}
	browsertest.Eval[any](tab, `void dispatchEvent(new Event("online"))`)
	if pages, sockets := s.counts(); pages != 1 || sockets != 1 {
		t.Errorf("%d documents, %d sockets", pages, sockets)
	}
}
