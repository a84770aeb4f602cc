package reach

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// state is what is carried between two ends.
type state struct {
	traffic.Carried
	// seen is what may be carried by the rules that are seen alone.
	seen traffic.Set
	// doubt is nil if all of the state is sure.
	doubt *doubt
}

// doubt is what the templates show of what is not sure in a state.
type doubt struct {
	// ways is a text of the routes and network ACL entries that are seen. It is empty if they leave nothing open.
	ways string
	// rules is the traffic of the rules that may not hold, by a text of everything else about each rule.
	rules map[string]traffic.Set
	// from, to and top are the ends and the topology of the state.
	from, to End
	top      *Topology
}

func (s state) ways() string {
	if s.doubt == nil {
		return ""
	}
	return s.doubt.ways
}

func (s state) rules() map[string]traffic.Set {
	if s.doubt == nil {
		return nil
	}
	return s.doubt.rules
}

func (s state) union(o state) state {
	out := s
	out.Carried, out.seen = s.Union(o.Carried), s.seen.Union(o.seen)
	switch {
	case s.doubt == nil:
		out.doubt = o.doubt
	case o.doubt != nil:
		both := *s.doubt
		both.ways, both.rules = s.doubt.ways+o.doubt.ways, maps.Clone(s.doubt.rules)
		both.addRules(o.doubt.rules)
		out.doubt = &both
	}
	return out
}

func (d *doubt) addRules(more map[string]traffic.Set) {
	if d.rules == nil {
		d.rules = map[string]traffic.Set{}
	}
	for rule, services := range more {
		d.rules[rule] = d.rules[rule].Union(services)
	}
}

// otherRules returns the traffic of unsure rules that are in one of the two states only.
func otherRules(before, after state) traffic.Set {
	var out traffic.Set
	for rule, services := range before.rules() {
		out = out.Union(services.Minus(after.rules()[rule]))
	}
	for rule, services := range after.rules() {
		out = out.Union(services.Minus(before.rules()[rule]))
	}
	return out
}

// stateOf returns what is carried from one end to the other.
func (t *Topology) stateOf(from, to End) state {
	s := state{Carried: t.Carried(from, to)}
	s.seen = s.Maybe
	if s.Sure.Equal(s.Maybe) {
		return s
	}
	s.doubt = &doubt{from: from, to: to, top: t}
	seen := [2]End{from, to}
	for i, e := range seen {
		if e.Class != nil && e.Class.hides() {
			seen[i].Class = e.Class.AsSeen()
		}
	}
	if seen[0].Class != from.Class || seen[1].Class != to.Class {
		s.seen = t.Carried(seen[0], seen[1]).Maybe
	}
	for _, e := range seen {
		if e.Class != nil {
			s.doubt.ways += e.Location.Subnet.seen() + e.Class.written()
			s.doubt.addRules(e.Class.unsureRules())
		}
	}
	return s
}

// unsureRules returns the traffic of the rules that may not hold, by a text of their peers and of what they depend on.
func (c *Class) unsureRules() map[string]traffic.Set {
	out := map[string]traffic.Set{}
	for _, g := range c.Groups {
		for side, rules := range [][]Rule{g.Ingress, g.Egress} {
			for _, r := range rules {
				if isSure := r.Unsure == "" && r.Peer.List == "" && r.Peer.Block.Base == ""; !isSure && r.Resource != nil {
					key := fmt.Sprintln(side, r.Peer, r.Resource.ConditionsAndMappings())
					out[key] = out[key].Union(r.Traffic)
				}
			}
		}
	}
	return out
}

// written returns a text of the conditions, mappings and resources that the doubts about the class depend on.
func (c *Class) written() string {
	var out strings.Builder
	for _, g := range c.Groups {
		out.WriteString(g.doubt)
	}
	if c.Unsure != "" || c.Unseen != "" {
		for _, r := range c.Members {
			out.WriteString(r.ConditionsAndMappings())
		}
	}
	return out.String()
}

// restsOn returns what a resource depends on. It is empty if the resource is sure.
func restsOn(unsure string, r *cfn.Resource) string {
	if unsure == "" || r == nil {
		return ""
	}
	return r.ConditionsAndMappings()
}

// hides reports whether the class may have rules or groups that are not seen.
func (c *Class) hides() bool {
	return c.Unseen != "" || !c.side(egress).unseen.IsEmpty() || !c.side(ingress).unseen.IsEmpty()
}

// seen returns a text of what the templates say of a subnet's routes and network ACL. It is empty if they say all of it.
func (s *Subnet) seen() string {
	isKnown := s.Unsure == "" && s.VPC != nil && s.ACL != nil && s.ACL.Unsure == "" && s.Table != nil && s.Table.Unsure == ""
	if isKnown && !slices.ContainsFunc(s.Table.Routes, func(r Route) bool { return r.Unsure != "" || r.Target.Kind == UnknownTarget }) {
		return ""
	}
	var out strings.Builder
	out.WriteString(s.Name + "\x00" + s.doubt)
	if s.VPC != nil {
		out.WriteString(s.VPC.doubt)
	}
	if s.Table != nil {
		out.WriteString(s.Table.doubt)
		for _, r := range s.Table.Routes {
			fmt.Fprintln(&out, r.Block, r.List, r.Target.Kind, r.Target.Name, restsOn(r.Unsure, r.Resource))
		}
	}
	if s.ACL != nil {
		out.WriteString(s.ACL.doubt)
		for _, e := range slices.Concat(s.ACL.In, []Entry{{}}, s.ACL.Out) {
			fmt.Fprintln(&out, e.Number, e.Allow, e.Traffic, e.Block, restsOn(e.Unsure, e.Resource))
		}
	}
	return out.String()
}
