package reach

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
)

// End is one end of a connection: interfaces of a class at one of its spots, or, where Class is nil, a part of the outside.
type End struct {
	Class   *Class
	Spot    Spot
	Outside Outside
}

// cell is the end's addresses.
func (e End) cell() Cell {
	if e.Class == nil {
		return e.Outside.Cell
	}
	return e.Spot.Cell
}

// Is6 reports whether the end has IPv6 addresses.
func (e End) Is6() bool { return e.cell().Is6() }

// FamilyOf is the traffic that there is with addresses of the end's family.
func FamilyOf(e End) Traffic { return family(e.cell()) }

// Address is one address of the end; invalid for one of a prefix list.
func (e End) Address() string {
	switch {
	case e.Class == nil && e.Outside.List != "":
		return "an address of " + e.Outside.List
	case e.cell().Base != "":
		return "an address of " + e.cell().String()
	case e.Class == nil && !e.Outside.Inside:
		return e.Outside.Cell.public().String()
	}
	return e.cell().Address().String()
}

func (e End) groups() []*Group {
	if e.Class == nil {
		return nil
	}
	return e.Class.Groups
}

// seenFrom is the end as somebody at the other end addresses it.
func (e End) seenFrom(other End) place {
	p := place{cell: e.cell(), list: e.Outside.List, inside: e.Outside.Inside}
	if e.Class != nil {
		p.subnet = e.Spot.Subnet
		p.inside = other.Class != nil && other.Spot.Subnet.VPC == p.subnet.VPC
	}
	return p
}

// Carried returns what is carried for connections from one end to the other.
func (t *Topology) Carried(from, to End) Carried { return t.CarriedIf(from, to, Undecided) }

// IsInspected reports whether packets from one end to the other pass a middlebox.
func (t *Topology) IsInspected(from, to End) bool {
	if from.Class != nil {
		return t.inspected(from.Spot.Subnet, to.seenFrom(from))
	}
	return t.inspected(to.Spot.Subnet, from.seenFrom(to)) // Replies take the way that the packets came by.
}

// CarriedIf is Carried with an assumption about the blocks and lists of groups' rules.
func (t *Topology) CarriedIf(from, to End, held Held) Carried {
	switch {
	case from.Class != nil && to.Class != nil:
		return t.betweenIf(from.Class, from.Spot, to.Class, to.Spot, held)
	case from.Class != nil:
		return t.toOutsideIf(from.Class, from.Spot, to.Outside, held)
	case to.Class != nil:
		return t.fromOutsideIf(from.Outside, to.Class, to.Spot, held)
	}
	return Carried{}
}

// Groups returns what the groups of both ends let through, whatever routes and NACLs do. A class that is Unfiltered lets
// everything through, and so does the outside.
func Groups(from, to End, held Held) Carried {
	if from.cell().Is6() != to.cell().Is6() {
		return Carried{}
	}
	out := surely(family(to.cell()))
	if from.Class != nil {
		out = out.intersect(from.Class.toward(egress, to.groups(), to.seenFrom(from), true, held))
	}
	if to.Class != nil && !out.Maybe.IsEmpty() {
		out = out.intersect(to.Class.toward(ingress, from.groups(), from.seenFrom(to), true, held))
	}
	return out
}

// Step is one control on the way of a packet, and what it does.
type Step struct {
	Control  string        // "security group", "network ACL", "route"
	Where    string        // whose control it is: a group's, ACL's or table's name
	Passes   bool          // whether it lets the packet through, or may
	Unsure   string        // why it may do otherwise
	Rule     string        // what decides: "ingress tcp/443 from 0.0.0.0/0", "no rule"
	Resource *cfn.Resource // that holds the rule; nil if AWS adds it or there is none
	Line     int           // in the template, 0 if not known
}

// Explain follows one packet of the service from one end to the other, and its reply, through every control.
func (t *Topology) Explain(from, to End, s Service) []Step {
	var out []Step
	traffic := s.Traffic()
	if from.Class != nil {
		out = append(out, from.Class.explain(egress, to.groups(), to.seenFrom(from), traffic)...)
	}
	out = append(out, t.explainWay(from, to, s)...)
	if to.Class != nil {
		out = append(out, to.Class.explain(ingress, from.groups(), from.seenFrom(to), traffic)...)
	}
	return out
}

// explain names the rules of the class's groups that match, or says that there is none.
func (c *Class) explain(d direction, groups []*Group, to place, traffic Traffic) []Step {
	side, word := "ingress", "from"
	if d == egress {
		side, word = "egress", "to"
	}
	if c.Unfiltered {
		return []Step{{Control: "security group", Where: c.Name, Passes: true, Rule: "it has no group, and nothing is filtered"}}
	}
	var out []Step
	for _, g := range c.Groups {
		rules := g.Ingress
		if d == egress {
			rules = g.Egress
		}
		for _, r := range rules {
			match := yes
			if r.Peer.Group == nil {
				match = r.Peer.at(to)
			} else if !slices.Contains(groups, r.Peer.Group) {
				match = no
			}
			if match == no || !r.Traffic.Overlaps(traffic) {
				continue
			}
			step := Step{
				Control: "security group", Where: g.Label(), Passes: true, Unsure: r.Unsure, Resource: r.Resource, Line: r.Line,
				Rule: fmt.Sprintf("%s %s %s %s", side, r.Traffic, word, r.Peer),
			}
			if match == perhaps && step.Unsure == "" {
				step.Unsure = fmt.Sprintf("whether %s is in %s is only known at deployment", to.cell, r.Peer)
			}
			out = append(out, step)
		}
		if g.Foreign || g.Unsure != "" {
			out = append(out, Step{Control: "security group", Where: g.Label(), Passes: true, Unsure: "it is not in the templates, or not all of it", Rule: "rules that are not seen"})
		}
	}
	if len(out) == 0 {
		return []Step{{Control: "security group", Where: c.Label(), Rule: "no " + side + " rule matches", Resource: c.resource()}}
	}
	return out
}

// resource is that of the class's first group.
func (c *Class) resource() *cfn.Resource {
	if len(c.Groups) == 0 {
		return nil
	}
	return c.Groups[0].Resource
}

// explainWay names the routes and NACL entries that decide, there and back.
func (t *Topology) explainWay(from, to End, s Service) []Step {
	if from.within(to) || to.within(from) {
		return nil
	}
	var out []Step
	var there, back path
	client := party{from.seenFrom(to), vpcOf(from, to)}
	if from.Class == nil {
		client.subnet = nil
	}
	server := party{to.seenFrom(from), vpcOf(to, from)}
	if from.Class != nil {
		at := to.seenFrom(from)
		there = t.path(from.Spot.Subnet, at)
		out = append(out, t.explainPath(from.Spot.Subnet, there, at, "to")...)
		out = append(out, t.explainFirewalls(there, client, server, s)...)
		for _, x := range crossings(from.Spot.Subnet, from.cell(), at, there.through) {
			out = append(out, x.explain(s)...)
		}
	}
	if to.Class != nil {
		at := from.seenFrom(to)
		back = t.path(to.Spot.Subnet, at)
		out = append(out, t.explainPath(to.Spot.Subnet, back, at, "back to")...)
	}
	switch {
	case from.Class == nil:
		out = append(out, t.explainFirewalls(back, client, server, s)...)
		out = append(out, crossing{to.Spot.Subnet, ingress, from.cell()}.explain(s)...)
	case to.Class != nil:
		out = append(out, explainReturn(to.Spot.Subnet, there, back)...)
	}
	return out
}

// within reports whether one end is in the other's subnet.
func (e End) within(o End) bool {
	switch {
	case o.Class == nil:
		return false
	case e.Class == nil:
		return e.Outside.neighbours(o.Spot.Subnet)
	}
	return e.Spot.Subnet == o.Spot.Subnet && !e.Spot.Subnet.Several
}

// explainReturn says where replies take a way on which they are lost, or may be.
func explainReturn(at *Subnet, there, back path) []Step {
	attached := there.end.Kind == Attachment && back.end.Kind == Attachment
	if there.unsure != "" || back.unsure != "" || sameMiddleboxes(there.middleboxes, back.middleboxes) && !(attached && there.end != back.end) {
		return nil
	}
	step := Step{Control: "route", Where: at.Name, Rule: "replies take another way back than by " + there.end.Name, Resource: back.route.Resource}
	if !attached || there.end == back.end {
		step.Passes, step.Rule, step.Unsure = true, "replies take another way back", "asymmetric routes by a middlebox are not supported"
	}
	return []Step{step}
}

// explain names the entries that decide about the service and its replies.
func (x crossing) explain(s Service) []Step {
	out := explainACL(x.subnet, x.way, x.other, s.Traffic(), "")
	for _, step := range explainACL(x.subnet, !x.way, x.other, reply(s), "replies ") {
		if !step.Passes && s.Protocol != TCP {
			step.Passes, step.Unsure = true, "replies are stopped, and it is carried one way at most"
		}
		out = append(out, step)
	}
	return out
}

// reply is the traffic that must pass the other way for the service to work.
func reply(s Service) Traffic {
	switch {
	case hasPorts(s.Protocol):
		return Ports(s.Protocol, firstReplyPort, lastReplyPort)
	case s.Protocol == ICMP && s.Type == 8:
		return ICMPTypes(ICMP, 0, 0)
	case s.Protocol == ICMPv6 && s.Type == 128:
		return ICMPTypes(ICMPv6, 129, 0)
	case isICMP(s.Protocol):
		return Traffic{}
	}
	return Protocol(s.Protocol)
}

// explainPath says where the routes lead.
func (t *Topology) explainPath(from *Subnet, p path, to place, word string) []Step {
	step := Step{Control: "route", Where: from.Name, Passes: true, Resource: p.route.Resource}
	if from.Table != nil {
		step.Where = from.Table.Name
	}
	destination := to.cell.String()
	if to.list != "" {
		destination = to.list
	}
	step.Unsure = cmp.Or(p.unsure, t.inspection(p))
	step.Rule = fmt.Sprintf("%s %s by %s", word, destination, p.end.Name)
	switch {
	case p.unsure != "":
		step.Rule = word + " " + destination
	case to.subnet != nil && to.subnet.VPC == nil:
		step.Rule, step.Unsure = word+" "+destination, "the network of "+to.subnet.Name+" is not in the templates"
	case p.end.Kind == Nowhere:
		step.Passes, step.Rule = false, fmt.Sprintf("%s %s: %s", word, destination, p.end.Name)
	case to.subnet != nil && p.translated():
		step.Unsure = "a NAT gateway gives the packets its own address"
	case to.subnet != nil && !to.inside:
		step.Passes = p.end.Kind == Attachment
		switch {
		case !step.Passes:
		case p.end.Resource == nil || p.end.Resource.Type != "AWS::EC2::VPCPeeringConnection":
			step.Unsure = "what " + p.end.Name + " carries between networks is not evaluated"
		case !t.joins(p.end.Resource, from.VPC, to.subnet.VPC):
			step.Passes, step.Rule = false, step.Rule+", which is between other networks"
		}
	case p.end.Kind == Local:
		if len(p.middleboxes) == 0 {
			return nil // The VPC's own router: nothing that anybody wrote.
		}
	case to.subnet != nil:
		step.Passes = false
	case word == "back to":
		step.Passes = p.end.Kind == InternetGateway && !p.translated() || p.end.Kind == Attachment
		if !step.Passes {
			step.Rule += ", by which nobody outside can open connections"
		}
		step.Unsure = cmp.Or(step.Unsure, t.edge(p, place{subnet: from}))
	}
	return []Step{step}
}

// explainACL names the entry that decides about traffic; nothing if the subnet has no entries of anybody's.
func explainACL(s *Subnet, d direction, c Cell, traffic Traffic, what string) []Step {
	if s.ACL == nil || s.ACL.Open || traffic.IsEmpty() {
		return nil
	}
	side, word, entries := "inbound", "from", s.ACL.In
	if d == egress {
		side, word, entries = "outbound", "to", s.ACL.Out
	}
	what += traffic.String()
	step := Step{Control: "network ACL", Where: s.ACL.Name, Resource: s.ACL.Resource, Unsure: s.ACL.Unsure}
	if s.ACL.Unsure != "" {
		step.Passes = true
		return []Step{step}
	}
	got := passes(entries, c)
	for _, e := range entries {
		if e.Block.holds(c) == no || !e.Traffic.Overlaps(traffic) {
			continue
		}
		action := "deny"
		if e.Allow {
			action = "allow"
		}
		step.Rule = fmt.Sprintf("%s entry %d: %s %s %s %s (%s)", side, e.Number, action, e.Traffic, word, e.Block, what)
		step.Resource, step.Unsure = e.Resource, e.Unsure
		step.Passes = got.Maybe.Contains(traffic)
		if got.Maybe.Overlaps(traffic) && !got.Sure.Contains(traffic) {
			step.Passes, step.Unsure = true, "it lets "+got.Maybe.Intersect(traffic).String()+" through, not all of "+traffic.String()
		}
		return []Step{step}
	}
	step.Rule = fmt.Sprintf("no %s entry for %s %s %s", side, what, word, c)
	return []Step{step}
}
