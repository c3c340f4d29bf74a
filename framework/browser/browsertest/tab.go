package browsertest

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tab is one tab of a [Browser]. Its methods fail the test when what they are
// asked to do does not work within the limit.
type Tab struct {
	browser *Browser
	limit   time.Duration
	*life
}

// life is what the copies of a Tab that [Tab.Within] makes have in common.
type life struct {
	ctx   context.Context
	close func()

	place   place
	journal journal
	traffic traffic
	sockets sockets
	dialogs dialogs
	media   map[string]string // what the person prefers

	// stirred has a value when the tab's place or traffic has changed since
	// somebody last waited.
	stirred chan struct{}
}

// Within returns the same tab with another limit for the next steps:
//
//	tab.Within(time.Minute).WaitText("#state", "rebuilt")
func (tab *Tab) Within(limit time.Duration) *Tab {
	other := *tab
	other.limit = limit
	return &other
}

// Close closes the tab. Its page sees a pagehide, as when a person closes it.
func (tab *Tab) Close() { tab.close() }

// open makes a tab, or takes the one that which names.
func (b *Browser) open(which chromedp.ContextOption) (*Tab, error) {
	tab := &Tab{browser: b, limit: defaultLimit, life: &life{stirred: make(chan struct{}, 1)}}
	ctx, cancel := chromedp.NewContext(b.root, which, chromedp.WithListener(tab.hear))
	tab.ctx = ctx
	tab.dialogs.start(tab)
	tab.close = func() {
		cancel()
		tab.dialogs.wait()
	}

	// The tab lives as long as the context of its first command, so that one
	// cannot have a deadline of its own.
	late := time.AfterFunc(tab.limit, cancel)
	defer late.Stop()
	if err := tab.furnish(ctx); err != nil {
		tab.close()
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tabs = append(b.tabs, tab)
	return tab, nil
}

// furnish creates the tab in Chromium and sets what must hold from its first
// document on.
func (tab *Tab) furnish(ctx context.Context) error {
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		// The main frame keeps the tab's own id through all documents.
		tab.place.watch(cdp.FrameID(t.TargetID))
		// chromedp mirrors the tree of elements; we ask the page itself.
		if _, err := cdp.Call(ctx, t, css.Disable, cdp.Empty{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, dom.Disable, cdp.Empty{}); err != nil {
			return err
		}
		if err := inFront(ctx, t, true); err != nil {
			return err
		}
		for _, js := range tab.browser.beforeScripts {
			before := page.AddScriptToEvaluateOnNewDocumentParams{Source: js}
			if _, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, before); err != nil {
				return err
			}
		}
		script := emulation.SetScriptExecutionDisabledParams{Value: tab.browser.noJavaScript}
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, script)
		return err
	}))
}

// hear passes the tab's events on. It runs on the goroutine that reads them, in
// their order, and so must not wait for anything.
func (tab *Tab) hear(event any) {
	tab.place.hear(event)
	tab.journal.hear(event)
	tab.traffic.hear(event)
	tab.sockets.hear(event)
	tab.dialogs.hear(event)
	select {
	case tab.stirred <- struct{}{}:
	default:
	}
}

// flush returns when the events that the page caused before have been heard.
func (tab *Tab) flush() {
	ctx, cancel := context.WithTimeout(tab.ctx, time.Second)
	defer cancel()
	tab.evaluate(ctx, "0")
}
