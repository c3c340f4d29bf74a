package web_test

import (
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// barrierFree fails with everything that axe finds in a page, in light and dark.
func barrierFree(t *testing.T, tab *browsertest.Tab, what string) {
	t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		tab.ColorScheme(scheme)
		still(tab)
		for _, found := range tab.Axe() {
			t.Errorf("%s, %s: %s", what, scheme, found)
		}
	}
}

// still waits until nothing moves: colours that change slowly are judged half way otherwise.
func still(tab *browsertest.Tab) {
	tab.Wait(`document.getAnimations().every((a) => a.playState !== "running" || a.effect.getTiming().iterations === Infinity)`)
}

// TestNoBarriers: nothing in the pages keeps out who cannot see them, or cannot use a mouse.
func TestNoBarriers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	all := func(who string, paths ...string) {
		for _, path := range paths {
			tab.Goto(s.URL + path)
			tab.Ready()
			barrierFree(t, tab, path+" for "+who)
		}
	}

	all("nobody", "/", "/login", "/signup", "/nothing", "/logout")
	for _, path := range []string{"/login", "/signup"} {
		tab.Goto(s.URL + path)
		tab.Ready()
		tab.Fill("[name=email]", "ada@example.com")
		tab.Fill("[name=password]", "too short")
		tab.Submit("main form")
		tab.Text("#password-error")
		tab.Wait(`document.title.length > 0 && document.activeElement?.name === "password"`)
		barrierFree(t, tab, path+" with errors")
	}
	s.logIn(tab, "ada@example.com")
	all("a user", "/", "/settings", "/nothing")
}

// TestNoBarriersInTrouble: what the tab says about itself can be read, too.
func TestNoBarriersInTrouble(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	b := browsertest.New(t)
	tab := s.open(b, "/signup")
	tab.Fill("[name=email]", "grace@example.com")
	s.logIn(s.open(b, "/"), "ada@example.com")
	tab.Text(".notice span")
	barrierFree(t, tab, "a page that is out of date")
}
