package browsertest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// farewell is how long Chromium may take to end by itself before it is killed.
const farewell = 5 * time.Second

var errNoChromium = errors.New("no Chromium or Chrome is installed: browser tests need one")

// executables are the names and places under which Chromium is installed.
var executables = []string{
	"chromium",
	"chromium-browser",
	"google-chrome",
	"google-chrome-stable",
	"chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	`C:\Program Files\Google\Chrome\Application\chrome.exe`,
}

// flags make Chromium quiet, offline but for the pages under test, and fair to
// all its tabs. The sandbox needs no flag: chromedp switches it off for root,
// who cannot have it, and for nobody else.
var flags = map[string]any{
	"headless":        "new",
	"hide-scrollbars": true,
	"mute-audio":      true,
	"disable-gpu":     true,
	"disable-quic":    true,

	// The machine may have a small /dev/shm, and Chromium crashes when it is full.
	"disable-dev-shm-usage": true,

	// Nothing is to be set up, reported, updated or asked of a keyring.
	"no-first-run":                  true,
	"no-default-browser-check":      true,
	"disable-background-networking": true,
	"disable-component-update":      true,
	"disable-sync":                  true,
	"disable-breakpad":              true,
	"disable-default-apps":          true,
	"disable-extensions":            true,
	"password-store":                "basic",
	"use-mock-keychain":             true,

	// A tab that nobody looks at is as alive as the others.
	"disable-background-timer-throttling":    true,
	"disable-backgrounding-occluded-windows": true,
	"disable-renderer-backgrounding":         true,

	// A story may navigate faster than a person.
	"disable-ipc-flooding-protection": true,

	// No bubble of the browser's own covers the page. No window loads two pages
	// more for what its address bar might suggest, and no process waits for a tab
	// that never comes: together they cost as much as the tests. The back/forward
	// cache stays on: it must not be named here.
	"disable-features": "Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
}

// Option makes the Chromium of a package of tests another one.
type Option func(flags map[string]any)

// Drowsy lets Chromium slow down the tabs that are out of sight, as it does for
// everybody: it wakes their timers once a second, and soon those that were set by
// timers, intervals too, once a minute. It begins with that after a second; for
// everybody it takes five minutes.
func Drowsy(flags map[string]any) {
	delete(flags, "disable-background-timer-throttling")
	flags["enable-features"] = "IntensiveWakeUpThrottling:grace_period_seconds/1"
}

// Still has all tabs prefer less motion, but those for which [Tab.ReducedMotion]
// says otherwise. What moves for ever, and the pictures between one page and the
// next, can be a third of what the tests of a site take of the processor.
func Still(flags map[string]any) { flags["force-prefers-reduced-motion"] = true }

// chromium is a running Chromium without tabs.
type chromium struct {
	ctx  context.Context
	stop func()
}

func launch(options []Option) (*chromium, error) {
	path, err := findExecutable()
	if err != nil {
		return nil, err
	}
	// Besides its profile, Chromium writes into the temporary directory and the
	// user's own ones; here they are all one place that is removed at the end.
	scratch, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return nil, err
	}
	set := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.Env("TMPDIR="+scratch, "XDG_CONFIG_HOME="+scratch, "XDG_CACHE_HOME="+scratch),
	}
	flags := maps.Clone(flags)
	for _, option := range options {
		option(flags)
	}
	for name, value := range flags {
		set = append(set, chromedp.Flag(name, value))
	}
	// The allocator gives each Chromium a profile of its own and, at the end,
	// kills what is left of its processes and removes the profile.
	allocator, release := chromedp.NewExecAllocator(context.Background(), set...)
	// What chromedp logs are events of a newer Chromium that it does not know.
	// A command that fails says so itself.
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	stop := func() {
		leave(ctx)
		cancel()
		release()
		os.RemoveAll(scratch)
	}
	// The first command is what starts it.
	if _, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{}); err != nil {
		stop()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return &chromium{ctx: ctx, stop: stop}, nil
}

// leave asks Chromium to end; what it does not do in time is done by killing it.
func leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	chromedp.Cancel(ctx)
}

func findExecutable() (string, error) {
	for _, name := range executables {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoChromium
}

func quiet(string, ...any) {}
