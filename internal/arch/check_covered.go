package arch

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// covered finds flows that weaken a flow to a domain name. Security groups know no names: they open its ports to every address, and only
// the firewall that reads names restricts the traffic. So the tier also reaches whatever else the firewall passes from its subnets, and
// whatever their routes lead past the firewall.
func (c *checker) covered() {
	for _, named := range c.m.Flows {
		if named.To.Kind != Domain {
			continue
		}
		for _, other := range c.m.Flows {
			if own := other.From == named.From; own || c.together(named.From, other.From) {
				c.coveredBy(named, other, own)
			}
		}
	}
}

func (c *checker) coveredBy(named, other CheckedFlow, own bool) {
	overlap, inspected := portsOverlap(other.Ports, named.Ports), other.Path.Kind == Inspected
	from, tenant, to, ports := named.From.String(), other.From.String(), other.To.String(), FormatService(other.Ports)
	fail := func(summary, detail, fix string) {
		both := named.Flow
		both.At = slices.Concat(named.At, other.At)
		c.failFlow(both, "domain-covered", summary, detail, fix)
	}
	switch {
	case own && other.To.Kind == Internet && overlap:
		fail("a flow to a domain name beside a flow to the whole internet", fmt.Sprintf("%s may reach every address over %s", from, ports),
			"keep one of the two flows")
	case named.Path.Kind == Inspected && named.Path.Mode != Enforce: // Every name passes, and a warning says so.
	case own && other.To.Kind == PrefixList && inspected && overlap:
		fail("a flow to a domain name beside a flow to a prefix list",
			fmt.Sprintf("the firewall's rules cannot name prefix lists: they pass %s to every address and leave the rest to the security group, "+
				"which for %s allows %s to every address",
				ports, named.To, FormatService(named.Ports)),
			c.say("name the list's blocks with tiers.CIDR", "name the list's blocks in CIDR notation"))
	case other.Path.Kind == ThroughGateway:
		c.besideGateway(named, other)
	case own:
	case other.Path.Kind == ByGatewayEndpoint && !c.declared(named.From, other.To, nil):
		fail("a flow to a domain name from subnets with a gateway endpoint",
			fmt.Sprintf("%s shares subnets with %s, whose route to %s bypasses the firewall that reads names: %s would reach it over %s without a "+
				"grant",
				from, tenant, c.serviceOf(other.To), from, FormatService(named.Ports)),
			fmt.Sprintf("give %s a %s of its own, or grant it the use of that service", from, c.say("Block", "`block`")))
	case inspected && named.Path.Kind == Inspected && overlap && !c.declared(named.From, other.To, other.Ports):
		fail("a flow to a domain name from shared subnets",
			fmt.Sprintf("%s shares subnets with %s, which may reach %s over %s; the firewall cannot tell the two tiers apart, and the security "+
				"group of %s allows %s to every address: it would reach %s, too",
				from, tenant, to, ports, from, FormatService(named.Ports), to),
			fmt.Sprintf("give %s a %s of its own, or let it reach %s as well", from, c.say("Block", "`block`"), to))
	}
}

// besideGateway warns when a gateway route bypasses the firewall that reads names. It is only a warning: a route cannot be limited to one
// port, and the far network may have a firewall of its own.
func (c *checker) besideGateway(named, other CheckedFlow) {
	if c.declared(named.From, other.To, named.Ports) || c.m.Network.DefaultRoute != nil && *c.m.Network.DefaultRoute == other.Path.Via {
		return
	}
	c.add(c.m.Network.FlowPath(named.Flow), slices.Concat(named.At, other.At), diag.Diagnostic{
		Severity: diag.Warning, Rule: "domain-beside", Subject: c.m.Network.Subject(named.SubjectString()),
		Summary: "a flow to a domain name beside a route to a gateway",
		Detail: fmt.Sprintf("the subnets of %s have a route to %s through %s, which bypasses the firewall that reads names, and the security "+
			"group of %s allows %s to every address: %s reaches %s with it, and the proof reports that",
			named.From, other.To, other.Path.Via, named.From, FormatService(named.Ports), named.From, other.To),
		Fix: fmt.Sprintf("give one of the two flows to another tier, in a %s of its own, or declare %s to %s", c.say("Block", "`block`"),
			FormatService(named.Ports), other.To),
	})
}

// together reports whether two tiers use the same subnets.
func (c *checker) together(a, b Peer) bool {
	one, ok := c.own(a)
	other, _ := c.own(b)
	return ok && one.SubnetOwner() == other.SubnetOwner()
}

// serviceOf returns the service whose prefix list a peer is.
func (c *checker) serviceOf(list Peer) string {
	for _, service := range catalog.GatewayServices() {
		if id, ok := c.m.Network.PrefixList(service); ok && id == list.Operand {
			return service
		}
	}
	return list.String()
}

// declared reports whether flows open all of the ports from a tier to a peer. Without ports, it reports whether flows open any.
func (c *checker) declared(from, to Peer, ports []Ports) bool {
	var open []CheckedFlow
	for _, f := range c.m.Flows {
		if f.From == from && f.To.Contains(to) {
			open = append(open, f)
		}
	}
	return len(open) > 0 && !slices.ContainsFunc(ports, func(p Ports) bool {
		return !slices.ContainsFunc(open, func(f CheckedFlow) bool { return f.Allows(p) })
	})
}

func portsOverlap(a, b []Ports) bool {
	for _, p := range a {
		if slices.ContainsFunc(b, p.Overlaps) {
			return true
		}
	}
	return false
}
