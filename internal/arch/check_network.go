package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

func (c *checker) network(n Network) {
	at := []diag.Position{n.At}
	fail := func(rule, summary, detail, fix string) {
		c.add("network", at, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
	}
	if n.RulesPerGroup == 0 {
		c.m.Network.RulesPerGroup = catalog.RulesPerGroup
	} else if n.RulesPerGroup < 1 || n.RulesPerGroup > catalog.RaisedRulesPerGroup {
		fail("rule-quota", c.say("RulesPerGroup", "rulesPerGroup")+" is out of range", fmt.Sprintf("got %d, allowed are 1 to %d, 0 meaning %d",
			n.RulesPerGroup, catalog.RaisedRulesPerGroup, catalog.RulesPerGroup), "")
	}
	if HasDynamicReference(n.Path) {
		fail("text", "an id in the network's path has a dynamic reference", DynamicReference, "name constructs without {{resolve:")
	}
	c.networkACLs(n, fail)
	if n.Wrapped {
		return
	}
	if n.Blocks == 0 {
		c.m.Network.Blocks = defaultBlocks
	} else if !slices.Contains([]int{16, 32, 64}, n.Blocks) {
		fail("blocks", "the range cannot be cut into that many blocks", fmt.Sprintf("got %s: %d, allowed are 16, 32 and 64",
			c.say("Blocks", "blocks"), n.Blocks), "")
		c.m.Network.Blocks = defaultBlocks
	}
	c.addressRange(n, fail)
	c.zones(n, fail)
	c.natAddresses(n, fail)
	c.exactSubnets(n, fail)
}

func (c *checker) networkACLs(n Network, fail func(rule, summary, detail, fix string)) {
	if n.NetworkACLs != NetworkACLsOn && n.NetworkACLs != NetworkACLsOff {
		fail("network-acls", c.say("NetworkACLs is neither NetworkACLsOn nor NetworkACLsOff", "networkACLs is neither derived nor none"),
			fmt.Sprintf("got %d", n.NetworkACLs), "")
	}
	if n.EntriesPerNetworkACL == 0 {
		c.m.Network.EntriesPerNetworkACL = catalog.EntriesPerACL
	} else if n.EntriesPerNetworkACL < 1 || n.EntriesPerNetworkACL > catalog.RaisedEntriesPerACL {
		fail("acl-quota", c.say("EntriesPerNetworkACL", "entriesPerNetworkACL")+" is out of range",
			fmt.Sprintf("got %d, allowed are 1 to %d, 0 meaning %d: AWS's quota of 20, which can be raised to 40, counts its own entry that "+
				"denies the rest",
				n.EntriesPerNetworkACL, catalog.RaisedEntriesPerACL, catalog.EntriesPerACL), "")
	}
}

func (c *checker) addressRange(n Network, fail func(rule, summary, detail, fix string)) {
	length := n.Bits
	if !n.Range.Symbolic {
		prefix, err := ParseCIDR(n.Range.Text)
		if err == nil && !prefix.Addr().Is4() {
			err = fmt.Errorf("%q is an IPv6 block; the range of a VPC is of IPv4 addresses, and %s adds a block given by Amazon",
				n.Range.Text, c.say("IPv6: true", "`ipv6: true`"))
		}
		if err != nil {
			fail("cidr", "the network's CIDR is not usable", err.Error(),
				"write an IPv4 range, as in "+c.say(`CIDR: "10.0.0.0/16"`, "`network: {cidr: 10.0.0.0/16}`"))
			return
		}
		c.m.Prefix, length = prefix, prefix.Bits()
	}
	c.m.Network.Bits = length
	if length < maxVPCBits || length > minVPCBits {
		fail("cidr-size", "a VPC cannot have a range of that size", fmt.Sprintf("got /%d, allowed are /%d to /%d", length, maxVPCBits,
			minVPCBits), c.m.LargerRange())
	} else if n.Range.Symbolic && !c.m.HasBlocks() {
		fail("cidr-size", "the network's range is too small for blocks", c.m.TooSmall(), c.m.LargerRange())
	}
}

func (c *checker) zones(n Network, fail func(rule, summary, detail, fix string)) {
	fix := "write their names, as in " +
		c.say(`AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}`, "`network: {zones: [eu-west-1a, eu-west-1b]}`")
	switch {
	case len(n.Zones) == 0:
		fail("zones", "the network has no availability zones", "subnets need the names of their zones at synthesis", fix)
	case len(n.Zones) > MaxZones:
		fail("zones", "the network has too many availability zones",
			fmt.Sprintf("got %d (%s), allowed are 1 to %d: a block has room for that many",
				len(n.Zones), strings.Join(n.Zones, ", "), MaxZones), "leave out the zones you need least")
		return
	}
	taken := map[int]string{}
	for _, name := range n.Zones {
		slot, err := ZoneSlot(name)
		if err != nil {
			fail("zones", "a zone is not usable", err.Error(), fix)
			continue
		}
		if other, ok := taken[slot]; ok {
			what := fmt.Sprintf("%s and %s have the same place in a block: e shares d's and f shares c's", other, name)
			if other == name {
				what = name + " is named twice"
			}
			fail("zones", "two zones take one place", what, "leave one of them out")
			continue
		}
		taken[slot] = name
		c.m.Zones = append(c.m.Zones, Zone{name, slot})
	}
	slices.SortFunc(c.m.Zones, func(a, b Zone) int { return a.Slot - b.Slot })
	c.oneRegion(n, fail)
}

func (c *checker) natAddresses(n Network, fail func(rule, summary, detail, fix string)) {
	if n.NAT != NATPerZone && n.NAT != NATSingle {
		fail("nat", c.say("NAT is neither NATPerZone nor NATSingle", "nat is neither per-zone nor single"), fmt.Sprintf("got %d", n.NAT), "")
		return
	}
	want := len(n.Zones)
	if n.NAT == NATSingle {
		want = 1
	}
	if n.Addresses != 0 && n.Addresses != want {
		fail("nat", "the number of NAT addresses does not fit", fmt.Sprintf("got %d, allowed is one for each NAT gateway: %d", n.Addresses, want),
			"give that many allocation ids, or none to have them made")
	}
}
