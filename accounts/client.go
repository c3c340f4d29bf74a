package accounts

import (
	"net/netip"

	"github.com/ocsigo/start/framework/session"
)

// Client is from where somebody asks: his tries are counted. What is not known, as in a command, is left empty.
type Client struct {
	Network netip.Prefix
	Browser session.Hash // session.BrowserHash
}

// ClientAt is the client at an address: an IPv4 address is a network of its own, and of IPv6 everybody has 2^64.
func ClientAt(address netip.Addr, browser session.Hash) Client {
	address = address.Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	network, err := address.Prefix(bits)
	if err != nil { // no address
		network = netip.Prefix{}
	}
	return Client{network, browser}
}

func (c Client) hasBrowser() bool { return c.Browser != session.Hash{} }
