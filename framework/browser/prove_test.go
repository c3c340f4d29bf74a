package browser_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// asks lets the site ask its user with promises, which the test settles: prove(true). It counts how often it asks.
const asks = `window.asked = 0
	window.answers = []
	window.prove = (proved) => answers.splice(0).forEach((answer) => answer(proved))
	window.startOptions = { reauthenticate: () => (asked++, new Promise((answer) => answers.push(answer))) }`

// proving opens a tab whose site can ask its user to prove who he is.
func proving(t *testing.T) (line, *browsertest.Tab) {
	t.Helper()
	s, l := listening(t)
	b := browsertest.New(t)
	b.BeforeScripts(asks)
	tab := b.Open(s.URL)
	l.greet(t)
	tab.Ready()
	return l, tab
}

// notRecent answers a call as one that wants its user to have proved lately who he is.
func notRecent(h heard) {
	h.conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "id": h.ID, "error": map[string]any{
		"code": -32010, "message": "Prove it.", "data": map[string]any{"kind": "reauthenticate"},
	}})
}

// made calls a function and notes what comes of it.
const made = `(name, input, options) => { window.came ??= {}
	call(name, input, options).then((x) => came[name] = "done " + x, (e) => came[name] = e.kind ?? e.message) }`

func makes(tab *browsertest.Tab, arguments string) {
	browsertest.Eval[any](tab, fmt.Sprintf(`void (%s)(%s)`, made, arguments))
}

// TestProvedCall: the same call is made again, as it was, when its user has proved who he is. Others go on meanwhile.
func TestProvedCall(t *testing.T) {
	t.Parallel()
	l, tab := proving(t)
	makes(tab, `"change", window.input = { to: "blue" }`)
	first := l.next(t, "change")
	browsertest.Eval[any](tab, `input.to = "red"`)
	notRecent(first)
	tab.Wait(`asked === 1`)
	makes(tab, `"other"`)
	other := l.next(t, "other")
	reply(other.conn, other.ID, 1)
	tab.Wait(`came.other === "done 1"`)
	browsertest.Eval[any](tab, `prove(true)`)
	again := l.next(t, "change")
	if string(again.Params) != `{"to":"blue"}` {
		t.Errorf("it is made again with %s", again.Params)
	}
	reply(again.conn, again.ID, 2)
	tab.Wait(`came.change === "done 2" && asked === 1`)
}

// TestProvedCallCancelled fails as it has; so does one that its signal or its time breaks off meanwhile, at once.
func TestProvedCallCancelled(t *testing.T) {
	t.Parallel()
	l, tab := proving(t)
	makes(tab, `"refused"`)
	makes(tab, `"aborted", {}, { signal: (window.stop = new AbortController()).signal }`)
	makes(tab, `"late", {}, { timeout: 300 }`)
	for _, name := range []string{"refused", "aborted", "late"} {
		notRecent(l.next(t, name))
	}
	tab.Wait(`came?.late === "timed_out"`)
	browsertest.Eval[any](tab, `stop.abort(new Error("not wanted"))`)
	tab.Wait(`came.aborted === "not wanted" && !came.refused`)
	browsertest.Eval[any](tab, `prove(false)`)
	tab.Wait(`came.refused === "reauthenticate"`)
	makes(tab, `"after"`)
	l.next(t, "after") // and nothing before it
}

// TestProvedStream: one that has not begun begins then; one of which a value has come fails.
func TestProvedStream(t *testing.T) {
	t.Parallel()
	l, tab := proving(t)
	browsertest.Eval[any](tab, `void (async () => {
		window.lines = []
		try { for await (const line of stream("lines")) lines.push(line) } catch (e) { lines.push(e.kind) }
	})()`)
	notRecent(l.next(t, "lines"))
	tab.Wait(`asked === 1`)
	browsertest.Eval[any](tab, `prove(true)`)
	again := l.next(t, "lines")
	again.conn.WriteJSON(map[string]any{"jsonrpc": "2.0", "method": "$/progress", "params": map[string]any{"token": again.ID, "value": "one"}})
	tab.Wait(`lines.join() === "one"`)
	notRecent(again)
	tab.Wait(`lines.join() === "one,reauthenticate" && asked === 1`)
}

// TestUnprovedCall: a site that cannot ask lets calls fail.
func TestUnprovedCall(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	tab := browsertest.New(t).Open(s.URL)
	l.greet(t)
	tab.Ready()
	makes(tab, `"change"`)
	notRecent(l.next(t, "change"))
	tab.Wait(`came?.change === "reauthenticate"`)
}

// TestProvedForm is sent again as it was when its user has proved who he is; else the page stays, with what was typed.
func TestProvedForm(t *testing.T) {
	t.Parallel()
	var recent atomic.Bool
	s := serve(t, ready)
	s.page("/form", "form", `<form method="post" id="form"><input name="text"><button>Send</button></form>`)
	s.handle("POST /form", func(w http.ResponseWriter, r *http.Request) {
		if !recent.Load() {
			w.Header().Set("Ocsigo-Refused", "reauthenticate")
			write(w, http.StatusForbidden, "prove", "", "<p>Prove it.</p>")
			return
		}
		write(w, http.StatusOK, "taken", "", "<p id=taken>"+r.FormValue("text")+"</p>")
	})
	b := browsertest.New(t)
	b.BeforeScripts(asks)
	tab := b.Open(s.URL + "/form")
	tab.Ready()
	tab.Fill("[name=text]", "typed")
	tab.Submit("#form")
	tab.Wait(`asked === 1 && document.querySelector("#form").ariaBusy === "true"`)
	browsertest.Eval[any](tab, `prove(false)`)
	tab.Wait(`document.querySelector("#form").ariaBusy === null`)
	if text := browsertest.Eval[string](tab, `document.querySelector("[name=text]").value`); text != "typed" || tab.Has(".notice") {
		t.Errorf("%q stands there", text)
	}
	tab.Submit("#form")
	tab.Wait(`asked === 2`)
	recent.Store(true)
	browsertest.Eval[any](tab, `prove(true)`)
	tab.WaitText("#taken", "typed")
}
