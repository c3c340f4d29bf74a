package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/ocsigo/start/framework/page"
)

// trusted are the proxies of these tests.
var trusted = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("127.0.0.1/32"),
}

func requestFrom(peer string, forwardedFor ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://example.com/", nil)
	r.RemoteAddr = peer
	if forwardedFor != nil {
		r.Header["X-Forwarded-For"] = forwardedFor
	}
	return r
}

// TestClientAddress: what a client writes itself is never believed, and what trusted proxies write always.
func TestClientAddress(t *testing.T) {
	for _, test := range []struct {
		name, peer string
		said       []string
		want       string // "" is the zero Addr
	}{
		{"no proxy", "203.0.113.9:1", nil, "203.0.113.9"},
		{"no proxy, a client that lies", "203.0.113.9:1", []string{"192.0.2.1"}, "203.0.113.9"},
		{"a proxy that says nothing", "10.0.0.1:1", nil, "10.0.0.1"},
		{"one proxy", "10.0.0.1:1", []string{"192.0.2.1"}, "192.0.2.1"},
		{"a client that lies to it", "10.0.0.1:1", []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		{"that it is a proxy", "10.0.0.1:1", []string{"198.51.100.7, 10.9.9.9, 192.0.2.1"}, "192.0.2.1"},
		{"that it is many", "10.0.0.1:1", []string{"198.51.100.7", "10.9.9.9", "192.0.2.1"}, "192.0.2.1"},
		{"two proxies", "10.0.0.1:1", []string{"192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"two proxies, two lines", "10.0.0.1:1", []string{"192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
		{"of both kinds", "[fd00::1]:1", []string{"2001:db8::1, 10.0.0.2"}, "2001:db8::1"},
		{"one of ours asks", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"malformed", "10.0.0.1:1", []string{"unknown"}, "10.0.0.1"},
		{"malformed behind a proxy", "10.0.0.1:1", []string{"192.0.2.1, unknown, 10.0.0.2"}, "10.0.0.2"},
		{"empty", "10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"a comma too many", "10.0.0.1:1", []string{"192.0.2.1,"}, "10.0.0.1"},
		{"blanks", "10.0.0.1:1", []string{" 192.0.2.1\t,  10.0.0.2 "}, "192.0.2.1"},
		{"a port", "10.0.0.1:1", []string{"192.0.2.1:4711"}, "192.0.2.1"},
		{"a port, IPv6", "10.0.0.1:1", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"IPv4 as IPv6", "[::ffff:10.0.0.1]:1", []string{"::ffff:192.0.2.1, ::ffff:10.0.0.2"}, "192.0.2.1"},
		{"a zone", "[fd00::1%eth0]:1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"a prefix", "10.0.0.1:1", []string{"192.0.2.0/24"}, "10.0.0.1"},
		{"no address", "@", []string{"192.0.2.1"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := netip.Addr{}
			if test.want != "" {
				want = netip.MustParseAddr(test.want)
			}
			if got := page.ClientAddress(requestFrom(test.peer, test.said...), trusted); got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

// FuzzClientAddress: whatever a client writes, he is who the proxy says he is.
func FuzzClientAddress(f *testing.F) {
	for _, s := range []string{"", ",", "192.0.2.1", "10.0.0.1, ::ffff:10.0.0.2:80", "[fe80::1%a]:0, unknown", "\x00, 1.2.3.4:"} {
		f.Add(s, "10.0.0.1:1")
		f.Add(s, s)
	}
	const client = "203.0.113.9"
	f.Fuzz(func(t *testing.T, said, peer string) {
		for name, r := range map[string]*http.Request{
			"the same line": requestFrom("10.0.0.1:1", said+", "+client),
			"another line":  requestFrom("10.0.0.1:1", said, client+", 10.0.0.2"),
			"no proxy":      requestFrom(client+":1", said),
		} {
			if got := page.ClientAddress(r, trusted); got != netip.MustParseAddr(client) {
				t.Errorf("%s: %v", name, got)
			}
		}
		got := page.ClientAddress(requestFrom(peer, said), trusted)
		if got != got.Unmap().WithZone("") {
			t.Errorf("it is written %v", got)
		}
	})
}
