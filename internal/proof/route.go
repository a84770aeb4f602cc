package proof

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/reach"
)

// Carried traffic does not show which route it takes. The declaration does: it names the gateway of a flow and the tiers that face the
// internet.

// checkRoutes finds routes with another target than declared.
func (n *network) checkRoutes() error {
	for _, f := range n.model.Flows {
		if f.Path.Kind == arch.ThroughGateway {
			if err := n.checkGatewayRoutes(f); err != nil {
				return err
			}
		}
	}
	n.checkEndpointRoutes()
	if n.model.Network.Wrapped {
		return nil // The routes of a wrapped VPC to the internet have another owner.
	}
	if err := n.checkInternetRoutes(); err != nil {
		return err
	}
	n.checkPrivateTiers()
	n.checkNATZones()
	return nil
}

// checkGatewayRoutes finds routes through which a flow bypasses its declared gateway.
func (n *network) checkGatewayRoutes(f arch.CheckedFlow) error {
	tier, far := f.From, f.To
	if !tier.Kind.IsTier() {
		tier, far = f.To, f.From
	}
	peers, err := n.peersOf(far)
	if err != nil {
		return err
	}
	gateway, err := n.gatewayName(f.Path.Via)
	if err != nil {
		return err
	}
	if prefix, ok := far.Prefix(); ok && n.model.Network.Range.Symbolic && prefix.Addr().Is4() {
		n.report.assume("%s: addresses of %s inside the range of the network, which is set at deployment, stay in the network: "+
			"AWS has no route from a VPC's own addresses to %s", n.name(), far, f.Path.Via)
	}
	for _, p := range peers {
		if p.Group == nil {
			n.checkLeadsTo(tier.Text, p, gateway, f.Path.Via, f.At)
		}
	}
	return nil
}

// checkInternetRoutes finds routes through which internet traffic bypasses its declared gateway, or reaches another network although none
// is declared.
func (n *network) checkInternetRoutes() error {
	facing := n.internetFacing()
	for _, f := range n.model.Flows {
		t, _ := n.model.Tier(f.From.Text)
		leaves := f.From.Kind.IsTier() && f.To.IsPublic() && f.Path.Kind != arch.ThroughGateway && f.Path.Kind != arch.ByGatewayEndpoint
		if !leaves || t.Imported != nil {
			continue
		}
		declared, gateway := n.model.Network.DefaultRoute, ""
		if facing[t.SubnetOwner()] {
			declared = nil
		}
		if declared != nil {
			var err error
			if gateway, err = n.gatewayName(*declared); err != nil {
				return err
			}
		}
		v4, v6 := f.To.Families(n.model.Network.IPv6)
		for i, has := range []bool{v4, v6} {
			switch {
			case !has:
			case declared != nil:
				n.checkLeadsTo(t.ID, internet[i], gateway, *declared, f.At)
			default:
				n.checkStaysInNetwork(t.ID, internet[i], f.At)
			}
		}
	}
	return nil
}

// checkStaysInNetwork finds routes that lead the internet, or a part of it, to another network.
func (n *network) checkStaysInNetwork(tier string, to reach.Peer, at []diag.Position) {
	fix := "route it to a NAT gateway, or declare the other network as " + n.say("DefaultRoute", "the network's `defaultRoute`")
	for _, s := range n.partyOf[tier].real.Subnets {
		if s.Resource == nil || s.Table == nil {
			continue
		}
		by := routeTo(s.Table, to)
		if by != nil && by.Target.Kind == reach.Attachment {
			n.reportRoute(tier, s, to, at, "the network's own gateways", by, fix)
		}
		for i, r := range s.Table.Routes {
			if r.Target.Kind == reach.Attachment && &s.Table.Routes[i] != by && isPartOf(r.Block, to.Block) && !n.leadsByGateway(r.Block) {
				n.reportRoute(tier, s, reach.Peer{Block: r.Block}, at, "the network's own gateways", &s.Table.Routes[i], fix)
			}
		}
	}
}

// isPartOf reports whether a literal block holds public addresses inside another block.
func isPartOf(b, of reach.Block) bool {
	return b.IsValid() && b.Base == "" && !b.Prefix.Addr().IsPrivate() && contains(of, b)
}

// leadsByGateway reports whether a flow is declared to take a gateway to or from the addresses of a block.
func (n *network) leadsByGateway(b reach.Block) bool {
	return slices.ContainsFunc(n.model.Flows, func(f arch.CheckedFlow) bool {
		return f.Path.Kind == arch.ThroughGateway && slices.ContainsFunc([]arch.Peer{f.From, f.To}, func(p arch.Peer) bool {
			prefix, ok := p.Prefix()
			return ok && contains(reach.Block{Prefix: prefix}, b)
		})
	})
}

// gatewayName returns the name of a gateway in routes.
func (n *network) gatewayName(g arch.Gateway) (string, error) {
	v, err := n.symbol(g.Operand)
	if err != nil || v.Resource == nil {
		return v.String(), err
	}
	return v.Resource.String(), nil
}

// checkLeadsTo finds route tables of a tier's subnets that do not lead to a peer through the gateway.
func (n *network) checkLeadsTo(tier string, to reach.Peer, gateway string, declared arch.Gateway, at []diag.Position) {
	for _, s := range n.partyOf[tier].real.Subnets {
		if s.Resource == nil || s.Table == nil || s.Table.Unsure != "" {
			continue // The routes are not in the templates.
		}
		by := routeTo(s.Table, to)
		if by == nil || by.Target.Name == gateway || by.Unsure != "" {
			continue // Without a route, nothing is carried; that is reported elsewhere.
		}
		n.reportRoute(tier, s, to, at, declared.String(), by, "change the target of the route to "+to.String())
	}
}

// reportRoute reports a route with another target than declared.
func (n *network) reportRoute(
	tier string, s *reach.Subnet, to reach.Peer, at []diag.Position, declared string, by *reach.Route, fix string,
) {
	n.report.Findings = append(n.report.Findings, Finding{
		Network: n.name(), From: tier, To: to.String(), Verdict: Weakened, What: "way from " + s.Name, At: at, Fix: fix,
		Reason: fmt.Sprintf("the traffic between %s and %s is declared to go through %s, but %s leads to %s %s [%s]", tier, to, declared,
			s.Table.Name, by.Target.Kind, by.Target.Name, by.Resource),
	})
}

// routeTo returns the most specific route to all addresses of a block, or the route to a list. It returns nil if there is none.
func routeTo(table *reach.Table, to reach.Peer) *reach.Route {
	var out *reach.Route
	for i, r := range table.Routes {
		switch {
		case to.List != "" && r.List == to.List:
			return &table.Routes[i]
		case r.List != "" || !r.Block.IsValid():
		case r.Block.Is6() != to.Block.Is6(), specificity(r.Block) > 0 && (to.List != "" || !contains(r.Block, to.Block)):
		case out == nil || specificity(r.Block) > specificity(out.Block):
			out = &table.Routes[i]
		}
	}
	return out
}

// specificity orders blocks that contain the same addresses: 0 is all addresses. A block that only a deployment knows is smaller.
func specificity(b reach.Block) int {
	if b.Base != "" {
		return max(b.Prefix.Bits(), 1)
	}
	return b.Prefix.Bits()
}

// internetFacing reports, for each owner of subnets, whether its subnets face the internet: those of a public edge tier do, and those of
// any tier that the internet may reach.
func (n *network) internetFacing() map[string]bool {
	out := map[string]bool{}
	for _, t := range n.model.Tiers {
		out[t.SubnetOwner()] = out[t.SubnetOwner()] || t.FacesInternet()
	}
	for _, f := range n.model.Flows {
		if t, ok := n.model.Tier(f.To.Text); ok && f.To.Kind.IsTier() && f.From.IsPublic() && f.Path.Kind != arch.ThroughGateway {
			out[t.SubnetOwner()] = true
		}
	}
	return out
}

// checkPrivateTiers finds routes to the internet gateway in subnets of tiers that the internet may not reach: an interface there with a
// public address is protected only by its groups.
func (n *network) checkPrivateTiers() {
	facing := n.internetFacing()
	for _, t := range n.model.Tiers {
		if t.Imported != nil || facing[t.SubnetOwner()] {
			continue
		}
		for _, s := range n.partyOf[t.ID].real.Subnets {
			if s.Resource == nil || s.Table == nil {
				continue
			}
			at := slices.IndexFunc(s.Table.Routes, func(r reach.Route) bool { return r.Target.Kind == reach.InternetGateway })
			if at < 0 {
				continue
			}
			r := s.Table.Routes[at]
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: t.ID, To: s.Name, Verdict: Weakened, What: "private subnet", At: []diag.Position{t.At},
				Reason: fmt.Sprintf("%s leads to the internet gateway [%s], but no flow from the internet to %s is declared, so its subnets "+
					"must be private", s.Table.Name, r.Resource, t.ID),
				Fix: "change the target of the route to a NAT gateway, or remove the route",
			})
		}
	}
}
