package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// bindMembers finds the interfaces in the templates that have the group of a tier. Interfaces with only this group, in the subnets of the
// tier, belong to the party of the tier; the others become parties of their own.
func (n *network) bindMembers() {
	members := map[*party][]*reach.Class{}
	for _, c := range n.top.Classes {
		var ids []string
		for _, g := range c.Groups {
			if id, ok := n.groups[g]; ok {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		if c.Outsiders() != "" {
			n.reportOutsiders(c, ids)
		}
		if len(ids) == 1 && c.Outsiders() == "" && len(c.Groups) == 1 && within(c, n.partyOf[ids[0]]) {
			tier := n.partyOf[ids[0]]
			tier.members, members[tier] = append(tier.members, c.Members...), append(members[tier], c)
			continue
		}
		for _, s := range c.Subnets {
			n.top.AssumeOpen(s, n.vpc)
		}
		n.parties = append(n.parties, n.memberParty(c, ids))
	}
	for tier, classes := range members {
		tier.real.JoinPublic(classes)
	}
}

// memberParty returns the party of interfaces that have the groups of some tiers.
func (n *network) memberParty(c *reach.Class, ids []string) *party {
	p := &party{name: strings.Join(ids, "+") + " (" + c.Name + ")", real: c, tiers: ids, members: c.Members}
	if len(ids) > 1 {
		p.unusual = fmt.Sprintf("%s has the groups of %s; give it the group of one tier only, because each of these tiers may "+
			"do what the other may not", c.Name, strings.Join(ids, " and "))
	}
	for _, id := range ids {
		tier := n.partyOf[id]
		n.addDeclared(p, tier)
		if slices.ContainsFunc(tier.real.Subnets, func(s *reach.Subnet) bool { return s.Resource == nil }) {
			continue // The templates do not say where the tier is.
		}
		p.declaredSubnets = append(p.declaredSubnets, tier.real.Subnets)
		if !within(c, tier) && p.unusual == "" {
			p.unusual = fmt.Sprintf("%s has the group of %s but is outside the subnets of this tier", c.Name, id)
		}
	}
	return p
}

// addDeclared adds the declared classes of one of its tiers to a party.
func (n *network) addDeclared(p, tier *party) {
	c := p.real
	class := func(flows *reach.Group, more []*reach.Group) *reach.Class {
		out := n.top.Class(c.Name, []*reach.Group{flows}, c.Subnets)
		out.Groups, out.Unfiltered = append(out.Groups, more...), tier.imported
		return out
	}
	var ofCluster []*reach.Group
	if !slices.ContainsFunc(c.Members, func(r *cfn.Resource) bool { return !reach.IsCluster(r) }) {
		ofCluster = n.clusterGroupsOf(c)
	}
	inside, outside := n.declared[tier.name], n.declaredOutside[tier.name]
	p.declared = append(p.declared, class(inside, ofCluster))
	p.declaredOutside = append(p.declaredOutside, class(outside, ofCluster))
	p.requiredOutside = append(p.requiredOutside, class(outside, nil))
}

// within reports whether the interfaces of c are in the subnets of their tier.
func within(c *reach.Class, tier *party) bool {
	return c.Unsure == "" && !slices.ContainsFunc(c.Subnets, func(s *reach.Subnet) bool { return !slices.Contains(tier.real.Subnets, s) })
}

// bindStrangers adds the parties without a tier that may exchange traffic with one: the other interfaces in the templates, and the groups
// that rules of the tiers' groups refer to.
func (n *network) bindStrangers() {
	known := map[*reach.Group]bool{}
	for _, c := range n.top.Classes {
		foreign := !slices.ContainsFunc(c.Groups, func(g *reach.Group) bool { _, ok := n.groups[g]; return ok })
		if !foreign {
			continue
		}
		if len(c.Groups) == 1 {
			known[c.Groups[0]] = true
		}
		if c.Unseen != "" {
			n.reportUnseen(c)
			c = c.AsSeen()
		}
		n.addStranger(c)
	}
	var named []*reach.Group
	for _, p := range n.parties {
		if p.imported || len(p.tiers) == 0 {
			continue
		}
		named = append(named, slices.Concat(p.real.Sends(), p.real.Accepts())...)
	}
	for _, g := range named {
		if _, tier := n.groups[g]; tier || known[g] {
			continue
		}
		known[g] = true
		c := n.top.GroupClass(g)
		if len(c.Subnets) == 0 {
			c.Subnets = []*reach.Subnet{n.top.UnknownSubnet(g.Name, n.vpc)}
		}
		n.addStranger(c)
	}
}

// clusterGroupsOf returns the groups of EKS clusters that interfaces have, with the rules that EKS makes. On the control plane, nobody can
// remove these rules.
func (n *network) clusterGroupsOf(c *reach.Class) []*reach.Group {
	var out []*reach.Group
	for _, g := range c.Groups {
		if !g.IsOfCluster() {
			continue
		}
		if n.clusterGroups[g] == nil {
			n.clusterGroups[g] = g.AsMade()
			n.report.assume("%s: %s allows all traffic between its members and all outgoing traffic, because EKS makes it so", n.name(), g.Name)
		}
		out = append(out, n.clusterGroups[g])
	}
	return out
}
