package arch

import (
	"fmt"
	"slices"
	"strings"
)

// ends checks both peers and that the network has a say in the flow.
func (c *checker) ends(f *Flow) bool {
	if f.From.Kind == Domain {
		c.failFlow(*f, "domain", "a flow comes from a domain name", "whoever opens a connection has an address, and no name that could be looked for", "name the addresses with tiers.CIDR")
		return false
	}
	ok := c.peer(*f, &f.From)
	ok = c.peer(*f, &f.To) && ok
	if !ok {
		return false
	}
	own := 0
	for _, p := range []Peer{f.From, f.To} {
		if t, found := c.m.Tier(p.Text); p.Kind.IsTier() && found && t.Imported == nil {
			own++
		}
	}
	if own == 0 {
		c.failFlow(*f, "flow-outside", "a flow between two ends that are not this network's", "at least one end must be a tier that the network owns: it holds the rules", "")
		return false
	}
	from, _ := c.m.Tier(f.From.Text)
	if f.From.Kind.IsTier() && from.Imported != nil && from.Imported.Egress == EgressUnknown {
		c.failFlow(*f, "imported-egress", "a flow starts at an imported tier whose egress is unknown",
			"an egress rule added to a group that lets everything out would close that group for everything else",
			"say in its ImportProps whether the group is EgressOpen or EgressRestricted; the groups of a tierwall network are EgressRestricted")
	}
	c.inspectable(*f)
	c.through(*f)
	return true
}

// inspectable: rules of an inspected flow name blocks, so those of both its tiers must be known.
func (c *checker) inspectable(f Flow) {
	if f.Path.Kind != Inspected || !f.From.Kind.IsTier() || !f.To.Kind.IsTier() {
		return
	}
	var unknown []string
	for _, p := range []Peer{f.From, f.To} {
		if t, _ := c.m.Tier(p.Text); c.m.Network.Wrapped || t.Imported != nil {
			unknown = append(unknown, p.Text)
		}
	}
	if len(unknown) > 0 {
		c.failFlow(f, "inspected-addresses", "an inspected flow leads between tiers whose addresses are not all known",
			fmt.Sprintf("the addresses of %s are not known here, and references to groups do not match through a firewall endpoint", strings.Join(unknown, " and ")),
			"leave the flow direct, or name the addresses as a block with tiers.CIDR")
	}
}

func (c *checker) peer(f Flow, p *Peer) bool {
	switch p.Kind {
	case Internet:
		return true
	case CIDR:
		return c.block(f, p)
	case PrefixList:
		return c.prefixList(f, p)
	case Domain:
		return c.domain(f, p)
	}
	t, ok := c.m.Tier(p.Text)
	switch {
	case !ok:
		c.failFlow(f, "no-tier", "a flow names a tier that the network does not have", fmt.Sprintf("there is no tier %q in it", p.Text), "")
	case t.Kind != p.Kind:
		c.failFlow(f, "no-tier", "a flow names a tier of another kind", fmt.Sprintf("%s is of kind %s, not %s", t.ID, t.Kind, p.Kind), "")
		return false
	}
	return ok
}

func (c *checker) block(f Flow, p *Peer) bool {
	if p.Symbolic {
		return true
	}
	prefix, err := ParseCIDR(p.Text)
	if err != nil {
		c.failFlow(f, "cidr", "a peer's CIDR is not usable", err.Error(), "")
		return false
	}
	p.Text = prefix.String()
	_, six := p.Families(false)
	switch {
	case prefix.Bits() == 0:
		c.failFlow(f, "cidr-everywhere", "a CIDR peer is every address", "got "+p.Text+"; who may talk to the whole internet has a name, so that it is seen", c.internetInstead(f, p))
	case six && !c.m.Network.IPv6:
		c.failFlow(f, "cidr-family", "an IPv6 peer of an IPv4 network", "got "+p.Text+"; the network has no IPv6 addresses", "set IPv6: true on the network, or name an IPv4 block")
	case c.m.Prefix.IsValid() && c.m.Prefix.Overlaps(prefix) && !isAround(prefix, c.m.Prefix):
		c.failFlow(f, "cidr-inside", "a CIDR peer lies in the network itself",
			fmt.Sprintf("%s is in %s; a block inside it would go round the table of who may reach whom", p.Text, c.m.Prefix),
			"name the tier, or import the group it stands for; a block around the network means the rest of it")
	default:
		return true
	}
	return false
}

// internetInstead says how to declare a flow with the internet in place of a block that is every address.
func (c *checker) internetInstead(f Flow, p *Peer) string {
	if f.From == *p {
		f.From = Peer{Kind: Internet}
	} else {
		f.To = Peer{Kind: Internet}
	}
	if c.mayReach(f) || f.Exception {
		return "use tiers.Internet"
	}
	return "name smaller blocks, or state it with a reason and an owner: " + exceptionCode(f)
}

func (c *checker) prefixList(f Flow, p *Peer) bool {
	switch {
	case !p.Symbolic && !IsPrefixListID(p.Text):
		c.failFlow(f, "prefix-list", "a prefix list's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"pl-0123456789abcdef0\"", p.Text), "")
	case p.Entries < 1 || p.Entries > maxRules:
		c.failFlow(f, "prefix-list", "a prefix list's size is out of range", fmt.Sprintf("got %d entries, allowed are 1 to %d", p.Entries, maxRules),
			"give the list's maximum of entries, or for a list of AWS its weight: a group's quota counts that many rules")
	default:
		c.oneSize(f, *p)
		return true
	}
	return false
}

// oneSize: a prefix list named with two sizes would be two peers, and the rules for them the same rule twice.
func (c *checker) oneSize(f Flow, p Peer) {
	first, ok := c.lists[p.Operand]
	if !ok {
		c.lists[p.Operand] = f
		return
	}
	was := first.To
	if first.From.Operand == p.Operand {
		was = first.From
	}
	if was.Entries != p.Entries {
		f.At = append(slices.Clone(f.At), first.At...)
		c.failFlow(f, "prefix-list", "a prefix list has two sizes", fmt.Sprintf("%s has %d and %d entries", p.Text, was.Entries, p.Entries), "give it one size everywhere")
	}
}
