package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// ends checks both peers, and that the network owns one of them.
func (c *checker) ends(f *Flow) bool {
	if f.From.Kind == Domain {
		c.failFlow(*f, "domain", "a flow starts at a domain name", "connections arrive from addresses, and no name can be read from them",
			c.namingBlocks())
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
		c.failFlow(*f, "flow-outside", "neither end of the flow belongs to this network",
			"at least one end must be a tier that this network owns, because that tier holds the rules", "")
		return false
	}
	from, _ := c.m.Tier(f.From.Text)
	if f.From.Kind.IsTier() && from.Imported != nil && from.Imported.Egress == EgressUnknown {
		c.failFlow(*f, "imported-egress", "a flow starts at an imported tier whose egress is unknown",
			"if the group lets everything out, an added egress rule would block all its other traffic",
			c.say("state in its ImportProps whether the group is EgressOpen or EgressRestricted; the groups of a tierwall network are "+
				"EgressRestricted",
				"state `egress: open` or `egress: restricted` under the tier's `import`; the groups of a tierwall network are restricted"))
	}
	c.inspectable(*f)
	c.through(*f)
	return true
}

// inspectable checks that the addresses of both tiers of an inspected flow are known, because its rules name addresses.
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
		c.failFlow(f, "inspected-addresses", "an inspected flow connects tiers whose addresses are not all known",
			fmt.Sprintf("the addresses of %s are not known here, and references to groups do not match through a firewall endpoint",
				strings.Join(unknown, " and ")),
			c.say("leave the flow direct, or name the addresses as a block with tiers.CIDR",
				"leave east-west out of the inspected `paths`, or name the addresses as a block in CIDR notation"))
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
		c.failFlow(f, "no-tier", "a flow names a tier that the network does not have", fmt.Sprintf("the network has no tier %q", p.Text), "")
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
		c.failFlow(f, "cidr-everywhere", "a CIDR peer covers every address",
			"got "+p.Text+"; traffic with the whole internet is declared by name, so that readers see it", c.internetInstead(f, p))
	case six && !c.m.Network.IPv6:
		c.failFlow(f, "cidr-family", "an IPv6 peer in an IPv4 network", "got "+p.Text+"; the network has no IPv6 addresses",
			"set "+c.say("IPv6: true on the network", "`network: {ipv6: true}`")+", or name an IPv4 block")
	case c.m.Prefix.IsValid() && c.m.Prefix.Overlaps(prefix) && !isAround(prefix, c.m.Prefix):
		c.failFlow(f, "cidr-inside", "a CIDR peer is inside the network itself",
			fmt.Sprintf("%s is in %s; a block inside the network would bypass the table of who may reach whom", p.Text, c.m.Prefix),
			"name the tier, or import the group that the block stands for; a block around the network means the rest of that block")
	default:
		return true
	}
	return false
}

// internetInstead says how to declare a flow with the internet instead of a block of every address.
func (c *checker) internetInstead(f Flow, p *Peer) string {
	if f.From == *p {
		f.From = Peer{Kind: Internet}
	} else {
		f.To = Peer{Kind: Internet}
	}
	if c.mayReach(f) || f.Exception {
		return "use " + c.say("tiers.Internet", "the word internet")
	}
	return "name smaller blocks, or " + c.m.Network.exceptionFix(f)
}

func (c *checker) prefixList(f Flow, p *Peer) bool {
	switch {
	case !p.Symbolic && !catalog.IsPrefixListID(p.Text):
		c.failFlow(f, "prefix-list", "a prefix list's id is not usable",
			fmt.Sprintf("got %q; allowed is an id as in \"pl-0123456789abcdef0\"", p.Text), "")
	case p.Entries < 1 || p.Entries > catalog.RaisedRulesPerGroup:
		c.failFlow(f, "prefix-list", "a prefix list's size is out of range",
			fmt.Sprintf("got %d entries, allowed are 1 to %d", p.Entries, catalog.RaisedRulesPerGroup),
			"state the maximum of entries of a customer's list, or the weight of an AWS list: a group's quota counts that many rules")
	default:
		c.oneSize(f, *p)
		return true
	}
	return false
}

// oneSize checks that a prefix list has one size everywhere. With two sizes it would be two peers with the same rule.
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
		c.failFlow(f, "prefix-list", "a prefix list has two sizes", fmt.Sprintf("%s has %d and %d entries", p.Text, was.Entries, p.Entries),
			"state one size everywhere")
	}
}
