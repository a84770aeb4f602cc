package plan

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Subnet is one subnet of the address plan.
type Subnet struct {
	// Key identifies it. It is a function of its addresses within the network alone, never of the tier that lives there.
	Key  string
	Zone arch.Zone
	// Prefix is its IPv4 block; zero where IPAM gives the network's range at deployment.
	Prefix netip.Prefix
	// Bits and Index say the same relative to the range: the Index-th block of length Bits in it. Index is -1 for an exact
	// subnet.
	Bits, Index int
	// IPv6 is the place of its /64 in the /56 of a dual-stack network, -1 if it has none.
	IPv6 int
}

// Purpose is what a subnet of block 0 is for.
type Purpose int

// The purposes, in the order of their quarters of block 0.
const (
	ForNAT      Purpose = iota
	ForFirewall         // endpoints for egress and between tiers
	ForTransit          // attachments to transit gateways
	ForIngress          // firewall endpoints for what comes in from the internet
)

var purposeNames = [...]string{ForNAT: "NAT", ForFirewall: "Firewall", ForTransit: "Transit", ForIngress: "Ingress"}

// purposeKey is the key of a subnet of block 0.
func purposeKey(p Purpose, zone arch.Zone) string {
	return fmt.Sprintf("%sSlot%d", purposeNames[p], zone.Slot)
}

// defaultBlock is the block of the first tier of each kind. Block 0 is for the purposes above.
var defaultBlock = map[arch.Kind]int{arch.Edge: 1, arch.Web: 2, arch.App: 3, arch.Data: 4, arch.Bastion: 5}

// BlockOf returns the number of the block that the tier owns: its own, or its kind's default; 0 where it has exact
// subnets, shares another's, or is imported.
func BlockOf(t arch.Tier) int {
	switch {
	case t.Imported != nil || t.SharesWith != "" || len(t.Subnets) > 0:
		return 0
	case t.Block != 0:
		return t.Block
	}
	return defaultBlock[t.Kind]
}

// BlockPrefix returns the IPv4 block of the given number, zero where the range is symbolic.
func BlockPrefix(m *arch.Model, block int) netip.Prefix {
	return cut(m.Prefix, m.Network.Bits+log2(m.Network.Blocks), block)
}

// TierSubnets returns the subnets that a tier owns, one for each zone. It is empty for a tier that owns none.
func TierSubnets(m *arch.Model, t arch.Tier) []Subnet {
	if m.Network.Wrapped {
		return nil
	}
	if len(t.Subnets) > 0 {
		return exactSubnets(m, t)
	}
	block := BlockOf(t)
	if block == 0 {
		return nil
	}
	bits := m.Network.Bits + log2(m.Network.Blocks) + log2(arch.MaxZones)
	var out []Subnet
	for _, zone := range m.Zones {
		index := block*arch.MaxZones + zone.Slot
		out = append(out, Subnet{
			Key: slotKey(index), Zone: zone,
			Prefix: cut(m.Prefix, bits, index), Bits: bits, Index: index, IPv6: ipv6Index(m, block, zone),
		})
	}
	return out
}

// slotKey is the key of the subnet at a place among the slots of all blocks.
func slotKey(index int) string {
	return fmt.Sprintf("Block%dSlot%d", index/arch.MaxZones, index%arch.MaxZones)
}

// PurposeSubnets returns the subnets of block 0 that are for p, one for each zone.
func PurposeSubnets(m *arch.Model, p Purpose) []Subnet {
	bits := m.Network.Bits + log2(m.Network.Blocks) + 2*log2(arch.MaxZones)
	var out []Subnet
	for _, zone := range m.Zones {
		index := int(p)*arch.MaxZones + zone.Slot
		s := Subnet{
			Key: purposeKey(p, zone), Zone: zone,
			Prefix: cut(m.Prefix, bits, index), Bits: bits, Index: index, IPv6: -1,
		}
		if p == ForFirewall { // The others need no IPv6 addresses of their own.
			s.IPv6 = ipv6Index(m, 0, zone)
		}
		out = append(out, s)
	}
	return out
}

// ipv6Index places a /64: the /56 is cut into as many blocks as the IPv4 range.
func ipv6Index(m *arch.Model, block int, zone arch.Zone) int {
	if !m.Network.IPv6 {
		return -1
	}
	return block*(256/m.Network.Blocks) + zone.Slot
}

// exactSubnets pairs the zones, in the order of their declaration, with the subnets stated. A subnet that is a block's
// slot, be it that of a zone the network does not have, has the slot's key, so that stating it exactly renames nothing.
func exactSubnets(m *arch.Model, t arch.Tier) []Subnet {
	slots := map[netip.Prefix]string{}
	for index := arch.MaxZones; index < m.Network.Blocks*arch.MaxZones; index++ {
		slots[cut(m.Prefix, m.Network.Bits+log2(m.Network.Blocks)+log2(arch.MaxZones), index)] = slotKey(index)
	}
	var out []Subnet
	for i, text := range t.Subnets {
		prefix, err := arch.ParseCIDR(text)
		if err != nil || i >= len(m.Network.Zones) {
			continue
		}
		at := slices.IndexFunc(m.Zones, func(z arch.Zone) bool { return z.Name == m.Network.Zones[i] })
		if at < 0 {
			continue
		}
		key, ok := slots[prefix]
		if !ok {
			key = "Exact" + strings.NewReplacer(".", "-", "/", "-").Replace(prefix.String())
		}
		out = append(out, Subnet{Key: key, Zone: m.Zones[at], Prefix: prefix, Bits: prefix.Bits(), Index: -1, IPv6: -1})
	}
	slices.SortFunc(out, func(a, b Subnet) int { return a.Zone.Slot - b.Zone.Slot })
	return out
}

// tierSubnets returns every own tier's subnets.
func tierSubnets(m *arch.Model) map[string][]Subnet {
	out := map[string][]Subnet{}
	for _, t := range m.Tiers {
		owner := t
		if t.SharesWith != "" {
			owner, _ = m.Tier(t.SharesWith)
		}
		if t.Imported == nil {
			out[t.ID] = TierSubnets(m, owner)
		}
	}
	return out
}

// placements checks that no two tiers own the same addresses.
func placements(m *arch.Model) diag.List {
	if m.Network.Wrapped || m.Network.Bits == 0 {
		return nil
	}
	c := placing{m: m, blocks: map[int]arch.Tier{}}
	tiers := slices.Clone(m.Tiers)
	// Whoever states a block or exact subnets has it before whoever takes a default; then the earlier declaration.
	slices.SortStableFunc(tiers, func(a, b arch.Tier) int {
		if stated := func(t arch.Tier) bool { return t.Block != 0 || len(t.Subnets) > 0 }; stated(a) != stated(b) {
			if stated(a) {
				return -1
			}
			return 1
		}
		return a.Declared - b.Declared
	})
	for _, t := range tiers {
		c.exact(t)
	}
	for _, t := range tiers {
		c.block(t)
	}
	return c.diags
}

type placing struct {
	m      *arch.Model
	blocks map[int]arch.Tier
	exacts []exactSubnet
	diags  diag.List
}

type exactSubnet struct {
	prefix netip.Prefix
	tier   arch.Tier
}

func (c *placing) fail(t arch.Tier, other *arch.Tier, rule, summary, detail, fix string) {
	at := []diag.Position{t.At}
	if other != nil {
		at = append(at, other.At)
	}
	c.diags.Add(diag.Diagnostic{Rule: rule, Path: c.m.Network.PathTo("tiers." + t.ID), At: at, Summary: summary, Detail: detail, Fix: fix})
}

func (c *placing) block(t arch.Tier) {
	block := BlockOf(t)
	if block <= 0 || block >= c.m.Network.Blocks {
		return // Nothing to place, or refused already.
	}
	name := c.blockName(block)
	if other, taken := c.blocks[block]; taken {
		if t.Kind == arch.Endpoint && other.Kind == arch.Endpoint {
			return // They share it.
		}
		if t.Block == 0 {
			c.fail(t, &other, "block-missing", "a tier has no block of its own",
				fmt.Sprintf("%s, the default of %s tiers, is %s's", name, t.Kind, other.ID), c.proposal())
		} else {
			c.fail(t, &other, "block-taken", "a tier's block is taken", fmt.Sprintf("%s is %s's", name, other.ID), c.proposalFor(t))
		}
		return
	}
	if prefix := BlockPrefix(c.m, block); prefix.IsValid() {
		for _, e := range c.exacts {
			if e.prefix.Overlaps(prefix) {
				c.fail(t, &e.tier, "block-taken", "a tier's block is taken", fmt.Sprintf("%s overlaps the subnet %s of %s", name, e.prefix, e.tier.ID), c.proposal())
				return
			}
		}
	}
	c.blocks[block] = t
}

func (c *placing) blockName(block int) string {
	if prefix := BlockPrefix(c.m, block); prefix.IsValid() {
		return fmt.Sprintf("block %d (%s)", block, prefix)
	}
	return fmt.Sprintf("block %d", block)
}

// proposalFor says where to state it.
func (c *placing) proposalFor(t arch.Tier) string {
	if t.Kind == arch.Endpoint {
		return "of the endpoints, in endpoints.Configure, " + c.proposal()
	}
	return c.proposal()
}

// proposal names the next free block: one that is no tier's, no kind's default and under no exact subnet.
func (c *placing) proposal() string {
	used := map[int]bool{0: true}
	for _, block := range defaultBlock {
		used[block] = true
	}
	for _, t := range c.m.Tiers {
		used[BlockOf(t)] = true
	}
	for block := 1; block < c.m.Network.Blocks; block++ {
		overlaps := slices.ContainsFunc(c.exacts, func(e exactSubnet) bool {
			prefix := BlockPrefix(c.m, block)
			return prefix.IsValid() && prefix.Overlaps(e.prefix)
		})
		if !used[block] && !overlaps {
			return fmt.Sprintf("set Block: %d, which is the next free one", block)
		}
	}
	return "no block is free: share a tier's subnets with SharesWith, state exact Subnets in a gap, or, in a new network, use more Blocks"
}

func (c *placing) exact(t arch.Tier) {
	if len(t.Subnets) == 0 {
		return
	}
	if c.m.Network.IPv6 || !c.m.Prefix.IsValid() {
		c.fail(t, nil, "subnets", "exact subnets need a network whose addresses are all known", "an IPv6 block or an IPAM range is given at deployment", "state Block instead")
		return
	}
	if got, want := len(t.Subnets), len(c.m.Network.Zones); got != want {
		c.fail(t, nil, "subnets", "the number of exact subnets does not fit", fmt.Sprintf("got %d, allowed is one for each zone: %d", got, want), "")
		return
	}
	infrastructure := BlockPrefix(c.m, 0)
	if t.Kind == arch.Endpoint && slices.ContainsFunc(c.exacts, func(e exactSubnet) bool { return e.tier.Kind == arch.Endpoint }) {
		return // They share them.
	}
	for _, text := range t.Subnets {
		prefix, err := arch.ParseCIDR(text)
		switch {
		case err != nil:
			c.fail(t, nil, "subnets", "an exact subnet is not usable", err.Error(), "")
			continue
		case !c.m.Prefix.Contains(prefix.Addr()) || prefix.Bits() < c.m.Prefix.Bits():
			c.fail(t, nil, "subnets", "an exact subnet lies outside the network", fmt.Sprintf("%s is not in %s", prefix, c.m.Prefix), "")
			continue
		case prefix.Bits() < 16 || prefix.Bits() > 28:
			c.fail(t, nil, "subnets", "an exact subnet has a size that AWS refuses", fmt.Sprintf("got /%d, allowed are /16 to /28", prefix.Bits()), "")
			continue
		case prefix.Overlaps(infrastructure):
			c.fail(t, nil, "subnets-taken", "an exact subnet is taken", fmt.Sprintf("%s overlaps block 0 (%s), which is for NAT, firewall and transit subnets", prefix, infrastructure), "")
			continue
		}
		for _, e := range c.exacts {
			if e.prefix.Overlaps(prefix) {
				c.fail(t, &e.tier, "subnets-taken", "an exact subnet is taken", fmt.Sprintf("%s overlaps %s of %s", prefix, e.prefix, e.tier.ID), "")
			}
		}
		c.exacts = append(c.exacts, exactSubnet{prefix, t})
	}
}

// cut returns the index-th block of the given length in p, zero for a zero p.
func cut(p netip.Prefix, bits, index int) netip.Prefix {
	if !p.IsValid() || bits > 32 {
		return netip.Prefix{}
	}
	base := p.Addr().As4()
	n := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	n += uint32(index) << (32 - bits)
	addr := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	return netip.PrefixFrom(addr, bits)
}

// log2 of a power of two.
func log2(n int) int { return bits.TrailingZeros(uint(n)) }
