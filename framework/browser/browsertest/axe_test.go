package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

const goodPage = `<html lang=en><title>Good</title><meta name=viewport content="width=device-width">
	<link rel=stylesheet href="/style.css"><script src="/script.js"></script>
	<main><h1>Good</h1><form><label>Name <input name=name></label><button>Save</button></form></main>`

func TestAxe(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(fortress(t, goodPage, ""))
	tab.Wait(`document.title === "Good"`)
	if violations := tab.Axe(); len(violations) != 0 {
		t.Errorf("a good page violates %v", violations)
	}
	if browsertest.Eval[bool](tab, `"axe" in window`) {
		t.Error("the page sees axe")
	}

	tab.Goto(fortress(t, strings.Replace(goodPage, "<label>Name <input name=name></label>", `<input id=bare><p class=pale>faint`, 1), ""))
	violations := tab.Axe()
	if len(violations) != 2 {
		t.Fatalf("violations: %v", violations)
	}
	want := []string{
		"color-contrast (serious): Elements must meet minimum color contrast ratio thresholds: p",
		"label (critical): Form elements must have labels: #bare",
	}
	for i, violation := range violations {
		if violation.String() != want[i] {
			t.Errorf("violation: %v, want %s", violation, want[i])
		}
	}
	if violations = tab.Axe("label", "region"); len(violations) != 1 || violations[0].ID != "label" {
		t.Errorf("of two rules: %v", violations)
	}
}

// Where axe-core is not installed, a test is skipped at home and fails in CI.
// This runs one again, in a module that has no node_modules.
func TestWithoutAxe(t *testing.T) {
	t.Parallel()
	module := t.TempDir()
	if err := os.WriteFile(filepath.Join(module, "go.mod"), []byte("module elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for ci, want := range map[string]string{"": "--- SKIP: TestAxe", "true": "--- FAIL: TestAxe"} {
		again := exec.Command(os.Args[0], "-test.run=^TestAxe$", "-test.v")
		again.Dir = module
		again.Env = append(os.Environ(), "CI="+ci)
		output, _ := again.CombinedOutput()
		if said := string(output); !strings.Contains(said, want) || !strings.Contains(said, "axe-core is not installed") {
			t.Errorf("CI=%q: want %q in\n%s", ci, want, said)
		}
	}
}

// fortress serves a page under the policy of the site's own pages, with a
// stylesheet and the script js.
func fortress(t *testing.T, html, js string) string {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; "+
			"require-trusted-types-for 'script'; trusted-types ocsigo")
		write(w, html)
	})
	mux.HandleFunc("/style.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Write([]byte(".pale { color: #ccc; background: #fff }"))
	})
	mux.HandleFunc("/script.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte(js))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
