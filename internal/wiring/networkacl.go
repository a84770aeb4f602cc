package wiring

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/batch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// needNetworkACLs makes the missing network ACLs of a tier's subnets, without entries.
func (n *Network) needNetworkACLs(subnets []address.Subnet, label string) {
	if !plan.HasNetworkACLs(n.declared) {
		return
	}
	for _, s := range subnets {
		if key := plan.ACLKey(s.Key); n.own.acls[key] == nil {
			n.makeNetworkACL(key, label)
		}
	}
}

// makeNetworkACL makes the network ACL with a key. With NestedStacks, each ACL has a nested stack of its own.
func (n *Network) makeNetworkACL(key, label string) {
	if n.own.acls == nil {
		n.own.aclScope = constructs.NewConstruct(n.self, new("NetworkACLs"))
		n.own.acls = map[string]awsec2.CfnNetworkAcl{}
	}
	scope, id := n.own.aclScope, key
	if n.declared.Layout == arch.NestedStacks {
		scope, id = awscdk.NewNestedStack(scope, &key, nil), "NetworkAcl"
	}
	b := &batch.Batch{}
	made := b.Make(batch.Resource{Scope: scope, ID: id, New: awsec2.NewCfnNetworkAcl, Props: &awsec2.CfnNetworkAclProps{
		VpcId: n.vpcID(),
		Tags:  &[]*awscdk.CfnTag{{Key: new("Name"), Value: new(n.declared.Path + "/" + label)}, {Key: new("Tier"), Value: &label}},
	}, Metadata: map[string]any{"cdk_nag": suppressed}})
	acl, aclID := batch.Get[awsec2.CfnNetworkAcl](b, made, batch.Itself), batch.Get[string](b, made, "attrId")
	b.Run()
	n.own.acls[key] = *acl
	n.own.keep(*acl, aclID)
}

// suppressed is metadata for cdk-nag, which reports every network ACL as one that somebody maintains by hand.
var suppressed = map[string]any{"rules_to_suppress": []any{map[string]any{
	"id": "AwsSolutions-VPC3", "reason": "Derived from the same flows as the security groups, and held against them in every synth",
}}}

// emitNetworkACL makes the entries of a network ACL, and its associations. These depend on the entries, because an ACL without entries
// denies everything.
func (n *Network) emitNetworkACL(b *batch.Batch, a plan.NetworkACL) {
	acl, id := n.own.acls[a.Key], n.own.aclID(a.Key)
	for _, e := range a.Entries() {
		n.emitEntry(b, acl, id, e)
		n.emitted.children = append(n.emitted.children, child{acl, e.ID()})
	}
	const association = "NetworkAcl"
	for _, s := range a.Subnets {
		subnet := n.own.subnets[s.Key]
		b.Make(batch.Resource{
			Scope: subnet, ID: association, Needs: []constructs.IDependable{acl}, New: awsec2.NewCfnSubnetNetworkAclAssociation,
			Props: &awsec2.CfnSubnetNetworkAclAssociationProps{NetworkAclId: id, SubnetId: n.own.subnetID(s.Key)},
		})
		n.emitted.children = append(n.emitted.children, child{subnet, association})
	}
}

// emitEntry makes an entry of a network ACL.
func (n *Network) emitEntry(b *batch.Batch, acl awsec2.CfnNetworkAcl, id *string, e plan.Entry) {
	props := &awsec2.CfnNetworkAclEntryProps{
		NetworkAclId: id, RuleNumber: new(float64(e.Number)), RuleAction: new("allow"), Protocol: new(float64(e.ProtocolNumber())),
	}
	if e.Direction == plan.Egress {
		props.Egress = true
	}
	if e.Block.IPv6 {
		props.Ipv6CidrBlock = n.block(e.Block)
	} else {
		props.CidrBlock = n.block(e.Block)
	}
	from, to := new(float64(e.Ports.From)), new(float64(e.Ports.To))
	switch {
	case e.IsICMP():
		props.Icmp = &awsec2.CfnNetworkAclEntry_IcmpProperty{Type: from, Code: to}
	case e.HasPorts():
		props.PortRange = &awsec2.CfnNetworkAclEntry_PortRangeProperty{From: from, To: to}
	}
	r := batch.Resource{
		Scope: acl, ID: e.ID(), New: awsec2.NewCfnNetworkAclEntry, Props: props, Metadata: map[string]any{"cdk_nag": suppressed},
	}
	for _, number := range e.After {
		r.After = append(r.After, plan.EntryID(e.Direction, number))
	}
	b.Make(r)
}

// block returns a block of addresses as a template has it.
func (n *Network) block(b address.Block) *string {
	part, ok := b.Part()
	switch {
	case ok && b.IPv6:
		return n.part6(part)
	case ok:
		return n.part(part)
	}
	return n.literal(arch.Operand{Text: b.String(), Symbolic: b.Symbol != ""})
}
