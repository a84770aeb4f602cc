package reach

import (
	"slices"
	"strings"
)

// peer is all interfaces with the same groups, whatever their subnets are. Its label does not depend on what else is in the templates.
type peer struct {
	label   string
	classes []*Class
}

// Label names the class by its groups, as people know them.
func (c *Class) Label() string {
	if c.Unfiltered || len(c.Groups) == 0 {
		return c.Name
	}
	if c.outsiders != "" {
		return c.outsiders + " by " + c.Name
	}
	names := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		names[i] = g.Label()
	}
	return strings.Join(names, "+")
}

// Label returns the group's construct path without the parts that CDK adds. It returns the group's name if there is no path.
func (g *Group) Label() string {
	if g.Resource == nil || g.Resource.Path == "" {
		return g.Name
	}
	return strings.TrimSuffix(strings.TrimSuffix(g.Resource.Path, "/Resource"), "/SecurityGroup")
}

// PeerClasses returns the classes of each peer of a [Matrix], by the peer's label.
func (t *Topology) PeerClasses() map[string][]*Class {
	out := map[string][]*Class{}
	for _, p := range t.peers() {
		out[p.label] = p.classes
	}
	return out
}

// identity returns a text that is equal for classes of the same peer.
func (c *Class) identity() string {
	if c.Unfiltered || len(c.Groups) == 0 || c.outsiders != "" {
		return c.Name
	}
	names := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		names[i] = g.Name
	}
	return strings.Join(names, "+")
}

// foreign reports whether only what the templates add to the peer is known of it.
func (p peer) foreign() bool {
	return !slices.ContainsFunc(p.classes, func(c *Class) bool { return !c.foreign() })
}

func (c *Class) foreign() bool {
	return len(c.Members) == 0 && len(c.Groups) == 1 && c.Groups[0].Foreign
}

// name returns the peer's label for one of its classes. If the peer has several classes, it adds the subnets of the class. If two classes
// have the same subnets, it adds the members too.
func (p peer) name(c *Class) string {
	if p.seen() < 2 || c.shadow {
		return p.label
	}
	where := c.where()
	for _, o := range p.classes {
		if o != c && !o.shadow && o.where() == where {
			return p.label + where + " (" + c.who() + ")"
		}
	}
	return p.label + where
}

// seen returns the number of the peer's classes that are no shadows.
func (p peer) seen() int {
	n := 0
	for _, c := range p.classes {
		if !c.shadow {
			n++
		}
	}
	return n
}

func (c *Class) where() string {
	names := make([]string, len(c.Subnets))
	for i, s := range c.Subnets {
		names[i] = s.Name
	}
	return " in " + strings.Join(names, ", ")
}

func (c *Class) who() string {
	if len(c.Members) == 0 {
		return "whatever has it"
	}
	names := make([]string, len(c.Members))
	for i, r := range c.Members {
		names[i] = r.ID
	}
	return strings.Join(names, ", ")
}

// peers returns the interfaces of the templates, and those of groups that no interface of the templates has, sorted by label. Groups that
// are named in as are among them even if no rule refers to them.
func (t *Topology) peers(as ...string) []peer {
	byIdentity := map[string]int{}
	labels := map[string]int{}
	var out []peer
	for _, c := range t.allClasses(as) {
		i, known := byIdentity[c.identity()]
		if !known {
			i = len(out)
			byIdentity[c.identity()] = i
			out = append(out, peer{label: c.Label()})
			labels[c.Label()]++
		}
		out[i].classes = append(out[i].classes, c)
	}
	for i, p := range out {
		if labels[p.label] > 1 {
			out[i].label = p.classes[0].identity() // Two constructs of one path.
		}
	}
	slices.SortStableFunc(out, func(a, b peer) int { return strings.Compare(a.label, b.label) })
	return out
}

func (t *Topology) allClasses(as []string) []*Class {
	classes := slices.Clone(t.Classes)
	used := map[*Group]bool{}
	for _, c := range classes {
		for _, g := range c.Groups {
			if t.isHomeOf(c, g) && c.outsiders == "" {
				used[g] = true // Interfaces with further groups have the group too.
			}
		}
	}
	named := t.namedGroups()
	for _, name := range as {
		if g := t.groups[name]; g != nil {
			named[g] = true
		}
	}
	for _, g := range t.Groups {
		if used[g] && g.unseen == "" || g.Default != nil && !named[g] {
			continue
		}
		c := t.GroupClass(g)
		if g.unseen != "" {
			c.Subnets = append(slices.Clone(c.Subnets), t.elsewhere(t.groupVPC(g), g.Name)...)
			for _, v := range g.further {
				c.Subnets = append(c.Subnets, t.elsewhere(v, g.Name)...)
			}
			c.Unsure, c.shadow = g.unseen, used[g]
		}
		classes = append(classes, c)
	}
	return classes
}

// isHomeOf reports whether a class may be where Place puts the interfaces with a group. It is true for a group that Place does not put
// anywhere.
func (t *Topology) isHomeOf(c *Class, g *Group) bool {
	placed, ok := t.placed[g]
	return !ok || slices.ContainsFunc(c.Subnets, func(s *Subnet) bool { return slices.Contains(placed, s) })
}

// namedGroups returns the groups for which the templates have rules, and the groups that rules of other groups name.
func (t *Topology) namedGroups() map[*Group]bool {
	out := map[*Group]bool{}
	for _, g := range t.Groups {
		for _, rules := range [][]Rule{g.Ingress, g.Egress} {
			for i := range rules {
				r := &rules[i]
				if r.Resource != nil && !r.alias {
					out[g] = true
				}
				if r.Peer.Group != nil && r.Peer.Group != g {
					out[r.Peer.Group] = true
				}
			}
		}
	}
	return out
}
