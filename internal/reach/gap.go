package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// Gap is something that the templates leave unknown, with its place and what it affects. Whoever finds a gap calls [Topology.unknown],
// which widens what may be carried there. A gap that is only recorded has no effect.
type Gap struct {
	Resource *cfn.Resource // of a stack's macro, one that stands for it: "Shop/Transform"
	Reason   string
	// Groups, Subnets, VPCs and Others are what the gap affects: the rules and members of groups, the routes and network ACLs of subnets,
	// the defaults and attachments of VPCs, and the named tables, ACLs, gateways and firewalls.
	Groups  []*Group
	Subnets []*Subnet
	VPCs    []*VPC
	Others  []*cfn.Resource
	// Copies says that the gap does not change what is carried: it only copies packets, or carries something else.
	Copies bool
}

// IsIdle reports whether the gap affects nothing that is known to carry traffic.
func (g Gap) IsIdle() bool { return !g.touches() }

// touches reports whether the gap affects anything that carries traffic.
func (g Gap) touches() bool { return len(g.Groups)+len(g.Subnets)+len(g.VPCs)+len(g.Others) > 0 }

// unknown records a gap, and makes everything that the gap affects unsure.
func (t *Topology) unknown(g Gap) {
	t.Gaps = append(t.Gaps, g)
	if t.gapsAside || g.Copies {
		return
	}
	reason := fmt.Sprintf("%s (%s:%d): %s", g.Resource, g.Resource.Stack.File, g.Resource.Line, g.Reason)
	written := g.Resource.Source()
	for _, group := range g.Groups {
		group.doubt += written
		group.Unsure = cmp.Or(group.Unsure, reason)
		group.unseen = cmp.Or(group.unseen, reason)
	}
	for _, s := range g.Subnets {
		s.Unsure, s.doubt = cmp.Or(s.Unsure, reason), s.doubt+written
	}
	for _, v := range g.VPCs {
		t.unknownVPC(v, reason)
		v.doubt += written
	}
	for _, r := range g.Others {
		t.unknownPart(r, reason)
		if table := t.tables[r.String()]; table != nil {
			table.doubt += written
		}
		if acl := t.acls[r.String()]; acl != nil {
			acl.doubt += written
		}
	}
}

// unknownVPC makes the defaults of a VPC unsure: its default group, main route table and default network ACL. Anybody who knows the VPC's
// id can find these. It makes the attachments of the VPC unsure too.
func (t *Topology) unknownVPC(v *VPC, reason string) {
	if v.Resource == nil {
		return // It is already unknown.
	}
	v.unsure = cmp.Or(v.unsure, reason)
	g := t.Group(cfn.Value{Kind: cfn.Reference, Resource: v.Resource, Text: "DefaultSecurityGroup"})
	g.Unsure, g.unseen = cmp.Or(g.Unsure, reason), cmp.Or(g.unseen, reason)
	t.mainTable(v).Unsure = reason
	t.defaultACL(v).Unsure = reason
}

// unknownPart makes a route table, network ACL, gateway, prefix list or firewall unsure.
func (t *Topology) unknownPart(r *cfn.Resource, reason string) {
	switch r.Type {
	case "AWS::EC2::VPC":
		acl := t.defaultACL(t.vpcs[r.String()])
		acl.Unsure = cmp.Or(acl.Unsure, reason)
	case "AWS::EC2::RouteTable":
		table := t.tables[r.String()]
		table.Unsure = cmp.Or(table.Unsure, reason)
	case "AWS::EC2::NetworkAcl":
		acl := t.acls[r.String()]
		acl.Unsure = cmp.Or(acl.Unsure, reason)
	case "AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway":
		g := t.gateway(cfn.Value{Kind: cfn.Reference, Resource: r})
		g.perhaps = cmp.Or(g.perhaps, reason)
	case "AWS::EC2::PrefixList":
		delete(t.lists, r.String())
	default:
		t.doubted[r] = cmp.Or(t.doubted[r], reason)
	}
}

// reachOf returns a gap that affects everything that the resource refers to and that carries traffic.
func (t *Topology) reachOf(r *cfn.Resource, reason string) Gap {
	g := Gap{Resource: r, Reason: reason}
	for v := range r.References() {
		switch v.Kind {
		case cfn.Symbol:
			g.symbol(t, v)
		case cfn.Reference:
			g.reference(t, v)
		}
	}
	return g
}

// symbol adds a group or subnet that is not in the templates and that other resources name as well.
func (g *Gap) symbol(t *Topology, v cfn.Value) {
	name := v.String()
	if group := t.groups[name]; group != nil {
		g.addGroup(group)
	}
	if s := t.subnets[name]; s != nil && !slices.Contains(g.Subnets, s) {
		g.Subnets = append(g.Subnets, s)
	}
}

func (g *Gap) addGroup(group *Group) {
	if !slices.Contains(g.Groups, group) {
		g.Groups = append(g.Groups, group)
	}
}

func (g *Gap) addVPC(v *VPC) {
	if v != nil && !slices.Contains(g.VPCs, v) {
		g.VPCs = append(g.VPCs, v)
	}
}

func (g *Gap) reference(t *Topology, v cfn.Value) {
	switch v.Resource.Type {
	case "AWS::EC2::SecurityGroup":
		g.addGroup(t.Group(v))
	case "AWS::EC2::Subnet":
		if s := t.Subnet(cfn.Value{Kind: cfn.Reference, Resource: v.Resource}); !slices.Contains(g.Subnets, s) {
			g.Subnets = append(g.Subnets, s)
		}
	case "AWS::EC2::VPC":
		switch v.Text {
		case "DefaultSecurityGroup":
			g.addGroup(t.Group(v))
		case "", "VpcId":
			g.addVPC(t.vpcs[v.Resource.String()])
		case "DefaultNetworkAcl":
			g.addOther(v.Resource)
		}
	case "AWS::EC2::RouteTable", "AWS::EC2::NetworkAcl", "AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway", "AWS::EC2::PrefixList",
		firewallType, "AWS::NetworkFirewall::FirewallPolicy", "AWS::NetworkFirewall::RuleGroup":
		g.addOther(v.Resource)
	case clusterType, customClusterType:
		if v.Text == clusterGroup {
			g.addGroup(t.clusterGroup(v.Resource))
		}
	}
}

func (g *Gap) addOther(r *cfn.Resource) {
	if !slices.Contains(g.Others, r) {
		g.Others = append(g.Others, r)
	}
}

// rewrittenReach returns the gap of a resource whose properties a macro writes. It affects everything in the stack that resources of its
// type can change.
func (t *Topology) rewrittenReach(r *cfn.Resource) Gap {
	g := t.reachOf(r, "what the macro "+r.Rewritten+" makes of it is only known at deployment")
	for _, s := range t.assembly.Stacks {
		for _, o := range s.Resources {
			ref := cfn.Value{Kind: cfn.Reference, Resource: o}
			if isAbout(r.Type, o.Type) && o != r {
				g.reference(t, ref)
			}
			if isVPC := o.Type == "AWS::EC2::VPC"; isVPC && abouts[r.Type] != nil { // It may be about the defaults of the VPC.
				g.addVPC(t.vpcs[o.String()])
			}
		}
	}
	return g
}

// isAbout reports whether resources of a type change resources of another type. The empty type is unknown and may change all.
func isAbout(resourceType, other string) bool {
	about, known := abouts[resourceType]
	if resourceType == "" {
		about, known = strings.Fields("SecurityGroup Subnet VPC RouteTable NetworkAcl InternetGateway VPNGateway PrefixList"), true
	}
	return known && slices.Contains(about, strings.TrimPrefix(other, "AWS::EC2::"))
}

var abouts = map[string][]string{
	"AWS::EC2::GatewayRouteTableAssociation":  {"InternetGateway", "VPNGateway"},
	"AWS::EC2::NetworkAclEntry":               {"NetworkAcl"},
	"AWS::EC2::Route":                         {"RouteTable"},
	"AWS::EC2::SecurityGroupEgress":           {"SecurityGroup"},
	"AWS::EC2::SecurityGroupIngress":          {"SecurityGroup"},
	"AWS::EC2::SubnetCidrBlock":               {"Subnet"},
	"AWS::EC2::SubnetNetworkAclAssociation":   {"Subnet"},
	"AWS::EC2::SubnetRouteTableAssociation":   {"Subnet"},
	"AWS::EC2::VPCBlockPublicAccessExclusion": {"Subnet"},
	"AWS::EC2::VPCBlockPublicAccessOptions":   {"InternetGateway"},
	"AWS::EC2::VPCCidrBlock":                  {"VPC"},
	"AWS::EC2::VPCEndpoint":                   {"RouteTable"},
	"AWS::EC2::VPCGatewayAttachment":          {"InternetGateway", "VPNGateway"},
	"AWS::EC2::VPNGatewayRoutePropagation":    {"RouteTable"},
	"AWS::CloudFormation::Stack":              {"SecurityGroup", "Subnet", "VPC", "RouteTable", "NetworkAcl", "InternetGateway"},
}

// doubt records that it is not known what a resource does, if the resource refers to something that carries traffic.
func (t *Topology) doubt(r *cfn.Resource, reason string) {
	if g := t.reachOf(r, reason); g.touches() {
		t.unknown(g)
	}
}

// VPCsOf returns the VPCs that the gap is in, as far as they are known.
func (t *Topology) VPCsOf(g Gap) []*VPC {
	out := slices.Clone(g.VPCs)
	add := func(v *VPC) {
		if v != nil && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	for _, s := range g.Subnets {
		add(s.VPC)
	}
	for _, group := range g.Groups {
		add(t.groupVPC(group))
	}
	for _, r := range g.Others {
		switch {
		case r.Type == "AWS::EC2::VPC":
			add(t.vpcs[r.String()])
		case strings.HasSuffix(r.Type, "Gateway"):
			for _, v := range t.VPCs {
				if slices.Contains(t.gateway(cfn.Value{Kind: cfn.Reference, Resource: r}).vpcs, v.Name) {
					add(v)
				}
			}
		default:
			add(t.VPCOf(r.Get("VpcId")))
		}
	}
	return out
}
