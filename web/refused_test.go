package web_test

import (
	"fmt"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// staleForm sends a form that was made for somebody else.
func staleForm(tab *browsertest.Tab, form string) {
	form = "main " + form
	tab.Attr(form, "id") // it is there
	browsertest.Eval[bool](tab, fmt.Sprintf(`((form) => {
		form.querySelector("[name=_identity]").value = "x"
		return form.noValidate = true
	})(document.querySelector(%q))`, form))
	tab.Submit(form)
	tab.WaitText(".failure .status", "409")
}

// fillWrongly sends the form of a page on which somebody types his address, or that and his password, so that it comes
// back.
func fillWrongly(tab *browsertest.Tab) {
	email := "ada..x@example.com" // a browser takes it
	if tab.Has("[name=password]") {
		email = "eve@example.com" // five wrong passwords for one address would be too many
		tab.Fill("[name=password]", "too short")
	}
	tab.Fill("[name=email]", email)
	tab.Submit("main form")
}

// thereStill fails unless the tab is at path, and finds a page there with its form when it is loaded again. A restart
// does the same.
func thereStill(t *testing.T, tab *browsertest.Tab, path string) {
	t.Helper()
	tab.WaitURL(path)
	tab.Reload()
	tab.Ready()
	asked := tab.Requests()
	if last := asked[len(asked)-1]; last.Method != "GET" || last.Status != 200 || !tab.Has("main form") {
		t.Errorf("%s, loaded again: %v, %d: %s", path, last, last.Status, tab.Text("main"))
	}
	tab.WaitURL(path)
}

// TestRefusedFormsAreThereStill: a form posts to the URL of the page that shows it, so that the page, and where its
// visitor wanted to go, is found again after a refusal.
func TestRefusedFormsAreThereStill(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	for path, wrong := range map[string]string{
		"/login": "#password-error", "/login?next=%2Fsettings%3Fa%3Db": "#password-error",
		"/signup": "#email-error", "/signup?next=%2Fsettings%3Fa%3Db": "#email-error", "/forgot": "#email-error",
	} {
		tab.Goto(s.URL + path)
		tab.Ready()
		document := tab.Document()
		for range 2 {
			fillWrongly(tab)
			tab.Wait(`document.querySelector("` + wrong + `") && !document.querySelector("[name=password]")?.value`)
		}
		if tab.Document() != document {
			t.Errorf("%s was not sent in place", path)
		}
		thereStill(t, tab, path)
		staleForm(tab, "form")
		thereStill(t, tab, path)
	}

	tab.Goto(s.URL + "/login?next=%2Fsettings%3Fa%3Db")
	tab.Ready()
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=password]", password)
	tab.Submit("main form")
	tab.WaitURL("/settings?a=b")
	tab.WaitText("main h1", "Settings")
	staleForm(tab, "form[action='/settings']")
	thereStill(t, tab, "/settings")
	browsertest.Eval[bool](tab, `(document.querySelector("main form[action='/settings'] button").value = "unknown", true)`)
	tab.Submit("main form[action='/settings']")
	tab.WaitText(".failure .status", "400")
	thereStill(t, tab, "/settings")
}
