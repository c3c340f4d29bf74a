package page

import (
	"context"
	"net/http"

	"github.com/ocsigo/start/framework/session"
)

// policy is the content security policy of every document: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Middleware stands before every page: it sends strangers' hosts to the public address, refuses what other
// sites post, and gives the request its visitor and its site.
func (s *Site) Middleware(next http.Handler) http.Handler {
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.sameSite(r) {
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
		case r.Host == s.config.URL.Host:
			next.ServeHTTP(w, r)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
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
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != s.Origin() {
		return false
	}
	return http.NewCrossOriginProtection().Check(r) == nil
}

// Origin is the site's own, as browsers write it.
func (s *Site) Origin() string { return s.config.URL.Scheme + "://" + s.config.URL.Host }

// headers sets those of a page. What a connected user is shown is kept nowhere.
func (s *Site) headers(w http.ResponseWriter, r *http.Request, document bool) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	if session.Current(r.Context()) != (session.Visitor{}) {
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "Cookie")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if s.config.URL.Scheme == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if document {
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
}
