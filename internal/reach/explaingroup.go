package reach

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// explainGroups names the rules of an end's groups that decide, or says that no rule matches.
func (j *journey) explainGroups(e, other End, d direction) {
	c := e.Class
	switch {
	case c == nil:
		return
	case c.Unfiltered:
		j.add(Step{Control: "security group", Where: c.Name, Passes: true, Rule: "it has no group, and nothing is filtered"})
		return
	}
	g := grouped{c: c, way: d, groups: other.groups(), other: j.placeForGroups(e, other), direct: j.referable(), s: j.s}
	before := len(j.steps)
	j.steps = append(j.steps, g.steps()...)
	for i := range j.steps[before:] {
		j.steps[before+i].Inbound = d == ingress
	}
}

// placeForGroups returns the place of the other end as the end's groups see it, and whether interfaces there may have any groups.
func (j *journey) placeForGroups(e, other End) place {
	p := other.seenFrom(e)
	if other.Class != nil {
		p.anyone = other.Class.mayHaveAny()
	} else {
		p.anyone = j.t.placeForGroups(e.Location.Subnet, other.Outside).anyone
	}
	return p
}

// referable reports whether rules that name groups match, because no middlebox is on the way.
func (j *journey) referable() bool {
	if j.from.Class == nil || j.to.Class == nil {
		return true // Who is outside has no groups.
	}
	return j.t.isDirect(j.from.Location.Subnet, j.to.seenFrom(j.from))
}

// grouped is a class whose groups are asked for one service to or from a place.
type grouped struct {
	c      *Class
	way    direction
	groups []*Group // of the other end
	other  place
	direct bool
	s      traffic.Service
}

func (g grouped) steps() []Step {
	carried := g.c.toward(g.way, g.groups, g.other, g.direct, DoubtUnresolved)
	sure := carried.Sure.Contains(g.s.Traffic())
	if !carried.Maybe.Overlaps(g.s.Traffic()) {
		rule := fmt.Sprintf("no %s rule matches", g.side())
		return []Step{{Control: "security group", Where: g.c.Label(), Rule: rule, Resource: g.c.resource()}}
	}
	var out []Step
	for _, group := range g.c.Groups {
		for _, r := range group.rules(g.way) {
			if step, ok := g.rule(group, r); ok && (!sure || step.Unsure == "") {
				out = append(out, step)
			}
		}
		if !sure && (group.Foreign || group.Unsure != "") {
			unseen := cmp.Or(group.Unsure, "it is not in the templates"+group.remedy)
			out = append(out, Step{Control: "security group", Where: group.Label(), Passes: true, Unsure: unseen, Rule: "rules that are not seen"})
		}
	}
	if !sure && g.c.Unseen != "" {
		out = append(out, Step{
			Control: "security group", Where: g.c.Label(), Passes: true, Unsure: g.c.Unseen,
			Rule: "rules of groups that are not seen", Resource: g.c.resource(),
		})
	}
	return out
}

// rule returns what a rule does. It reports false if the rule is not about the service or not about the other end.
func (g grouped) rule(group *Group, r Rule) (Step, bool) {
	match := address.No
	switch {
	case r.Peer.Group == nil:
		match = r.Peer.at(g.other)
	case slices.Contains(g.groups, r.Peer.Group):
		match = address.Yes
	case g.other.anyone || r.Peer.Group.mayBeAnyGroup && len(g.groups) > 0:
		match = address.Perhaps
	}
	if match == address.No || !r.Traffic.Overlaps(g.s.Traffic()) {
		return Step{}, false
	}
	word := "from"
	if g.way == egress {
		word = "to"
	}
	step := Step{
		Control: "security group", Where: group.Label(), Passes: true, Unsure: r.Unsure, Resource: r.Resource, Line: r.Line,
		Rule: fmt.Sprintf("%s %s %s %s", g.side(), r.Traffic, word, r.Peer),
	}
	switch {
	case match == address.Perhaps && r.Peer.Group != nil:
		step.Unsure = cmp.Or(step.Unsure, "whether the other end has "+r.Peer.Group.Label()+" is not in the templates"+r.Peer.Group.remedy)
	case match == address.Perhaps:
		step.Unsure = cmp.Or(step.Unsure, fmt.Sprintf("whether %s is in %s is only known at deployment", g.other.cell, r.Peer))
	case r.Peer.Group != nil && !g.direct:
		step.Unsure = cmp.Or(step.Unsure, "rules that name groups are not documented to match what comes through a middlebox")
	}
	return step, true
}

func (g grouped) side() string {
	if g.way == egress {
		return "egress"
	}
	return "ingress"
}

// rules returns the rules of one direction.
func (g *Group) rules(d direction) []Rule {
	if d == egress {
		return g.Egress
	}
	return g.Ingress
}

// resource returns the resource of the class's first group.
func (c *Class) resource() *cfn.Resource {
	if len(c.Groups) == 0 {
		return nil
	}
	return c.Groups[0].Resource
}
