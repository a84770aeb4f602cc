package arch

import (
	"fmt"
	"net/netip"
)

// ParseCIDR reads a block in CIDR notation, IPv4 or IPv6. It rejects host bits, zones, IPv4 mapped into IPv6, and tokens.
func ParseCIDR(s string) (netip.Prefix, error) {
	if s == "" {
		return netip.Prefix{}, fmt.Errorf("the CIDR is missing")
	}
	if IsToken(s) {
		return netip.Prefix{}, fmt.Errorf("the CIDR is a CDK token; a literal is needed here, because the address plan depends on it")
	}
	prefix, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return netip.Prefix{}, fmt.Errorf("%q is not in CIDR notation, as in \"10.0.0.0/16\"", s)
	case prefix.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%q is IPv4 mapped into IPv6; write the IPv4 block", s)
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("%q has host bits set; the block is %s", s, prefix.Masked())
	}
	return prefix, nil
}
