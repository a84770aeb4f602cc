package importer

import (
	"slices"

	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// byFamily holds traffic of IPv4 and of IPv6.
type byFamily [2]traffic.Set

// family is the place of an address family in a byFamily.
func family(is6 bool) int {
	if is6 {
		return 1
	}
	return 0
}

func (b byFamily) all() traffic.Set { return b[0].Union(b[1]) }

func (b byFamily) intersect(s traffic.Set) byFamily {
	return byFamily{b[0].Intersect(s), b[1].Intersect(s)}
}

func (b byFamily) union(o byFamily) byFamily { return byFamily{b[0].Union(o[0]), b[1].Union(o[1])} }

func (b byFamily) minus(o byFamily) byFamily { return byFamily{b[0].Minus(o[0]), b[1].Minus(o[1])} }

// isAlike reports whether both families have the same, beside ICMP, which has a protocol for each.
func (b byFamily) isAlike() bool {
	icmp := traffic.Protocol(1).Union(traffic.Protocol(58))
	return b[0].Minus(icmp).Equal(b[1].Minus(icmp))
}

// findFamilies decides whether the VPC has IPv6. If the VPC is not in the templates, AWS's own egress rule for IPv6 says nothing, because
// AWS adds it only in a VPC with IPv6.
func (i *importer) findFamilies() {
	v := i.vpcOf()
	if v != nil && v.Resource != nil {
		i.has6 = slices.ContainsFunc(v.Blocks, reach.Block.Is6) || slices.ContainsFunc(i.tiers, isIn6)
		return
	}
	for _, t := range i.tiers {
		for _, g := range t.groups {
			for _, r := range slices.Concat(g.Ingress, g.Egress) {
				i.has6 = i.has6 || r.Resource != nil && is6(r.Peer)
			}
		}
	}
	if !i.has6 {
		i.assume("the VPC, which is not in the templates, has no IPv6: no rule names an IPv6 address")
	}
}

// isIn6 reports whether a subnet of a tier has IPv6 addresses.
func isIn6(t *tier) bool {
	return slices.ContainsFunc(t.subnets, func(s *reach.Subnet) bool {
		return s.Resource != nil && slices.ContainsFunc(s.Cells, reach.Cell.Is6)
	})
}

// is6 reports whether a peer is of IPv6 addresses.
func is6(p reach.Peer) bool { return p.Group == nil && p.List == "" && p.Block.Is6() }

// carried returns what may be carried from one tier to another in a topology.
func (i *importer) carried(t *reach.Topology, from, to *tier) byFamily {
	return i.families(carried(t, from, to))
}

// families returns the traffic of the families that the VPC has.
func (i *importer) families(b byFamily) byFamily {
	if !i.has6 {
		b[1] = traffic.Set{}
	}
	return b
}

// keepFamilies gives up IPv6 if two ends exchange something in one family only, because a flow is open in both.
func (i *importer) keepFamilies() {
	if !i.has6 {
		return
	}
	sums := map[[2]end]byFamily{}
	for _, p := range i.traffic {
		if p.isOfBothFamilies() {
			sums[p.key()] = sums[p.key()].union(p.sets)
		}
	}
	for _, p := range i.traffic {
		if sum, ok := sums[p.key()]; ok && !sum.isAlike() {
			i.residual(p.resource, "the network has no IPv6: what %s opens to %s differs between IPv4 and IPv6, and a flow is open in both",
				p.from.label(), p.to.label())
			i.forget6()
			return
		}
	}
	i.keeps6 = true
}

// forget6 leaves IPv6 out of the traffic.
func (i *importer) forget6() {
	var kept []pair
	for _, p := range i.traffic {
		if p.sets[1] = (traffic.Set{}); !p.sets[0].IsEmpty() {
			kept = append(kept, p)
		}
	}
	i.traffic = kept
}
