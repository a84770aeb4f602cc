package proof

import (
	"cmp"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// The addresses of a tier follow from two things alone: the templates' own subnets and the declared address plan. They never come from
// what makes the rules: if that gave every tier the whole VPC, it would prove itself right.

// plots tells whose the addresses of a network are.
type plots struct {
	homes    map[string][]*reach.Subnet      // by owner
	whose    map[*reach.Subnet][]string      // the owners
	tenants  map[*reach.Subnet][]string      // the tiers, those that share it as well
	owners   map[reach.Block][]string        // by block of the address plan; the empty owner is no tier
	overlaps map[*reach.Subnet]*reach.Subnet // with the one that it overlaps
}

// readPlots finds out whose each subnet of the VPC is.
func (n *network) readPlots() error {
	n.plots = plots{map[string][]*reach.Subnet{}, map[*reach.Subnet][]string{}, map[*reach.Subnet][]string{}, map[reach.Block][]string{},
		map[*reach.Subnet]*reach.Subnet{}}
	for _, t := range n.model.Tiers {
		if t.Imported != nil {
			continue
		}
		subnets, err := n.subnets(n.Tiers[t.ID])
		if err != nil {
			return err
		}
		for _, s := range subnets {
			n.plots.tenants[s] = append(n.plots.tenants[s], t.ID)
			if !slices.Contains(n.plots.whose[s], t.SubnetOwner()) {
				n.plots.whose[s] = append(n.plots.whose[s], t.SubnetOwner())
				n.plots.homes[t.SubnetOwner()] = append(n.plots.homes[t.SubnetOwner()], s)
			}
		}
	}
	n.readBlocks()
	return nil
}

// plot is one block of one subnet.
type plot struct {
	block  reach.Block
	subnet *reach.Subnet
}

// readBlocks finds out whose each block of the address plan is, and which subnets overlap.
func (n *network) readBlocks() {
	var all []plot
	for _, s := range n.top.Subnets {
		if s.VPC != n.vpc || s.Resource == nil {
			continue
		}
		names := n.plots.whose[s]
		if len(names) == 0 {
			names = []string{""}
		}
		for _, b := range s.Blocks {
			block := n.plannedBlock(b)
			n.plots.owners[block] = union(n.plots.owners[block], names)
			if s.Resource.Condition == "" {
				all = append(all, plot{b, s})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b plot) int {
		return cmp.Or(strings.Compare(a.block.Base, b.block.Base), a.block.Prefix.Addr().Compare(b.block.Prefix.Addr()),
			a.block.Prefix.Bits()-b.block.Prefix.Bits())
	})
	for i := 1; i < len(all); i++ {
		last, next := all[i-1], all[i]
		if !contains(last.block, next.block) {
			continue
		}
		n.plots.overlaps[last.subnet], n.plots.overlaps[next.subnet] = next.subnet, last.subnet
		all[i] = last // The larger one may hold more.
	}
}

func union(a, b []string) []string {
	for _, text := range b {
		if !slices.Contains(a, text) {
			a = append(a, text)
		}
	}
	return a
}

// plannedBlock is the block of the address plan that a subnet's block is in; the block itself where it is in none.
func (n *network) plannedBlock(b reach.Block) reach.Block {
	declared := n.model.Network
	length := declared.Bits + bits.TrailingZeros(uint(max(declared.Blocks, 1)))
	if declared.Wrapped || b.Is6() || b.Prefix.Bits() < length {
		return b
	}
	return reach.Block{Base: b.Base, Prefix: netip.PrefixFrom(b.Prefix.Addr(), length).Masked()}
}

// addresses are the IPv4 blocks that rules may name instead of a tier's group: for each of its subnets the block of the address plan, as
// rules then stay the same when a zone is added. It is the subnet alone if exact subnets were declared, or if a subnet of somebody else
// is in the same block.
func (n *network) addresses(t arch.Tier) []reach.Block {
	if t.SharesWith != "" {
		t, _ = n.model.Tier(t.SharesWith)
	}
	var out []reach.Block
	for _, s := range n.plots.homes[t.SubnetOwner()] {
		for _, b := range s.Blocks {
			if b.Is6() {
				continue
			}
			if planned := n.plannedBlock(b); len(t.Subnets) == 0 && len(n.plots.owners[planned]) == 1 {
				b = planned
			}
			if !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	if len(out) == 0 {
		return n.declaredBlocks(t)
	}
	return out
}

// unplaced reports that the addresses of a tier are not known, once.
func (n *network) unplaced(t arch.Tier) {
	f := Finding{
		Network: n.name(), From: t.ID, To: "the network", Verdict: Unknown, Traffic: traffic.Everything(), At: []diag.Position{t.At},
		Reason: "the subnets of " + t.ID + " are not in the templates, and it states neither a block nor subnets: which rules are about it is not known",
	}
	if !slices.ContainsFunc(n.report.Findings, func(o Finding) bool { return o.Network == f.Network && o.Reason == f.Reason }) {
		n.report.Findings = append(n.report.Findings, f)
	}
}

// declaredBlocks are the blocks that a tier states: exact subnets or a block's number; none if it states neither.
func (n *network) declaredBlocks(t arch.Tier) []reach.Block {
	var out []reach.Block
	for _, text := range t.Subnets {
		if prefix, err := arch.ParseCIDR(text); err == nil {
			out = append(out, reach.Block{Prefix: prefix})
		}
	}
	if t.Block == 0 || n.model.Network.Wrapped {
		return out
	}
	whole := reach.Block{Prefix: n.model.Prefix}
	if !n.model.Prefix.IsValid() {
		if len(n.vpc.Blocks) == 0 {
			return out
		}
		whole = n.vpc.Blocks[0]
	}
	return append(out, n.numbered(whole, t.Block))
}

// numbered is a block of the address plan by its number.
func (n *network) numbered(whole reach.Block, number int) reach.Block {
	length := n.model.Network.Bits + bits.TrailingZeros(uint(n.model.Network.Blocks))
	base := whole.Prefix.Masked().Addr().As4()
	offset := uint32(number) << (32 - length)
	for i := range base {
		base[i] |= byte(offset >> (8 * (3 - i)))
	}
	return reach.Block{Base: whole.Base, Prefix: netip.PrefixFrom(netip.AddrFrom4(base), length)}
}

// placement finds subnets that are not where they were declared to be, that two tiers have without a word of sharing, or that overlap.
func (n *network) placement() {
	if n.model.Network.Wrapped {
		return // Its subnets are somebody else's, and tiers choose among them.
	}
	for _, t := range n.model.Tiers {
		if t.Imported != nil || t.SharesWith != "" {
			continue
		}
		n.zones(t)
		blocks := n.declaredBlocks(t)
		for _, s := range n.plots.homes[t.SubnetOwner()] {
			if reasons := n.oddities(s, blocks); len(reasons) > 0 {
				n.report.Findings = append(n.report.Findings, Finding{
					Network: n.name(), From: t.ID, To: s.Name, Verdict: Weakened, What: "addresses", Reason: strings.Join(reasons, "; "),
					Fix: "give the subnet addresses of its tier's own, as declared", At: []diag.Position{t.At},
				})
			}
		}
	}
}

// oddities says what is wrong with the place of a subnet for which some blocks were declared, if any were.
func (n *network) oddities(s *reach.Subnet, declared []reach.Block) []string {
	var out []string
	if owners := n.plots.whose[s]; len(owners) > 1 {
		out = append(out, fmt.Sprintf("the subnet %s is that of %s, and none was declared to share the other's",
			s.Name, strings.Join(owners, " and ")))
	}
	for _, b := range s.Blocks {
		if !b.Is6() && len(declared) > 0 && !slices.ContainsFunc(declared, func(d reach.Block) bool { return contains(d, b) }) {
			out = append(out, fmt.Sprintf("the subnet %s is at %s, but was declared at %s", s.Name, b, describe(declared)))
		}
	}
	if other := n.plots.overlaps[s]; other != nil {
		out = append(out, fmt.Sprintf("the subnet %s at %s overlaps %s at %s, which AWS refuses",
			s.Name, describe(s.Blocks), other.Name, describe(other.Blocks)))
	}
	return out
}

// contains reports whether all addresses of inner are surely in outer.
func contains(outer, inner reach.Block) bool {
	if outer.Base == "" && outer.Prefix.Bits() == 0 {
		return outer.Is6() == inner.Is6()
	}
	return outer.Base == inner.Base && outer.Prefix.Bits() <= inner.Prefix.Bits() && outer.Prefix.Contains(inner.Prefix.Addr())
}

func describe(blocks []reach.Block) string {
	var out []string
	for _, b := range blocks {
		out = append(out, b.String())
	}
	return strings.Join(out, ", ")
}
