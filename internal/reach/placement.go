package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

// placement is where interfaces of one resource are.
type placement struct {
	groups  []*Group
	subnets []*Subnet
	unsure  string
	// unseen and hidden say why the interfaces may have groups, and be in subnets, that are not in the templates. They do not count if the
	// resource states groups or subnets of its own.
	unseen, hidden string
	own            map[*Subnet][]Cell
}

func (p *placement) add(o placement) {
	for _, g := range o.groups {
		if !slices.Contains(p.groups, g) {
			p.groups = append(p.groups, g)
		}
	}
	for _, s := range o.subnets {
		if !slices.Contains(p.subnets, s) {
			p.subnets = append(p.subnets, s)
		}
	}
	p.unsure, p.unseen, p.hidden = cmp.Or(p.unsure, o.unsure), cmp.Or(p.unseen, o.unseen), cmp.Or(p.hidden, o.hidden)
}

// or returns p with the groups and subnets of base in place of those that p lacks.
func (p placement) or(base placement) placement {
	if len(p.groups) == 0 && p.unseen == "" {
		p.groups, p.unseen = base.groups, base.unseen
	}
	if len(p.subnets) == 0 {
		p.subnets, p.hidden = base.subnets, cmp.Or(p.hidden, base.hidden)
	}
	p.unsure = cmp.Or(p.unsure, base.unsure)
	return p
}

// placements are the groups and subnets that a resource states for all its interfaces, and those that it states for single ones: for each
// element of a list of interfaces, or for each of several launch templates.
type placements struct {
	base   placement
	single []placement
}

// all returns the placement of each interface.
func (p placements) all() []placement {
	if len(p.single) == 0 {
		return []placement{p.base}
	}
	var out []placement
	for _, s := range p.single {
		out = append(out, s.or(p.base))
	}
	return out
}

// collect reads the groups and subnets in a resource, and in the resources that it refers to for them.
func (t *Topology) collect(r *cfn.Resource, seen map[*cfn.Resource]bool) placements {
	places, ok := interfacesOf(r)
	if !ok || seen[r] {
		return placements{}
	}
	seen[r] = true
	defer delete(seen, r)
	c := collector{t: t, elements: map[string]*placement{}}
	c.own(r, places)
	holders := c.indirect(r, places, seen)
	c.split()
	c.out.hold(holders)
	return c.out
}

// collector collects where the interfaces of one resource are.
type collector struct {
	t        *Topology
	out      placements
	elements map[string]*placement // of lists of interfaces
}

// put adds what a value says of all interfaces, or of one element of a list of interfaces.
func (c *collector) put(v found, p placement) {
	p.unsure = v.unsure
	if v.element == "" {
		c.out.base.add(p)
		return
	}
	if c.elements[v.element] == nil {
		c.elements[v.element] = &placement{}
	}
	c.elements[v.element].add(p)
}

// own reads what the resource itself states.
func (c *collector) own(r *cfn.Resource, places catalog.Interfaces) {
	for _, path := range places.Groups {
		for _, v := range find(r, path) {
			for _, g := range c.t.possibleGroups(v.Value, v.unsure) {
				v.unsure = g.unsure
				c.put(v, placement{groups: []*Group{g.Group}})
			}
		}
	}
	for _, path := range places.Subnets {
		for _, v := range find(r, path) {
			s := c.t.Subnet(v.Value)
			s.Several = s.Several || v.whole && v.Kind == cfn.Symbol && strings.HasSuffix(path, "[]")
			c.put(v, placement{subnets: []*Subnet{s}})
		}
	}
}

// indirect reads what other resources hold for this one, and returns those that hold it for all interfaces.
func (c *collector) indirect(r *cfn.Resource, places catalog.Interfaces, seen map[*cfn.Resource]bool) []placements {
	var holders []placements
	for _, path := range places.Indirect {
		for _, v := range find(r, path) {
			one := v.element != "" && strings.HasSuffix(path, "NetworkInterfaceId")
			holder := c.t.holderOf(v.Value)
			switch {
			case holder == nil && one:
				c.put(v, notAtHand(v.Value, path))
			case holder == nil && strings.Contains(path, "Overrides"): // One of several launch templates.
				c.out.single = append(c.out.single, notAtHand(v.Value, path))
			case holder == nil:
				c.out.base.add(notAtHand(v.Value, path))
			default:
				h := c.t.collect(holder, seen)
				if h.base.unsure = cmp.Or(h.base.unsure, v.unsure); one {
					c.put(v, h.base)
				} else {
					holders = append(holders, h)
				}
			}
		}
	}
	return holders
}

// split makes a single placement of each element of a list of interfaces that has groups of its own.
func (c *collector) split() {
	for _, name := range slices.Sorted(maps.Keys(c.elements)) {
		if e := *c.elements[name]; len(e.groups) > 0 || e.unseen != "" {
			c.out.single = append(c.out.single, e)
		} else { // One interface for each subnet, all with the same groups.
			c.out.base.add(e)
		}
	}
}

// notAtHand returns the placement of interfaces if something outside the templates places them. A subnet group holds subnets; a launch
// template, cluster or interface may hold groups as well.
func notAtHand(v cfn.Value, path string) placement {
	reason := v.String() + " places it and is not in the templates" + remedyOf(v)
	if strings.Contains(path, "SubnetGroup") {
		return placement{hidden: reason}
	}
	return placement{hidden: reason, unseen: reason}
}

// holderOf returns the resource that holds groups and subnets, by reference or by its physical name. It returns nil if the resource is
// not in the templates.
func (t *Topology) holderOf(v cfn.Value) *cfn.Resource {
	switch v.Kind {
	case cfn.Reference:
		if _, ok := interfacesOf(v.Resource); ok {
			return v.Resource
		}
	case cfn.Text:
		return t.holders[v.Text]
	}
	return nil
}

// readName records the name of a resource that holds groups and subnets for others.
func (t *Topology) readName(r *cfn.Resource) {
	if places, ok := interfacesOf(r); !ok || !places.Holder {
		return
	}
	for _, property := range holderNames {
		if name, ok := r.Get(property).Literal(); ok && t.conditional(r) == "" {
			t.holders[name] = r
		}
	}
}

// holderNames are the properties with the names by which others refer to a holder.
var holderNames = []string{
	"CacheSubnetGroupName", "DBSubnetGroupName", "LaunchConfigurationName", "LaunchTemplateName", "ReplicationSubnetGroupIdentifier",
	"SubnetGroupName",
}

// hold adds what other resources hold. If several of them state groups, as launch templates do, they are alternatives.
func (p *placements) hold(holders []placements) {
	stating := 0
	for _, s := range p.single {
		if s.unseen != "" { // A launch template that is not in the templates.
			stating++
		}
	}
	for _, h := range holders {
		if len(h.base.groups) > 0 || len(h.single) > 0 {
			stating++
		}
	}
	for _, h := range holders {
		p.single = append(p.single, h.single...)
		if stating > 1 && len(h.base.groups) > 0 && len(h.single) == 0 {
			p.single = append(p.single, h.base)
			continue
		}
		p.base.add(h.base)
	}
}

// found is a value of a property, with the element of a list of interfaces that it is in. The element is empty if the value is in none.
type found struct {
	item
	element string
}

// find returns the values at a path. It splits lists and texts with commas, and takes the id out of an ARN.
func find(r *cfn.Resource, path string) []found {
	var out []found
	list := interfaceList(path)
	if list < 0 {
		for _, v := range walk(r, path) {
			out = append(out, ids(v, "")...)
		}
		return out
	}
	for i, e := range walk(r, path[:list]) {
		for _, v := range walkFrom(e, path[list+len("[]."):]) {
			out = append(out, ids(v, fmt.Sprintf("%s %04d", path[:list], i))...)
		}
	}
	return out
}

// interfaceList returns the index at which the list of interfaces in a path ends, or -1 if there is none. Each element of such a list has
// named properties, as in "NetworkInterfaces[].GroupSet[]".
func interfaceList(path string) int {
	list := strings.LastIndex(path[:max(strings.LastIndex(path, "."), 0)], "[]")
	if list < 0 {
		return -1
	}
	switch name := path[strings.LastIndex(path[:list], ".")+1 : list]; name {
	case "SecurityGroups", "OptionConfigurations": // Each element is a group of the same interface.
		return interfaceList(path[:list])
	}
	return list
}

// ids returns the ids in a literal text.
func ids(v item, element string) []found {
	text, literal := v.Literal()
	if !literal {
		return listed(v, element)
	}
	var out []found
	for id := range strings.SplitSeq(text, ",") {
		if id = strings.TrimSpace(id); strings.HasPrefix(id, "arn:") {
			id = id[strings.LastIndexAny(id, "/:")+1:]
		}
		v.Value = cfn.Value{Kind: cfn.Text, Text: id, Line: v.Line}
		out = append(out, found{v, element})
	}
	return out
}

// listed returns the parts of a text that is only known at deployment and whose parts are joined by commas.
func listed(v item, element string) []found {
	if !v.IsJoined() {
		return []found{{v, element}}
	}
	var out []found
	for i, part := range v.Items {
		text, literal := part.Literal()
		switch {
		case i%2 == 0 && !literal:
			out = append(out, found{item{Value: part, unsure: v.unsure}, element})
		case i%2 == 0 || strings.TrimSpace(text) != ",":
			return []found{{v, element}} // It is no plain list.
		}
	}
	return out
}
