package browsertest_test

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestScreen(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Screen</title><meta name=viewport content="width=device-width">`)
	tab := browsertest.New(t).Open(url + "/page")
	tab.Size(390, 844, browsertest.Phone)
	tab.Wait(`innerWidth === 390 && matchMedia("(pointer: coarse)").matches`)
	tab.ColorScheme("dark")
	tab.ReducedMotion(true)
	tab.Wait(`matchMedia("(prefers-color-scheme: dark) and (prefers-reduced-motion: reduce)").matches`)
	tab.ReducedMotion(false)
	tab.Wait(`matchMedia("(prefers-color-scheme: dark) and (prefers-reduced-motion: no-preference)").matches`)

	path := filepath.Join(t.TempDir(), "shot.png")
	tab.Screenshot(path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if shot, err := png.DecodeConfig(file); err != nil || shot.Width != 390 || shot.Height != 844 {
		t.Errorf("the screenshot is %dx%d, %v", shot.Width, shot.Height, err)
	}
}

func TestTabsAreAllAlive(t *testing.T) {
	t.Parallel()
	b, url := browsertest.New(t), site(t)
	tabs := []*browsertest.Tab{b.Open(url), b.Open(url), b.Open(url)}
	for _, tab := range tabs {
		if !browsertest.Eval[bool](tab, `document.visibilityState === "visible" && document.hasFocus()`) {
			t.Error("a tab is in the background")
		}
		browsertest.Eval[any](tab, `new Promise(requestAnimationFrame)`)
	}
}
