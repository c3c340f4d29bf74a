package browsertest

import (
	"context"
	"os"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The two kinds of screen, for [Tab.Size].
const (
	Desktop = false
	Phone   = true
)

// Size gives the tab a screen of that many CSS pixels. A mobile one obeys the
// page's viewport and is touched:
//
//	tab.Size(390, 844, browsertest.Phone)
func (tab *Tab) Size(width, height int, mobile bool) {
	tab.browser.t.Helper()
	tab.must(tab.do("another screen", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		screen := emulation.SetDeviceMetricsOverrideParams{
			Width:             int64(width),
			Height:            int64(height),
			DeviceScaleFactor: 1,
			Mobile:            mobile,
		}
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, screen); err != nil {
			return err
		}
		touch := emulation.SetTouchEmulationEnabledParams{Enabled: mobile}
		_, err := cdp.Call(ctx, t, emulation.SetTouchEmulationEnabled, touch)
		return err
	})))
}

// ColorScheme makes the tab prefer "dark" or "light"; "" is the browser's own
// choice.
func (tab *Tab) ColorScheme(scheme string) {
	tab.browser.t.Helper()
	tab.must(tab.prefer("prefers-color-scheme", scheme))
}

// ReducedMotion makes the tab prefer less motion, or not.
func (tab *Tab) ReducedMotion(reduced bool) {
	tab.browser.t.Helper()
	preference := "no-preference"
	if reduced {
		preference = "reduce"
	}
	tab.must(tab.prefer("prefers-reduced-motion", preference))
}

// prefer sets one preference. The browser is told all of them each time.
func (tab *Tab) prefer(feature, value string) error {
	if tab.media == nil {
		tab.media = make(map[string]string)
	}
	tab.media[feature] = value
	var features []*emulation.MediaFeature
	for feature, value := range tab.media {
		features = append(features, &emulation.MediaFeature{Name: feature, Value: value})
	}
	return tab.do(feature+" to be "+value, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
}

// Screenshot writes what the tab shows to a PNG file.
func (tab *Tab) Screenshot(path string) {
	tab.browser.t.Helper()
	tab.must(tab.do("a screenshot", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		shot, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{})
		if err != nil {
			return err
		}
		return os.WriteFile(path, shot.Data, 0o644)
	})))
}
