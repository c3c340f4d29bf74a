package page

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns the address from which a request was sent: that of its connection or, where that is a
// trusted proxy's, what the proxy says in X-Forwarded-For. That header is read from its end, past all trusted
// proxies, up to the first address that is none: whatever stands before it, the client may have written himself.
// Where it says no more, or no address, the last proxy is all that is known.
//
// IPv4 is IPv4, however it is written, and an address has no zone. The zero Addr is for a connection without one.
func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	address := peer(r)
	if !among(trusted, address) {
		return address
	}
	said := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, text := range slices.Backward(said) {
		before := parseAddress(text)
		if !before.IsValid() {
			break
		}
		address = before
		if !among(trusted, address) {
			break
		}
	}
	return address
}

// peer is the other end of a request's connection.
func peer(r *http.Request) netip.Addr {
	p, _ := netip.ParseAddrPort(r.RemoteAddr)
	return plain(p.Addr())
}

// parseAddress reads an address as proxies write it, some with a port; the zero Addr is for anything else.
func parseAddress(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if p, err := netip.ParseAddrPort(text); err == nil {
		return plain(p.Addr())
	}
	address, _ := netip.ParseAddr(text)
	return plain(address)
}

// plain is the one way to write an address.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func among(prefixes []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}
