package page

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// always is what every answer says. A handler may set its own instead: what stands here is set before it runs.
var always = shared(map[string]string{
	// Nothing inline, nothing from elsewhere. Text becomes elements and scripts through one policy alone, that of
	// framework/browser.
	"Content-Security-Policy": strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
		"connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types ocsigo",
	}, "; "),
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "strict-origin-when-cross-origin",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
})

// shared makes headers that all answers have in common: who adds to one gets a list of his own.
func shared(h map[string]string) http.Header {
	all := http.Header{}
	for name, value := range h {
		all[name] = slices.Clip([]string{value})
	}
	return all
}

// Headers gives every answer the headers that keep its visitor safe: put it before all routes, those that are no
// pages too. Middleware does the same for pages. A site whose address is https is asked over https alone: what comes
// over plain HTTP is sent there (308), or refused (400), before anything runs. See Config.Proxies.
func (s *Site) Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, always)
		if s.overHTTPS() {
			if !s.secure(r) {
				s.refusePlain(w, r)
				return
			}
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// headers sets those of a page's answer. What a connected user is shown is kept nowhere, and neither is what a
// tab shows in place.
//
// So there is nothing of his in the browser's cache when he logs out, and the answer does without Clear-Site-Data:
// "cache". Chromium looks through all that it keeps, of all sites, before it goes on: 0.2 seconds for 2,000 files, 2
// for 20,000. And "storage" would take from the browser's tabs what is theirs whoever is connected.
func (s *Site) headers(w http.ResponseWriter, r *http.Request) {
	h, ctx := w.Header(), r.Context()
	h.Set("Cache-Control", "private, no-cache")
	if session.Current(ctx).Connected() || inPlace(r) {
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "Cookie, "+processHeader)
	h.Set("Ocsigo-Build", s.sessions.Build())
	if number, raised := session.Raised(ctx); raised {
		h.Set(identityHeader, strconv.Itoa(number))
	}
	if session.LeftTab(ctx) {
		h.Set("Ocsigo-Load", "document")
	}
}
