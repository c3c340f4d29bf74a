package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Hide puts the tab out of sight, as a person does who minimizes its window: the
// page hears visibilitychange, loses the focus and gets no more frames. A click
// would never be answered; looking works as before.
func (tab *Tab) Hide() {
	tab.browser.t.Helper()
	tab.must(tab.do("the page to be hidden", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if err := inFront(ctx, t, false); err != nil {
			return err
		}
		return setWindow(ctx, t, browser.WindowStateMinimized)
	})))
	tab.Wait("document.hidden")
}

// Show brings a tab that was hidden back, and one that was frozen to life.
func (tab *Tab) Show() {
	tab.browser.t.Helper()
	tab.must(tab.do("the page to be shown", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if err := setLifecycle(ctx, t, page.SetWebLifecycleStateStateActive); err != nil {
			return err
		}
		if err := setWindow(ctx, t, browser.WindowStateNormal); err != nil {
			return err
		}
		return inFront(ctx, t, true)
	})))
	tab.Wait("!document.hidden")
}

// Freeze hides the tab and stops it, as browsers do to save memory and power:
// the page hears freeze, and then no timer, no answer and no event reaches it.
// Its websockets stay open. Looking works; promises do not settle.
func (tab *Tab) Freeze() {
	tab.browser.t.Helper()
	tab.Hide()
	tab.must(tab.do("the page to be frozen", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return setLifecycle(ctx, t, page.SetWebLifecycleStateStateFrozen)
	})))
}

// Resume lets a frozen tab go on where it was: the page hears resume. It stays
// hidden until [Tab.Show].
func (tab *Tab) Resume() {
	tab.browser.t.Helper()
	tab.must(tab.do("the page to go on", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return setLifecycle(ctx, t, page.SetWebLifecycleStateStateActive)
	})))
}

// inFront makes a tab behave as if it were the one in front, wherever it is:
// visible, with frames and focus events. A tab that is not can be hidden.
func inFront(ctx context.Context, t *chromedp.Target, yes bool) error {
	front := emulation.SetFocusEmulationEnabledParams{Enabled: yes}
	_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, front)
	return err
}

func setWindow(ctx context.Context, t *chromedp.Target, state browser.WindowState) error {
	window, err := chromedp.CallBrowser(ctx, browser.GetWindowForTarget, browser.GetWindowForTargetParams{TargetID: t.TargetID})
	if err != nil {
		return err
	}
	bounds := browser.SetWindowBoundsParams{WindowID: window.WindowID, Bounds: &browser.Bounds{WindowState: state}}
	_, err = chromedp.CallBrowser(ctx, browser.SetWindowBounds, bounds)
	return err
}

func setLifecycle(ctx context.Context, t *chromedp.Target, state page.SetWebLifecycleStateState) error {
	_, err := cdp.Call(ctx, t, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state})
	return err
}
