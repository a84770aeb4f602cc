package arch

import (
	"fmt"
	"net/netip"
)

// exactSubnets checks the exact subnets of the network's own purposes.
func (c *checker) exactSubnets(n Network, fail func(rule, summary, detail, fix string)) {
	gateways := len(n.Zones)
	if n.NAT == NATSingle {
		gateways = 1
	}
	for _, stated := range []struct {
		prop    string
		subnets []string
		want    int
		each    string
	}{
		{"NATSubnets", n.NATSubnets, gateways, "NAT gateway"},
		{"FirewallSubnets", n.FirewallSubnets, len(n.Zones), "zone"},
		{"TransitSubnets", n.TransitSubnets, len(n.Zones), "zone"},
		{"IngressSubnets", n.IngressSubnets, len(n.Zones), "zone"},
	} {
		if len(stated.subnets) == 0 {
			continue
		}
		if got := len(stated.subnets); got != stated.want {
			fail("subnets", "the number of "+stated.prop+" does not fit", fmt.Sprintf("got %d, allowed is one for each %s: %d", got, stated.each,
				stated.want),
				"give that many, in the order of AvailabilityZones, or none to have them planned in block 0")
		}
		for _, text := range stated.subnets {
			if _, err := c.m.ExactSubnet(text); err != nil {
				fail("subnets", "one of "+stated.prop+" is not usable", err.Error(), "")
			}
		}
	}
}

// ExactSubnet reads an exact subnet of the network, and says what is wrong with it, if anything.
func (m *Model) ExactSubnet(text string) (netip.Prefix, error) {
	if m.Network.IPv6 || !m.Prefix.IsValid() {
		return netip.Prefix{}, fmt.Errorf("exact subnets need a network whose addresses are all known; an IPv6 block or an IPAM range is " +
			"given at deployment")
	}
	prefix, err := ParseCIDR(text)
	switch {
	case err != nil:
		return netip.Prefix{}, err
	case !m.Prefix.Contains(prefix.Addr()) || prefix.Bits() < m.Prefix.Bits():
		return netip.Prefix{}, fmt.Errorf("%s is not in the network's range, %s", prefix, m.Prefix)
	case prefix.Bits() < maxVPCBits || prefix.Bits() > minVPCBits:
		return netip.Prefix{}, fmt.Errorf("%s has a size that AWS refuses; allowed are /%d to /%d", prefix, maxVPCBits, minVPCBits)
	}
	return prefix, nil
}
