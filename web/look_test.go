package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestLookCanBeTried: its form is refused with what is wrong with each field, and taken when nothing is.
func TestLookCanBeTried(t *testing.T) {
	b := newSite(t).visitor()
	if p := b.Get("/look"); p.Status != http.StatusOK || strings.Contains(p.Body, "aria-invalid") {
		t.Errorf("the page: %d", p.Status)
	}
	p := b.Submit("/look", url.Values{"email": {"nobody"}, "password": {"xyzzy"}})
	if p.Status != http.StatusUnprocessableEntity || strings.Contains(p.Body, "xyzzy") {
		t.Errorf("with errors: %d", p.Status)
	}
	for _, field := range []string{"email", "amount", "day", "kind", "words", "seat", "agreed"} {
		if !strings.Contains(p.Body, `id="`+field+`-error"`) {
			t.Errorf("nothing is wrong with %s", field)
		}
	}
	p = b.Submit("/look", url.Values{
		"email": {"ada@example.com"}, "amount": {"1"}, "day": {"2026-01-31"}, "kind": {"door"},
		"words": {"one"}, "seat": {"aisle"}, "agreed": {"yes"},
	})
	if to := p.Header.Get("Location"); p.Status != http.StatusSeeOther || to != "/look#form-title" {
		t.Errorf("filled in with care: %d %s", p.Status, to)
	}
}

// TestLookFitsTheScreen: it does not scroll sideways, with errors neither.
func TestLookFitsTheScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/look")
	fits(t, tab, "the look")
	tab.Submit("main form[method=post]")
	tab.Text("#email-error")
	fits(t, tab, "the look with errors")
}

// TestLookWithoutJavaScript: its form comes back with what was entered and what is wrong, and is taken in the end.
func TestLookWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := browsertest.New(t)
	b.NoJavaScript()
	tab := b.Open(newSite(t).URL + "/look")
	tab.Fill("[name=email]", "nobody")
	tab.Fill("[name=words]", "some words")
	tab.Submit("#look")
	tab.WaitText(".message[role=alert]", "Nothing was sent. Look at the fields that are marked.")
	if wrong := tab.Text("#email-error"); wrong == "" || tab.Has("#words-error") || !tab.Has("#seat-error") {
		t.Errorf("the page says %q", tab.Text("main"))
	}
	if focused := tab.Focused(); focused != "input#email" {
		t.Errorf("the cursor is in %s", focused)
	}
	if kept := browsertest.Eval[string](tab, `document.querySelector("[name=words]").value`); kept != "some words" {
		t.Errorf("kept: %q", kept)
	}
	tab.Fill("[name=email]", "ada@example.com")
	tab.Fill("[name=amount]", "1")
	tab.Fill("[name=day]", "2026-01-31")
	tab.Fill("[name=kind]", "door")
	tab.Click("[name=seat]")
	tab.Click("[name=agreed]")
	tab.Submit("#look")
	tab.WaitURL("/look#form-title")
	tab.Wait(`document.querySelector("[name=words]")?.value === ""`) // it was taken
	if tab.Has(".message[role=alert]") {
		t.Errorf("taken, the page says %q", tab.Text("main"))
	}
}

// TestRefusedLookIsThereStill, as TestRefusedFormsAreThereStill has it for the other pages.
func TestRefusedLookIsThereStill(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/look")
	tab.Submit("#look")
	tab.Text("#email-error")
	thereStill(t, tab, "/look")
	staleForm(tab, "#look")
	thereStill(t, tab, "/look")
}

// TestNoBarriersInTheLook: what everything else is made of keeps nobody out, with errors neither.
func TestNoBarriersInTheLook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tab := s.open(browsertest.New(t), "/look")
	barrierFree(t, tab, "the look")
	tab.Submit("main form[method=post]")
	tab.Text("#email-error")
	barrierFree(t, tab, "the look with errors")
}
