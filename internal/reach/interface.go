package reach

import (
	"cmp"
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

// placement is where the interfaces of one resource are.
type placement struct {
	groups  []*Group
	subnets []*Subnet
	unsure  string
}

// collect reads the groups and subnets that stand in a resource, and in those that it refers to for them.
func (t *Topology) collect(r *cfn.Resource, p *placement, seen map[*cfn.Resource]bool) {
	places, ok := catalog.InterfacesOf(r.Type)
	if !ok || seen[r] {
		return
	}
	seen[r] = true
	for _, path := range places.Groups {
		if list, _, nested := strings.Cut(path, "[]."); nested && len(walk(r, list)) > 1 {
			p.unsure = cmp.Or(p.unsure, "which of the interfaces of "+r.String()+" has which groups is not evaluated")
		}
		for _, v := range walk(r, path) {
			p.unsure = cmp.Or(p.unsure, v.unsure)
			if g := t.Group(v.Value); !slices.Contains(p.groups, g) {
				p.groups = append(p.groups, g)
			}
		}
	}
	for _, path := range places.Subnets {
		for _, v := range walk(r, path) {
			p.unsure = cmp.Or(p.unsure, v.unsure)
			if s := t.Subnet(v.Value); !slices.Contains(p.subnets, s) {
				p.subnets = append(p.subnets, s)
			}
		}
	}
	for _, path := range places.Indirect {
		for _, v := range walk(r, path) {
			p.unsure = cmp.Or(p.unsure, v.unsure)
			switch {
			case v.Kind == cfn.Reference:
				t.collect(v.Resource, p, seen)
			default:
				p.unsure = cmp.Or(p.unsure, v.String()+", which may place it, is not in the templates")
			}
		}
	}
}

func (t *Topology) readMember(r *cfn.Resource, classes map[string]*Class) {
	var p placement
	t.collect(r, &p, map[*cfn.Resource]bool{})
	unfiltered := false
	switch {
	case len(p.groups) == 0 && len(p.subnets) == 0:
		return // It has no interface in a VPC.
	case len(p.groups) == 0 && isNetworkLoadBalancer(r):
		unfiltered = true
	case len(p.groups) == 0:
		p.groups = append(p.groups, t.defaultGroup(p.subnets))
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
	c.Members = append(c.Members, r)
}

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

// isNetworkLoadBalancer reports whether r filters nothing if it has no groups.
func isNetworkLoadBalancer(r *cfn.Resource) bool {
	kind, _ := r.Get("Type").Literal()
	return r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer" && (kind == "network" || kind == "gateway") ||
		r.Type == "AWS::EC2::VPCEndpoint" && r.Get("VpcEndpointType").String() == "GatewayLoadBalancer"
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

// readUnknown notes a resource of a type that is not known, if it refers to something that carries traffic.
func (t *Topology) readUnknown(r *cfn.Resource) {
	g := Gap{Resource: r}
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
	g.Reason = "what resources of type " + r.Type + " do to the network is not known"
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
