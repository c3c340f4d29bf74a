package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Submit sends a form by a click on its first submit button.
func (tab *Tab) Submit(form string) {
	tab.browser.t.Helper()
	tab.must(tab.click(form+" to be submitted", "submitter", form))
}

// Fill puts value in place of what a field contains. It clicks the field and
// types; in a select (by value or by label) and in the kinds of input that have
// a picker, such as dates, it sets the value and sends input and change.
func (tab *Tab) Fill(selector, value string) {
	tab.browser.t.Helper()
	what := selector + " to be filled in"
	var chosen bool
	tab.must(tab.await(what, func(ctx context.Context) error {
		return tab.ask(ctx, &chosen, "choose", selector, value)
	}))
	if chosen {
		return
	}
	tab.must(tab.click(what, "point", selector))
	tab.must(tab.overwrite(what, selector, value))
}

// Press presses keys on what has the focus, one after another: plain characters,
// or the named ones of chromedp's package kb, such as kb.Enter or kb.Tab.
func (tab *Tab) Press(keys string) {
	tab.browser.t.Helper()
	tab.must(tab.do("keys to be pressed", chromedp.KeyEvent(keys)))
}

// overwrite types value over what is in a field.
func (tab *Tab) overwrite(what, selector, value string) error {
	var marked bool
	err := tab.await(what, func(ctx context.Context) error {
		return tab.ask(ctx, &marked, "mark", selector)
	})
	if err != nil {
		return err
	}
	if value == "" {
		return tab.do(what, chromedp.KeyEvent(kb.Delete))
	}
	return tab.do(what, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// do gives commands within the limit. Those that move the mouse or press keys
// are answered when the page has handled them.
func (tab *Tab) do(what string, commands ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(tab.ctx, tab.limit)
	defer cancel()
	if err := chromedp.Do(ctx, commands...); err != nil {
		return tab.failure(what, err)
	}
	return nil
}
