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
		waits := browsertest.Eval[[]float64](tab, fmt.Sprintf(`(async () => {
			%s
			const waits = [], random = Math.random, later = setTimeout
			Math.random = () => %s
			const tries = new retry.Retry(() => {})
			const wait = () => new Promise((set) => {
				window.setTimeout = (f, ms) => set(waits.push(ms))
				tries.later()
			})
			for (let n = 0; n < 8; n++) await wait()
			tries.reset()
			await wait()
			tries.later()
			tries.cancel()
			await new Promise((done) => later(done, 50));
			[Math.random, window.setTimeout] = [random, later]
			return waits
		})()`, result.OutputFiles[0].Contents, random))
		if got := waits[:8]; !slices.Equal(got, want) {
			t.Errorf("with %s it waits %v, want %v", random, got, want)
		}
		if got := waits[8:]; len(got) != 1 || got[0] != want[0] {
			t.Errorf("after it worked, and then was cancelled, it waits %v, want %v", got, want[0])
		}
	}
}
