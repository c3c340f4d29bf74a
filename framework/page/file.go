package page

import (
	"mime"
	"net/http"
	"strconv"
)

// file is what a browser saves.
type file struct {
	name, kind string
	content    []byte
}

// File answers with a file that the browser saves under this name; kind is its media type, such as application/json. The
// page that the visitor came from stays. So give a link to it the attribute data-prefetch="off": nobody wants it ahead.
func File(name, kind string, content []byte) (Content, error) {
	return Content{file: &file{name, kind, content}}, nil
}

// write sends the file. Its visitor is shown nothing: messages wait for the next page.
func (f *file) write(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(f.content)))
	if status != 0 {
		w.WriteHeader(status)
	}
	w.Write(f.content) // an error says that the visitor has gone
}
