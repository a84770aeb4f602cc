package plan

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// inspects reports whether the network firewall is to inspect one of some paths.
func inspects(m *arch.Model, paths arch.Paths) bool {
	i := m.Network.Inspection
	return i != nil && i.Paths&paths != 0
}

// leads reports whether routes lead a path through the firewall. In mode Prepare everything is built, and no route leads
// there yet.
func leads(m *arch.Model, path arch.Paths) bool {
	return inspects(m, path) && m.Network.Inspection.Mode != arch.Prepare
}

// endpointKeys are the keys of the subnets that the zones' endpoints stand in. Traffic from the internet has endpoints of its
// own: from there the way leads on to the internet gateway, and from the others to the NAT gateways.
func endpointKeys(m *arch.Model, purpose address.Purpose) map[arch.Zone]string {
	out := map[arch.Zone]string{}
	for _, s := range address.PurposeSubnets(m, purpose) {
		out[s.Zone] = s.Key
	}
	return out
}

// EndpointSubnets are the subnets with a firewall endpoint each: the firewall's own, which are in every zone, and those of
// endpoints that are associated with it afterwards. The routes of such a subnet lead on either to the internet gateway or to
// NAT gateways. Traffic from the internet therefore has other subnets than traffic that leaves or passes between tiers.
func EndpointSubnets(m *arch.Model) (own, associated []address.Subnet) {
	switch i := m.Network.Inspection; {
	case i == nil || i.Paths == 0 || m.Network.Wrapped:
		return nil, nil
	case i.Paths == arch.IngressPath:
		return address.PurposeSubnets(m, address.ForIngress), nil
	case i.Paths&arch.IngressPath != 0:
		return address.PurposeSubnets(m, address.ForFirewall), address.PurposeSubnets(m, address.ForIngress)
	}
	return address.PurposeSubnets(m, address.ForFirewall), nil
}

// inspectionRoutes leads on from the firewall's endpoints, and between the subnets of tiers.
func (b *routeBuilder) inspectionRoutes() {
	if inspects(b.m, arch.EgressPath) && len(b.nat) > 0 {
		for _, s := range address.PurposeSubnets(b.m, address.ForFirewall) {
			b.add(toInternet(s, everywhere4, ToNATGateway, natFor(b.nat, s.Zone).Key))
		}
	}
	if inspects(b.m, arch.IngressPath) {
		for _, s := range address.PurposeSubnets(b.m, address.ForIngress) {
			b.add(toInternet(s, everywhere4, ToInternetGateway, ""))
		}
	}
	if !leads(b.m, arch.EastWestPath) {
		return
	}
	led, endpoints := map[[2]string]bool{}, endpointKeys(b.m, address.ForFirewall)
	for _, f := range b.m.Flows {
		pair := [2]string{f.From.Text, f.To.Text}
		if f.Path.Kind == arch.Inspected && betweenTiers(f) && !led[pair] {
			led[pair] = true
			b.eastWest(f, endpoints)
		}
	}
}

// eastWest leads the packets between the subnets of two tiers through one endpoint for each pair, the same in both
// directions: a firewall that sees one direction only does not know the connection.
func (b *routeBuilder) eastWest(f arch.CheckedFlow, endpoints map[arch.Zone]string) {
	for _, from := range b.subnets[f.From.Text] {
		for _, to := range b.subnets[f.To.Text] {
			via := endpoints[between(from, to)]
			b.add(Route{Subnet: from.Key, ToSubnet: to.Key, Target: ToFirewall, Via: via},
				Route{Subnet: to.Key, ToSubnet: from.Key, Target: ToFirewall, Via: via})
		}
	}
}

// between is the zone of the endpoint between two subnets. It is a function of the two alone, whichever comes first.
func between(a, b address.Subnet) arch.Zone {
	if strings.Compare(a.Key, b.Key) <= 0 {
		return a.Zone
	}
	return b.Zone
}

// uninspected states which flows between tiers the firewall never sees, though it is to inspect them.
func uninspected(m *arch.Model) []arch.Widening {
	if !inspects(m, arch.EastWestPath) {
		return nil
	}
	var n notes
	said := map[string]bool{}
	for _, f := range m.Flows {
		if !betweenTiers(f) || f.Path.Kind == arch.Inspected || said[f.SubjectString()] {
			continue
		}
		said[f.SubjectString()] = true
		n.widen(arch.Widening{
			Control: "firewall", Path: m.Network.FlowPath(f.Flow), Carries: fmt.Sprintf("%s without inspection", arch.FormatService(f.Ports)),
			Reason: whyUninspected(m, f),
		})
	}
	return n.widenings
}

// whyUninspected says why the firewall does not see a flow between tiers.
func whyUninspected(m *arch.Model, f arch.CheckedFlow) string {
	from, _ := m.Tier(f.From.Text)
	to, _ := m.Tier(f.To.Text)
	switch {
	case to.Kind == arch.Endpoint:
		return "calls of AWS services go straight to their endpoints, whose policies decide what passes"
	case from.Imported != nil || to.Imported != nil:
		return "the addresses of an imported tier are not known here"
	}
	return "both use the same subnets, and packets within a subnet are not routed"
}
