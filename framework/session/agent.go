package session

import (
	"net/http"
	"net/netip"
	"strings"
)

// agentOf says in a few words what a browser calls itself, such as "Firefox on Linux": what its owner may recognise
// in a list, and no more than that. What it says is not checked, and cannot be.
func agentOf(r *http.Request) string {
	said := r.UserAgent()
	name, system := firstIn(said, agents), firstIn(said, systems)
	switch {
	case name == "" && system == "":
		return "Unknown browser"
	case system == "":
		return name
	case name == "":
		return "Unknown browser on " + system
	}
	return name + " on " + system
}

// word is one that stands in what browsers of a kind say. The order matters: all say what they are like, too.
type word struct{ said, means string }

var agents = []word{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"},
	{"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"},
	{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
	{"Chrome/", "Chrome"}, {"Chromium/", "Chromium"}, {"CriOS/", "Chrome"},
	{"Safari/", "Safari"}, {"curl/", "curl"}, {"Go-http-client/", "Go"},
}

var systems = []word{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"},
	{"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}, {"FreeBSD", "FreeBSD"},
}

func firstIn(said string, words []word) string {
	for _, w := range words {
		if strings.Contains(said, w.said) {
			return w.means
		}
	}
	return ""
}

// networkOf is an address without what names the machine: the first 24 bits of an IPv4 address, 48 of an IPv6 one.
func networkOf(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	bits := 48
	if a = a.Unmap().WithZone(""); a.Is4() {
		bits = 24
	}
	prefix, _ := a.Prefix(bits) // an address of either kind has as many
	return prefix.String()
}

// ClientAddress is the address of the client who sent a request, as Options.Address says.
func (m *Manager) ClientAddress(r *http.Request) netip.Addr { return m.opts.Address(r) }

// remoteAddress is the address that a request's connection comes from.
func remoteAddress(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr()
}
