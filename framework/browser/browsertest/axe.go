package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Violation is a rule of accessibility that a page breaks.
type Violation struct {
	ID      string   // of axe-core's rule, such as "label"
	Impact  string   // "minor", "moderate", "serious" or "critical"
	Help    string   // what should be
	Targets []string // selectors of the elements
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", v.ID, v.Impact, v.Help, strings.Join(v.Targets, ", "))
}

// axeRun checks the page against WCAG 2.2, levels A and AA, and axe-core's own
// best practices.
const axeRun = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
}).then(({ violations }) => violations.map(({ id, impact, help, nodes }) => ({
	id, impact, help, targets: nodes.map((node) => node.target.flat().join(" ")),
})))`

// Axe checks the page as it is now, in its present size and colours, and returns
// what axe-core finds wrong with its accessibility. Where axe-core is not
// installed, the test ends as it does without Chromium. Scripts must not be
// switched off.
func (tab *Tab) Axe() []Violation {
	tab.browser.t.Helper()
	source := tab.axeSource()
	var violations []Violation
	tab.must(tab.await("axe to check the page", func(ctx context.Context) error {
		return tab.axe(ctx, source, &violations)
	}))
	return violations
}

// axe works in a world of its own: the page sees nothing of it, and neither the
// page's scripts nor its content security policy are in its way.
func (tab *Tab) axe(ctx context.Context, source string, violations *[]Violation) error {
	world, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
		FrameID:   tab.place.watched(),
		WorldName: "axe",
	})
	if err != nil {
		return err
	}
	yes := true
	result, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression:    source + "\n;" + axeRun,
		ContextID:     world.ExecutionContextID,
		AwaitPromise:  &yes,
		ReturnByValue: &yes,
	})
	if err != nil {
		return err
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		return errors.New(exception(thrown))
	}
	return json.Unmarshal(result.Result.Value, violations)
}

// axeSource returns axe-core's script, or ends the test.
func (tab *Tab) axeSource() string {
	t := tab.browser.t
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	source, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, os.ErrNotExist) {
		err = errors.New("axe-core is not installed: npm ci does it")
		if os.Getenv("CI") == "" {
			t.Skipf("browsertest: %v", err)
		}
	}
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	return string(source)
}

// moduleRoot is the folder of go.mod. Tests run in the folder of their package.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for folder := start; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("%s is not in a module", start)
		}
	}
}
