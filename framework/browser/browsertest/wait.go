package browsertest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// defaultLimit is how long a tab waits for something. See [Tab.Within].
const defaultLimit = 10 * time.Second

// pulse is the time between two looks at a page. A look takes about a
// millisecond; looking from outside works in every page, also in one without
// scripts and across documents.
const pulse = 15 * time.Millisecond

// Wait waits until the JavaScript expression is truthy. A promise is awaited
// first; an exception means not yet.
func (tab *Tab) Wait(expression string) {
	tab.browser.t.Helper()
	tab.must(tab.await(expression, func(ctx context.Context) error {
		value, err := tab.evaluate(ctx, expression)
		if err != nil {
			return err
		}
		if !truthy(value) {
			return fmt.Errorf("it is %s", value)
		}
		return nil
	}))
}

// WaitText waits until the first element that matches selector says exactly
// want, white space at both ends aside.
func (tab *Tab) WaitText(selector, want string) {
	tab.browser.t.Helper()
	what := fmt.Sprintf("%s to say %q", selector, want)
	tab.must(tab.await(what, func(ctx context.Context) error {
		var text string
		if err := tab.ask(ctx, &text, "text", selector); err != nil {
			return err
		}
		if text != want {
			return fmt.Errorf("it says %q", text)
		}
		return nil
	}))
}

// WaitURL waits until the tab is at want: a whole URL, or one relative to the
// page, such as "/settings".
func (tab *Tab) WaitURL(want string) {
	tab.browser.t.Helper()
	tab.must(tab.await("the address "+want, func(ctx context.Context) error {
		var there bool
		if err := tab.ask(ctx, &there, "at", want); err != nil {
			return err
		}
		if !there {
			return errors.New("it is another one")
		}
		return nil
	}))
}

// await calls try until it returns nil. The error of try says what is missing.
// When the limit is over, await returns the whole story as an error.
func (tab *Tab) await(what string, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(tab.ctx, tab.limit)
	defer cancel()
	beat := time.NewTicker(pulse)
	defer beat.Stop()
	var missing error
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		// Being interrupted by the limit says less than the look before it.
		if ctx.Err() == nil {
			missing = err
		}
		select {
		case <-beat.C:
		case <-tab.stirred:
		case <-ctx.Done():
			return tab.failure(what, missing)
		}
	}
}
