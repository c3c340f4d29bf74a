package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ocsigo/start/framework/browser/browsertest"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Files</title>
		<label>Pick <input id=files type=file multiple style="display: none"></label><input id=text>
		<script>
			window.heard = [];
			for (const kind of ["input", "change"]) addEventListener(kind, () => heard.push(kind));
		</script>`)
	folder := t.TempDir()
	for _, name := range []string{"a.txt", "b.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("I am "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tab := browsertest.New(t).Open(url + "/page")
	tab.Upload("#files", filepath.Join(folder, "a.txt"), filepath.Join(folder, "b.txt"))
	tab.Wait(`heard.join() === "input,change"`)
	contents := browsertest.Eval[[]string](tab, `Promise.all([...document.querySelector("#files").files].map((file) => file.text()))`)
	if got := strings.Join(contents, ", "); got != "I am a.txt, I am b.txt" {
		t.Errorf("the page was given %q", got)
	}
	tab.Upload("#files", filepath.Join(folder, "b.txt"))
	tab.Wait(`document.querySelector("#files").files.length === 1`)
}

func TestUploadsThatFail(t *testing.T) {
	t.Parallel()
	url := page(t, "", `<title>Files</title><input id=files type=file><input id=text><input id=off type=file disabled>`)
	table := map[string]struct {
		selector string
		files    []string
		want     string
	}{
		"text":    {"#text", []string{"files_test.go"}, "it is not a file input"},
		"off":     {"#off", []string{"files_test.go"}, "it is disabled"},
		"missing": {"#files", []string{"none.txt"}, "none.txt"},
		"none":    {"#files", nil, "no files"},
		"two":     {"#files", []string{"files_test.go", "files.go"}, "it takes one file"},
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failures := tell(t, func(t testing.TB) {
				browsertest.New(t).Open(url+"/page").Within(time.Second).Upload(row.selector, row.files...)
			})
			if len(failures) != 1 || !strings.Contains(failures[0], row.want) {
				t.Errorf("failures: %q", failures)
			}
		})
	}
}

func TestWaitDownload(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, "/files/"); ok {
			w.Header().Set("Content-Disposition", "attachment; filename="+name)
			w.Write([]byte("content of " + name))
			return
		}
		write(w, `<title>Downloads</title><a id=a href="/files/a.csv">a</a><a id=b href="/files/b.csv">b</a>`)
	}))
	t.Cleanup(server.Close)

	// The same story of two people at a time: nobody gets the other's file.
	ada, bob := browsertest.New(t).Open(server.URL), browsertest.New(t).Open(server.URL)
	document := ada.Document()
	ada.Click("#a")
	bob.Click("#b")
	for tab, want := range map[*browsertest.Tab]string{ada: "a.csv", bob: "b.csv"} {
		name, content := tab.WaitDownload()
		if name != want || string(content) != "content of "+want {
			t.Errorf("%s was downloaded with %q, want %s", name, content, want)
		}
	}
	ada.Click("#b")
	if name, _ := ada.WaitDownload(); name != "b.csv" || ada.Document() != document {
		t.Errorf("the second download is %s, the page is at %s", name, ada.URL())
	}
}
