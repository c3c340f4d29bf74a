package browsertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Browser is one person's browser: its tabs share their cookies and storage with
// each other and with no other Browser.
type Browser struct {
	t    testing.TB
	root context.Context // the shared Chromium
	id   cdp.BrowserContextID

	noJavaScript  bool
	allowErrors   bool
	beforeScripts []string

	downloads downloads

	mu   sync.Mutex // protects tabs
	tabs []*Tab     // all that were opened, closed ones too
}

// New returns a browser for this test. It is closed at the test's end, and the
// test fails if a page in it had an uncaught exception or broke its content
// security policy.
func New(t testing.TB) *Browser {
	t.Helper()
	b := &Browser{t: t, root: chromiumFor(t)}
	made, err := chromedp.CallBrowser(b.root, target.CreateBrowserContext, target.CreateBrowserContextParams{})
	if err != nil {
		t.Fatalf("browsertest: opening a browser: %v", err)
	}
	b.id = made.BrowserContextID
	folder := t.TempDir() // is removed after the browser has ended
	t.Cleanup(b.end)
	ctx, cancel := context.WithCancel(b.root)
	t.Cleanup(cancel)
	if err := b.downloads.start(ctx, b.id, folder); err != nil {
		t.Fatalf("browsertest: letting a browser download: %v", err)
	}
	return b
}

// NoJavaScript switches scripts off in the tabs opened from now on. The methods
// of [Tab] go on working, except [Tab.Ready] and what builds on it: without
// scripts no page announces that it is ready.
func (b *Browser) NoJavaScript() { b.noJavaScript = true }

// AllowErrors lets the test pass although pages have uncaught exceptions or
// violate their content security policy.
func (b *Browser) AllowErrors() { b.allowErrors = true }

// BeforeScripts has js run in every document of the tabs opened from now on,
// before the page's own scripts, whatever its content security policy. It can
// take away what other browsers do not have:
//
//	b.BeforeScripts("delete window.navigation")
//
// In a tab that a page opens, see [Tab.Opened], the first document goes without.
func (b *Browser) BeforeScripts(js string) { b.beforeScripts = append(b.beforeScripts, js) }

// Open returns a new tab that has loaded url.
func (b *Browser) Open(url string) *Tab {
	b.t.Helper()
	// Every tab is a window of its own, chromedp's default.
	tab, err := b.open(chromedp.WithExistingBrowserContext(b.id))
	if err != nil {
		b.t.Fatalf("browsertest: opening a tab: %v", err)
	}
	tab.Goto(url)
	return tab
}

// end is the browser's part of the test's end.
func (b *Browser) end() {
	b.mu.Lock()
	tabs := b.tabs
	b.mu.Unlock()
	for _, tab := range tabs {
		tab.flush()
		for _, fault := range tab.journal.faults() {
			if !b.allowErrors {
				b.t.Errorf("browsertest: error in a page (AllowErrors would let it pass): %s", fault)
			}
		}
	}
	b.dispose()
	for _, tab := range tabs {
		tab.Close()
	}
}

// dispose closes the tabs that are open and forgets cookies and storage.
func (b *Browser) dispose() {
	ctx, cancel := context.WithTimeout(b.root, 5*time.Second)
	defer cancel()
	forget := target.DisposeBrowserContextParams{BrowserContextID: b.id}
	if _, err := chromedp.CallBrowser(ctx, target.DisposeBrowserContext, forget); err != nil {
		b.t.Errorf("browsertest: closing a browser: %v", err)
	}
}
