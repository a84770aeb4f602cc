package plan

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// placements checks that no two owners have the same addresses: tiers with blocks or exact subnets, and the network with the exact
// subnets for its own purposes.
func placements(m *arch.Model) diag.List {
	if m.Network.Wrapped || m.Network.Bits == 0 {
		return nil
	}
	c := newPlacing(m)
	for p := range Purpose(len(purposeNames)) {
		c.purpose(p)
	}
	tiers := slices.Clone(m.Tiers)
	// Whoever states a block or exact subnets has it before whoever takes a default; then the earlier declaration.
	slices.SortStableFunc(tiers, func(a, b arch.Tier) int {
		if stated := func(t arch.Tier) bool { return t.Block != 0 || len(t.Subnets) > 0 }; stated(a) != stated(b) {
			if stated(a) {
				return -1
			}
			return 1
		}
		return m.CompareDeclared(a, b)
	})
	for _, t := range tiers {
		c.exact(t)
	}
	for _, t := range tiers {
		c.block(t)
	}
	return c.diags
}

// placing collects who owns which addresses.
type placing struct {
	m      *arch.Model
	blocks map[int]arch.Tier
	exacts []exactSubnet
	diags  diag.List
}

func newPlacing(m *arch.Model) *placing { return &placing{m: m, blocks: map[int]arch.Tier{}} }

// exactSubnet is a literal subnet with its owner.
type exactSubnet struct {
	prefix netip.Prefix
	owner  owner
}

// owner is a tier, or the network with one of its own purposes.
type owner struct {
	name, path string // "Web" and "tiers.Web", or "NATSubnets" and "network"
	endpoints  bool   // that it is one of the tiers of endpoints, which share theirs
	at         diag.Position
}

func tierOwner(t arch.Tier) owner {
	return owner{t.ID, "tiers." + t.ID, t.Kind == arch.Endpoint, t.At}
}

func (c *placing) purposeOwner(p Purpose) owner {
	return owner{name: purposeNames[p] + "Subnets", path: "network", at: c.m.Network.At}
}

func (c *placing) fail(o owner, other *owner, rule, summary, detail, fix string) {
	at := []diag.Position{o.at}
	if other != nil && other.at != o.at {
		at = append(at, other.at)
	}
	c.diags.Add(diag.Diagnostic{Rule: rule, Path: c.m.Network.PathTo(o.path), At: at, Summary: summary, Detail: detail, Fix: fix})
}

// purpose places the exact subnets for one purpose.
func (c *placing) purpose(p Purpose) {
	for _, s := range StatedSubnets(c.m, p) {
		if prefix, err := c.m.ExactSubnet(s); err == nil { // The network was checked before.
			c.place(prefix, c.purposeOwner(p))
		}
	}
}

// exact places the exact subnets of a tier.
func (c *placing) exact(t arch.Tier) {
	o := tierOwner(t)
	if len(t.Subnets) == 0 || o.endpoints && slices.ContainsFunc(c.exacts, func(e exactSubnet) bool { return e.owner.endpoints }) {
		return // It has none, or they are placed.
	}
	if c.m.Network.IPv6 || !c.m.Prefix.IsValid() {
		c.fail(o, nil, "subnets", "exact subnets need a network whose addresses are all known",
			"an IPv6 block or an IPAM range is given at deployment", "state Block instead")
		return
	}
	if got, want := len(t.Subnets), len(c.m.Network.Zones); got != want {
		c.fail(o, nil, "subnets", "the number of exact subnets does not fit", fmt.Sprintf("got %d, allowed is one for each zone: %d", got,
			want), "")
		return
	}
	for _, text := range t.Subnets {
		if prefix, err := c.m.ExactSubnet(text); err != nil {
			c.fail(o, nil, "subnets", "an exact subnet is not usable", err.Error(), "")
		} else {
			c.place(prefix, o)
		}
	}
}

// place gives an exact subnet to its owner.
func (c *placing) place(prefix netip.Prefix, o owner) {
	for _, e := range c.exacts {
		if e.prefix.Overlaps(prefix) {
			c.fail(o, &e.owner, "subnets-taken", "an exact subnet is taken", fmt.Sprintf("%s overlaps %s of %s", prefix, e.prefix, e.owner.name),
				c.freeSubnet(prefix.Bits()))
			break
		}
	}
	c.exacts = append(c.exacts, exactSubnet{prefix, o})
}

// block places the block of a tier.
func (c *placing) block(t arch.Tier) {
	block := BlockOf(t)
	if block <= 0 || block >= c.m.Network.Blocks {
		return // Nothing to place, or refused already.
	}
	if !c.m.HasBlocks() {
		c.fail(tierOwner(t), nil, "cidr-size", "the network's range is too small for blocks", c.m.TooSmall(), c.proposalFor(t))
		return
	}
	name := c.blockName(block)
	if other, taken := c.blocks[block]; taken {
		if t.Kind == arch.Endpoint && other.Kind == arch.Endpoint {
			return // They share it.
		}
		first := tierOwner(other)
		if t.Block == 0 {
			c.fail(tierOwner(t), &first, "block-missing", "a tier has no block of its own",
				fmt.Sprintf("%s, the default of %s tiers, is %s's", name, t.Kind, other.ID), c.proposal())
		} else {
			c.fail(tierOwner(t), &first, "block-taken", "a tier's block is taken", fmt.Sprintf("%s is %s's", name, other.ID), c.proposalFor(t))
		}
		return
	}
	if prefix := BlockPrefix(c.m, block); prefix.IsValid() {
		for _, e := range c.exacts {
			if e.prefix.Overlaps(prefix) {
				c.fail(tierOwner(t), &e.owner, "block-taken", "a tier's block is taken", fmt.Sprintf("%s overlaps the subnet %s of %s", name,
					e.prefix, e.owner.name), c.proposalFor(t))
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
	if !c.m.HasBlocks() {
		return "state exact Subnets, or " + c.m.LargerRange()
	}
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

// freeSubnet names the next free addresses of a size: no tier's, and not in block 0, where the network plans subnets of its own.
func (c *placing) freeSubnet(bits int) string {
	if free := c.free(bits, 1); len(free) > 0 {
		return fmt.Sprintf("%s is the next free subnet of that size", free[0])
	}
	return "no subnet of that size is free: choose a smaller one"
}

// stated are all exact subnets, tiers' and the network's own.
func (c *placing) stated() []exactSubnet {
	var out []exactSubnet
	add := func(o owner, subnets []string) {
		for _, text := range subnets {
			if prefix, err := c.m.ExactSubnet(text); err == nil {
				out = append(out, exactSubnet{prefix, o})
			}
		}
	}
	for p := range Purpose(len(purposeNames)) {
		add(c.purposeOwner(p), StatedSubnets(c.m, p))
	}
	for _, t := range c.m.Tiers {
		add(tierOwner(t), t.Subnets)
	}
	return out
}

// free returns the first n free subnets of a size, fewer if there are not as many.
func (c *placing) free(bits, n int) []netip.Prefix {
	if bits < c.m.Prefix.Bits() {
		return nil
	}
	var taken []netip.Prefix
	if c.m.HasBlocks() {
		taken = append(taken, BlockPrefix(c.m, 0))
	}
	for _, t := range c.m.Tiers {
		if block := BlockOf(t); block > 0 && c.m.HasBlocks() {
			taken = append(taken, BlockPrefix(c.m, block))
		}
	}
	for _, e := range c.stated() {
		taken = append(taken, e.prefix)
	}
	var out []netip.Prefix
	for i := 0; i < 1<<(bits-c.m.Prefix.Bits()) && len(out) < n; i++ {
		prefix := cut(c.m.Prefix, bits, i)
		if !slices.ContainsFunc(taken, prefix.Overlaps) {
			out = append(out, prefix)
		}
	}
	return out
}
