package arch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// inspection checks which paths are to be inspected, and how.
func (c *checker) inspection(n Network) {
	i := n.Inspection
	if i == nil {
		return
	}
	fail := func(rule, summary, detail, fix string) {
		c.add(c.say("network", "inspection"), []diag.Position{i.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	switch known := EgressPath | IngressPath | EastWestPath; {
	case n.Wrapped:
		fail("inspection-wrapped", c.say("a wrapped VPC cannot be inspected", "an existing VPC cannot be inspected"),
			"the owner of the VPC manages its subnets and route tables, and only routes lead traffic to a firewall",
			c.say("make the firewall with firewall.NewFirewall and let the VPC's owner lead routes to its endpoints",
				"leave out `inspection`, and let the VPC's owner inspect the traffic"))
	case i.Paths&^known != 0 || i.Paths == 0:
		fail("inspection-paths", "the paths to inspect are not usable",
			fmt.Sprintf("got %d; allowed are %s", int(i.Paths),
				c.say("firewall.Egress, firewall.Ingress and firewall.EastWest, joined by |", "egress, ingress and east-west")), "")
	case n.IPv6:
		fail("inspection-ipv6", "a dual-stack network cannot be inspected",
			"replies to IPv6 traffic return through the egress-only gateway, which cannot have a route table: they would bypass the firewall",
			"leave out "+c.say("IPv6", "`ipv6`"))
	case i.Mode < Enforce || i.Mode > Prepare:
		fail("inspection-mode", "the mode of inspection is unknown",
			fmt.Sprintf("got %d; allowed are %s", int(i.Mode),
				c.say("firewall.Enforce, firewall.Observe and firewall.Prepare", "enforce, observe and prepare")), "")
	case n.DefaultRoute != nil && i.Paths&EgressPath != 0:
		fail("inspection-twice", "egress leaves through another network, but is to be inspected here",
			"the default route of private tiers leads either to "+n.DefaultRoute.String()+" or to the firewall",
			c.say("leave out DefaultRoute, or Egress of the inspected paths", "leave out `defaultRoute`, or egress of the inspected `paths`"))
	}
}

// pathOf returns the path of a flow: its own if it states one, else an inspected one if inspection covers the flow.
func (c *checker) pathOf(f Flow) Path {
	i := c.m.Network.Inspection
	if i == nil || f.Path != (Path{}) || !c.covers(i.Paths, f) {
		return f.Path
	}
	return Path{Kind: Inspected, Mode: i.Mode}
}

// covers reports whether a flow takes one of the inspected paths.
func (c *checker) covers(paths Paths, f Flow) bool {
	from, fromOwn := c.own(f.From)
	to, toOwn := c.own(f.To)
	switch {
	case f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint:
		return false // Calls of AWS services go straight to them.
	case fromOwn && toOwn:
		return paths&EastWestPath != 0 && from.SubnetOwner() != to.SubnetOwner()
	case fromOwn && f.To.IsPublic():
		if c.facing[from.ID] || c.facing[from.SubnetOwner()] {
			return paths&IngressPath != 0
		}
		return paths&EgressPath != 0
	case toOwn && f.From.IsPublic():
		return paths&IngressPath != 0
	}
	return false
}

// own returns the tier that a peer is, if the network owns it.
func (c *checker) own(p Peer) (Tier, bool) {
	if !p.Kind.IsTier() {
		return Tier{}, false
	}
	t, ok := c.m.Tier(p.Text)
	return t, ok && t.Imported == nil
}
