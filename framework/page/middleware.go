package page

import (
	"context"
	"net/http"
	"strings"
)

// Middleware stands before every page: it sends strangers' hosts to the public address, refuses what other
// sites send, and gives the request its visitor, its tab and its site.
func (s *Site) Middleware(next http.Handler) http.Handler {
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.fromHere(r) {
			// Browsers send no cookies with such a request: a new one would replace the one they have, and
			// with it end their session.
			w.Header().Del("Set-Cookie")
			s.answer(w, r, Content{}, ErrCrossSite)
			return
		}
		if err := join(r); err != nil {
			s.answer(w, r, Content{}, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), siteKey{}, s)))
	})
	return s.Headers(s.publicHost(s.sessions.Middleware(inside)))
}

// publicHost redirects to the public address what was asked of another host: cookies, origins and links
// depend on it.
func (s *Site) publicHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Host, s.config.URL.Host) {
			next.ServeHTTP(w, r)
			return
		}
		s.warnOfHost(r)
		switch {
		case safe(r):
			http.Redirect(w, r, s.publicAddress(r), http.StatusTemporaryRedirect)
		default:
			http.Error(w, "This site is at "+s.config.URL.String(), http.StatusMisdirectedRequest)
		}
	})
}

// publicAddress is where the site has what a request asks for.
func (s *Site) publicAddress(r *http.Request) string {
	target := *s.config.URL
	target.Path, target.RawPath, target.RawQuery = r.URL.Path, r.URL.RawPath, r.URL.RawQuery
	return target.String()
}
