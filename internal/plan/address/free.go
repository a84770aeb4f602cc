package address

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// proposalFor is the proposal for a tier, with where to state it.
func (c *placing) proposalFor(t arch.Tier) string {
	if t.Kind == arch.Endpoint {
		return c.m.Network.Say("of the endpoints, in endpoints.Configure, ", "under `endpoints`, ") + c.proposal()
	}
	return c.proposal()
}

// proposal names the next free block: one that belongs to no tier, is no kind's default and overlaps no exact subnet.
func (c *placing) proposal() string {
	if !c.m.HasBlocks() {
		return c.m.Network.Say("state exact Subnets, or ", "state exact `subnets`, or ") + c.m.LargerRange()
	}
	used := map[int]bool{0: true}
	for _, number := range defaultNumber {
		used[number] = true
	}
	for _, t := range c.m.Tiers {
		used[BlockNumber(t)] = true
	}
	for number := 1; number < c.m.Network.Blocks; number++ {
		overlaps := slices.ContainsFunc(c.exacts, func(e exactSubnet) bool {
			prefix := BlockPrefix(c.m, number)
			return prefix.IsValid() && prefix.Overlaps(e.prefix)
		})
		if !used[number] && !overlaps {
			return "set " + c.m.Network.Say(fmt.Sprintf("Block: %d", number), fmt.Sprintf("`block: %d`", number)) + ", which is the next free one"
		}
	}
	return "no block is free: " + c.m.Network.Say(
		"share a tier's subnets with SharesWith, state exact Subnets in a gap, or, in a new network, use more Blocks",
		"share a tier's subnets with `sharesWith`, state exact `subnets` in a gap, or, in a new network, use more `blocks`")
}

// freeSubnet names the next free subnet of a size: one that belongs to no tier and is not in block 0, where the network plans
// subnets of its own.
func (c *placing) freeSubnet(bits int) string {
	if free := c.free(bits, 1); len(free) > 0 {
		return fmt.Sprintf("%s is the next free subnet of that size", free[0])
	}
	return "no subnet of that size is free: choose a smaller one"
}

// allExact are all exact subnets, of tiers and of the network itself.
func (c *placing) allExact() []exactSubnet {
	var out []exactSubnet
	add := func(o owner, subnets []string) {
		for _, text := range subnets {
			if prefix, err := c.m.ExactSubnet(text); err == nil {
				out = append(out, exactSubnet{prefix, o})
			}
		}
	}
	for p := range Purpose(len(purposeNames)) {
		add(c.purposeOwner(p), stated(c.m, p))
	}
	for _, t := range c.m.Tiers {
		add(c.tierOwner(t), t.Subnets)
	}
	return out
}

// free returns the first n free subnets of a size, or fewer if there are not as many.
func (c *placing) free(bits, n int) []netip.Prefix {
	if bits < c.m.Prefix.Bits() {
		return nil
	}
	var taken []netip.Prefix
	if c.m.HasBlocks() {
		taken = append(taken, BlockPrefix(c.m, 0))
	}
	for _, t := range c.m.Tiers {
		if number := BlockNumber(t); number > 0 && c.m.HasBlocks() {
			taken = append(taken, BlockPrefix(c.m, number))
		}
	}
	for _, e := range c.allExact() {
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
