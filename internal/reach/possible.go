package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/cfn"
)

// possible is something that a value may stand for, with the reason why the value may stand for something else. The reason is empty if it
// surely stands for this.
type possible[T any] struct {
	it     T
	unsure string
}

// possibleValues lists what a value may stand for: all its alternatives and, if an alternative is known only at deployment, everything in
// the templates that it may turn out to be. find says what a value stands for and whether that is in the templates.
func possibleValues[T any](t *Topology, v cfn.Value, unsure string, find func(cfn.Value) (T, bool), everything func() []T) []possible[T] {
	var out []possible[T]
	for a := range alternatives(v, unsure) {
		it, isKnown := find(a.Value)
		out = append(out, possible[T]{it, a.unsure})
		if isKnown || a.Kind == cfn.Text || t.gapsAside {
			continue
		}
		reason := cmp.Or(a.unsure, a.String()+" may be this one"+remedyOf(a.Value))
		for _, other := range everything() {
			out = append(out, possible[T]{other, reason})
		}
	}
	return out
}

// possibleTables lists the route tables that a value may stand for.
func (t *Topology) possibleTables(v cfn.Value, unsure string) []possible[*Table] {
	find := func(v cfn.Value) (*Table, bool) { return t.table(v), isOf(v, "AWS::EC2::RouteTable", "RouteTableId") }
	return possibleValues(t, v, unsure, find, func() []*Table { return allOf(t, "AWS::EC2::RouteTable", t.tables, t.mainTable) })
}

// possibleACLs lists the network ACLs that a value may stand for.
func (t *Topology) possibleACLs(v cfn.Value, unsure string) []possible[*ACL] {
	find := func(v cfn.Value) (*ACL, bool) {
		isDefault := v.Kind == cfn.Reference && v.Resource.Type == "AWS::EC2::VPC" && v.Text == "DefaultNetworkAcl"
		return t.acl(v), isOf(v, "AWS::EC2::NetworkAcl", "Id", "NetworkAclId") || isDefault
	}
	return possibleValues(t, v, unsure, find, func() []*ACL { return allOf(t, "AWS::EC2::NetworkAcl", t.acls, t.defaultACL) })
}

// allOf lists what the templates hold of a type of resource, and the one that each VPC of the templates has by default.
func allOf[T any](t *Topology, resourceType string, byName map[string]T, defaultOf func(*VPC) T) []T {
	var out []T
	t.each(func(r *cfn.Resource) {
		if r.Type == resourceType {
			out = append(out, byName[r.String()])
		}
	})
	for _, v := range t.ownVPCs() {
		out = append(out, defaultOf(v))
	}
	return out
}

// ownVPCs lists the VPCs that are in the templates.
func (t *Topology) ownVPCs() []*VPC {
	var out []*VPC
	for _, v := range t.VPCs {
		if v.Resource != nil {
			out = append(out, v)
		}
	}
	return out
}

// possibleSubnets lists the subnets that a value may stand for.
func (t *Topology) possibleSubnets(v cfn.Value, unsure string) []possible[*Subnet] {
	find := func(v cfn.Value) (*Subnet, bool) { return t.Subnet(v), isOf(v, "AWS::EC2::Subnet", "SubnetId") }
	return possibleValues(t, v, unsure, find, func() []*Subnet {
		var out []*Subnet
		for _, s := range t.Subnets {
			if s.Resource != nil {
				out = append(out, s)
			}
		}
		return out
	})
}

// possibleVPCs lists the VPCs that a value may stand for.
func (t *Topology) possibleVPCs(v cfn.Value, unsure string) []possible[*VPC] {
	find := func(v cfn.Value) (*VPC, bool) { return t.VPCOf(v), isOf(v, "AWS::EC2::VPC", "VpcId") }
	return possibleValues(t, v, unsure, find, t.ownVPCs)
}

// possibleGateways lists the internet gateways and virtual private gateways that a value may stand for.
func (t *Topology) possibleGateways(v cfn.Value, unsure string) []possible[*gateway] {
	find := func(v cfn.Value) (*gateway, bool) {
		return t.gateway(v), isOf(v, "AWS::EC2::InternetGateway", "InternetGatewayId") || isOf(v, "AWS::EC2::VPNGateway", "VPNGatewayId")
	}
	return possibleValues(t, v, unsure, find, func() []*gateway {
		var out []*gateway
		t.each(func(r *cfn.Resource) {
			if r.Type == "AWS::EC2::InternetGateway" || r.Type == "AWS::EC2::VPNGateway" {
				out = append(out, t.gateway(cfn.Value{Kind: cfn.Reference, Resource: r}))
			}
		})
		return out
	})
}
