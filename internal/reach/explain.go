package reach

import (
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach/address"
	"github.com/tierwall/tierwall/internal/traffic"
)

// End is one end of a connection: interfaces of a class at one location or, if Class is nil, a part of the outside.
type End struct {
	Class    *Class
	Location Location
	Outside  Outside
}

// cell returns the end's addresses.
func (e End) cell() Cell {
	if e.Class == nil {
		return e.Outside.Cell
	}
	return e.Location.Cell
}

// Is6 reports whether the end has IPv6 addresses.
func (e End) Is6() bool { return e.cell().Is6() }

// FamilyOf returns the traffic that exists between addresses of the end's family.
func FamilyOf(e End) traffic.Set { return family(e.cell()) }

// Address returns one address of the end as an example, in words if the addresses are not known.
func (e End) Address() string {
	switch {
	case e.Class == nil && e.Outside.List != "":
		return "an address of " + e.Outside.List
	case e.cell().Base != "":
		return "an address of " + strings.TrimPrefix(e.cell().String(), "addresses of ")
	case e.Class == nil && !e.Outside.Inside:
		return publicIn(e.Outside.Cell).String()
	}
	return e.cell().Address().String()
}

func (e End) groups() []*Group {
	if e.Class == nil {
		return nil
	}
	return e.Class.Groups
}

// seenFrom returns the place of the end, as the other end addresses it.
func (e End) seenFrom(other End) place {
	p := place{cell: e.cell(), list: e.Outside.List, inside: e.Outside.Inside}
	if e.Class != nil {
		p.subnet = e.Location.Subnet
		p.inside = other.Class != nil && other.Location.Subnet.VPC == p.subnet.VPC
	}
	return p
}

// Carried returns what is carried for connections from one end to the other.
func (t *Topology) Carried(from, to End) traffic.Carried {
	return t.CarriedIf(from, to, DoubtUnresolved)
}

// IsInspected reports whether packets from one end to the other pass a middlebox.
func (t *Topology) IsInspected(from, to End) bool {
	if from.Class != nil {
		return t.inspected(from.Location.Subnet, to.seenFrom(from))
	}
	return t.inspected(to.Location.Subnet, from.seenFrom(to)) // Replies take the way that the packets came by.
}

// CarriedIf returns what is carried if rules on unresolved blocks and lists are treated in the given way.
func (t *Topology) CarriedIf(from, to End, unresolved Unresolved) traffic.Carried {
	switch {
	case from.Class != nil && to.Class != nil:
		return t.betweenIf(from.Class, from.Location, to.Class, to.Location, unresolved)
	case from.Class != nil:
		return t.toOutsideIf(from.Class, from.Location, to.Outside, unresolved)
	case to.Class != nil:
		return t.fromOutsideIf(from.Outside, to.Class, to.Location, unresolved)
	}
	return traffic.Carried{}
}

// Groups returns what the groups of both ends let through, whatever routes and network ACLs do. The outside and an Unfiltered class let
// everything through.
func Groups(from, to End, unresolved Unresolved) traffic.Carried {
	if from.cell().Is6() != to.cell().Is6() {
		return traffic.Carried{}
	}
	out := traffic.Surely(family(to.cell()))
	if from.Class != nil {
		out = out.Intersect(from.Class.toward(egress, to.groups(), to.seenFrom(from), true, unresolved))
	}
	if to.Class != nil && !out.Maybe.IsEmpty() {
		out = out.Intersect(to.Class.toward(ingress, from.groups(), from.seenFrom(to), true, unresolved))
	}
	return out
}

// Step is one control on the way of a packet, and what the control does.
type Step struct {
	Control  string        // "security group", "network ACL", "route", "firewall", ...
	Where    string        // the name of the group, ACL, table or other owner of the control
	At       string        // the subnet that the packet is in, enters or leaves; empty if there is none
	Reply    bool          // whether it is about replies on their way back
	Inbound  bool          // at a group or a network ACL: whether packets come in there, to the interface or into the subnet
	Passes   bool          // whether it lets the packet through, surely or possibly
	Unsure   string        // why it may do otherwise
	Rule     string        // what decides: "ingress tcp/443 from 0.0.0.0/0", "no rule"
	Resource *cfn.Resource // the holder of the rule; nil if AWS adds the rule or there is none
	Line     int           // in the template, 0 if not known
}

// Explain follows one packet of the service from one end to the other, and its reply, through every control in order. The steps agree
// with [Topology.Carried]. If the service is surely carried, all steps surely pass. If it is surely not carried, a step stops it.
// Otherwise a step is unsure.
func (t *Topology) Explain(from, to End, s traffic.Service) []Step {
	j := &journey{t: t, from: from, to: to, s: s}
	j.explainFamily()
	j.explainEnds()
	if o := to.Outside; from.Class != nil && to.Class == nil && o.Private && from.Location.Subnet.VPC.isAmazon(o.Cell) {
		j.add(Step{Control: "AWS", Where: to.Address(), Passes: true, Rule: Unfiltered})
		return j.steps
	}
	j.explainGroups(from, to, egress)
	j.explainPublicAccess(from, to, false)
	j.explainWay()
	j.explainGroups(to, from, ingress)
	j.explainReplies()
	return j.steps
}

// journey collects the steps of one packet and its reply.
type journey struct {
	t        *Topology
	from, to End
	s        traffic.Service
	steps    []Step
}

func (j *journey) add(s Step) { j.steps = append(j.steps, s) }

// explainFamily stops traffic that does not exist between addresses of the ends' families.
func (j *journey) explainFamily() {
	step := Step{Control: "address", Where: j.to.Address()}
	switch {
	case j.from.Is6() != j.to.Is6():
		step.Rule = "the other end has an address of another family"
	case !FamilyOf(j.to).Contains(j.s.Traffic()):
		step.Rule = "there is no " + j.s.String() + " between addresses of its family"
	case j.from.Class == nil && address.IsDomain(j.from.Outside.List):
		step.Where, step.Rule = j.from.Outside.List, "a client that opens a connection is known by its address, not by a name"
	default:
		return
	}
	j.add(step)
}

// explainEnds says why the interfaces of an end may not be there or may not be like this.
func (j *journey) explainEnds() {
	for _, e := range []End{j.from, j.to} {
		if e.Class != nil && e.Class.Unsure != "" {
			j.add(Step{Control: "interface", Where: e.Class.Label(), Passes: true, Unsure: e.Class.Unsure, Rule: "its groups and subnets"})
		}
	}
}

// judge sets whether a control passes the service, given what the control carries. doubt says why the control may do otherwise.
func (s *Step) judge(c traffic.Carried, service traffic.Service, doubt string) {
	s.Passes = c.Maybe.Overlaps(service.Traffic())
	if s.Passes && !c.Sure.Contains(service.Traffic()) {
		s.Unsure = doubt
	}
}
