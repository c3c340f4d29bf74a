package page

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// How much a request may be, each with its unit and with the status of what is more. Nothing of the page has run
// then. What a whole header may have is the server's: see http.Server.MaxHeaderBytes.
const (
	urlAtMost    = 8 << 10 // bytes of a URL, its path and query: 414
	paramsAtMost = 1000    // parameters of a URL: 400
	formAtMost   = 1 << 20 // bytes of a form, with its files: 413, and the connection is closed
	partsAtMost  = 100     // fields and files of a multipart form: 400

	formInMemory = 8 * formAtMost // bytes that a form takes when it is read, so that no part of it becomes a file
)

// How long a page may take. Its context ends then, so that what waits for a database that hangs gives up. All of it is
// less than what the server gives an answer: see http.Server.WriteTimeout.
const (
	pageTime    = 30 * time.Second // from its header to its answer, its form and its layout included: 503
	insteadTime = 5 * time.Second  // for what takes its place when its context has ended
)

// fits refuses a request that is too much before its body is read, or whose body cannot be read. Compressed bodies
// cannot: a small one may become very large.
func fits(r *http.Request) error {
	coding := r.Header.Get("Content-Encoding")
	switch {
	case len(r.URL.RequestURI()) > urlAtMost:
		return ErrTooLongURL
	case strings.Count(r.URL.RawQuery, "&") >= paramsAtMost:
		return errors.Join(ErrBadRequest, fmt.Errorf("the URL has more than %d parameters", paramsAtMost))
	case coding != "" && coding != "identity":
		return errors.Join(ErrUnsupported, fmt.Errorf("the request's body is encoded with %q", coding))
	case r.ContentLength > formAtMost:
		return ErrTooLarge
	}
	return nil
}

// partsFit refuses a multipart form of too many parts.
func partsFit(r *http.Request) error {
	if r.MultipartForm == nil {
		return nil
	}
	parts := 0
	for _, values := range r.MultipartForm.Value {
		parts += len(values)
	}
	for _, files := range r.MultipartForm.File {
		parts += len(files)
	}
	if parts > partsAtMost {
		return errors.Join(ErrBadRequest, fmt.Errorf("the form has more than %d parts", partsAtMost))
	}
	return nil
}
