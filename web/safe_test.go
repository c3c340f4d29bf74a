package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// safeOf opens the safe in a browser whose user has logged in too long ago.
func safeOf(t *testing.T, s *site) *browsertest.Tab {
	t.Helper()
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	s.later(tooLong)
	tab.Click("header a[href='/safe']")
	tab.WaitText("main h1", "Safe")
	tab.Wait(`document.querySelector("#safe-show[data-filled]")`)
	return tab
}

// TestSafe: a call and a form that want a recent proof wait for the password, and go on by themselves. What was typed in
// the page stays, the tab is the same, and a wrong password is said next to its field.
func TestSafe(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := safeOf(t, s)
	document := tab.Document()
	tab.Fill("#note", "my keys\nand yours")
	tab.Click("#safe-show")
	confirms(tab, "not her password")
	tab.WaitText("#reauthenticate-password-error", "This is not your password.")
	tab.Wait(`document.activeElement.id === "reauthenticate-password" && document.activeElement.value === ""
		&& document.activeElement.getAttribute("aria-describedby") === "reauthenticate-password-error"`)
	confirms(tab, password)
	tab.WaitText("#safe-note", "It is empty.")
	tab.Wait(isClosed + ` && !document.querySelector("#reauthenticate-password-error")`)
	if note := browsertest.Eval[string](tab, `document.querySelector("#note").value`); note != "my keys\nand yours" {
		t.Errorf("what was typed is %q", note)
	}

	s.later(tooLong)
	tab.Submit("#safe")
	confirms(tab, "not her password")
	tab.WaitText("#reauthenticate-password-error", "This is not your password.")
	confirms(tab, password)
	tab.WaitText(announced, "It is in the safe.")
	tab.WaitURL("/safe")
	tab.Click("#safe-show")
	tab.Wait(`document.querySelector("#safe-note").textContent.replace("\r", "") === "my keys\nand yours"`)
	if tab.Document() != document || !connected(tab) {
		t.Error("it is another document now")
	}
}

// TestSafeCancelled: the call fails, the form stays as it is, and either can be tried again. Escape does the same.
func TestSafeCancelled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := safeOf(t, s)
	tab.Fill("#note", "my keys")
	for _, cancel := range []func(){
		func() { tab.Click("#reauthenticate [data-cancel]") },
		func() { tab.Press(kb.Escape) },
	} {
		tab.Click("#safe-show")
		tab.Wait(isOpen)
		cancel()
		tab.Wait(isClosed)
		tab.WaitText("#safe-note", "Prove again who you are, and then do this once more.")
		tab.Submit("#safe")
		tab.Wait(isOpen)
		cancel()
		tab.Wait(isClosed + ` && document.querySelector("#safe").ariaBusy === null`)
		if note := browsertest.Eval[string](tab, `document.querySelector("#note").value`); note != "my keys" || tab.Has(".notice") {
			t.Errorf("what was typed is %q", note)
		}
	}
	tab.Submit("#safe")
	confirms(tab, password)
	tab.WaitText(announced, "It is in the safe.")
}

// TestSafeTwice: calls at once share one dialog, and all go on. It goes when the page is left.
func TestSafeTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := safeOf(t, s)
	browsertest.Eval[any](tab, `(() => {
		window.shown = 0
		const dialog = document.querySelector("#reauthenticate")
		const showModal = dialog.showModal
		dialog.showModal = () => (shown++, showModal.call(dialog))
	})()`)
	for range 3 {
		browsertest.Eval[any](tab, `document.querySelector("#safe-show").click()`)
	}
	confirms(tab, password)
	tab.WaitText("#safe-note", "It is empty.")
	if shown := browsertest.Eval[int](tab, `shown`); shown != 1 {
		t.Errorf("%d dialogs", shown)
	}
	s.later(tooLong)
	tab.Click("#safe-show")
	tab.Wait(isOpen)
	tab.Back()
	tab.WaitURL("/")
	tab.Wait(isClosed)
	tab.Forward()
	tab.WaitText("main h1", "Safe")
	tab.Wait(`document.querySelector("#safe-show[data-filled]")`)
	tab.Click("#safe-show")
	confirms(tab, password)
	tab.WaitText("#safe-note", "It is empty.")
}

// TestSafeWithoutBarriers: the dialog and its error keep nobody out, on a small screen either. Nor do the pages.
func TestSafeWithoutBarriers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := safeOf(t, s)
	barrierFree(t, tab, "the safe")
	tab.Click("#safe-show")
	tab.Wait(isOpen + ` && document.activeElement.id === "reauthenticate-password"`)
	look := func(what string) {
		barrierFree(t, tab, what)
		for _, scheme := range []string{"light", "dark"} {
			tab.ColorScheme(scheme)
			fits(t, tab, what+", "+scheme)
			if out := browsertest.Eval[bool](tab, `(([box]) => box && (box.left < 0 || box.right > innerWidth))(
				document.querySelector("dialog[open]")?.getClientRects() ?? [])`); out {
				t.Errorf("%s, %s: it is wider than the window", what, scheme)
			}
		}
	}
	look("the dialog")
	confirms(tab, "not her password")
	tab.WaitText("#reauthenticate-password-error", "This is not your password.")
	look("the dialog with an error")
	tab.Click("#reauthenticate [data-cancel]")
	tab.Goto(s.URL + "/reauthenticate?next=%2Fsafe%2Fopen")
	tab.Ready()
	look("the page")
	tab.Fill("main [name=password]", "not her password")
	tab.Submit("main form")
	tab.WaitText("#password-error", "This is not your password.")
	look("the page with an error")
	tab.Fill("main [name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/safe/open")
	tab.WaitText("#safe-note", "It is empty.")
	look("the open safe")
}

// TestSafeWithoutJavaScript: pages ask for the password, and nothing typed is lost.
func TestSafeWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(s.URL + "/login?next=%2Fsafe")
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitText("main h1", "Safe")
	s.later(tooLong)
	tab.Fill("#note", "my keys\nand \"yours\"")
	tab.Submit("#safe")
	tab.WaitText("main h1", "Confirm that it is you")
	tab.Fill("main [type=password]", "not her password")
	tab.Submit("main form")
	tab.WaitText("#password-error", "This is not your password.")
	tab.Fill("main [type=password]", password)
	tab.Submit("main form")
	tab.WaitText(stands, "It is in the safe.")
	s.later(tooLong)
	tab.Click("#safe-show")
	tab.WaitURL("/reauthenticate?next=%2Fsafe%2Fopen")
	tab.Fill("main [type=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/safe/open")
	tab.WaitText("#safe-note", `my keys and "yours"`)
}

// TestSafeIsShut to nobody, and to who has only found the browser open. What is too long is said next to its field.
func TestSafeIsShut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	if p := s.visitor().Get("/safe"); p.Header.Get("Location") != "/login?next=%2Fsafe" {
		t.Errorf("nobody: %d %s", p.Status, p.Header.Get("Location"))
	}
	b := s.visitorAs("ada@example.com")
	if p := b.Submit("/safe", url.Values{"note": {strings.Repeat("é", 2001)}}); p.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(p.Body, "There is room for 2,000 characters.") {
		t.Errorf("too much: %d", p.Status)
	}
	if p := b.Submit("/safe", url.Values{"note": {"my keys"}}); p.Status != http.StatusSeeOther || !strings.Contains(b.Get("/safe").Body, "It is in the safe.") {
		t.Errorf("filled: %d", p.Status)
	}
	if p := b.Get("/settings/download"); !strings.Contains(p.Body, `"value": "my keys"`) {
		t.Errorf("what is kept about her: %s", p.Body)
	}
	s.later(tooLong)
	for path, want := range map[string]int{"/safe": http.StatusOK, "/safe/open": http.StatusSeeOther} {
		if p := b.Get(path); p.Status != want || strings.Contains(p.Body, "my keys") {
			t.Errorf("%s: %d %s", path, p.Status, p.Body)
		}
	}
	var note string
	if err := b.Connect("/", nil).Call("safe.open", nil, &note); err == nil || !strings.HasPrefix(fmt.Sprint(err), "reauthenticate: ") || note != "" {
		t.Errorf("the call: %v, %q", err, note)
	}
}
