package page_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ocsigo/start/framework/page"
)

func newAssets(t *testing.T, style string) *page.Assets {
	t.Helper()
	assets, err := page.NewAssets("/static/", fstest.MapFS{
		"style.css":            {Data: []byte(style)},
		"js/main.js":           {Data: []byte("export {}")},
		"js/chunk-0AZ9BQ7X.js": {Data: []byte("export {}")},
		"icon.svg":             {Data: []byte("<svg/>")},
		"data.unheard":         {Data: []byte("<script>alert(1)</script>")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

func ask(h http.Handler, method, url string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestAssetsAreKeptByVersion: for ever under the URL that names their content, and never under another. S189
func TestAssetsAreKeptByVersion(t *testing.T) {
	old, now := newAssets(t, "body{}"), newAssets(t, "body{color:red}")
	const forEver, ask1st = "public, max-age=31536000, immutable", "no-cache"
	if old.URL("style.css") == now.URL("style.css") || old.URL("js/main.js") != now.URL("js/main.js") {
		t.Errorf("the URLs do not name the content: %s, %s", old.URL("style.css"), now.URL("style.css"))
	}
	for url, want := range map[string]string{
		now.URL("style.css"):              forEver,
		now.URL("js/main.js"):             forEver,
		"/static/js/chunk-0AZ9BQ7X.js":    forEver, // its name is made of its content
		old.URL("style.css"):              ask1st,  // asked of a node that has another
		"/static/style.css":               ask1st,
		"/static/style.css?v=":            ask1st,
		"/static/style.css?v=0123456789a": ask1st,
	} {
		w := ask(now, http.MethodGet, url)
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != want {
			t.Errorf("%s: %d, Cache-Control %q, want %q", url, w.Code, w.Header().Get("Cache-Control"), want)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", url, w.Header())
		}
	}
}

// TestAssetsAnswer with their type, text with its charset; what was kept is not sent again. S178
func TestAssetsAnswer(t *testing.T) {
	assets := newAssets(t, "body{}")
	for name, want := range map[string]string{
		"style.css":    "text/css; charset=utf-8",
		"js/main.js":   "text/javascript; charset=utf-8",
		"icon.svg":     "image/svg+xml; charset=utf-8",
		"data.unheard": "application/octet-stream",
	} {
		w := ask(assets, http.MethodGet, assets.URL(name))
		if got := w.Header().Get("Content-Type"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		head := ask(assets, http.MethodHead, assets.URL(name))
		if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
			t.Errorf("HEAD %s: %d %v", name, head.Code, head.Header())
		}
		again := ask(assets, http.MethodGet, assets.URL(name), "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s again: %d", name, again.Code)
		}
	}
}

// TestAssetsHaveNoOtherFiles: no folder to list, no path to climb, and nothing for an unknown name. S188
func TestAssetsHaveNoOtherFiles(t *testing.T) {
	assets := newAssets(t, "body{}")
	for _, path := range []string{
		"/static/", "/static/js", "/static/js/", "/static/missing.css", "/static//style.css", "/static/./style.css",
		"/static/../assets.go", "/static/%2e%2e/assets.go", "/static/..%2fassets.go", "/static/..%5cassets.go",
		"/static//etc/passwd", "/static/js/../style.css", "/static/style.css%00", "/static/STYLE.css", "/style.css",
		assets.URL("missing.css"),
	} {
		w := ask(assets, http.MethodGet, path)
		if w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

// TestAssetsTakeNothing: there is nothing to do with a file but to read it. S181
func TestAssetsTakeNothing(t *testing.T) {
	assets := newAssets(t, "body{}")
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"} {
		w := ask(assets, method, "/static/style.css")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

// TestAssetsFollowNoLinks: a link in the folder is no file of it. S188
func TestAssetsFollowNoLinks(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	for _, name := range []string{filepath.Join(folder, "own.txt"), filepath.Join(elsewhere, "secret.txt")} {
		if err := os.WriteFile(name, []byte("words"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"link.txt": filepath.Join(elsewhere, "secret.txt"), "folder": elsewhere} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	assets, err := page.NewAssets("/static/", os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"own.txt": 200, "link.txt": 404, "folder/secret.txt": 404} {
		if w := ask(assets, http.MethodGet, "/static/"+name); w.Code != want {
			t.Errorf("%s: %d, want %d", name, w.Code, want)
		}
	}
}
