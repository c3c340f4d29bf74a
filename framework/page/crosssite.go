package page

import (
	"net/http"
	"strings"
)

// fromHere reports whether a request comes from where it may: what changes something from a page of this site, and
// what shows something from wherever somebody follows a link. Browsers say it in Sec-Fetch-Site or Origin.
func (s *Site) fromHere(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	switch {
	case safe(r):
		return !embeds(r)
	case s.config.OnlyBrowsers && origin == "" && r.Header.Get("Sec-Fetch-Site") == "":
		return false
	}
	// The standard check ignores the scheme of Origin, so that is compared here.
	return (origin == "" || strings.EqualFold(origin, s.origin())) && crossOrigin.Check(r) == nil
}

var crossOrigin = http.NewCrossOriginProtection()

// safe reports whether a request asks for a page and changes nothing.
func safe(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// embeds reports whether another site loads a page as a part of its own, such as a script or a picture: nobody
// goes there, and nobody asked for it.
func embeds(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode != "" && mode != "navigate"
}

// origin is the site's own, as browsers write it.
func (s *Site) origin() string { return s.config.URL.Scheme + "://" + s.config.URL.Host }
