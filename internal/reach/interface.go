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

// understood are the types that the other files of this package read, and those whose part in carrying traffic they
// account for.
var understood = map[string]bool{
	"AWS::EC2::VPC": true, "AWS::EC2::VPCCidrBlock": true, "AWS::EC2::Subnet": true, "AWS::EC2::SubnetCidrBlock": true,
	"AWS::EC2::PrefixList": true, "AWS::EC2::SecurityGroup": true, "AWS::EC2::SecurityGroupIngress": true, "AWS::EC2::SecurityGroupEgress": true,
	"AWS::EC2::NetworkAcl": true, "AWS::EC2::NetworkAclEntry": true, "AWS::EC2::SubnetNetworkAclAssociation": true,
	"AWS::EC2::RouteTable": true, "AWS::EC2::Route": true, "AWS::EC2::SubnetRouteTableAssociation": true, "AWS::EC2::GatewayRouteTableAssociation": true,
	"AWS::EC2::InternetGateway": true, "AWS::EC2::EgressOnlyInternetGateway": true, "AWS::EC2::VPCGatewayAttachment": true, "AWS::EC2::NatGateway": true,
	"AWS::EC2::VPCPeeringConnection": true, "AWS::EC2::VPNGateway": true, "AWS::EC2::TransitGateway": true, "AWS::EC2::TransitGatewayAttachment": true,
	"AWS::EC2::TransitGatewayVpcAttachment": true, "AWS::CloudFormation::Stack": true, "Custom::VpcRestrictDefaultSG": true,
	firewallType: true, associationType: true, "AWS::NetworkFirewall::FirewallPolicy": true, "AWS::NetworkFirewall::RuleGroup": true,
	"AWS::NetworkFirewall::LoggingConfiguration": true, "AWS::NetworkFirewall::TLSInspectionConfiguration": true,
}

// readInterfaces finds the interfaces that resources make, and what is not understood.
func (t *Topology) readInterfaces() {
	classes := map[string]*Class{}
	t.each(func(r *cfn.Resource) {
		if understood[r.Type] || catalog.IsInert(r.Type) {
			return
		}
		places, ok := catalog.InterfacesOf(r.Type)
		if !ok {
			t.readUnknown(r)
			return
		}
		if places.Holder {
			return // Its interfaces are made by what refers to it.
		}
		t.readMember(r, classes)
	})
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		t.Classes = append(t.Classes, classes[name])
	}
}

// placement is where interfaces of one resource are.
type placement struct {
	groups  []*Group
	subnets []*Subnet
	unsure  string
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
	p.unsure = cmp.Or(p.unsure, o.unsure)
}

// or returns p with the groups and subnets of base where it has none of its own.
func (p placement) or(base placement) placement {
	if len(p.groups) == 0 {
		p.groups = base.groups
	}
	if len(p.subnets) == 0 {
		p.subnets = base.subnets
	}
	p.unsure = cmp.Or(p.unsure, base.unsure)
	return p
}

// placements are the groups and subnets that a resource states for all its interfaces, and those for single ones: of each
// element of a list of interfaces, and of each launch template if there are several.
type placements struct {
	base   placement
	single []placement
}

// all returns where each interface is.
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

// collect reads the groups and subnets that stand in a resource, and in those that it refers to for them.
func (t *Topology) collect(r *cfn.Resource, seen map[*cfn.Resource]bool) placements {
	var out placements
	places, ok := catalog.InterfacesOf(r.Type)
	if !ok || seen[r] {
		return out
	}
	seen[r] = true
	defer delete(seen, r)
	elements := map[string]*placement{}
	put := func(v found, p placement) {
		p.unsure = v.unsure
		if v.element == "" {
			out.base.add(p)
			return
		}
		if elements[v.element] == nil {
			elements[v.element] = &placement{}
		}
		elements[v.element].add(p)
	}
	for _, path := range places.Groups {
		for _, v := range find(r, path) {
			put(v, placement{groups: []*Group{t.Group(v.Value)}})
		}
	}
	for _, path := range places.Subnets {
		for _, v := range find(r, path) {
			s := t.Subnet(v.Value)
			s.Several = s.Several || v.whole && v.Kind == cfn.Symbol && strings.HasSuffix(path, "[]")
			put(v, placement{subnets: []*Subnet{s}})
		}
	}
	var holders []placements
	for _, path := range places.Indirect {
		for _, v := range find(r, path) {
			if v.Kind != cfn.Reference {
				put(v, placement{})
				out.base.unsure = cmp.Or(out.base.unsure, v.String()+", which may place it, is not in the templates")
				continue
			}
			h := t.collect(v.Resource, seen)
			if h.base.unsure = cmp.Or(h.base.unsure, v.unsure); v.element != "" && strings.HasSuffix(path, "NetworkInterfaceId") {
				put(v, h.base)
				continue
			}
			holders = append(holders, h)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if e := *elements[name]; len(e.groups) > 0 {
			out.single = append(out.single, e)
		} else { // One interface for each subnet, all with the same groups.
			out.base.add(e)
		}
	}
	out.hold(holders)
	return out
}

// hold takes in what other resources hold. Several that state groups, as launch templates, are alternatives.
func (p *placements) hold(holders []placements) {
	stating := 0
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

// found is a value of a property, with the element of a list of interfaces that it is in; empty if it is in none.
type found struct {
	item
	element string
}

// find returns the values at a path: those in a list, those in a text with commas, and the id in an ARN.
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

// interfaceList is where the list of interfaces in a path ends, -1 if there is none: a list with a name of its own below
// each element, as in "NetworkInterfaces[].GroupSet[]".
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

// ids takes apart what a literal text names.
func ids(v item, element string) []found {
	text, literal := v.Literal()
	if !literal {
		return []found{{v, element}}
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

// readMember makes the classes of one resource's interfaces.
func (t *Topology) readMember(r *cfn.Resource, classes map[string]*Class) {
	places, _ := catalog.InterfacesOf(r.Type)
	if places.Opaque {
		t.doubt(r, "resources of type "+r.Type+" add groups, rules or routes of their own that no template shows")
	}
	for _, p := range t.collect(r, map[*cfn.Resource]bool{}).all() {
		t.readInterface(r, places, p, classes)
	}
}

func (t *Topology) readInterface(r *cfn.Resource, places catalog.Interfaces, p placement, classes map[string]*Class) {
	unfiltered := false
	switch {
	case len(p.groups) == 0 && len(p.subnets) == 0:
		return // It has no interface, or one in a VPC that no template makes.
	case len(p.groups) == 0:
		switch fallback := without(r, places); fallback {
		case catalog.NoFilter:
			unfiltered = true
		case catalog.DefaultGroup:
			p.groups = append(p.groups, t.defaultGroup(p.subnets))
		default:
			t.doubt(r, "it states no security group; which one the service gives it is not in the templates")
			return
		}
	case len(p.subnets) == 0:
		for _, g := range p.groups {
			p.subnets = append(p.subnets, t.groupSubnets(g)...)
		}
		p.unsure = cmp.Or(p.unsure, "the subnets of "+r.String()+" are not in the templates")
	}
	p.unsure = cmp.Or(p.unsure, conditional(r))
	slices.SortFunc(p.groups, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(p.subnets, func(a, b *Subnet) int { return strings.Compare(a.Name, b.Name) })
	p.subnets = slices.Compact(p.subnets)
	key := p.key()
	c := classes[key]
	if c == nil {
		c = t.Class(r.String(), p.groups, p.subnets)
		c.Unfiltered, c.Unsure = unfiltered, cmp.Or(c.Unsure, p.unsure)
		classes[key] = c
	}
	if !slices.Contains(c.Members, r) {
		c.Members = append(c.Members, r)
	}
}

// key tells classes apart. Interfaces that nothing filters are a class of their own resource.
func (p placement) key() string {
	var names []string
	for _, g := range p.groups {
		names = append(names, g.Name)
	}
	names = append(names, "in")
	for _, s := range p.subnets {
		names = append(names, s.Name)
	}
	return strings.Join(append(names, p.unsure), "\x00")
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

// defaultGroup is what interfaces in the subnets have if no group is stated: it may be one that is not in the templates.
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

// readUnknown notes a resource of a type that is not known.
func (t *Topology) readUnknown(r *cfn.Resource) {
	t.doubt(r, "what resources of type "+r.Type+" do to the network is not known")
}

// doubt notes that it is not known what a resource does, if it refers to something that carries traffic.
func (t *Topology) doubt(r *cfn.Resource, reason string) {
	g := Gap{Resource: r, Reason: reason}
	for v := range r.References() {
		if v.Kind != cfn.Reference {
			continue
		}
		switch v.Resource.Type {
		case "AWS::EC2::SecurityGroup":
			g.Groups = append(g.Groups, t.Group(v))
		case "AWS::EC2::Subnet":
			g.Subnets = append(g.Subnets, t.Subnet(v))
		case "AWS::EC2::RouteTable", "AWS::EC2::NetworkAcl", "AWS::EC2::VPC", "AWS::EC2::InternetGateway":
			g.VPCs = append(g.VPCs, t.vpcOf(v.Resource))
		}
	}
	if len(g.Groups)+len(g.Subnets)+len(g.VPCs) == 0 {
		return
	}
	t.Gaps = append(t.Gaps, g)
}

// vpcOf is the VPC of a table, ACL or gateway, or the VPC itself.
func (t *Topology) vpcOf(r *cfn.Resource) *VPC {
	switch r.Type {
	case "AWS::EC2::VPC":
		return t.vpcs[r.String()]
	case "AWS::EC2::InternetGateway":
		for _, v := range t.VPCs {
			if slices.Contains(t.gateway(cfn.Value{Kind: cfn.Reference, Resource: r}).vpcs, v.Name) {
				return v
			}
		}
		return nil
	}
	return t.vpc(r.Get("VpcId"))
}
