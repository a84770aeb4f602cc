package reach

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

// readInterfaces finds the interfaces that resources make. A holder makes none: the resources that refer to the holder do.
func (t *Topology) readInterfaces() {
	classes := map[string]*Class{}
	t.each(func(r *cfn.Resource) {
		if places, ok := interfacesOf(r); ok && !places.Holder {
			t.readMember(r, places, classes)
		}
		t.readPods(r, classes)
	})
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		t.Classes = append(t.Classes, classes[name])
	}
	t.each(t.attach)
	t.each(t.readBehind)
}

// readMember makes the classes of one resource's interfaces.
func (t *Topology) readMember(r *cfn.Resource, places catalog.Interfaces, classes map[string]*Class) {
	for _, p := range t.collect(r, map[*cfn.Resource]bool{}).all() {
		t.readInterface(r, places, p, classes)
	}
}

func (t *Topology) readInterface(r *cfn.Resource, places catalog.Interfaces, p placement, classes map[string]*Class) {
	unfiltered := false
	p.groups = append(slices.Clip(p.groups), t.clusterGroups(r, p)...)
	switch {
	case remoteAccess(r) != "":
		p.unseen = remoteAccess(r)
	case len(p.groups) > 0:
		p.unseen = "" // The resource's own groups override those of what it is made from.
	case p.unseen != "":
	case len(p.subnets) == 0 && p.hidden == "" && rewritten(r) == "":
		return // It has no interface, or only one in a VPC outside the templates.
	default:
		switch without(r, places) {
		case catalog.NoFilter:
			unfiltered = true
		case catalog.DefaultGroup:
			if len(p.subnets) == 0 && rewritten(r) != "" {
				break
			}
			if len(p.subnets) == 0 {
				p.unseen = "it has the default group of its VPC, which is not in the templates"
				break
			}
			p.groups = append(p.groups, t.defaultGroup(p.subnets))
		default:
			p.unseen = "it states no security group; which one the service gives it is not in the templates"
		}
	}
	if len(p.subnets) == 0 {
		p.subnets = t.anywhere(r, p)
		p.unsure = cmp.Or(p.unsure, p.hidden, "the subnets of "+r.String()+" are not in the templates")
	}
	t.joinPlaced(r, p, unfiltered, classes)
}

// joinPlaced makes r a member of the class that is like its interfaces.
func (t *Topology) joinPlaced(r *cfn.Resource, p placement, unfiltered bool, classes map[string]*Class) {
	p.unseen = cmp.Or(p.unseen, t.rewrittenBy(r))
	p.unsure = cmp.Or(p.unsure, t.conditional(r))
	slices.SortFunc(p.groups, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(p.subnets, func(a, b *Subnet) int { return strings.Compare(a.Name, b.Name) })
	p.subnets = slices.Compact(p.subnets)
	t.inferVPC(p)
	p.own = t.ownAddresses(r, p)
	t.join(r, p, unfiltered, classes)
}

// rewrittenBy says which macro may change the groups of a resource, by rewriting the resource or what it is made from.
func (t *Topology) rewrittenBy(r *cfn.Resource) string {
	for holder := range t.madeFrom(r) {
		if why := rewritten(holder); why != "" {
			return why
		}
	}
	return ""
}

// inferVPC finds the VPC of subnets that are not in the templates. An interface only has groups of its own VPC.
func (t *Topology) inferVPC(p placement) {
	for _, s := range p.subnets {
		for _, g := range p.groups {
			if s.VPC == nil && s.Resource == nil && len(g.further) == 0 {
				s.VPC = t.groupVPC(g)
			}
		}
	}
}

// join makes r a member of the class that is like its interfaces.
func (t *Topology) join(r *cfn.Resource, p placement, unfiltered bool, classes map[string]*Class) {
	public := t.publicityOf(r)
	key := p.key() + fmt.Sprint("\x00", public)
	if len(p.groups) == 0 || outsiders[r.Type] != "" {
		key += r.String() // Such classes differ only by their resource.
	}
	c := classes[key]
	if c == nil {
		c = t.Class(r.String(), p.groups, p.subnets)
		c.Unfiltered, c.Unsure, c.Unseen, c.own, c.public = unfiltered, cmp.Or(c.Unsure, p.unsure), p.unseen, p.own, public
		c.outsiders = outsiders[r.Type]
		classes[key] = c
	}
	if !slices.Contains(c.Members, r) {
		c.Members = append(c.Members, r)
	}
}

// anywhere returns the subnets of interfaces whose subnets are not known: all subnets of the VPC of their groups, and those of the VPC
// that are not in the templates.
func (t *Topology) anywhere(r *cfn.Resource, p placement) []*Subnet {
	var out []*Subnet
	for _, g := range p.groups {
		v := t.groupVPC(g)
		out = append(append(out, t.groupSubnets(g)...), t.elsewhere(v, r.String())...)
	}
	if len(out) == 0 {
		return slices.Clone(t.elsewhere(nil, r.String()))
	}
	return out
}

// ownAddresses returns the private addresses that a resource states for its one interface.
func (t *Topology) ownAddresses(r *cfn.Resource, p placement) map[*Subnet][]Cell {
	if len(p.subnets) != 1 || len(walk(r, "NetworkInterfaces")) > 1 {
		return nil
	}
	var out []Cell
	for _, path := range addressPaths[r.Type] {
		for _, v := range walk(r, path) {
			text, _ := v.Literal()
			addr, err := netip.ParseAddr(text)
			if err != nil || v.unsure != "" {
				return nil
			}
			if cell := (Cell{From: addr, To: addr}); !slices.Contains(out, cell) {
				out = append(out, cell)
			}
		}
	}
	if len(out) == 0 || slices.ContainsFunc(moreAddresses, func(path string) bool { return len(walk(r, path)) > 0 }) {
		return nil
	}
	for _, cell := range p.subnets[0].Cells {
		if cell.Is6() {
			out = append(out, cell) // It states no address of this family.
		}
	}
	return map[*Subnet][]Cell{p.subnets[0]: out}
}

// addressPaths are the properties in which resources state the addresses of their interfaces.
var addressPaths = map[string][]string{
	"AWS::EC2::Instance": {
		"PrivateIpAddress", "NetworkInterfaces.PrivateIpAddress", "NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress",
	},
	"AWS::EC2::NetworkInterface": {"PrivateIpAddress", "PrivateIpAddresses.PrivateIpAddress"},
	"AWS::EFS::MountTarget":      {"IpAddress"},
	balancerType:                 {"SubnetMappings.PrivateIPv4Address"},
}

// moreAddresses are the properties that give an interface further addresses, beside those that it states.
var moreAddresses = []string{
	"SecondaryPrivateIpAddressCount", "NetworkInterfaces.SecondaryPrivateIpAddressCount", "Ipv4PrefixCount", "Ipv4Prefixes",
	"NetworkInterfaces.Ipv4PrefixCount", "NetworkInterfaces.Ipv4Prefixes",
}

// key returns a text that is equal for interfaces of one class.
func (p placement) key() string {
	var names []string
	for _, g := range p.groups {
		names = append(names, g.Name)
	}
	names = append(names, "in")
	for _, s := range p.subnets {
		names = append(names, s.Name)
	}
	for _, s := range p.subnets {
		for _, cell := range p.own[s] {
			names = append(names, cell.String())
		}
	}
	return strings.Join(append(names, p.unsure, p.unseen), "\x00")
}

// without says what filters interfaces of r that have no group.
func without(r *cfn.Resource, places catalog.Interfaces) catalog.Fallback {
	if places.Kind == "" {
		return places.WithoutGroups
	}
	kind := r.Get(places.Kind)
	text, literal := kind.Literal()
	if !literal && !kind.IsMissing() {
		return catalog.Unstated
	}
	return places.Without(text)
}

// defaultGroup returns the group of interfaces in the subnets that state no group. It may be a group that is not in the templates.
func (t *Topology) defaultGroup(subnets []*Subnet) *Group {
	for _, s := range subnets {
		if s.VPC != nil && s.VPC.Resource != nil {
			return t.Group(cfn.Value{Kind: cfn.Reference, Resource: s.VPC.Resource, Text: "DefaultSecurityGroup"})
		}
	}
	where := subnets[0].Name
	if v := subnets[0].VPC; v != nil {
		where = v.Name
	}
	return t.Group(cfn.Value{Kind: cfn.Symbol, Text: "the default group of " + where})
}

// readUnknown records what is not understood of a resource, depending on the class of its type, and what was assumed of other resources.
func (t *Topology) readUnknown(r *cfn.Resource) {
	class := resourceClass(r)
	if class.Kind != catalog.Harmless {
		for _, d := range r.Defaults {
			t.assume("%s", d)
		}
	}
	switch {
	case r.Rewritten != "":
		if g := t.rewrittenReach(r); g.touches() {
			t.unknown(g)
		}
	case r.Type == stackType:
		if !t.nested[r] {
			t.doubt(r, "the template of the nested stack is not at hand")
		}
	case class.Kind == catalog.Unknown:
		t.doubtAsFar(r, class)
	case class.Kind == catalog.Places:
		if places, _ := interfacesOf(r); places.Opaque {
			t.doubtRules(r, "resources of type "+r.Type+" add groups, rules or routes of their own that no template shows")
		}
	}
}

const stackType = "AWS::CloudFormation::Stack"

// doubtAsFar records a gap that reaches as far as the type of the resource does.
func (t *Topology) doubtAsFar(r *cfn.Resource, class catalog.Class) {
	g := t.reachOf(r, r.Type+" "+class.Reason)
	switch class.Reach {
	case catalog.ReachInterfaces:
		if _, read := behind[r.Type]; read || isQuiet(r) {
			return
		}
		t.reachInterfaces(&g)
		g.Copies = copying[r.Type]
	case catalog.ReachVPC:
		g.VPCs = t.VPCsOf(g)
		g.spread(t, func(v *VPC) bool { return slices.Contains(g.VPCs, v) })
	case catalog.ReachRegion:
		g.VPCs = slices.Clone(t.VPCs)
		g.spread(t, func(*VPC) bool { return true })
	}
	switch {
	case g.touches():
		t.unknown(g)
	case isElsewhere(r.Type):
		t.assume("%s leaves the network as it is: its properties name no part of it (%s)", r, r.Type)
	}
}

// isElsewhere reports whether the effect of a type is not written in the template but in code, in another template or by another
// publisher.
func isElsewhere(resourceType string) bool {
	return !strings.HasPrefix(resourceType, "AWS::") || strings.HasPrefix(resourceType, "AWS::CloudFormation::") ||
		resourceType == "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
}

// copying are types that open no way for connections. They forward copies of packets, or forward packets to groups of receivers.
var copying = map[string]bool{
	"AWS::EC2::TrafficMirrorSession": true, "AWS::EC2::TrafficMirrorTarget": true, "AWS::EC2::TransitGatewayMulticastDomainAssociation": true,
	"AWS::EC2::TransitGatewayMulticastGroupMember": true, "AWS::EC2::TransitGatewayMulticastGroupSource": true,
}

// reachInterfaces makes the gap affect the groups of the interfaces of all resources that its resource refers to.
func (t *Topology) reachInterfaces(g *Gap) {
	for v := range g.Resource.References() {
		if v.Kind != cfn.Reference {
			continue
		}
		for _, p := range t.collect(v.Resource, map[*cfn.Resource]bool{}).all() {
			for _, group := range p.groups {
				g.addGroup(group)
			}
		}
		if IsCluster(v.Resource) {
			g.addGroup(t.clusterGroup(v.Resource))
		}
	}
}

// spread makes the gap affect all groups and subnets of the VPCs.
func (g *Gap) spread(t *Topology, in func(*VPC) bool) {
	t.each(func(r *cfn.Resource) {
		if r.Type == "AWS::EC2::SecurityGroup" {
			if group := t.Group(cfn.Value{Kind: cfn.Reference, Resource: r}); in(t.groupVPC(group)) {
				g.addGroup(group)
			}
		}
	})
	for _, s := range t.Subnets {
		if in(s.VPC) && !slices.Contains(g.Subnets, s) {
			g.Subnets = append(g.Subnets, s)
		}
	}
}

// doubtRules records a gap of a resource that may change rules and routes, but not subnets.
func (t *Topology) doubtRules(r *cfn.Resource, reason string) {
	g := t.reachOf(r, reason)
	if g.Subnets = nil; g.touches() {
		t.unknown(g)
	}
}
