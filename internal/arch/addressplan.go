package arch

import (
	"fmt"
	"math/bits"
	"net/netip"
)

// The sizes of the address plan, as prefix lengths and counts.
const (
	minVPCBits    = 28 // AWS: the smallest VPC and the smallest subnet are a /28
	maxVPCBits    = 16 // AWS: the largest VPC is a /16
	defaultBlocks = 16
	// subnetsInBlock0 is how many subnets the first block has room for: NAT, firewall, transit and a reserve, in four zones.
	subnetsInBlock0 = 16
)

// HasBlocks reports whether the network's range is large enough for blocks. If it is not, all subnets must be exact.
func (m *Model) HasBlocks() bool { return m.Network.Bits <= smallestRange(m.Network.Blocks) }

// TooSmall says why the network's range has no blocks.
func (m *Model) TooSmall() string {
	return fmt.Sprintf("got /%d; with %d blocks, each with room for NAT, firewall and transit subnets or for one tier in %d zones, "+
		"allowed are /%d to /%d",
		m.Network.Bits, m.Network.Blocks, MaxZones, maxVPCBits, smallestRange(m.Network.Blocks))
}

// LargerRange says which range has blocks.
func (m *Model) LargerRange() string {
	fix := fmt.Sprintf("use a range from /%d to /%d", maxVPCBits, smallestRange(m.Network.Blocks))
	if m.Network.Blocks > defaultBlocks && m.Network.Bits <= smallestRange(defaultBlocks) {
		fix += ", or " + m.Network.Say(fmt.Sprintf("Blocks: %d", defaultBlocks), fmt.Sprintf("`network: {blocks: %d}`", defaultBlocks))
	}
	return fix
}

// smallestRange returns the length of the smallest range whose subnets are at least a /28.
func smallestRange(blocks int) int {
	return minVPCBits - bits.TrailingZeros(subnetsInBlock0) - bits.TrailingZeros(uint(blocks))
}

// ExactSubnet reads an exact subnet of the network. It returns an error if the network cannot have that subnet.
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
