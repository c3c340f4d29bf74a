package browser_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

// TestRetrySpreads: tries come after half a second and up to as much again, up to twice as much each time, never after
// more than 20 seconds. With 10 seconds for a socket to open a tab is back within 40, hidden or not.
func TestRetrySpreads(t *testing.T) {
	t.Parallel()
	result := api.Build(api.BuildOptions{EntryPoints: []string{"retry.ts"}, Bundle: true, Format: api.FormatIIFE, GlobalName: "retry"})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors)
	}
	s := serve(t, ready)
	tab := browsertest.New(t).Open(s.URL)
	tab.Ready()
	for random, want := range map[string][]float64{
		"0":   {500, 500, 500, 500, 500, 500, 500, 500},
		"0.5": {750, 1000, 1500, 2500, 4500, 8500, 10500, 10500},
		"1":   {1000, 1500, 2500, 4500, 8500, 16500, 20000, 20000},
	} {
		waits := browsertest.Eval[[]float64](tab, fmt.Sprintf(`(() => {
			%s
			const waits = [], real = [Math.random, setTimeout]
			Math.random = () => %s
			window.setTimeout = (f, ms) => waits.push(ms)
			const tries = new retry.Retry(() => {})
			for (let n = 0; n < 8; n++) tries.later()
			tries.reset()
			tries.later();
			[Math.random, window.setTimeout] = real
			return waits
		})()`, result.OutputFiles[0].Contents, random))
		if got := waits[:8]; !slices.Equal(got, want) {
			t.Errorf("with %s it waits %v, want %v", random, got, want)
		}
		if waits[8] != want[0] {
			t.Errorf("after it worked it waits %v, want %v", waits[8], want[0])
		}
	}
}
