package page

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// overHTTPS reports whether the site's address is https.
func (s *Site) overHTTPS() bool { return s.config.URL.Scheme == "https" }

// secure reports whether a request came over https: to this server, or to a trusted proxy that ends TLS.
func (s *Site) secure(r *http.Request) bool {
	return r.TLS != nil || among(s.config.Proxies, peer(r)) && !saysPlain(r)
}

// saysPlain reports whether a proxy says that it was asked over anything but https itself; some write wss of a socket.
// Where several have said something, one is enough. One that says nothing is believed to be asked over https.
func saysPlain(r *http.Request) bool {
	for said := range strings.SplitSeq(strings.Join(r.Header["X-Forwarded-Proto"], ","), ",") {
		switch strings.ToLower(strings.TrimSpace(said)) {
		case "https", "wss", "":
		default:
			return true
		}
	}
	return false
}

// refusePlain answers a request over plain HTTP to a site of https: nothing runs, and no cookie goes out. No browser
// keeps this answer, for it may come from a proxy that only has to be trusted.
func (s *Site) refusePlain(w http.ResponseWriter, r *http.Request) {
	s.warnOfProxy(r)
	if !safe(r) {
		http.Error(w, "This site is at "+s.config.URL.String()+". It takes nothing over plain HTTP.", http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, s.publicAddress(r), http.StatusPermanentRedirect)
}

// warnOfProxy tells the operator of a proxy that he may have forgotten to trust: all that comes through it is
// refused. Anybody can write such headers, so it is said once for each address, and not for many.
func (s *Site) warnOfProxy(r *http.Request) {
	from := peer(r)
	forwarded := r.Header["X-Forwarded-Proto"] != nil || r.Header["X-Forwarded-For"] != nil
	if forwarded && !among(s.config.Proxies, from) && s.unknown.first(from) {
		s.config.Log.WarnContext(r.Context(), "a request over plain HTTP was refused, although a proxy seems to have sent it on: "+
			"if the proxy is yours, name its address in TRUSTED_PROXIES", "address", from.String())
	}
}

// warnOfHost tells the operator of a trusted proxy that asks for another host than the site's. If it does not pass the
// visitors' own on, they are sent to the site's address, and so to the proxy, again and again.
func (s *Site) warnOfHost(r *http.Request) {
	from := peer(r)
	if among(s.config.Proxies, from) && s.misled.first(from) {
		s.config.Log.WarnContext(r.Context(), "a trusted proxy asks for another host than the site's: "+
			"if visitors are redirected for ever, let it pass on the header Host", "address", from.String(), "host", r.Host, "site", s.config.URL.Host)
	}
}

// warnedAtMost is of how many addresses the operator is warned.
const warnedAtMost = 20

// warnings are the addresses of which the operator was warned.
type warnings struct {
	mu    sync.Mutex // protects given
	given map[netip.Addr]bool
}

// first reports whether to warn of an address: once, while they are few.
func (w *warnings) first(a netip.Addr) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.given[a] || len(w.given) >= warnedAtMost {
		return false
	}
	if w.given == nil {
		w.given = map[netip.Addr]bool{}
	}
	w.given[a] = true
	return true
}
