package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

func (c *checker) tiers(tiers []Tier) {
	seen := map[string]Tier{} // by lower-case id
	groups := map[Operand]Tier{}
	for i, t := range tiers {
		at := []diag.Position{t.At}
		fail := func(rule, summary, detail, fix string) {
			c.add(c.m.Network.TierPath(t.ID), at, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
		}
		lower := strings.ToLower(t.ID)
		if first, ok := seen[lower]; ok {
			at = append(at, first.At)
			fail("tier-twice", "two tiers with one id", fmt.Sprintf("ids must differ in more than case; got %q and %q", first.ID, t.ID),
				"give one of them another id, and keep the id of a tier that is deployed already")
			continue
		}
		seen[lower] = t
		if err := CheckTierID(t.ID); err != nil {
			fail("tier-id", "a tier's id is not usable", err.Error(), "choose another id")
		}
		if !t.Kind.IsTier() {
			fail("tier-kind", "a tier's kind is unknown", fmt.Sprintf("got %s; allowed are edge, web, app, data and bastion", t.Kind), "")
		}
		if t.Internal && t.Kind != Edge {
			fail("tier-kind", "only an edge tier can be internal", "a "+t.Kind.String()+" tier never faces the internet", "")
		}
		c.holds(t, fail)
		c.instanceConnect(t, fail)
		c.verifiedAccess(t, fail)
		if t.Imported != nil {
			c.imported(t, groups, fail)
		} else {
			c.placement(t, fail)
		}
		c.m.Tiers = append(c.m.Tiers, t)
		c.m.declared[t.ID] = i
	}
	slices.SortFunc(c.m.Tiers, func(a, b Tier) int { return strings.Compare(a.ID, b.ID) })
	for i, t := range c.m.Tiers {
		c.m.index[t.ID] = i
	}
	c.sharing()
}

func (c *checker) imported(t Tier, groups map[Operand]Tier, fail func(rule, summary, detail, fix string)) {
	group := t.Imported.Group
	if !group.Symbolic && !groupID.MatchString(group.Text) {
		fail("group-id", "the imported security group's id is not usable",
			fmt.Sprintf("got %q; allowed is an id as in \"sg-0123456789abcdef0\"", group.Text), "")
	}
	if first, ok := groups[group]; ok {
		fail("group-twice", "one security group is imported as two tiers",
			fmt.Sprintf("%s is already imported as %s (%s)", group.Text, first.ID, first.At),
			"import it once and use that tier in both places")
	}
	groups[group] = t
	if t.Block != 0 || len(t.Subnets) > 0 || t.SharesWith != "" {
		fail("placement", "an imported tier has a place in the address plan", "its owner decides its addresses",
			"leave out "+c.say("Block, Subnets and SharesWith", "`block`, `subnets` and `sharesWith`"))
	}
}

func (c *checker) placement(t Tier, fail func(rule, summary, detail, fix string)) {
	ways := 0
	for _, set := range []bool{t.Block != 0, len(t.Subnets) > 0, t.SharesWith != ""} {
		if set {
			ways++
		}
	}
	n := c.m.Network
	switch {
	case n.Wrapped && ways > 0:
		fail("placement", c.say("a tier of a wrapped network", "a tier in an existing VPC")+" has a place in the address plan",
			"the owner of the VPC decides its addresses",
			c.say("give the tier's existing subnets as VpcSubnets", "name one of the VPC's sets of subnets in the tier's `subnets`"))
	case ways > 1:
		fail("placement", "a tier has more than one place",
			"at most one of "+c.say("Block, Subnets and SharesWith", "block, subnets and sharesWith")+" can be set", "keep one of them")
	case t.Block < 0 || !n.Wrapped && t.Block >= n.Blocks:
		fail("block", "there is no such block",
			fmt.Sprintf("got %s: %d; the network has blocks 1 to %d; block 0 is for NAT, firewall and transit subnets", c.say("Block", "block"),
				t.Block, n.Blocks-1), "")
	}
}

func (c *checker) sharing() {
	for _, t := range c.m.Tiers {
		if t.SharesWith == "" {
			continue
		}
		with, ok := c.m.Tier(t.SharesWith)
		why := ""
		switch {
		case !ok:
			why = fmt.Sprintf("the network has no tier %q", t.SharesWith)
		case with.ID == t.ID:
			why = "it is the tier itself"
		case with.Imported != nil:
			why = with.ID + " is imported, and its subnets are not known"
		case with.SharesWith != "":
			why = fmt.Sprintf("%s shares the subnets of %s itself; name that one", with.ID, with.SharesWith)
		default:
			continue
		}
		c.add(c.m.Network.TierPath(t.ID), []diag.Position{t.At}, diag.Diagnostic{Rule: "sharing",
			Summary: "a tier cannot share those subnets", Detail: why})
	}
}
