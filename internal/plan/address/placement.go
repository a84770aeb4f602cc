package address

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
)

// Check checks that no two owners have the same addresses: tiers with blocks or exact subnets, and the network with the exact
// subnets for its own purposes.
func Check(m *arch.Model) diag.List {
	if m.Network.Wrapped || m.Network.Bits == 0 {
		return nil
	}
	c := newPlacing(m)
	for p := range Purpose(len(purposeNames)) {
		c.purpose(p)
	}
	tiers := byClaim(m)
	for _, t := range tiers {
		c.exact(t)
	}
	for _, t := range tiers {
		c.block(t)
	}
	return c.diags
}

// byClaim sorts tiers by who gets addresses first: a tier that states a block or exact subnets before one that takes the
// default of its kind, then the earlier declaration.
func byClaim(m *arch.Model) []arch.Tier {
	states := func(t arch.Tier) bool { return t.Block != 0 || len(t.Subnets) > 0 }
	out := slices.Clone(m.Tiers)
	slices.SortStableFunc(out, func(a, b arch.Tier) int {
		if states(a) != states(b) {
			if states(a) {
				return -1
			}
			return 1
		}
		return m.CompareDeclared(a, b)
	})
	return out
}

// placing collects who owns which addresses.
type placing struct {
	m      *arch.Model
	blocks map[int]arch.Tier // by number
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
	name, path string // "Web" and its path, or "NATSubnets" and "network"
	endpoints  bool   // whether it is one of the tiers of endpoints, which share theirs
	at         diag.Position
}

func (c *placing) tierOwner(t arch.Tier) owner {
	return owner{t.ID, c.m.Network.TierPath(t.ID), t.Kind == arch.Endpoint, t.At}
}

func (c *placing) purposeOwner(p Purpose) owner {
	return owner{name: subnetsOf(c.m, p), path: "network", at: c.m.Network.At}
}

// fail reports d about the addresses of o, which conflict with those of other if it is not nil.
func (c *placing) fail(o owner, other *owner, d diag.Diagnostic) {
	d.Path, d.At = c.m.Network.PathTo(o.path), []diag.Position{o.at}
	if other != nil && other.at != o.at {
		d.At = append(d.At, other.at)
	}
	c.diags.Add(d)
}

// purpose places the exact subnets for one purpose.
func (c *placing) purpose(p Purpose) {
	for _, s := range stated(c.m, p) {
		if prefix, err := c.m.ExactSubnet(s); err == nil { // arch.Check has reported the others.
			c.place(prefix, c.purposeOwner(p))
		}
	}
}

// exact places the exact subnets of a tier.
func (c *placing) exact(t arch.Tier) {
	o := c.tierOwner(t)
	if len(t.Subnets) == 0 || o.endpoints && slices.ContainsFunc(c.exacts, func(e exactSubnet) bool { return e.owner.endpoints }) {
		return // It has none, or they are placed.
	}
	if c.m.Network.IPv6 || !c.m.Prefix.IsValid() {
		c.fail(o, nil, diag.Diagnostic{
			Rule: "subnets", Summary: "exact subnets need a network whose addresses are all known",
			Detail: "an IPv6 block or an IPAM range is given at deployment", Fix: "state " + c.m.Network.Say("Block", "`block`") + " instead",
		})
		return
	}
	if got, want := len(t.Subnets), len(c.m.Network.Zones); got != want {
		c.fail(o, nil, diag.Diagnostic{
			Rule: "subnets", Summary: "the number of exact subnets does not fit",
			Detail: fmt.Sprintf("got %d, allowed is one for each zone: %d", got, want),
		})
		return
	}
	for _, text := range t.Subnets {
		if prefix, err := c.m.ExactSubnet(text); err != nil {
			c.fail(o, nil, diag.Diagnostic{Rule: "subnets", Summary: "an exact subnet is not usable", Detail: err.Error()})
		} else {
			c.place(prefix, o)
		}
	}
}

// place gives an exact subnet to its owner.
func (c *placing) place(prefix netip.Prefix, o owner) {
	for _, e := range c.exacts {
		if e.prefix.Overlaps(prefix) {
			c.fail(o, &e.owner, diag.Diagnostic{
				Rule: "subnets-taken", Summary: "an exact subnet is taken",
				Detail: fmt.Sprintf("%s overlaps %s of %s", prefix, e.prefix, e.owner.name), Fix: c.freeSubnet(prefix.Bits()),
			})
			break
		}
	}
	c.exacts = append(c.exacts, exactSubnet{prefix, o})
}

// block places the block of a tier.
func (c *placing) block(t arch.Tier) {
	number := BlockNumber(t)
	if number <= 0 || number >= c.m.Network.Blocks {
		return // There is nothing to place, or arch.Check has reported it.
	}
	if !c.m.HasBlocks() {
		c.fail(c.tierOwner(t), nil, diag.Diagnostic{
			Rule: "cidr-size", Summary: "the network's range is too small for blocks", Detail: c.m.TooSmall(), Fix: c.proposalFor(t),
		})
		return
	}
	if other, taken := c.blocks[number]; taken {
		if t.Kind != arch.Endpoint || other.Kind != arch.Endpoint { // Endpoints share one.
			c.blockTaken(t, other, number)
		}
		return
	}
	if prefix := BlockPrefix(c.m, number); prefix.IsValid() {
		for _, e := range c.exacts {
			if e.prefix.Overlaps(prefix) {
				c.fail(c.tierOwner(t), &e.owner, diag.Diagnostic{
					Rule: "block-taken", Summary: "a tier's block is taken",
					Detail: fmt.Sprintf("%s overlaps the subnet %s of %s", c.blockName(number), e.prefix, e.owner.name), Fix: c.proposalFor(t),
				})
				return
			}
		}
	}
	c.blocks[number] = t
}

// blockTaken reports that another tier has the block of a tier.
func (c *placing) blockTaken(t, other arch.Tier, number int) {
	first, name := c.tierOwner(other), c.blockName(number)
	if t.Block == 0 {
		c.fail(c.tierOwner(t), &first, diag.Diagnostic{
			Rule: "block-missing", Summary: "a tier has no block of its own",
			Detail: fmt.Sprintf("%s, the default of %s tiers, is %s's", name, t.Kind, other.ID), Fix: c.proposal(),
		})
		return
	}
	c.fail(c.tierOwner(t), &first, diag.Diagnostic{
		Rule: "block-taken", Summary: "a tier's block is taken", Detail: fmt.Sprintf("%s is %s's", name, other.ID), Fix: c.proposalFor(t),
	})
}

func (c *placing) blockName(number int) string {
	if prefix := BlockPrefix(c.m, number); prefix.IsValid() {
		return fmt.Sprintf("block %d (%s)", number, prefix)
	}
	return fmt.Sprintf("block %d", number)
}
