package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// evidence says where a group is that no interface of the templates wears. It returns no subnets if it does not know.
type evidence func(g *reach.Group, among []*reach.Subnet) (subnets []*reach.Subnet, why string)

// placeGroup says where a group is that no interface of the templates wears, and why. Without evidence it is in every subnet of its VPC,
// and the reason is empty.
func (i *importer) placeGroup(g *reach.Group) string {
	among := i.top.GroupClass(g).Subnets
	if g.Resource == nil || slices.ContainsFunc(among, isElsewhere) {
		return ""
	}
	for _, look := range []evidence{i.byMention, byTag, i.bySubnetName} {
		if subnets, why := look(g, among); len(subnets) > 0 {
			i.top.Place(g, subnets)
			i.assumePlace(g, subnets, why)
			return why
		}
	}
	return ""
}

func (i *importer) assumePlace(g *reach.Group, subnets []*reach.Subnet, why string) {
	i.assume("%s stands in %s: no interface in the templates has the group, and %s", g.Label(), namesOf(subnets), why)
}

// isElsewhere reports whether a subnet is not in the templates.
func isElsewhere(s *reach.Subnet) bool { return s.Resource == nil }

// isNowhere reports whether nothing says where the interfaces of a tier are.
func (t *tier) isNowhere() bool { return len(t.members) == 0 && t.place == "" }

// ruleTypes are resources that name a group and say nothing of where it is.
var ruleTypes = []string{
	"AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress", "AWS::CloudFormation::Stack",
}

// byMention looks for resources that name the group and, by themselves or through what they refer to, subnets: types whose interfaces no
// template shows, such as custom resources.
func (i *importer) byMention(g *reach.Group, among []*reach.Subnet) ([]*reach.Subnet, string) {
	for r := range i.assembly.Resources() {
		if slices.Contains(ruleTypes, r.Type) || !refersTo(r, g.Resource) {
			continue
		}
		var out []*reach.Subnet
		for _, s := range among {
			if refersTo(r, s.Resource) || slices.ContainsFunc(referred(r), func(holder *cfn.Resource) bool { return refersTo(holder, s.Resource) }) {
				out = append(out, s)
			}
		}
		if len(out) > 0 {
			return out, fmt.Sprintf("%s %s names it and them", r.Type, r.ID)
		}
	}
	return nil, ""
}

func refersTo(r, to *cfn.Resource) bool { return slices.Contains(referred(r), to) }

// referred returns the resources that the properties of a resource name.
func referred(r *cfn.Resource) []*cfn.Resource {
	var out []*cfn.Resource
	for v := range r.References() {
		if v.Kind == cfn.Reference && v.Resource != r {
			out = append(out, v.Resource)
		}
	}
	return out
}

// placeTags are the tags that say which part of a network something belongs to.
var placeTags = []string{"tier", "layer", "role"}

// byTag looks for subnets with the same tag as the group.
func byTag(g *reach.Group, among []*reach.Subnet) ([]*reach.Subnet, string) {
	for _, name := range placeTags {
		want := tag(g.Resource, name)
		out := slices.DeleteFunc(slices.Clone(among), func(s *reach.Subnet) bool { return want == "" || tag(s.Resource, name) != want })
		if len(out) > 0 {
			return out, fmt.Sprintf("it and they have the tag %s=%s", name, want)
		}
	}
	return nil, ""
}

// tag returns the value of a tag; empty if there is none, or if only a deployment knows it.
func tag(r *cfn.Resource, name string) string {
	for _, t := range r.Get("Tags").Items {
		if key, _ := t.Get("Key").Literal(); strings.EqualFold(key, name) {
			value, _ := t.Get("Value").Literal()
			return value
		}
	}
	return ""
}

// placeByRules places the tiers of which nothing else says where they are: where the routes and network ACLs let through all that their
// rules say, if that is not so in every subnet.
func (i *importer) placeByRules() {
	for _, t := range i.tiers {
		among := t.subnets
		if !t.isNowhere() || t.isForeign() || len(among) < 2 || slices.ContainsFunc(among, isElsewhere) {
			continue
		}
		if subnets := i.whereRulesCount(t, among); len(subnets) > 0 && len(subnets) < len(among) {
			i.top.Place(t.groups[0], subnets)
			t.classes, t.subnets = nil, nil
			t.add(i.top.GroupClass(t.groups[0]))
			t.place = "all that its rules allow gets through only there"
			i.assumePlace(t.groups[0], subnets, t.place)
		}
	}
}

// whereRulesCount returns the subnets in which everything gets through that rules of the tier say and that gets through in some subnet.
func (i *importer) whereRulesCount(t *tier, among []*reach.Subnet) []*reach.Subnet {
	each := make([][]traffic.Set, len(among))
	for n, s := range among {
		each[n] = i.allowedIn(t, s)
	}
	var out []*reach.Subnet
	for n, s := range among {
		complete := true
		for m := range each[n] {
			for _, other := range each {
				complete = complete && each[n][m].Contains(other[m])
			}
		}
		if complete {
			out = append(out, s)
		}
	}
	return out
}

// allowedIn returns, for each peer of each rule of a tier, what the rule allows and what gets through in a subnet.
func (i *importer) allowedIn(t *tier, s *reach.Subnet) []traffic.Set {
	at := &tier{groups: t.groups}
	at.add(i.top.Class(t.groups[0].Name, t.groups, []*reach.Subnet{s}))
	var out []traffic.Set
	views := viewsOf(i.top, at)
	for _, side := range []struct {
		rules []reach.Rule
		isOut bool
	}{{t.groups[0].Ingress, false}, {t.groups[0].Egress, true}} {
		for _, r := range side.rules {
			if r.Resource == nil {
				continue
			}
			if _, ok := endOf(r.Peer); ok {
				out = append(out, outsideCarried(i.top, views, r.Peer, side.isOut).all().Intersect(r.Traffic))
			}
			for _, other := range i.tiers {
				if other == t || !names(r.Peer, other) {
					continue
				}
				from, to := other, at
				if side.isOut {
					from, to = at, other
				}
				out = append(out, carried(i.top, from, to).all().Intersect(r.Traffic))
			}
		}
	}
	return out
}

// namesOf lists subnets by their construct paths or logical ids.
func namesOf(subnets []*reach.Subnet) string {
	var out []string
	for _, s := range subnets {
		out = append(out, cmp.Or(s.Resource.Path, s.Resource.ID))
	}
	return strings.Join(out, ", ")
}
