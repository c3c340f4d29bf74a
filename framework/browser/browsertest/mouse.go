package browsertest

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Hold is what makes a click another than the plain one: a key that is held
// down, or the button.
type Hold int64

// The keys have the protocol's numbers.
const (
	Alt Hold = 1 << iota
	Ctrl
	Meta
	Shift
	MiddleButton
)

// Click clicks the first element that matches selector with the mouse, as soon
// as a person could: when it is visible, enabled and not covered.
func (tab *Tab) Click(selector string) {
	tab.browser.t.Helper()
	tab.must(tab.click(selector+" to be clicked", "point", selector))
}

// ClickWith is [Tab.Click] with keys held down, or with the middle button:
//
//	tab.ClickWith("a", browsertest.Ctrl)
//
// For the tab that such a click may open see [Tab.Opened].
func (tab *Tab) ClickWith(selector string, holds ...Hold) {
	tab.browser.t.Helper()
	tab.must(tab.click(selector+" to be clicked", "point", selector, holding(holds)))
}

// DoubleClick clicks twice, without a look at the page between the two.
func (tab *Tab) DoubleClick(selector string) {
	tab.browser.t.Helper()
	what := selector + " to be clicked twice"
	x, y, err := tab.aim(what, "point", selector)
	tab.must(err)
	tab.must(tab.do(what,
		chromedp.MouseClickXY(x, y),
		chromedp.MouseClickXY(x, y, chromedp.ClickCount(2))))
}

// Hover moves the mouse over an element, as soon as a person could click it.
func (tab *Tab) Hover(selector string) {
	tab.browser.t.Helper()
	_, _, err := tab.aim("the mouse to be over "+selector, "point", selector)
	tab.must(err)
}

func holding(holds []Hold) chromedp.MouseOption {
	return func(click *input.DispatchMouseEventParams) {
		for _, hold := range holds {
			if hold == MiddleButton {
				click.Button = input.MouseButtonMiddle
			} else {
				click.Modifiers |= int64(hold)
			}
		}
	}
}

// click waits until the question of page.js answers with a point, and clicks it.
func (tab *Tab) click(what, question, selector string, options ...chromedp.MouseOption) error {
	x, y, err := tab.aim(what, question, selector)
	if err != nil {
		return err
	}
	return tab.do(what, chromedp.MouseClickXY(x, y, options...))
}

// aim waits until the question of page.js answers with a point, and moves the
// mouse there. A click without the way to it would leave out what hovering does.
// What is elsewhere when the mouse arrives, as in a page that has just scrolled
// to its fragment, is aimed at again.
func (tab *Tab) aim(what, question, selector string) (x, y float64, err error) {
	var at struct{ X, Y float64 }
	err = tab.await(what, func(ctx context.Context) error {
		if err := tab.ask(ctx, &at, question, selector); err != nil {
			return err
		}
		before := at
		if err := chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y)); err != nil {
			return err
		}
		if err := tab.ask(ctx, &at, question, selector); err != nil {
			return err
		}
		if at != before {
			return errors.New("it moves")
		}
		return nil
	})
	return at.X, at.Y, err
}
