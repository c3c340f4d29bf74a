package page

import (
	"context"
	"net/http"
	"strings"

	"github.com/ocsigo/start/framework/session"
)

// policy is the content security policy of every answer: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Middleware stands before every page: it sends strangers' hosts to the public address, refuses what other
// sites post, and gives the request its visitor and its site.
func (s *Site) Middleware(next http.Handler) http.Handler {
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.sameSite(r) {
			// Browsers send no cookies with such a request: a new one would replace the one they have, and
			// with it end their session.
			w.Header().Del("Set-Cookie")
			s.answer(w, r, Content{}, ErrCrossSite)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), siteKey{}, s)))
	})
	return s.publicHost(s.sessions.Middleware(inside))
}

// publicHost redirects to the public address what was asked of another host: cookies, origins and links
// depend on it.
func (s *Site) publicHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.EqualFold(r.Host, s.config.URL.Host):
			next.ServeHTTP(w, r)
		case safe(r):
			target := *s.config.URL
			target.Path, target.RawPath, target.RawQuery = r.URL.Path, r.URL.RawPath, r.URL.RawQuery
			http.Redirect(w, r, target.String(), http.StatusTemporaryRedirect)
		default:
			http.Error(w, "This site is at "+s.config.URL.String(), http.StatusMisdirectedRequest)
		}
	})
}

// sameSite reports whether a request that may change something comes from a page of this site. Browsers say
// so in Sec-Fetch-Site or Origin; a client that sends neither is no browser, and carries no one's cookies
// unknowingly. The standard check ignores the scheme of Origin, so that is compared here.
func (s *Site) sameSite(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	ours := origin == "" || strings.EqualFold(origin, s.origin())
	return safe(r) || ours && crossOrigin.Check(r) == nil
}

var crossOrigin = http.NewCrossOriginProtection()

// safe reports whether a request asks for a page and changes nothing.
func safe(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// origin is the site's own, as browsers write it.
func (s *Site) origin() string { return s.config.URL.Scheme + "://" + s.config.URL.Host }

// headers sets those of every answer. What a connected user is shown is kept nowhere.
func (s *Site) headers(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	if session.Current(r.Context()).Connected() {
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "Cookie")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if s.config.URL.Scheme == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}
