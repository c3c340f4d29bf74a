package web_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// ofColours are axe's rules about colours. In the dark nothing else is another, so that the others need not look twice:
// see TestSchemesDifferInColours.
var ofColours = []string{"color-contrast", "link-in-text-block"}

// barrierFree fails with everything that axe finds in a page, in light and dark.
func barrierFree(t *testing.T, tab *browsertest.Tab, what string) {
	t.Helper()
	check := func(scheme string, rules ...string) {
		t.Helper()
		tab.ColorScheme(scheme)
		still(tab)
		for _, found := range tab.Axe(rules...) {
			t.Errorf("%s, %s: %s", what, scheme, found)
		}
	}
	check("light")
	check("dark", ofColours...)
}

// TestSchemesDifferInColours: nothing asks which scheme it is. light-dark() alone knows, and it stands for colours.
func TestSchemesDifferInColours(t *testing.T) {
	var files []string
	for _, pattern := range []string{"static/*.css", "static/js/*.js", "../templates/*.templ"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "prefers-color-scheme") {
			t.Errorf("%s asks for the scheme, or cannot be read: %v", file, err)
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
	s := newSiteAs(t, setup{more: fail})
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	tab.ReducedMotion(false)
	all := func(who string, paths ...string) {
		for _, path := range paths {
			tab.Goto(s.URL + path)
			tab.Ready()
			barrierFree(t, tab, path+" for "+who)
		}
	}

	all("nobody", "/", "/login", "/signup", "/forgot", "/sent", "/link", "/nothing", "/logout")
	for path, wrong := range map[string]string{"/login": "password", "/signup": "email", "/forgot": "email"} {
		tab.Goto(s.URL + path)
		tab.Ready()
		fillWrongly(tab)
		tab.Text("#" + wrong + "-error")
		tab.Wait(`document.title.length > 0 && document.activeElement?.name === "` + wrong + `"`)
		barrierFree(t, tab, path+" with errors")
	}
	s.logIn(tab, "ada@example.com")
	all("a user", "/", "/settings", "/nothing", "/denied", "/fails")
	tab.Goto(s.URL + "/settings")
	tab.Ready()
	staleForm(tab, "form[action='/settings']")
	barrierFree(t, tab, "a form of somebody else's")
}

// TestNoBarriersBeforeTheContent: the link that skips the header covers nothing that can be pressed, at any width.
func TestNoBarriersBeforeTheContent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.user("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	for _, path := range []string{"/", "/settings"} {
		tab.Goto(s.URL + path)
		tab.Ready()
		tab.Press(kb.Tab)
		if !tab.Has(".skip:focus") {
			t.Fatalf("%s: the first is %s", path, tab.Focused())
		}
		for _, width := range []int{360, 768, 1280} {
			tab.Size(width, 740, browsertest.Desktop)
			barrierFree(t, tab, fmt.Sprintf("%s, %d wide, before its content", path, width))
		}
	}
	tab.Press(kb.Enter)
	tab.Wait(`document.activeElement.id === "main"`)
}

// TestNoBarriersInTrouble: what the tab says about itself can be read, too.
func TestNoBarriersInTrouble(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteAs(t, setup{host: listener.Addr().String()})
	w := newWire(t, listener, s.Listener.Addr().String())
	s.URL = s.address.String()
	s.user("ada@example.com")
	b := browsertest.New(t)
	tab := s.open(b, "/signup")
	tab.Fill("[name=email]", "grace@example.com")
	other := s.open(b, "/")
	s.logIn(other, "ada@example.com")
	tab.Text(".notice span")
	barrierFree(t, tab, "a page that is out of date")
	tab.Click(".notice button")
	tab.WaitText("header .who", "ada@example.com")

	w.setCut(true)
	other.Wait(`document.documentElement.dataset.process === "lost" && document.querySelector(".process-status").textContent`)
	barrierFree(t, other, "a tab that is lost")
	other.Click("header a[href='/settings']")
	other.Text(".notice span")
	barrierFree(t, other, "a page that was not loaded")
	w.setCut(false)
	other.Ready()
	barrierFree(t, other, "a page that was not loaded, and the server is back")
}
