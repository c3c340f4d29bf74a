package browsertest_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// Where no browser is found, tests are skipped at home and fail in CI. This runs
// one of them again, in a process that finds nothing.
func TestWithoutChromium(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere Chromium is also found without PATH")
	}
	for ci, want := range map[string]string{"": "--- SKIP: TestScreen", "true": "--- FAIL: TestScreen"} {
		again := exec.Command(os.Args[0], "-test.run=^TestScreen$", "-test.v")
		again.Env = []string{"PATH=", "CI=" + ci}
		output, _ := again.CombinedOutput()
		if said := string(output); !strings.Contains(said, want) || !strings.Contains(said, "no Chromium or Chrome is installed") {
			t.Errorf("CI=%q: want %q in\n%s", ci, want, said)
		}
	}
}
