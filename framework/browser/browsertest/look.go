package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Text waits for an element that matches selector and returns what the first
// one says, as a visitor reads it, without white space at its ends.
func (tab *Tab) Text(selector string) string {
	tab.browser.t.Helper()
	return tab.read("the text of "+selector, "text", selector)
}

// Attr waits for an element that matches selector and returns an attribute of
// the first one, or "" where it has none.
func (tab *Tab) Attr(selector, name string) string {
	tab.browser.t.Helper()
	return tab.read(fmt.Sprintf("the attribute %s of %s", name, selector), "attribute", selector, name)
}

// URL returns the address of the page, with its fragment.
func (tab *Tab) URL() string {
	tab.browser.t.Helper()
	return tab.read("the address", "url")
}

// Has reports whether an element matches selector now. To wait for one, see
// [Tab.Text] or [Tab.Wait].
func (tab *Tab) Has(selector string) bool {
	tab.browser.t.Helper()
	var found bool
	tab.must(tab.await("an answer about "+selector, func(ctx context.Context) error {
		return tab.ask(ctx, &found, "has", selector)
	}))
	return found
}

// Focused describes the element that has the focus, such as "button#save",
// "input[name=email]" or, where nothing has it, "body".
func (tab *Tab) Focused() string {
	tab.browser.t.Helper()
	return tab.read("what has the focus", "focused")
}

// Eval returns the value of a JavaScript expression in the page. A promise is
// awaited; undefined is the zero value; an exception fails the test. Unlike
// [Tab.Wait] it evaluates once, so the expression may change things.
//
//	count := browsertest.Eval[int](tab, "document.links.length")
func Eval[T any](tab *Tab, expression string) T {
	tab.browser.t.Helper()
	var result T
	value, err := tab.evaluateOnce(expression)
	if err == nil {
		err = json.Unmarshal(value, &result)
	}
	if err != nil {
		tab.must(tab.failure("the value of "+expression, err))
	}
	return result
}

func (tab *Tab) read(what, question string, arguments ...string) string {
	tab.browser.t.Helper()
	var answer string
	tab.must(tab.await(what, func(ctx context.Context) error {
		return tab.ask(ctx, &answer, question, arguments...)
	}))
	return answer
}

// evaluateOnce tries again only where it is sure that nothing was evaluated:
// between two documents, when there is nothing to evaluate in.
func (tab *Tab) evaluateOnce(expression string) (value json.RawMessage, err error) {
	waited := tab.await("a document", func(ctx context.Context) error {
		value, err = tab.evaluate(ctx, expression)
		if err != nil && strings.Contains(err.Error(), "Cannot find") && strings.Contains(err.Error(), "context") {
			return err
		}
		return nil
	})
	if waited != nil {
		return nil, waited
	}
	return value, err
}
