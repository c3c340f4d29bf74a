package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// Assets serves files that never change while the program runs, such as stylesheets and scripts. Their URLs
// name their content, so browsers may keep them for ever.
type Assets struct {
	prefix string
	files  map[string]asset
}

type asset struct {
	content []byte
	version string
	kind    string
}

// NewAssets reads all the files of a folder, to be served below prefix, such as "/static/".
func NewAssets(prefix string, folder fs.FS) (*Assets, error) {
	a := &Assets{prefix, map[string]asset{}}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() { // a link could lead out of the folder
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		a.files[name] = asset{content, hex.EncodeToString(sum[:6]), kindOf(name)}
		return nil
	})
	return a, err
}

// texts are the types of files that are text, the same on every machine: the table that package mime reads may
// say otherwise, and knows no charset for some.
var texts = map[string]string{
	".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json",
	".map": "application/json", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain",
	".webmanifest": "application/manifest+json", ".xml": "text/xml",
}

// hashed are names that name their content too: what several scripts share, as esbuild writes it.
var hashed = regexp.MustCompile(`/chunk-[0-9A-Z]{8}\.js$`)

func kindOf(name string) string {
	extension := strings.ToLower(path.Ext(name))
	if text, ok := texts[extension]; ok {
		return text + "; charset=utf-8"
	}
	return cmp.Or(mime.TypeByExtension(extension), "application/octet-stream")
}

// URL returns where a file is served. A file that is not there gets a URL that answers 404, and a line in the
// log.
func (a *Assets) URL(name string) string {
	file, ok := a.files[name]
	if !ok {
		slog.Error("a page names a file that is not there", "name", name)
	}
	return a.prefix + name + "?v=" + file.version
}

// ServeHTTP serves the files by their names. There is no directory to list and no path to climb.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[strings.TrimPrefix(r.URL.Path, a.prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if !safe(r) {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	h.Set("Content-Type", file.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", `"`+file.version+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == file.version || hashed.MatchString(r.URL.Path) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
}
