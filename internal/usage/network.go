package usage

import (
	"net/netip"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Network is a declared network with what is known of its addresses.
type Network struct {
	Model *arch.Model
	// VPC is the id of the deployed VPC. If a log records VPCs, the records of all others are left out. It may be empty.
	VPC string
	// IPv6 is the /56 that a dual-stack network got; zero if it is not known.
	IPv6 netip.Prefix
	// Subnets are subnets that the address plan does not know: of a wrapped VPC, of imported tiers.
	Subnets []Subnet
	// Interfaces are the interfaces that are known to exist.
	Interfaces []Interface
}

// Subnet is a subnet with the tiers whose interfaces are in it.
type Subnet struct {
	Prefix netip.Prefix
	Tiers  []string
}

// Interface is a network interface that is known to exist.
type Interface struct {
	ID        string
	Addresses []netip.Addr // the primary one first
	Tiers     []string     // empty if it is of no tier
	Since     time.Time    // when it was attached; zero is always
	Until     time.Time    // zero is until now
}

// private are blocks that the internet does not carry.
var private = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"}

// areas cuts all addresses into areas.
func (n *Network) areas() *areas {
	var blocks []labelled
	for _, text := range private {
		blocks = append(blocks, labelled{netip.MustParsePrefix(text), area{name: "private addresses outside the network"}})
	}
	if n.Model.Prefix.IsValid() {
		blocks = append(blocks, labelled{n.Model.Prefix, area{inside: true, name: "unused addresses of the network"}})
	}
	if n.IPv6.IsValid() {
		blocks = append(blocks, labelled{n.IPv6.Masked(), area{inside: true, name: "unused addresses of the network"}})
	}
	blocks = append(blocks, n.subnets()...)
	seen := map[arch.Peer]bool{}
	for _, f := range n.Model.Flows {
		for _, p := range []arch.Peer{f.From, f.To} {
			if prefix, ok := p.Prefix(); ok && !seen[p] {
				seen[p] = true
				blocks = append(blocks, labelled{prefix.Masked(), area{blocks: []arch.Peer{p}}})
			}
		}
	}
	out := newAreas(blocks)
	n.addInterfaces(out)
	out.prepareNarrow()
	return out
}

// subnets returns the subnets of tiers and of the network's own equipment.
func (n *Network) subnets() []labelled {
	var out []labelled
	add := func(s address.Subnet, label area) {
		label.inside = true
		if s.Prefix.IsValid() {
			out = append(out, labelled{s.Prefix, label})
		}
		if n.IPv6.IsValid() && s.IPv6 >= 0 {
			out = append(out, labelled{nth64(n.IPv6, s.IPv6), label})
		}
	}
	planned := address.Subnets(n.Model)
	for _, t := range n.Model.Tiers {
		for _, s := range planned[t.ID] {
			add(s, area{tiers: []string{t.ID}})
		}
	}
	if !n.Model.Network.Wrapped {
		for _, p := range []address.Purpose{address.ForNAT, address.ForFirewall, address.ForTransit, address.ForIngress} {
			for _, s := range address.PurposeSubnets(n.Model, p) {
				add(s, area{own: true, name: "the network's own equipment"})
			}
		}
	}
	for _, s := range n.Subnets {
		out = append(out, labelled{s.Prefix.Masked(), area{inside: true, tiers: s.Tiers, name: "unused addresses of the network"}})
	}
	return out
}

// nth64 returns the nth /64 of a block of up to 64 bits.
func nth64(of netip.Prefix, n int) netip.Prefix {
	b := of.Masked().Addr().As16()
	b[7] |= byte(n)
	return netip.PrefixFrom(netip.AddrFrom16(b), 64)
}

// addInterfaces adds the addresses of listed interfaces.
func (n *Network) addInterfaces(to *areas) {
	for _, i := range n.Interfaces {
		for _, addr := range i.Addresses {
			label := to.all[to.of(addr, -1)]
			label.inside = true
			if len(i.Tiers) > 0 {
				label.tiers, label.own = slices.Sorted(slices.Values(i.Tiers)), false
			}
			k := knownAddress{area: to.add(label)}
			if !i.Since.IsZero() {
				k.since = i.Since.Unix()
			}
			if !i.Until.IsZero() {
				k.until = i.Until.Unix()
			}
			to.known[addr] = append(to.known[addr], k)
		}
	}
}
