package browser_test

import (
	"fmt"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

const typed = `document.querySelector("[name=text]").value = "typed"`

// TestOutdatedPageIsWatched: a user's page that is out of date, and stays for what was typed into it, is covered when
// its user is logged out; what was typed goes with it.
func TestOutdatedPageIsWatched(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.as("/form", "ada's", `<form id="f"><input name="text"></form>`)
	b := browsertest.New(t)
	b.BeforeScripts(hurried)
	tab := b.Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	browsertest.Eval[any](tab, "void ("+typed+")")
	hangUp(first.conn, 4504, "")
	waitState(tab, "outdated")

	for range 2 { // she is still connected
		asked := l.next(t, "$/hello")
		if asked.member("process") != "p1" || asked.member("identity") != "ada's" {
			t.Fatalf("the tab asks with %s", asked.Params)
		}
		hangUp(asked.conn, 4504, "")
	}
	hangUp(l.next(t, "$/hello").conn, 4501, "")
	l.greet(t)
	tab.WaitNewDocument(document)
	tab.Ready()
	if kept := browsertest.Eval[bool](tab, `"ocsigo.drafts" in sessionStorage`); kept || tab.Has(".notice") {
		t.Error("what she had typed was kept")
	}
}

// TestOutdatedPageOfNobody is one that everybody may see: nothing is asked.
func TestOutdatedPageOfNobody(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text"></form>`)
	b := browsertest.New(t)
	b.BeforeScripts(hurried)
	b.BeforeScripts(`setInterval(() => { window.beats = (window.beats ?? 0) + 1 }, 15_000)`)
	tab := b.Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, "void ("+typed+")")
	hangUp(first.conn, 4504, "")
	waitState(tab, "outdated")
	from := browsertest.Eval[int](tab, "window.beats ?? 0")
	tab.Wait(fmt.Sprintf("window.beats > %d", from+2))
	l.silent(t)
}
