package browser_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// everyKind is a form with all kinds of fields.
const everyKind = `<form id="f"><input name="text"><input name="id"><textarea name="long"></textarea>
	<input type="checkbox" name="box" value="1"><input type="checkbox" name="box" value="2">
	<input type="radio" name="radio" value="1" checked><input type="radio" name="radio" value="2">
	<select name="one"><option>a<option>b</select><select name="some" multiple><option>a<option>b<option>c</select>
	<input type="password" name="p" id="password"><input name="q" autocomplete="current-password">
	<input name="new_password" id="shown"><input name="code" autocomplete="one-time-code"><input name="card" autocomplete="cc-number">
	<input name="off" data-draft="off"><input type="file" name="file"><input type="hidden" name="tag" value="form's">
</form><form id="off" data-draft="off"><input name="diary"></form>`

// fillIn types into everyKind. What must not be kept says so.
const fillIn = `{
	const set = (name, value) => { document.querySelector("[name=" + name + "]").value = value }
	set("text", "Ada"); set("id", "7"); set("long", "one\ntwo"); set("one", "b")
	document.querySelector("[name=box][value='2']").checked = true
	document.querySelector("[name=radio][value='2']").checked = true
	for (const option of document.querySelector("[name=some]").options) option.selected = option.value !== "b"
	for (const name of ["p", "q", "new_password", "code", "card", "off", "diary"]) set(name, "secret")
	document.querySelector("[name=tag]").value = "secret"
}`

// filled tells what everyKind contains.
const filled = `JSON.stringify([...new FormData(document.querySelector("#f"))].filter(([, value]) => typeof value === "string"))`

// show notes what the last document has left, before the runtime takes it.
const left = `window.left = sessionStorage["ocsigo.drafts"] ?? ""; window.events = [];
	for (const name of ["input", "change"]) addEventListener(name, (event) => events.push(name + " " + event.target.name))`

// TestDraftsComeBack: all that was typed is offered after the tab has asked, but for what is nobody else's business.
func TestDraftsComeBack(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(tab *browsertest.Tab){
		"asked":     func(tab *browsertest.Tab) { tab.Click(".notice button") },
		"by itself": func(tab *browsertest.Tab) { tab.Reload() }, // a person's F5
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := listening(t)
			s.page("/form", "form", everyKind)
			b := browsertest.New(t)
			b.BeforeScripts(left)
			tab := b.Open(s.URL + "/form")
			first := l.greet(t)
			tab.Ready()
			document := tab.Document()
			browsertest.Eval[any](tab, "{"+fillIn+"}")
			hangUp(first.conn, 4504, "")
			waitState(tab, "outdated")
			if said := tab.Text(".notice[role=alert]"); !strings.Contains(said, "out of date") {
				t.Errorf("the notice says %q", said)
			}
			again(tab)
			l.greet(t)
			tab.WaitNewDocument(document)
			kept := browsertest.Eval[string](tab, "left")
			if !strings.Contains(kept, "Ada") || strings.Contains(kept, "secret") {
				t.Errorf("it was kept: %s", kept)
			}
			if browsertest.Eval[bool](tab, `"ocsigo.drafts" in sessionStorage`) {
				t.Error("it is kept still")
			}
			if text := browsertest.Eval[string](tab, `document.querySelector("[name=text]").value`); text != "" {
				t.Errorf("the form has %q before anybody wants it", text)
			}
			tab.Click(".notice button") // put it back
			const want = `[["text","Ada"],["id","7"],["long","one\r\ntwo"],["box","2"],["radio","2"],["one","b"],["some","a"],["some","c"],` +
				`["p",""],["q",""],["new_password",""],["code",""],["card",""],["off",""],["tag","form's"]]`
			if got := browsertest.Eval[string](tab, filled); strings.ReplaceAll(got, `\r\n`, `\n`) != strings.ReplaceAll(want, `\r\n`, `\n`) {
				t.Errorf("the form has %s, want %s", got, want)
			}
			events := browsertest.Eval[string](tab, `events.join(", ")`)
			for _, want := range []string{"input text, change text", "input box, change box", "input radio, change radio", "input some, change some"} {
				if !strings.Contains(events, want) {
					t.Errorf("the page heard %s, not %s", events, want)
				}
			}
			if tab.Has(".notice") || tab.Focused() != "input[name=text]" {
				t.Errorf("the focus is on %s", tab.Focused())
			}
		})
	}
}

// TestRevokedKeepsNothing: a page that may be another's by now leaves no text behind.
func TestRevokedKeepsNothing(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", everyKind)
	b := browsertest.New(t)
	b.BeforeScripts(left)
	tab := b.Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	document := tab.Document()
	browsertest.Eval[any](tab, "{"+fillIn+"}")
	hangUp(first.conn, 4501, "")
	l.greet(t)
	tab.WaitNewDocument(document)
	if kept := browsertest.Eval[string](tab, "left"); kept != "" || tab.Has(".notice") {
		t.Errorf("it was kept: %s", kept)
	}
}

// TestWhoseDrafts: a user's text is that user's alone. Nobody's goes on to the first who comes, and is theirs then.
func TestWhoseDrafts(t *testing.T) {
	t.Parallel()
	open := opens(browsertest.New(t))
	for name, test := range map[string]struct {
		visitors []string // of the page with the form, the pages in between, and the form again
		offered  bool
	}{
		"the same":                  {[]string{"ada", "ada"}, true},
		"another user":              {[]string{"ada", "bob"}, false},
		"nobody after a user":       {[]string{"ada", ""}, false},
		"nobody":                    {[]string{"", ""}, true},
		"a user after nobody":       {[]string{"", "ada"}, true},
		"back after another":        {[]string{"ada", "bob", "ada"}, false},
		"later":                     {[]string{"ada", "ada", "ada", "ada"}, true},
		"who came, later":           {[]string{"", "ada", "ada"}, true},
		"another after who came":    {[]string{"", "ada", "bob"}, false},
		"nobody after who came":     {[]string{"", "ada", ""}, false},
		"still nobody, then a user": {[]string{"", "", "ada"}, true},
	} {
		t.Log(name)
		s, l := listening(t)
		var turn atomic.Int32
		s.mux.HandleFunc("/turn", func(w http.ResponseWriter, _ *http.Request) {
			n := int(turn.Add(1)) - 1
			body := `<p>between</p>`
			if n == 0 || n == len(test.visitors)-1 {
				body = `<form id="f"><input name="text"></form>`
			}
			writeAs(w, test.visitors[n], body)
		})
		tab := open(s.URL + "/turn")
		first := l.greet(t)
		tab.Ready()
		tab.Fill("input", "typed")
		hangUp(first.conn, 4504, "")
		waitState(tab, "outdated")
		if test.visitors[0] != "" { // it asks whether it may stay
			hangUp(l.next(t, "$/hello").conn, 4504, "")
		}
		for range test.visitors[1:] {
			old := tab.Document()
			tab.Reload()
			l.greet(t)
			tab.WaitNewDocument(old)
		}
		if offered := tab.Has(".notice"); offered != test.offered {
			t.Errorf("offered: %t", offered)
		}
	}
}

// TestDraftsInPlace: the page with the form may be one that is shown in place.
func TestDraftsInPlace(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	var loaded atomic.Int32
	s.mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) {
		body := `<form id="f"><input name="text"></form>`
		if loaded.Add(1) == 2 {
			body = `<a href="/form?again">form</a>`
		}
		write(w, http.StatusOK, "form", "", body)
	})
	tab := browsertest.New(t).Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	old := tab.Document()
	tab.Fill("input", "typed")
	hangUp(first.conn, 4504, "")
	tab.Click(".notice button")
	l.greet(t)
	tab.WaitNewDocument(old)
	between := tab.Document()
	tab.Click("a")
	tab.Click(".notice button")
	tab.Wait(`document.querySelector("input").value === "typed"`)
	if tab.Document() != between {
		t.Error("the form's page is another document")
	}
}

// TestWhatIsThereIsNotOffered: a page that shows the text by itself needs none.
func TestWhatIsThereIsNotOffered(t *testing.T) {
	t.Parallel()
	s, l := listening(t)
	s.page("/form", "form", `<form id="f"><input name="text" value="typed" aria-invalid="true"></form>`)
	tab := browsertest.New(t).Open(s.URL + "/form")
	first := l.greet(t)
	tab.Ready()
	old := tab.Document()
	hangUp(first.conn, 4504, "")
	tab.Click(".notice button")
	l.greet(t)
	tab.WaitNewDocument(old)
	if tab.Has(".notice") {
		t.Errorf("the page says %q", tab.Text(".notice"))
	}
}
