package web_test

import (
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
	"github.com/ocsigo/start/framework/page"
)

// fits fails where a page scrolls sideways: on a small telephone, on a tablet, and on a desk.
func fits(t *testing.T, tab *browsertest.Tab, what string) {
	t.Helper()
	for width, kind := range map[int]bool{360: browsertest.Phone, 768: browsertest.Phone, 1280: browsertest.Desktop} {
		tab.Size(width, 740, kind)
		wide := browsertest.Eval[int](tab, "document.documentElement.scrollWidth")
		if inner := browsertest.Eval[int](tab, "innerWidth"); wide > width || inner > width {
			t.Errorf("%s: %d pixels wide, in a window of %d that is %d now", what, wide, width, inner)
		}
	}
}

// longest is an address that is one long word.
var longest = strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + "." + strings.Repeat("c", 27) + ".com"

// TestPagesFitTheScreen: no page scrolls sideways, whoever looks at it. Each of them also keeps to its content
// security policy, which browsertest sees to.
func TestPagesFitTheScreen(t *testing.T) {
	t.Parallel()
	s := newSiteAs(t, setup{more: fail})
	s.user(longest)
	tab := s.open(browsertest.New(t), "/")
	all := func(who string, paths ...string) {
		for _, scheme := range []string{"light", "dark"} {
			tab.ColorScheme(scheme)
			for _, path := range paths {
				tab.Goto(s.URL + path)
				tab.Ready()
				fits(t, tab, fmt.Sprintf("%s for %s, %s", path, who, scheme))
			}
		}
	}

	all("nobody", "/", "/login", "/signup", "/forgot", "/sent", "/link", "/nothing", "/logout")
	for path, wrong := range map[string]string{"/login": "password", "/signup": "email", "/forgot": "email"} {
		tab.Goto(s.URL + path)
		tab.Ready()
		fillWrongly(tab)
		tab.Text("#" + wrong + "-error")
		fits(t, tab, path+" with errors")
	}
	s.logIn(tab, longest)
	all("a user", "/", "/settings", "/nothing", "/logout", "/denied", "/fails", "/panics")
}

// TestLinkPagesFitTheScreen: they say the address that a letter went to.
func TestLinkPagesFitTheScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	sent := s.letters()
	tab := s.open(browsertest.New(t), "/signup")
	tab.Fill("[name=email]", longest)
	tab.Submit("#sign-up")
	tab.Goto(s.URL + sent.link(longest))
	tab.Ready()
	tab.Text("#complete")
	fits(t, tab, "the page of a sign-up")
}

// TestTabsTouchThePage: where the header needs two rows, the open tab is in the lower one.
func TestTabsTouchThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.administrator("ada@example.com")
	tab := s.open(browsertest.New(t), "/")
	s.logIn(tab, "ada@example.com")
	tab.Goto(s.URL + "/settings")
	tab.Ready()
	for _, width := range []int{360, 600, 768, 1024, 1280} {
		tab.Size(width, 740, browsertest.Desktop)
		above := browsertest.Eval[float64](tab, `document.querySelector("header").getBoundingClientRect().bottom -
			document.querySelector("header .tab[aria-current]").getBoundingClientRect().bottom`)
		if above < -1 || above > 1 {
			t.Errorf("%d wide: the open tab is %.1f pixels above the page", width, above)
		}
	}
}

// TestHeaderOnATelephone: the first tab stands there whole, and where tabs are cut off a shade says so.
func TestHeaderOnATelephone(t *testing.T) {
	t.Parallel()
	tab := newSite(t).open(browsertest.New(t), "/")
	for _, scheme := range []string{"light", "dark"} {
		tab.ColorScheme(scheme)
		tab.Size(360, 740, browsertest.Phone)
		browsertest.Eval[any](tab, `(() => {
			const nav = document.querySelector("header nav")
			while (nav.scrollWidth < 800) nav.append(document.querySelector(".user-box .tab").cloneNode(true))
			nav.scrollLeft = 0
		})()`)
		const clipped = `((nav) => nav.firstElementChild.getBoundingClientRect().left < nav.getBoundingClientRect().left)(
			document.querySelector("header nav"))`
		if browsertest.Eval[bool](tab, clipped) {
			t.Error("the first tab is cut off")
		}
		if left, right := shades(t, tab); left || !right {
			t.Errorf("%s, at the start: a shade on the left: %v, on the right: %v", scheme, left, right)
		}
		browsertest.Eval[any](tab, `document.querySelector("header nav").scrollLeft = 100`)
		if left, right := shades(t, tab); !left || !right {
			t.Errorf("%s, in between: a shade on the left: %v, on the right: %v", scheme, left, right)
		}
		browsertest.Eval[any](tab, `document.querySelector("header nav").scrollLeft = 10000`)
		if left, right := shades(t, tab); !left || right {
			t.Errorf("%s, at the end: a shade on the left: %v, on the right: %v", scheme, left, right)
		}
	}
}

// shades says on which sides of the header's links there is a shade: above their words, where nothing else is.
func shades(t *testing.T, tab *browsertest.Tab) (left, right bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "header.png")
	tab.Screenshot(path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	shot, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	at := browsertest.Eval[[]int](tab, `(({ left, right, top }) => [left, right, top].map(Math.round))(
		document.querySelector("header nav").getBoundingClientRect())`)
	ground := shot.At(at[0]+2, 2) // the header above the links
	return differs(shot.At(at[0]+2, at[2]+4), ground), differs(shot.At(at[1]-3, at[2]+4), ground)
}

// differs says whether two colours are not the same but for how they were rounded.
func differs(one, other color.Color) bool {
	r, g, b, _ := one.RGBA()
	r2, g2, b2, _ := other.RGBA()
	distance := func(a, b uint32) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(distance(r, r2), distance(g, g2), distance(b, b2)) > 0x0800
}

// TestBrowsersStayOnTheSite: what a real browser makes of the places that LocalPath lets a visitor go to.
func TestBrowsersStayOnTheSite(t *testing.T) {
	s := newSite(t)
	tab := browsertest.New(t).Open(s.URL + "/login")
	for _, target := range []string{
		"/settings?a=b#c", "/#//evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example",
		"/%2fevil.example", "/%5cevil.example", "/./%2fevil.example", "/.//evil.example", "/..//evil.example",
		"/%2e%2e//evil.example", "/%09/evil.example", "/;@evil.example", "/:80@evil.example", "https:evil.example",
		"javascript:alert(1)", "/\u3000/evil.example", "/／evil.example", "/?//evil.example",
	} {
		reference, err := json.Marshal(page.LocalPath(target))
		if err != nil {
			t.Fatal(err)
		}
		origin := browsertest.Eval[string](tab, fmt.Sprintf("new URL(%s, document.baseURI).origin", reference))
		if origin != s.URL {
			t.Errorf("LocalPath(%q) is %s: that leads to %s", target, reference, origin)
		}
	}
}
