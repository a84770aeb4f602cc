package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// covered looks for what makes a name restrict less than it says. Security groups know no names: the ports are open to every address, and only
// what reads names on the way tells. Whatever else the firewall passes from the tier's subnets, or their routes lead past it, is open too.
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
		fail("a domain peer beside the whole internet", fmt.Sprintf("%s may reach every address with %s", from, ports), "keep one of the two flows")
	case named.Path.Kind == Inspected && named.Path.Mode != Enforce: // Every name passes, and a warning says so.
	case own && other.To.Kind == PrefixList && inspected && overlap:
		fail("a domain peer beside a prefix list", fmt.Sprintf("rules of the firewall name no prefix lists and pass %s to every address, where the security group tells; for %s it lets %s through to every address, too",
			ports, named.To, FormatService(named.Ports)), "name the list's blocks with tiers.CIDR")
	case other.Path.Kind == ThroughGateway:
		c.besideGateway(named, other)
	case own:
	case other.Path.Kind == ByGatewayEndpoint && !c.declared(named.From, other.To, nil):
		fail("a domain peer in the subnets of a gateway endpoint", fmt.Sprintf("%s shares subnets with %s, whose route to %s goes past what reads names: %s would reach it with %s, which it was not granted",
			from, tenant, c.serviceOf(other.To), from, FormatService(named.Ports)), fmt.Sprintf("give %s a Block of its own, or grant it what it does there", from))
	case inspected && named.Path.Kind == Inspected && overlap && !c.declared(named.From, other.To, other.Ports):
		fail("a domain peer in shared subnets", fmt.Sprintf("%s shares subnets with %s, which may reach %s with %s; the firewall tells them not apart, and the security group of %s lets %s through to every address: it would reach %s, too",
			from, tenant, to, ports, from, FormatService(named.Ports), to), fmt.Sprintf("give %s a Block of its own, or let it reach %s as well", from, to))
	}
}

// besideGateway warns of a gateway beside what reads names. It is no error: a route cannot be of one port, and what is there may have a firewall.
func (c *checker) besideGateway(named, other CheckedFlow) {
	if c.declared(named.From, other.To, named.Ports) || c.m.Network.DefaultRoute != nil && *c.m.Network.DefaultRoute == other.Path.Via {
		return
	}
	c.add(named.PathString(), slices.Concat(named.At, other.At), diag.Diagnostic{
		Severity: diag.Warning, Rule: "domain-beside", Subject: c.m.Network.Subject(named.SubjectString()), Summary: "a domain peer beside a gateway",
		Detail: fmt.Sprintf("the subnets of %s have a route to %s through %s, past what reads names, and the security group of %s lets %s through to every address: %s reaches %s with it, and the proof reports that",
			named.From, other.To, other.Path.Via, named.From, FormatService(named.Ports), named.From, other.To),
		Fix: fmt.Sprintf("give one of the two flows to another tier, in a Block of its own, or declare %s to %s", FormatService(named.Ports), other.To),
	})
}

// together reports whether two tiers use the same subnets.
func (c *checker) together(a, b Peer) bool {
	one, ok := c.own(a)
	other, _ := c.own(b)
	return ok && one.SubnetOwner() == other.SubnetOwner()
}

// serviceOf is the service whose prefix list a peer is.
func (c *checker) serviceOf(list Peer) string {
	for _, service := range catalog.GatewayServices() {
		if id, ok := c.m.Network.PrefixList(service); ok && id == list.Operand {
			return service
		}
	}
	return list.String()
}

// declared reports whether flows open all of the ports from a tier to a peer; without ports, any.
func (c *checker) declared(from, to Peer, ports []Ports) bool {
	var open []Ports
	for _, f := range c.m.Flows {
		if f.From == from && (f.To == to || isBelow(to, f.To)) {
			open = append(open, f.Ports...)
		}
	}
	return len(open) > 0 && !slices.ContainsFunc(ports, func(p Ports) bool {
		return !slices.ContainsFunc(open, func(o Ports) bool { return o.Contains(p) })
	})
}

// isBelow reports whether one name is of those that another peer stands for.
func isBelow(name, of Peer) bool {
	return name.Kind == Domain && of.Kind == Domain && strings.HasPrefix(of.Text, ".") && strings.HasSuffix("."+strings.TrimPrefix(name.Text, "."), of.Text)
}

func portsOverlap(a, b []Ports) bool {
	for _, p := range a {
		if slices.ContainsFunc(b, p.Overlaps) {
			return true
		}
	}
	return false
}
