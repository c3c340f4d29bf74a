package browsertest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Ready waits until the page's runtime says data-process="ready" on the root
// element, in a document that is not about to be replaced.
func (tab *Tab) Ready() {
	tab.browser.t.Helper()
	tab.must(tab.await("the page to be ready", tab.ready))
}

// Document names the document that the tab shows. Every load makes another
// name; navigating in place keeps it, and a document that the back/forward
// cache wakes has its old name again.
func (tab *Tab) Document() string {
	tab.browser.t.Helper()
	var document cdp.LoaderID
	tab.must(tab.await("a document", func(ctx context.Context) error {
		tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
		if err == nil {
			document = tree.FrameTree.Frame.LoaderID
		}
		return err
	}))
	return string(document)
}

// WaitNewDocument waits until the tab shows a document other than old, which is
// ready.
func (tab *Tab) WaitNewDocument(old string) {
	tab.browser.t.Helper()
	tab.must(tab.await("another document, ready", func(ctx context.Context) error {
		if string(tab.place.now().document) == old {
			return errors.New("it is still the same document")
		}
		return tab.ready(ctx)
	}))
}

// FromBackForwardCache reports whether the document that the tab shows was
// woken from the browser's cache, with the state it had, rather than loaded.
func (tab *Tab) FromBackForwardCache() bool { return tab.place.now().woken }

// CacheRefusals returns Chromium's reasons why the last step back or forward had
// to load its document again, such as "WebSocket". After a step that woke its
// document there are none.
func (tab *Tab) CacheRefusals() []string {
	tab.place.mu.Lock()
	defer tab.place.mu.Unlock()
	return slices.Clone(tab.place.refusals)
}

// ready returns nil when the page is ready, and what it lacks otherwise.
func (tab *Tab) ready(ctx context.Context) error {
	before := tab.place.now()
	if before.next != "" {
		return fmt.Errorf("it is being replaced by %s", before.next)
	}
	var state string
	if err := tab.ask(ctx, &state, "process"); err != nil {
		return err
	}
	if state != "ready" {
		return fmt.Errorf("its data-process is %q", state)
	}
	// It may have been another document that answered.
	if after := tab.place.now(); after.next != "" || after.arrivals != before.arrivals {
		return errors.New("it has just been replaced")
	}
	return nil
}
