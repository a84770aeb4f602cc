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
)

// The addresses of a tier come only from the subnets in the templates and from the declared address plan, never from the plan that makes
// the rules: if the plan gave every tier the whole VPC, the proof would confirm the mistake.

// ownership says which tiers own the addresses of a network. A tier that shares the subnets of another tier does not own them.
type ownership struct {
	subnets      map[string][]*reach.Subnet      // the subnets of each owner
	subnetOwners map[*reach.Subnet][]string      // the owners of each subnet
	tiersIn      map[*reach.Subnet][]string      // the tiers in each subnet, including those that share it
	blockOwners  map[reach.Block][]string        // the owners of each block of the address plan; the empty owner stands for no tier
	overlaps     map[*reach.Subnet]*reach.Subnet // another subnet that overlaps this one
}

// readOwnership finds the owners of each subnet in the VPC.
func (n *network) readOwnership() error {
	n.ownership = ownership{
		subnets: map[string][]*reach.Subnet{}, subnetOwners: map[*reach.Subnet][]string{}, tiersIn: map[*reach.Subnet][]string{},
		blockOwners: map[reach.Block][]string{}, overlaps: map[*reach.Subnet]*reach.Subnet{},
	}
	for _, t := range n.model.Tiers {
		if t.Imported != nil {
			continue
		}
		subnets, err := n.resolveSubnets(n.Tiers[t.ID])
		if err != nil {
			return err
		}
		for _, s := range subnets {
			n.ownership.add(s, t)
		}
	}
	n.readBlockOwners()
	return nil
}

// add records that a tier is in a subnet.
func (o *ownership) add(s *reach.Subnet, t arch.Tier) {
	o.tiersIn[s] = append(o.tiersIn[s], t.ID)
	if owner := t.SubnetOwner(); !slices.Contains(o.subnetOwners[s], owner) {
		o.subnetOwners[s] = append(o.subnetOwners[s], owner)
		o.subnets[owner] = append(o.subnets[owner], s)
	}
}

// subnetsOf returns the subnets of a tier, which may share them with others.
func (n *network) subnetsOf(t arch.Tier) []*reach.Subnet { return n.ownership.subnets[t.SubnetOwner()] }

// subnetBlock is one block of one subnet.
type subnetBlock struct {
	block  reach.Block
	subnet *reach.Subnet
}

// readBlockOwners finds the owners of each block of the address plan, and the subnets that overlap.
func (n *network) readBlockOwners() {
	var all []subnetBlock
	for _, s := range n.top.Subnets {
		if s.VPC != n.vpc || s.Resource == nil {
			continue
		}
		names := n.ownership.subnetOwners[s]
		if len(names) == 0 {
			names = []string{""}
		}
		for _, b := range s.Blocks {
			block := n.plannedBlock(b)
			n.ownership.blockOwners[block] = union(n.ownership.blockOwners[block], names)
			if s.Resource.Condition == "" {
				all = append(all, subnetBlock{b, s})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b subnetBlock) int {
		return cmp.Or(strings.Compare(a.block.Base, b.block.Base), a.block.Prefix.Addr().Compare(b.block.Prefix.Addr()),
			a.block.Prefix.Bits()-b.block.Prefix.Bits())
	})
	for i := 1; i < len(all); i++ {
		last, next := all[i-1], all[i]
		if !contains(last.block, next.block) {
			continue
		}
		n.ownership.overlaps[last.subnet], n.ownership.overlaps[next.subnet] = next.subnet, last.subnet
		all[i] = last // The larger block may also overlap the blocks after next.
	}
}

// plannedBlock returns the block of the address plan that contains the block of a subnet, or that block itself if there is none.
func (n *network) plannedBlock(b reach.Block) reach.Block {
	declared := n.model.Network
	length := declared.Bits + bits.TrailingZeros(uint(max(declared.Blocks, 1)))
	if declared.Wrapped || b.Is6() || b.Prefix.Bits() < length {
		return b
	}
	return reach.Block{Base: b.Base, Prefix: netip.PrefixFrom(b.Prefix.Addr(), length).Masked()}
}

// addresses returns the IPv4 blocks that rules may name instead of the group of a tier. For each subnet, this is the block of the address
// plan, so that the rules stay the same when a zone is added. If exact subnets are declared, or if the block also contains a subnet of
// another owner, it is the block of the subnet itself.
func (n *network) addresses(t arch.Tier) []reach.Block {
	if t.SharesWith != "" {
		t, _ = n.model.Tier(t.SharesWith)
	}
	var out []reach.Block
	for _, s := range n.subnetsOf(t) {
		for _, b := range s.Blocks {
			if b.Is6() {
				continue
			}
			if planned := n.plannedBlock(b); len(t.Subnets) == 0 && len(n.ownership.blockOwners[planned]) == 1 {
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

// declaredBlocks returns the blocks that a tier states, as exact subnets or as the number of a block. The result is empty if it states
// neither.
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
	return append(out, n.numberedBlock(whole, t.Block))
}

// numberedBlock returns the block of the address plan that has a number. The plan divides the block whole.
func (n *network) numberedBlock(whole reach.Block, number int) reach.Block {
	length := n.model.Network.Bits + bits.TrailingZeros(uint(n.model.Network.Blocks))
	base := whole.Prefix.Masked().Addr().As4()
	offset := uint32(number) << (32 - length)
	for i := range base {
		base[i] |= byte(offset >> (8 * (3 - i)))
	}
	return reach.Block{Base: whole.Base, Prefix: netip.PrefixFrom(netip.AddrFrom4(base), length)}
}

// checkSubnetAddresses finds subnets with other addresses than declared, subnets of two tiers that are not declared to share them, and
// subnets that overlap.
func (n *network) checkSubnetAddresses() {
	if n.model.Network.Wrapped {
		return // The subnets of a wrapped VPC have another owner; tiers only select some of them.
	}
	for _, t := range n.model.Tiers {
		if t.Imported != nil || t.SharesWith != "" {
			continue
		}
		n.checkZones(t)
		blocks := n.declaredBlocks(t)
		for _, s := range n.subnetsOf(t) {
			if reasons := n.addressProblems(s, blocks); len(reasons) > 0 {
				n.report.Findings = append(n.report.Findings, Finding{
					Network: n.name(), From: t.ID, To: s.Name, Verdict: Weakened, What: "addresses", Reason: strings.Join(reasons, "; "),
					Fix: "give the subnet the declared addresses of its tier", At: []diag.Position{t.At},
				})
			}
		}
	}
}

// addressProblems says what is wrong with the addresses of a subnet. declared holds the blocks that its tier states, if any.
func (n *network) addressProblems(s *reach.Subnet, declared []reach.Block) []string {
	var out []string
	if owners := n.ownership.subnetOwners[s]; len(owners) > 1 {
		out = append(out, fmt.Sprintf("the subnet %s belongs to %s, and neither is declared to share the subnets of the other",
			s.Name, strings.Join(owners, " and ")))
	}
	for _, b := range s.Blocks {
		if !b.Is6() && len(declared) > 0 && !slices.ContainsFunc(declared, func(d reach.Block) bool { return contains(d, b) }) {
			out = append(out, fmt.Sprintf("the subnet %s has the addresses %s, but is declared at %s", s.Name, b, describe(declared)))
		}
	}
	if other := n.ownership.overlaps[s]; other != nil {
		out = append(out, fmt.Sprintf("the subnet %s at %s overlaps %s at %s, which AWS rejects",
			s.Name, describe(s.Blocks), other.Name, describe(other.Blocks)))
	}
	return out
}
