package browser_test

import (
	"fmt"
	"strings"
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

	for range 3 { // she is still connected
		asked := l.next(t, "$/hello")
		if asked.member("process") != "p1" || asked.member("identity") != "ada's" {
			t.Fatalf("the tab asks with %s", asked.Params)
		}
		hangUp(asked.conn, 4504, "")
	}
	hangUp(l.next(t, "$/hello").conn, 4501, "/")
	l.greet(t)
	tab.WaitNewDocument(document)
	tab.WaitURL("/")
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

// ownTime takes a watched page's own times away: it asks only at first, and when something makes it ask.
const ownTime = `{
	const again = setInterval
	window.setInterval = (f, ms) => ms === 15_000 ? 4711 : again(f, ms)
}`

// outdated opens Ada's form, types into it, and makes it out of date.
func outdated(t *testing.T, before, body string) (*server, line, *browsertest.Browser, *browsertest.Tab) {
	t.Helper()
	s, l := listening(t)
	s.as("/form", "ada's", body)
	b := browsertest.New(t)
	b.BeforeScripts(before)
	tab := b.Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	browsertest.Eval[any](tab, "void ("+typed+")")
	hangUp(first.conn, 4504, "")
	waitState(tab, "outdated")
	return s, l, b, tab
}

// expel says to pages that are out of date that they must go, and greets two documents: one that has come, and the one
// that comes instead of such a page.
func (l line) expel(t *testing.T) {
	t.Helper()
	for greeted := 0; greeted < 2; {
		if h := l.next(t, "$/hello"); h.member("process") != "" {
			hangUp(h.conn, 4501, "/")
		} else {
			h.welcome()
			greeted++
		}
	}
}

const form = `<form id="f"><input name="text"></form>`

// TestSilentQuestionIsGivenUp: a server that takes the socket and says nothing is asked again.
func TestSilentQuestionIsGivenUp(t *testing.T) {
	t.Parallel()
	_, l, _, tab := outdated(t, hurried, form)
	document := tab.Document()
	for range 2 {
		l.next(t, "$/hello") // not answered
	}
	hangUp(l.next(t, "$/hello").conn, 4501, "")
	l.greet(t)
	tab.WaitNewDocument(document)
}

// TestOutdatedPagesAreRoused: by what happens in the same browser they are covered at once, hidden or not.
func TestOutdatedPagesAreRoused(t *testing.T) {
	t.Parallel()
	for name, rouse := range map[string]func(s *server, tab, other *browsertest.Tab, conn heard){
		"a tab is told to go": func(_ *server, _, _ *browsertest.Tab, h heard) { hangUp(h.conn, 4501, "/") },
		"another document":    func(s *server, _, other *browsertest.Tab, _ heard) { other.Goto(s.URL) },
		"out of sight": func(s *server, tab, other *browsertest.Tab, _ heard) {
			tab.Hide()
			other.Goto(s.URL)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l, b, tab := outdated(t, ownTime, form)
			hangUp(l.next(t, "$/hello").conn, 4504, "")
			other := b.Open(s.URL)
			var conn heard
			for range 2 { // it asks because there is another document
				if h := l.next(t, "$/hello"); h.member("process") != "" {
					hangUp(h.conn, 4504, "")
				} else {
					h.welcome()
					conn = h
				}
			}
			other.Ready()
			document := tab.Document()
			rouse(s, tab, other, conn)
			l.expel(t)
			tab.WaitNewDocument(document)
		})
	}
}

// TestLateRouseAsksAgain: an answer to what was asked before may be true no longer.
func TestLateRouseAsksAgain(t *testing.T) {
	t.Parallel()
	s, l, b, tab := outdated(t, ownTime, form)
	first := l.next(t, "$/hello") // not answered yet
	document := tab.Document()
	b.Open(s.URL)
	hangUp(first.conn, 4504, "") // what was true before
	l.expel(t)
	tab.WaitNewDocument(document)
}

// TestOutdatedSaysWhatIsKept: it promises nothing that does not hold, and says so as soon as it changes.
func TestOutdatedSaysWhatIsKept(t *testing.T) {
	t.Parallel()
	const kept, lossy = "is kept while", "empties some"
	open := opens(browsertest.New(t))
	for name, test := range map[string]struct {
		body, more string
		says       string
	}{
		"kept":         {form, ``, kept},
		"no id":        {`<form><input name="text"></form>`, ``, lossy},
		"no id, wrong": {form + `<form><input name="other" value="typed" aria-invalid="true"></form>`, ``, lossy},
		"no name":      {`<form id="f"><input name="text"><input id="more"></form>`, `more.value = "typed"`, lossy},
		"password":     {`<form id="f"><input name="text"><input id="more" name="p" type="password"></form>`, `more.value = "typed"`, lossy},
		"empty secret": {`<form id="f"><input name="text"><input id="more" name="p" type="password"></form>`, ``, kept},
		"card":         {`<form id="f"><input name="text"><input id="more" name="card" autocomplete="cc-number"></form>`, `more.value = "typed"`, lossy},
		"draft off":    {`<form id="f"><input name="text"><input id="more" name="more" data-draft="off"></form>`, `more.value = "typed"`, lossy},
		"a form off":   {form + `<form id="g" data-draft="off"><input id="more" name="more"></form>`, `more.value = "typed"`, lossy},
		"file":         {`<form id="f"><input name="text"><input id="more" name="more" type="file"></form>`, file, lossy},
		"nothing kept": {form, `Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError") } })`, lossy},
		"filled by the browser": {`<form id="f"><input name="text"><input id="more" name="p" type="password"></form>`,
			`(more.matches = (s) => s === ":autofill", more.value = "typed")`, kept},
	} {
		t.Log(name)
		body := test.body
		s, l := listening(t)
		s.page("/form", "form", body)
		tab := open(s.URL + "/form")
		first := l.greet(t)
		tab.Ready()
		browsertest.Eval[any](tab, "void ("+typed+")")
		if test.more != "" {
			browsertest.Eval[any](tab, "void ("+test.more+")")
		}
		hangUp(first.conn, 4504, "")
		waitState(tab, "outdated")
		if said := tab.Text(".notice span"); !strings.Contains(said, test.says) {
			t.Errorf("it says %q", said)
		}
	}
}

const file = `(() => {
	const files = new DataTransfer()
	files.items.add(new File(["a"], "a.txt"))
	more.files = files.files
})()`

// TestOutdatedGivesRoom: its notice can be closed, and leaves what it offers. When it has something else to say it
// stands there again.
func TestOutdatedGivesRoom(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text"><input name="password"></form>`)
	tab := browsertest.New(t).Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	tab.Fill("[name=text]", "typed")
	hangUp(first.conn, 4504, "")
	const seen = `[...document.querySelectorAll(".notice > *")].filter((e) => e.checkVisibility()).map((e) => e.textContent).join()`
	tab.Wait(seen + ` === "This page is out of date. What you have typed is kept while it is loaded again.,Load again,Close"`)
	browsertest.Eval[any](tab, `void (document.querySelector("[name=text]").focus(), document.querySelector(".notice button:last-child").focus())`)
	tab.Click(".notice button:last-child")
	tab.Wait(seen + ` === "Load again"`)
	if focused := tab.Focused(); focused != "input[name=text]" {
		t.Errorf("the focus is on %s", focused)
	}
	tab.Fill("[name=text]", "more")
	tab.Wait(seen + ` === "Load again"`)
	tab.Fill("[name=password]", "secret")
	tab.Wait(seen + ` === "This page is out of date. Loading it again empties some of what you have typed.,Load again,Close"`)
	tab.Click(".notice button:last-child")
	tab.Click(".notice button")
	l.greet(t)
	tab.WaitNewDocument(document)
}

// TestOneNotice: what is said about a request that failed is over when the document is, and its focus goes on.
func TestOneNotice(t *testing.T) {
	bothWays(t, func(t *testing.T, b *browsertest.Browser) {
		s, l := listening(t)
		s.page("/form", "form", `<form id="f" method="post" action="/login"><input name="text"><button>Log in</button></form>`)
		s.handle("/login", hangsUp)
		tab := b.Open(s.URL + "/form")
		first := l.greet(t)
		tab.Ready()
		tab.Fill("input", "typed")
		tab.Click("button")
		tab.Wait(`document.querySelector(".notice span")?.textContent.includes("may have been done")`)
		browsertest.Eval[any](tab, `void document.querySelector(".notice button").focus()`)
		hangUp(first.conn, 4504, "")
		waitState(tab, "outdated")
		tab.Wait(`[...document.querySelectorAll(".notice span")].map((e) => e.textContent.slice(0, 24)).join() === "This page is out of date"`)
		tab.Wait(`document.activeElement.textContent === "Load again"`)
	})
}
