package reach

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// Without returns the topology in which the given resources have failed: routes to them lead nowhere.
func (t *Topology) Without(failed ...*cfn.Resource) *Topology {
	out := *t
	out.memo = newMemo()
	out.failed = maps.Clone(t.failed)
	if out.failed == nil {
		out.failed = map[*cfn.Resource]bool{}
	}
	for _, r := range failed {
		out.failed[r] = true
	}
	return &out
}

// AssumeOpen lets everything through in a subnet that is not in the templates: it has no network ACL, and routes lead everywhere in both
// directions. The result then shows what the groups carry. AssumeOpen reports whether the subnet was missing from the templates.
func (t *Topology) AssumeOpen(s *Subnet, v *VPC) bool {
	if s.Resource != nil {
		return false
	}
	s.VPC, s.ACL = v, &ACL{Name: "the network ACL of " + s.Name, Open: true}
	s.plain = 0
	t.memo = newMemo()
	elsewhere := Target{Kind: Attachment, Name: "routes that are not in the templates"}
	routes := []Route{{Block: address.Anywhere4, Target: elsewhere}, {Block: address.Anywhere6, Target: elsewhere}}
	s.Table = &Table{Name: "the routes of " + s.Name, Routes: routes}
	return true
}

// AssumeOpenPlaces lets everything through in all subnets that are not in the templates. The result then shows what the groups carry
// there. If there is such a subnet, that is an assumption.
func (t *Topology) AssumeOpenPlaces() {
	t.openPlaces = true
	somewhere := &VPC{Name: "a network that is not in the templates"}
	for _, s := range t.Subnets {
		t.openPlace(s, cmp.Or(s.VPC, somewhere))
	}
	for _, subnets := range t.hidden {
		for _, s := range subnets {
			t.openPlace(s, cmp.Or(s.VPC, somewhere))
		}
	}
	t.somewhere = somewhere
	t.memo = newMemo()
}

func (t *Topology) openPlace(s *Subnet, v *VPC) {
	if t.AssumeOpen(s, v) {
		t.assume("the routes and network ACLs of subnets that are not in the templates let everything through")
	}
}

// UnknownSubnet returns a subnet that stands for the unknown place of interfaces that are not in the templates.
func (t *Topology) UnknownSubnet(name string, v *VPC) *Subnet {
	s := &Subnet{Name: name, Cells: unknownCells(name), Public: address.Perhaps}
	t.AssumeOpen(s, v)
	return s
}

// Part is a piece of a VPC that can fail. Most parts are in one zone.
type Part struct {
	Kind     string // "NAT gateway", "endpoint"
	Zone     string // empty if it is not in a single zone
	Resource *cfn.Resource
}

// Parts lists the NAT gateways and gateway load balancer endpoints of a VPC, by name.
func (t *Topology) Parts(v *VPC) []Part {
	var out []Part
	t.each(func(r *cfn.Resource) {
		switch {
		case r.Type == "AWS::EC2::NatGateway" && t.natSubnets[r] != nil && t.natSubnets[r].VPC == v:
			out = append(out, Part{"NAT gateway", t.natSubnets[r].Zone, r})
		case r.Type == "AWS::EC2::VPCEndpoint" && r.Get("VpcEndpointType").String() == "GatewayLoadBalancer" && t.VPCOf(r.Get("VpcId")) == v:
			part := Part{Kind: "endpoint", Resource: r}
			if s := t.endpointSubnet(Target{Resource: r}); s != nil {
				part.Zone = s.Zone
			}
			out = append(out, part)
		}
	})
	return out
}

// Internet returns an address of the internet in each family, as ends of connections.
func Internet() []End {
	return []End{
		{Outside: Outside{Cell: Cell{From: publicAddress4, To: publicAddress4}}},
		{Outside: Outside{Cell: Cell{From: publicAddress6, To: publicAddress6}}},
	}
}

// EndsOfPeers returns ends of connections that stand for the peers of rules; peers that are groups are left out. For a literal block the
// end is one of its addresses. For any other block or list the end is all of it.
func EndsOfPeers(peers []Peer) []End {
	var out []End
	for _, p := range peers {
		switch {
		case p.List != "":
			out = append(out, End{Outside: outsideOf(p.List, address.Anywhere4)}, End{Outside: outsideOf(p.List, address.Anywhere6)})
		case p.Block.Base != "":
			out = append(out, End{Outside: Outside{Cell: address.CellOf(p.Block)}})
		case p.Block.IsValid():
			addr := address.CellOf(p.Block).Address()
			out = append(out, End{Outside: Outside{Cell: Cell{From: addr, To: addr}}})
		}
	}
	return out
}

// Addresses of the internet that are in no user's network. The addresses of RFC 5737 and RFC 3849 do not fit, because users declare them.
var (
	publicAddress4 = netip.MustParseAddr("198.41.0.4")
	publicAddress6 = netip.MustParseAddr("2001:503:ba3e::2:30")
)

// publicIn returns one address of the cell as an example: an address of the internet if the cell has one.
func publicIn(c Cell) netip.Addr {
	for _, a := range []netip.Addr{publicAddress4, publicAddress6} {
		if a.Is6() == c.Is6() && !a.Less(c.From) && !c.To.Less(a) {
			return a
		}
	}
	return c.Address()
}

// OpenEgress returns the rules that AWS gives to a group without egress rules of its own.
func OpenEgress() []Rule { return slices.Clone(openEgress) }

// Family returns the traffic that exists between addresses of the cell's family: everything except the other family's ICMP.
func Family(c Cell) traffic.Set { return family(c) }
