package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed page.js
var pageJS string

// ask puts one of the questions of page.js to the page and stores the answer.
func (tab *Tab) ask(ctx context.Context, answer any, question string, arguments ...string) error {
	expression, err := expression(question, arguments...)
	if err != nil {
		return err
	}
	value, err := tab.evaluate(ctx, expression)
	if err != nil {
		return err
	}
	return json.Unmarshal(value, answer)
}

// expression is a question of page.js in JavaScript.
func expression(question string, arguments ...string) (string, error) {
	quoted := make([]string, len(arguments))
	for i, argument := range arguments {
		literal, err := json.Marshal(argument)
		if err != nil {
			return "", err
		}
		quoted[i] = string(literal)
	}
	return fmt.Sprintf("(%s).%s(%s)", pageJS, question, strings.Join(quoted, ", ")), nil
}

// evaluate returns the value of a JavaScript expression as JSON; a promise is
// awaited, undefined is null. It works in pages without scripts as well.
func (tab *Tab) evaluate(ctx context.Context, expression string) (json.RawMessage, error) {
	return tab.evaluateIn(ctx, 0, expression)
}

// evaluateIn does so in one of the page's worlds; 0 is that of its own scripts.
func (tab *Tab) evaluateIn(ctx context.Context, world runtime.ExecutionContextID, expression string) (json.RawMessage, error) {
	yes := true
	result, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression:    expression,
		ContextID:     world,
		AwaitPromise:  &yes,
		ReturnByValue: &yes,
	})
	if err != nil {
		return nil, err
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		return nil, errors.New(exception(thrown))
	}
	if result.Result.Value == nil {
		return json.RawMessage("null"), nil
	}
	return json.RawMessage(result.Result.Value), nil
}

// exception says what was thrown, without the stack.
func exception(thrown *runtime.ExceptionDetails) string {
	if thrown.Exception == nil {
		return thrown.Text
	}
	if thrown.Exception.Description == "" {
		return fmt.Sprintf("%s %s", thrown.Text, thrown.Exception.Value)
	}
	message, _, _ := strings.Cut(thrown.Exception.Description, "\n    at ")
	return strings.TrimPrefix(message, "Error: ")
}

// truthy is JavaScript's idea of a true value.
func truthy(value json.RawMessage) bool {
	switch string(value) {
	case "null", "false", "0", `""`:
		return false
	}
	return true
}
