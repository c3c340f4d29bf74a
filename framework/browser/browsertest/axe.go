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

// standards are axe-core's names of WCAG 2.2, levels A and AA, and of its own best
// practices.
var standards = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}

// axeRun checks the page against what its argument chooses.
const axeRun = `axe.run(document, {
	runOnly: %s,
	resultTypes: ["violations"],
}).then(({ violations }) => violations.map(({ id, impact, help, nodes }) => ({
	id, impact, help, targets: nodes.map((node) => node.target.flat().join(" ")),
})))`

// Axe checks the page as it is now, in its present size and colours, against WCAG
// 2.2, levels A and AA, and returns what axe-core finds wrong with its
// accessibility. With rules, such as "label", it checks no others. Where axe-core
// is not installed, the test ends as it does without Chromium. Scripts must not be
// switched off.
func (tab *Tab) Axe(rules ...string) []Violation {
	tab.browser.t.Helper()
	source := tab.axeSource()
	only := map[string]any{"type": "tag", "values": standards}
	if len(rules) > 0 {
		only = map[string]any{"type": "rule", "values": rules}
	}
	chosen, err := json.Marshal(only)
	if err != nil {
		tab.browser.t.Fatalf("browsertest: %v", err)
	}
	run := fmt.Sprintf(axeRun, chosen)
	var violations []Violation
	tab.must(tab.await("axe to check the page", func(ctx context.Context) error {
		return tab.axe(ctx, source, run, &violations)
	}))
	return violations
}

// axe works in a world of its own: the page sees nothing of it, and neither the
// page's scripts nor its content security policy are in its way. The world lasts as
// long as the document, so that the script, which is large, is sent once for it.
func (tab *Tab) axe(ctx context.Context, source, run string, violations *[]Violation) error {
	world, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
		FrameID:   tab.place.watched(),
		WorldName: "axe",
	})
	if err != nil {
		return err
	}
	found, err := tab.evaluateIn(ctx, world.ExecutionContextID, `"axe" in globalThis ? `+run+` : null`)
	if err == nil && string(found) == "null" {
		found, err = tab.evaluateIn(ctx, world.ExecutionContextID, source+"\n;"+run)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(found, violations)
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
