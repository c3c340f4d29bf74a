package browsertest

import (
	"context"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Goto loads url as if it were typed into the address bar, and waits for its
// load event. A document that is about to arrive may do so first.
func (tab *Tab) Goto(url string) {
	tab.browser.t.Helper()
	// Chromium may forget a navigation that begins while another one commits, and
	// never answers then.
	tab.must(tab.await("what the tab is loading", func(context.Context) error {
		if next := tab.place.now().next; next != "" {
			return fmt.Errorf("%s has not arrived", next)
		}
		return nil
	}))
	before := tab.place.now().arrivals
	ctx, cancel := context.WithTimeout(tab.ctx, tab.limit)
	defer cancel()
	sent, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url})
	if err == nil && sent.ErrorText != "" {
		err = errors.New(sent.ErrorText)
	}
	if err != nil {
		tab.must(tab.failure("loading "+url, err))
	}
	// An address that differs in its fragment alone loads nothing.
	if sent.LoaderID != "" {
		tab.must(tab.arrive("the load event of "+url, before))
	}
}

// Reload loads the page again and waits for its load event.
func (tab *Tab) Reload() {
	tab.browser.t.Helper()
	before := tab.place.now().arrivals
	ctx, cancel := context.WithTimeout(tab.ctx, tab.limit)
	defer cancel()
	if _, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{}); err != nil {
		tab.must(tab.failure("loading the page again", err))
	}
	tab.must(tab.arrive("the load event of the page loaded again", before))
}

// Back goes one step back in the tab's history. It waits until the tab is there
// and, if that needed another document, until this is loaded or woken.
func (tab *Tab) Back() {
	tab.browser.t.Helper()
	tab.must(tab.step("one step back", -1))
}

// Forward is the opposite of [Tab.Back].
func (tab *Tab) Forward() {
	tab.browser.t.Helper()
	tab.must(tab.step("one step forward", +1))
}

// arrive waits until a document that came after the given number of them has
// loaded, and stays. A page that sends its visitor elsewhere while it loads is
// followed.
func (tab *Tab) arrive(what string, before int) error {
	return tab.await(what, func(context.Context) error {
		switch here := tab.place.now(); {
		case here.arrivals == before:
			return errors.New("no new document has come")
		case here.next != "":
			return fmt.Errorf("it leads on to %s", here.next)
		case !here.loaded:
			return errors.New("its document has come, but is not loaded")
		}
		return nil
	})
}

func (tab *Tab) step(what string, by int64) error {
	ctx, cancel := context.WithTimeout(tab.ctx, tab.limit)
	defer cancel()
	history, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return tab.failure(what, err)
	}
	goal := history.CurrentIndex + by
	if goal < 0 || goal >= int64(len(history.Entries)) {
		return tab.failure(what, errors.New("the tab's history ends here"))
	}
	entry := page.NavigateToHistoryEntryParams{EntryID: history.Entries[goal].ID}
	if _, err := chromedp.Call(ctx, page.NavigateToHistoryEntry, entry); err != nil {
		return tab.failure(what, err)
	}
	return tab.await(what, func(ctx context.Context) error {
		history, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		if history.CurrentIndex != goal || !tab.place.now().settled() {
			return fmt.Errorf("it is on its way to %s", history.Entries[goal].URL)
		}
		return nil
	})
}
