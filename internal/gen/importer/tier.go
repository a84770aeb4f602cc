package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
)

// tier is a set of groups that interfaces wear together.
type tier struct {
	id       string
	kind     arch.Kind
	internal bool
	why      string
	groups   []*reach.Group
	classes  []*reach.Class
	members  []*cfn.Resource
	subnets  []*reach.Subnet // without repetition
	unsure   string          // why its interfaces may not be in the subnets, or may not be there
	place    string          // why it is in the subnets although no member says so; empty if it has members or nothing says it
}

// kindText returns the tier's kind in words.
func (t *tier) kindText() string {
	if t.internal {
		return "internal " + t.kind.String()
	}
	return t.kind.String()
}

// isForeign reports whether the rules of the tier's groups are not in the templates.
func (t *tier) isForeign() bool {
	return slices.ContainsFunc(t.groups, func(g *reach.Group) bool { return g.Foreign })
}

// findTiers finds the sets of groups that interfaces wear, and the groups that only rules name.
func (i *importer) findTiers() {
	known := map[string]*tier{}
	worn := map[*reach.Group]bool{}
	add := func(c *reach.Class) *tier {
		key := groupsKey(c.Groups)
		t := known[key]
		if t == nil {
			t = &tier{groups: c.Groups}
			known[key] = t
			i.tiers = append(i.tiers, t)
		}
		t.add(c)
		return t
	}
	for _, c := range i.top.Classes {
		for _, g := range c.Groups {
			worn[g] = true
		}
		switch {
		case c.Unfiltered || len(c.Groups) == 0:
			i.residual(first(c.Members), "%s has no security group, so it is in no tier", c.Name)
			i.stranger(c, "it has no security group")
		case only(c.Members, "AWS::EC2::VPCEndpoint"):
			i.stranger(c, "endpoints follow from `grants`")
		case c.Outsiders() != "":
		default:
			add(c)
		}
	}
	for _, g := range i.top.Groups {
		if worn[g] || g.Default != nil || g.IsOfCluster() {
			continue
		}
		why := i.placeGroup(g)
		add(i.top.GroupClass(g)).place = why
	}
	i.placeByRules()
}

// stranger remembers a class that is in no tier.
func (i *importer) stranger(c *reach.Class, why string) {
	t := &tier{id: c.Label(), groups: c.Groups, why: why}
	t.add(c)
	i.strangers = append(i.strangers, t)
}

// oneVPC keeps the tiers of one VPC, because an architecture has one network.
func (i *importer) oneVPC() {
	main := i.vpcOf()
	var kept []*tier
	for _, t := range i.tiers {
		if elsewhere := inOtherVPC(t, main); elsewhere != nil {
			i.residual(elsewhere.Resource, "%s is in another VPC, %s: import each VPC by itself", t.groups[0].Label(), elsewhere.Name)
			t.id, t.why = t.groups[0].Label(), "it is in another VPC"
			i.strangers = append(i.strangers, t)
			continue
		}
		kept = append(kept, t)
	}
	i.tiers = kept
}

// inOtherVPC returns the VPC of a tier that is not in the main one.
func inOtherVPC(t *tier, main *reach.VPC) *reach.VPC {
	var other *reach.VPC
	if t.isForeign() {
		return nil
	}
	for _, s := range t.subnets {
		if s.VPC == main || s.VPC == nil {
			return nil
		}
		other = s.VPC
	}
	return other
}

// add adds interfaces. They are taken to exist; places that are not known are told by the verdict.
func (t *tier) add(c *reach.Class) {
	if c.Unsure != "" {
		t.unsure, c.Unsure = c.Unsure, ""
	}
	t.classes = append(t.classes, c)
	t.members = append(t.members, c.Members...)
	for _, s := range c.Subnets {
		if !slices.Contains(t.subnets, s) {
			t.subnets = append(t.subnets, s)
		}
	}
}

func groupsKey(groups []*reach.Group) string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.Name
	}
	slices.Sort(names)
	return strings.Join(names, "\x00")
}

// resource returns a resource that stands for the tier in messages: a member, else its group.
func (t *tier) resource() *cfn.Resource {
	if len(t.members) > 0 {
		return t.members[0]
	}
	return t.groups[0].Resource
}

// only reports whether there are members, and all are of a type.
func only(members []*cfn.Resource, kind string) bool {
	return len(members) > 0 && !slices.ContainsFunc(members, func(r *cfn.Resource) bool { return r.Type != kind })
}

func first(members []*cfn.Resource) *cfn.Resource {
	if len(members) == 0 {
		return nil
	}
	return members[0]
}
