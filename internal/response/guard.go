package response

import (
	"fmt"
	"net/netip"

	"go4.org/netipx"
)

// Guard holds the addresses that are never blocked.
type Guard struct {
	entries []guarded
	set     *netipx.IPSet
}

type guarded struct {
	block netip.Prefix
	why   string
}

// special are blocks that are no addresses of the internet (IANA IPv4 and IPv6 Special-Purpose Address Registries), and all of IPv6 that is
// not global unicast.
var special = []guarded{
	{netip.MustParsePrefix("0.0.0.0/8"), "this network"}, {netip.MustParsePrefix("10.0.0.0/8"), "private addresses"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared addresses"}, {netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local addresses"}, {netip.MustParsePrefix("172.16.0.0/12"), "private addresses"},
	{netip.MustParsePrefix("192.0.0.0/24"), "IETF protocol assignments"}, {netip.MustParsePrefix("192.0.2.0/24"), "documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "former 6to4 relays"}, {netip.MustParsePrefix("192.168.0.0/16"), "private addresses"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarks"}, {netip.MustParsePrefix("198.51.100.0/24"), "documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation"}, {netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved addresses"},
	{netip.MustParsePrefix("::/3"), "special IPv6 addresses"}, {netip.MustParsePrefix("4000::/2"), "unassigned IPv6 addresses"},
	{netip.MustParsePrefix("8000::/1"), "local, multicast and unassigned IPv6 addresses"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation"}, {netip.MustParsePrefix("3fff::/20"), "documentation"},
	{netip.MustParsePrefix("2001::/23"), "IETF protocol assignments"}, {netip.MustParsePrefix("2002::/16"), "6to4"},
}

// NewGuard returns the guard of a configuration. own are the public addresses of the user, which only a deployment knows, and aws the
// addresses of the services that the configuration names.
func NewGuard(c Config, own, aws []netip.Prefix) Guard {
	var g Guard
	var b netipx.IPSetBuilder
	add := func(why string, blocks ...netip.Prefix) {
		for _, p := range blocks {
			g.entries = append(g.entries, guarded{p, why})
			b.AddPrefix(p)
		}
	}
	add("your network", c.Networks...)
	add("your addresses", own...)
	add("allowed addresses", c.Allowed...)
	add("addresses of an AWS service in use", aws...)
	for _, s := range special {
		add(s.why, s.block)
	}
	g.set, _ = b.IPSet() // All blocks are valid.
	return g
}

// Why says why an address is never blocked. It is empty if the address may be blocked.
func (g Guard) Why(a netip.Addr) string {
	for _, e := range g.entries {
		if e.block.Contains(a) {
			return fmt.Sprintf("%s belongs to %s: %s", a, e.block, e.why)
		}
	}
	return ""
}
