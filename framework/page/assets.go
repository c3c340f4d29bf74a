package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
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
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = "application/octet-stream"
		}
		a.files[name] = asset{content, hex.EncodeToString(sum[:6]), kind}
		return nil
	})
	return a, err
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
	if r.URL.Query().Get("v") == file.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
}
