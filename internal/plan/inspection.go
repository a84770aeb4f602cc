package plan

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// leads reports whether routes lead a way through the firewall. Before that, in mode Prepare, all is built and no route
// leads there.
func (p *Plan) leads(way arch.Paths) bool {
	i := p.Model.Network.Inspection
	return i != nil && i.Paths&way != 0 && i.Mode != arch.Prepare
}

// endpointKeys are the keys of the subnets that the zones' endpoints stand in. What comes in from the internet has endpoints of its own:
// from there the way leads on to the internet gateway, and from the others to the NAT gateways.
func endpointKeys(m *arch.Model, purpose Purpose) map[arch.Zone]string {
	out := map[arch.Zone]string{}
	for _, s := range PurposeSubnets(m, purpose) {
		out[s.Zone] = s.Key
	}
	return out
}

// EndpointSubnets are the subnets with a firewall endpoint each: the firewall's own, which are in every zone, and those of
// endpoints that are associated with it afterwards. A subnet's routes lead on to the internet gateway or to NAT gateways, so
// what comes in from the internet has subnets of its own, and what leaves or passes between tiers others.
func EndpointSubnets(m *arch.Model) (own, associated []Subnet) {
	switch i := m.Network.Inspection; {
	case i == nil || i.Paths == 0 || m.Network.Wrapped:
		return nil, nil
	case i.Paths == arch.IngressPath:
		return PurposeSubnets(m, ForIngress), nil
	case i.Paths&arch.IngressPath != 0:
		return PurposeSubnets(m, ForFirewall), PurposeSubnets(m, ForIngress)
	}
	return PurposeSubnets(m, ForFirewall), nil
}

// inspectionRoutes leads on from the firewall's endpoints, and between the subnets of tiers.
func (p *Plan) inspectionRoutes() {
	i := p.Model.Network.Inspection
	if i == nil {
		return
	}
	p.Endpoints, p.Associated = EndpointSubnets(p.Model)
	if i.Paths&arch.EgressPath != 0 && len(p.NAT) > 0 {
		for _, s := range PurposeSubnets(p.Model, ForFirewall) {
			p.Routes = append(p.Routes, toInternet(s, everywhere4, ToNATGateway, natFor(p.NAT, s.Zone).Key))
		}
	}
	if i.Paths&arch.IngressPath != 0 {
		for _, s := range PurposeSubnets(p.Model, ForIngress) {
			p.Routes = append(p.Routes, toInternet(s, everywhere4, ToInternetGateway, ""))
		}
	}
	led, endpoints := map[[2]string]bool{}, endpointKeys(p.Model, ForFirewall)
	for _, f := range p.Model.Flows {
		pair := [2]string{f.From.Text, f.To.Text}
		if f.Path.Kind == arch.Inspected && f.From.Kind.IsTier() && f.To.Kind.IsTier() && p.leads(arch.EastWestPath) && !led[pair] {
			led[pair] = true
			p.eastWest(f, endpoints)
		}
	}
}

// eastWest leads the packets between the subnets of two tiers through one endpoint for each pair, the same in both
// directions: a firewall that sees one direction only does not know the connection.
func (p *Plan) eastWest(f arch.CheckedFlow, endpoints map[arch.Zone]string) {
	for _, a := range p.Subnets[f.From.Text] {
		for _, b := range p.Subnets[f.To.Text] {
			via := endpoints[between(a, b)]
			p.Routes = append(p.Routes,
				Route{Subnet: a.Key, ToSubnet: b.Key, Target: ToFirewall, Via: via},
				Route{Subnet: b.Key, ToSubnet: a.Key, Target: ToFirewall, Via: via})
		}
	}
}

// between is the zone of the endpoint between two subnets, a function of the two alone, whichever comes first.
func between(a, b Subnet) arch.Zone {
	if strings.Compare(a.Key, b.Key) <= 0 {
		return a.Zone
	}
	return b.Zone
}

// uninspected states what the firewall never sees of what it is to inspect.
func (p *Plan) uninspected() {
	i := p.Model.Network.Inspection
	if i == nil || i.Paths&arch.EastWestPath == 0 {
		return
	}
	said := map[string]bool{}
	for _, f := range p.Model.Flows {
		from, ok := p.Model.Tier(f.From.Text)
		to, also := p.Model.Tier(f.To.Text)
		if !f.From.Kind.IsTier() || !f.To.Kind.IsTier() || !ok || !also || f.Path.Kind == arch.Inspected || said[f.SubjectString()] {
			continue
		}
		said[f.SubjectString()] = true
		reason := "they use the same subnets, and packets within a subnet are not routed"
		if to.Kind == arch.Endpoint {
			reason = "calls of AWS services go straight to their endpoints, whose policies say what passes"
		} else if from.Imported != nil || to.Imported != nil {
			reason = "the addresses of an imported tier are not known here"
		}
		p.Widenings = append(p.Widenings, arch.Widening{Control: "firewall", Path: f.PathString(), Carries: fmt.Sprintf("%s without inspection", arch.FormatService(f.Ports)), Reason: reason})
	}
}
