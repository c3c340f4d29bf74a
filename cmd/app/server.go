package main

import (
	"net/http"
	"time"
)

// newServer has the limits of what is not a page's yet; those of pages are in framework/page/limits.go, those of
// sockets in framework/process. It answers by itself, without the site, what is no HTTP (400), and a header that
// is too long (431).
func newServer(site http.Handler) *http.Server {
	return &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 5 * time.Second,   // from the first byte of a request to the end of its header
		ReadTimeout:       30 * time.Second,  // to the end of its body
		WriteTimeout:      60 * time.Second,  // from the end of the header to the end of the answer
		IdleTimeout:       120 * time.Second, // between two requests of a connection
		MaxHeaderBytes:    16 << 10,          // bytes of a header with its URL, and 4 KiB more that the library adds

		DisableGeneralOptionsHandler: true, // OPTIONS * is answered as every unknown method is
	}
}
