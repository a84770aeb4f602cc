package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Inspection leads some of a network's traffic through the endpoints of a network firewall.
type Inspection struct {
	Paths Paths `json:"paths"`
	Mode  Mode  `json:"mode"`
	// Strict has the firewall drop every packet that no rule passes, the first of a connection included. Otherwise it waits
	// until the client has said by name what it wants, which names need.
	Strict bool `json:"strict,omitempty"`
	// Midstream is what becomes of connections whose beginning the firewall has not seen, in mode Enforce and in AWS's words; empty is REJECT.
	Midstream string        `json:"midstream,omitempty"`
	At        diag.Position `json:"at,omitzero"`
}

// Paths is a set of ways through a network.
type Paths int

// The ways.
const (
	EgressPath   Paths = 1 << iota // from private tiers to the internet
	IngressPath                    // between the internet and the tiers that face it
	EastWestPath                   // between tiers in different subnets
)

var pathNames = []string{"egress", "ingress", "east-west"}

// String lists the ways: "egress, east-west".
func (p Paths) String() string {
	var out []string
	for i, name := range pathNames {
		if p&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// MarshalText writes the ways, separated by commas.
func (p Paths) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Paths) UnmarshalText(text []byte) error {
	*p = 0
	if string(text) == "none" {
		return nil
	}
	for name := range strings.SplitSeq(string(text), ",") {
		i := slices.Index(pathNames, strings.TrimSpace(name))
		if i < 0 {
			return fmt.Errorf("%q is no path; allowed are %s", name, strings.Join(pathNames, ", "))
		}
		*p |= 1 << i
	}
	return nil
}

// inspection checks what is to be inspected.
func (c *checker) inspection(n Network) {
	i := n.Inspection
	if i == nil {
		return
	}
	fail := func(rule, summary, detail, fix string) {
		c.add("network", []diag.Position{i.At}, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	switch known := EgressPath | IngressPath | EastWestPath; {
	case n.Wrapped:
		fail("inspection-wrapped", "a wrapped VPC cannot be inspected", "its subnets and route tables are somebody else's, and traffic is led to a firewall by routes",
			"make the firewall with firewall.NewFirewall and let the VPC's owner lead routes to its endpoints")
	case i.Paths&^known != 0 || i.Paths == 0:
		fail("inspection-paths", "the paths to inspect are not usable", fmt.Sprintf("got %d; allowed are firewall.Egress, firewall.Ingress and firewall.EastWest, joined by |", int(i.Paths)), "")
	case n.IPv6:
		fail("inspection-ipv6", "a dual-stack network cannot be inspected",
			"replies to IPv6 traffic come back by the egress-only gateway, which takes no route table: they would go around the firewall", "leave out IPv6")
	case i.Mode < Enforce || i.Mode > Prepare:
		fail("inspection-mode", "the mode of inspection is unknown", fmt.Sprintf("got %d; allowed are firewall.Enforce, firewall.Observe and firewall.Prepare", int(i.Mode)), "")
	case n.DefaultRoute != nil && i.Paths&EgressPath != 0:
		fail("inspection-twice", "egress leaves by another network and is inspected here", "the default route of private tiers leads to "+n.DefaultRoute.String()+", or to the firewall",
			"leave out DefaultRoute, or Egress of the inspected paths")
	}
}

// defaultRoute checks where egress is led to, if it leaves by another network.
func (c *checker) defaultRoute(n Network) {
	if n.DefaultRoute == nil {
		return
	}
	fail := func(summary, detail, fix string) {
		c.add("network", []diag.Position{n.At}, diag.Diagnostic{Rule: "default-route", Summary: summary, Detail: detail, Fix: fix})
	}
	if err := n.DefaultRoute.check(); err != nil {
		fail("the default route's gateway is not usable", err.Error(), "")
	} else if n.DefaultRoute.Kind == PeeringConnection {
		fail("a default route cannot lead to a peering connection", "the internet is not reached through another VPC's gateways (VPC Peering Guide)", "use a transit gateway")
	}
	if n.Wrapped {
		fail("a wrapped VPC has routes of its own", "its route tables are somebody else's", "leave out DefaultRoute")
	}
}

// facing says of each tier whether a flow or its kind has it face the internet.
func facing(tiers []Tier, flows []Flow) map[string]bool {
	out := map[string]bool{}
	for _, t := range tiers {
		out[t.ID] = t.FacesInternet()
	}
	for _, f := range flows {
		if f.To.Kind.IsTier() && f.From.IsPublic() && f.Path.Kind != ThroughGateway {
			out[f.To.Text] = true
		}
	}
	return out
}

// FacesInternet reports whether a tier's subnets face the internet whatever its flows: a public edge tier's do. Any other
// tier's do once it may be reached from public addresses.
func (t Tier) FacesInternet() bool { return t.Kind == Edge && !t.Internal && t.Imported == nil }

// VisitorCode spells, as Go code, a peer from outside that may open connections to an edge tier.
func (t Tier) VisitorCode() string {
	if t.Internal {
		return "tiers.CIDR(\"192.168.0.0/16\").Via(gateway)"
	}
	return "tiers.Internet"
}

// pathOf is the way of a flow that says nothing of its own.
func (c *checker) pathOf(f Flow, facing map[string]bool) Path {
	i := c.m.Network.Inspection
	if i == nil || f.Path != (Path{}) || !c.covers(i.Paths, f, facing) {
		return f.Path
	}
	return Path{Kind: Inspected, Mode: i.Mode}
}

// covers reports whether a flow takes one of the inspected paths.
func (c *checker) covers(paths Paths, f Flow, facing map[string]bool) bool {
	from, fromOwn := c.own(f.From)
	to, toOwn := c.own(f.To)
	switch {
	case f.To.Kind == Endpoint || f.Path.Kind == ByGatewayEndpoint:
		return false // Calls of AWS services go straight to them.
	case fromOwn && toOwn:
		return paths&EastWestPath != 0 && from.SubnetOwner() != to.SubnetOwner()
	case fromOwn && f.To.IsPublic():
		if facing[from.ID] || facing[from.SubnetOwner()] {
			return paths&IngressPath != 0
		}
		return paths&EgressPath != 0
	case toOwn && f.From.IsPublic():
		return paths&IngressPath != 0
	}
	return false
}

// own returns the tier of a peer that the network owns.
func (c *checker) own(p Peer) (Tier, bool) {
	if !p.Kind.IsTier() {
		return Tier{}, false
	}
	t, ok := c.m.Tier(p.Text)
	return t, ok && t.Imported == nil
}

// SubnetOwner is the id of the tier whose subnets t uses.
func (t Tier) SubnetOwner() string {
	switch {
	case t.SharesWith != "":
		return t.SharesWith
	case t.Kind == Endpoint && t.Imported == nil:
		return "/endpoints" // All endpoints use the same ones.
	}
	return t.ID
}
