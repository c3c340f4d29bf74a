package authcheck

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"time"
)

// networks are where browsers are, as the site sees it.
type networks struct {
	kind   networkKind
	random *rand.Rand
	now    netip.Addr
	used   map[netip.Addr]bool
	always http.Header // goes with every request
}

type networkKind int

const (
	oneNetwork networkKind = iota
	loopback               // 127.x.y.z, each a network of its own: Linux has all of them
	forwarded              // said in X-Forwarded-For
)

// networksTo are those from which a host can be asked. They differ from one run to the next, for the site remembers.
func networksTo(host string, o Options) networks {
	n := networks{random: rand.New(rand.NewPCG(o.Seed, 1)), used: map[netip.Addr]bool{}}
	address, err := netip.ParseAddr(host)
	local := host == "localhost" || err == nil && address.Is4() && address.IsLoopback()
	switch {
	case o.Forwarded:
		n.kind = forwarded
	case local && runtime.GOOS == "linux":
		n.kind = loopback
	}
	return n
}

func (n *networks) many() bool { return n.kind != oneNetwork }

// next moves on to a network that was not used yet.
func (n *networks) next() {
	for n.now = n.any(); n.used[n.now]; n.now = n.any() {
	}
	n.used[n.now] = true
}

func (n *networks) any() netip.Addr {
	a, b, c := byte(1+n.random.IntN(250)), byte(n.random.IntN(250)), byte(1+n.random.IntN(250))
	if n.kind == forwarded { // addresses for tests of networks: 198.18.0.0/15
		return netip.AddrFrom4([4]byte{198, 18 + a%2, b, c})
	}
	return netip.AddrFrom4([4]byte{127, a, b, c})
}

// transport asks from where the browsers are now.
func (n *networks) transport() *http.Transport {
	return &http.Transport{DialContext: n.dialer(), MaxIdleConnsPerHost: 2}
}

func (n *networks) dialer() func(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: 10 * time.Second}
	if n.kind == loopback {
		d.LocalAddr = &net.TCPAddr{IP: n.now.AsSlice()}
	}
	return d.DialContext
}

// headers go with every request. They say where the browsers are now, if the site wants to be told.
func (n *networks) headers() http.Header {
	headers := http.Header{}
	maps.Copy(headers, n.always)
	if n.kind == forwarded {
		headers.Set("X-Forwarded-For", n.now.String())
	}
	return headers
}

// String says what the report says of it.
func (n *networks) String() string {
	return [...]string{"one network", "addresses of 127.0.0.0/8, each a network", "networks said in X-Forwarded-For"}[n.kind]
}

var _ fmt.Stringer = (*networks)(nil)
