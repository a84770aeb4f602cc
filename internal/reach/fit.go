package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/cfn"
)

// fitting is something that a value may stand for, with the reason why it may be another one; empty if it surely is.
type fitting[T any] struct {
	it     T
	unsure string
}

// fits lists what a value may stand for: all its alternatives, and where one is known only at deployment, everything in the
// templates that it may turn out to be. find says what a value is and whether it is in the templates.
func fits[T any](t *Topology, v cfn.Value, unsure string, find func(cfn.Value) (T, bool), everything func() []T) []fitting[T] {
	var out []fitting[T]
	for _, a := range alternatives(v, unsure) {
		it, isKnown := find(a.Value)
		out = append(out, fitting[T]{it, a.unsure})
		if isKnown || a.Kind == cfn.Text || t.aside {
			continue
		}
		reason := cmp.Or(a.unsure, a.String()+" may be this one"+telling(a.Value))
		for _, other := range everything() {
			out = append(out, fitting[T]{other, reason})
		}
	}
	return out
}

// tablesAt are the route tables that a value may stand for.
func (t *Topology) tablesAt(v cfn.Value, unsure string) []fitting[*Table] {
	find := func(v cfn.Value) (*Table, bool) { return t.table(v), isOf(v, "AWS::EC2::RouteTable", "RouteTableId") }
	return fits(t, v, unsure, find, func() []*Table {
		var out []*Table
		t.each(func(r *cfn.Resource) {
			if r.Type == "AWS::EC2::RouteTable" {
				out = append(out, t.tables[r.String()])
			}
		})
		for _, v := range t.ownVPCs() {
			out = append(out, t.mainTable(v))
		}
		return out
	})
}

// ownVPCs are the VPCs that are in the templates.
func (t *Topology) ownVPCs() []*VPC {
	var out []*VPC
	for _, v := range t.VPCs {
		if v.Resource != nil {
			out = append(out, v)
		}
	}
	return out
}

// aclsAt are the network ACLs that a value may stand for.
func (t *Topology) aclsAt(v cfn.Value, unsure string) []fitting[*ACL] {
	find := func(v cfn.Value) (*ACL, bool) {
		isDefault := v.Kind == cfn.Reference && v.Resource.Type == "AWS::EC2::VPC" && v.Text == "DefaultNetworkAcl"
		return t.acl(v), isOf(v, "AWS::EC2::NetworkAcl", "Id", "NetworkAclId") || isDefault
	}
	return fits(t, v, unsure, find, func() []*ACL {
		var out []*ACL
		t.each(func(r *cfn.Resource) {
			if r.Type == "AWS::EC2::NetworkAcl" {
				out = append(out, t.acls[r.String()])
			}
		})
		for _, v := range t.ownVPCs() {
			out = append(out, t.defaultACL(v))
		}
		return out
	})
}

// subnetsAt are the subnets that a value may stand for.
func (t *Topology) subnetsAt(v cfn.Value, unsure string) []fitting[*Subnet] {
	find := func(v cfn.Value) (*Subnet, bool) { return t.Subnet(v), isOf(v, "AWS::EC2::Subnet", "SubnetId") }
	return fits(t, v, unsure, find, func() []*Subnet {
		var out []*Subnet
		for _, s := range t.Subnets {
			if s.Resource != nil {
				out = append(out, s)
			}
		}
		return out
	})
}

// vpcsAt are the VPCs that a value may stand for.
func (t *Topology) vpcsAt(v cfn.Value, unsure string) []fitting[*VPC] {
	find := func(v cfn.Value) (*VPC, bool) { return t.vpc(v), isOf(v, "AWS::EC2::VPC", "VpcId") }
	return fits(t, v, unsure, find, t.ownVPCs)
}

// gatewaysAt are the internet and virtual private gateways that a value may stand for.
func (t *Topology) gatewaysAt(v cfn.Value, unsure string) []fitting[*gateway] {
	find := func(v cfn.Value) (*gateway, bool) {
		return t.gateway(v), isOf(v, "AWS::EC2::InternetGateway", "InternetGatewayId") || isOf(v, "AWS::EC2::VPNGateway", "VPNGatewayId")
	}
	return fits(t, v, unsure, find, func() []*gateway {
		var out []*gateway
		t.each(func(r *cfn.Resource) {
			if r.Type == "AWS::EC2::InternetGateway" || r.Type == "AWS::EC2::VPNGateway" {
				out = append(out, t.gateway(cfn.Value{Kind: cfn.Reference, Resource: r}))
			}
		})
		return out
	})
}
