package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestErrorsInAPageFailTheTest(t *testing.T) {
	t.Parallel()
	table := map[string]struct{ js, want string }{
		"exception": {`throw new Error("lost")`, "lost"},
		"rejection": {`Promise.reject(new Error("broken"))`, "broken"},
		"policy":    {`document.write("<script src='//127.0.0.1:1/x.js'></" + "script>")`, "Content Security Policy"},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			url := strict(t, row.js)
			failures := tell(t, func(t testing.TB) { browsertest.New(t).Open(url) })
			if len(failures) != 1 || !strings.Contains(failures[0], row.want) {
				t.Errorf("failures: %q", failures)
			}
			failures = tell(t, func(t testing.TB) {
				b := browsertest.New(t)
				b.AllowErrors()
				b.Open(url).Close()
			})
			if len(failures) != 0 {
				t.Errorf("failures although errors are allowed: %q", failures)
			}
		})
	}
}

func TestWhatIsNotAnError(t *testing.T) {
	t.Parallel()
	tab := browsertest.New(t).Open(strict(t, `
		console.error("said", {loudly: 1});
		const late = Promise.reject(new Error("handled in the end"));
		setTimeout(() => { late.catch(() => {}); document.title = "handled"; }, 50);
	`))
	tab.Wait(`document.title === "handled"`)
	if logs := strings.Join(tab.Logs(), "\n"); !strings.Contains(logs, "console.error: said") {
		t.Errorf("logs: %s", logs)
	}
}

// strict serves a page that may only run its own script.
func strict(t *testing.T, js string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'unsafe-inline'")
		write(w, script(js))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What the policy forbids is an error even where the page catches it.
func TestViolationsOfTheSitesPolicyFailTheTest(t *testing.T) {
	t.Parallel()
	table := map[string]struct{ html, js, want string }{
		"sink":       {"", `try { document.createElement("p").innerHTML = "x" } catch {}`, "TrustedHTML"},
		"other name": {"", `try { trustedTypes.createPolicy("other", {}) } catch {}`, "other"},
		"script":     {"<script>void 0</script>", "", "inline script"},
		"handler":    {"<p onclick='void 0'>x</p>", "", "inline event handler"},
		"style":      {"<p style='color: red'>x</p>", "", "inline style"},
		"eval":       {"", `try { eval("0") } catch {}`, "TrustedScript"},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := fortress(t, goodPage+row.html, row.js)
			failures := tell(t, func(t testing.TB) { browsertest.New(t).Open(url) })
			if len(failures) == 0 || !strings.Contains(failures[0], row.want) {
				t.Errorf("failures: %q", failures)
			}
		})
	}
}
