package importer

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// The lengths of the prefixes of subnets for NAT gateways and firewalls: those that the network would plan, down to AWS's smallest.
const (
	usualOwnBits    = 24
	smallestOwnBits = 28
)

// withOwnSubnets states subnets for the NAT gateways and firewalls of the network where the subnets of tiers leave room. Otherwise they
// would be where many templates have their public subnets.
func (i *importer) withOwnSubnets([]string) bool {
	n := &i.doc.Network
	whole, err := netip.ParsePrefix(n.CIDR)
	if err != nil || len(n.NATSubnets) > 0 || len(n.FirewallSubnets) > 0 {
		return false
	}
	what, gateways, firewalls := "NAT gateways", len(n.Zones), 0
	if n.NAT == "single" {
		gateways = 1
	}
	if i.doc.Inspection != nil {
		what, firewalls = "NAT gateways and firewalls", len(n.Zones)
	}
	free := freeSubnets(whole, exactSubnets(i.doc), gateways+firewalls)
	if len(free) == 0 {
		return false
	}
	n.NATSubnets, n.FirewallSubnets = free[:gateways], free[gateways:]
	i.assume("the %s get subnets of their own: %s", what, strings.Join(free, ", "))
	return true
}

// exactSubnets returns the subnets that the document states.
func exactSubnets(d *document.Document) []netip.Prefix {
	texts := slices.Concat(d.Network.NATSubnets, d.Network.FirewallSubnets)
	for _, t := range d.Tiers {
		texts = append(texts, t.Subnets...)
	}
	if d.Endpoints != nil {
		texts = append(texts, d.Endpoints.Subnets...)
	}
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// freeSubnets returns the first subnets of one size in a range that overlap none of those that are taken; nil if there is no room.
func freeSubnets(whole netip.Prefix, taken []netip.Prefix, count int) []string {
	for bits := max(usualOwnBits, whole.Bits()); bits <= smallestOwnBits; bits++ {
		var out []string
		at := netip.PrefixFrom(whole.Masked().Addr(), bits)
		for whole.Contains(at.Addr()) && len(out) < count {
			if !slices.ContainsFunc(taken, at.Overlaps) {
				out = append(out, at.String())
			}
			at = netip.PrefixFrom(after(at), bits)
		}
		if len(out) == count {
			return out
		}
	}
	return nil
}

// after returns the first address behind a block.
func after(p netip.Prefix) netip.Addr {
	bytes := p.Addr().As4()
	number := uint32(bytes[0])<<24 | uint32(bytes[1])<<16 | uint32(bytes[2])<<8 | uint32(bytes[3])
	number += 1 << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)})
}
