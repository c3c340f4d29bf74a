package browsertest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Opened does act, which must make the page open another tab, and returns that
// tab when its page has loaded:
//
//	other := tab.Opened(func() { tab.Click("a[target=_blank]") })
//
// Act may be a click with [Ctrl] or the [MiddleButton] as well. The browser must
// not open other tabs meanwhile. What the new tab did before it was found, such
// as the request for its document, is not among its [Tab.Requests].
func (tab *Tab) Opened(act func()) *Tab {
	tab.browser.t.Helper()
	var before []target.ID
	tab.must(tab.await("the browser's tabs", func(ctx context.Context) (err error) {
		before, err = tab.browser.pages(ctx, nil)
		return err
	}))
	act()
	var opened []target.ID
	tab.must(tab.await("another tab to open", func(ctx context.Context) (err error) {
		opened, err = tab.browser.pages(ctx, before)
		if err == nil && len(opened) == 0 {
			return errors.New("there is none")
		}
		return err
	}))
	other, err := tab.browser.open(chromedp.WithTargetID(opened[0]))
	if err != nil {
		tab.browser.t.Fatalf("browsertest: taking the tab that was opened: %v", err)
	}
	other.must(other.await("the page that was opened to load", other.begin))
	return other
}

// pages returns the tabs of a browser, its own and those its pages opened,
// except those that are known.
func (b *Browser) pages(ctx context.Context, known []target.ID) (pages []target.ID, err error) {
	all, err := chromedp.CallBrowser(ctx, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		return nil, err
	}
	for _, info := range all.TargetInfos {
		prerendered := info.Subtype != ""
		if info.Type == "page" && info.BrowserContextID == b.id && !prerendered && !slices.Contains(known, info.TargetID) {
			pages = append(pages, info.TargetID)
		}
	}
	return pages, nil
}

// begin returns nil when the first document of a tab that a page opened is
// loaded. Its events may be over, so the tab is asked.
func (tab *Tab) begin(ctx context.Context) error {
	if here := tab.place.now(); here.settled() && !blank(here.url) {
		return nil
	}
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return err
	}
	frame := tree.FrameTree.Frame
	if blank(frame.URL) {
		return errors.New("it is blank")
	}
	tab.place.found(frame)
	state, err := tab.evaluate(ctx, "document.readyState")
	if err != nil {
		return err
	}
	if string(state) != `"complete"` {
		return fmt.Errorf("it is %s", state)
	}
	tab.place.complete(frame)
	return nil
}

// blank reports whether a document is the one in which every tab begins.
func blank(url string) bool { return url == "" || url == ":" || url == "about:blank" }
