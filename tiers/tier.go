package tiers

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Tier is a tier of any of the five kinds.
type Tier interface {
	constructs.Construct
	Peer
	// ID returns the tier's id within its network.
	ID() string
	// SecurityGroup returns the tier's security group.
	SecurityGroup() awsec2.ISecurityGroup
	// SecurityGroups returns a list of the tier's security group alone.
	SecurityGroups() *[]awsec2.ISecurityGroup
	// Subnets returns the tier's subnets, or nil for an imported tier.
	Subnets() *awsec2.SubnetSelection
	// Vpc returns the network's VPC.
	Vpc() awsec2.IVpc
	// Connections returns the connections of the tier's security group.
	Connections() awsec2.Connections
}

// TierProps are the properties of a tier. Set at most one of Block, Subnets and SharesWith.
type TierProps struct {
	// Block is the number of the tier's block of addresses, from 1; 0 means the default block of the tier's kind: edge 1, web 2, app 3,
	// data 4, bastion 5. Only one tier can have a default block. Further tiers of the kind state a block; the error for a missing number
	// names the next free block. Block is identity: another block moves the tier's subnets.
	Block int
	// Subnets are exact subnets in CIDR notation, one for each zone in the order of NetworkProps.AvailabilityZones. They may be anywhere
	// in the network's range where no other subnets of a tier or of the network are.
	Subnets []string
	// SharesWith is a tier whose subnets this tier uses too; nil for none. The two tiers have separate security groups. Network ACLs and
	// other controls of subnets allow the flows of both tiers, and the plan states that as a widening.
	SharesWith Tier
	// VpcSubnets are the tier's existing subnets. They are required in a network that wraps a VPC, and an error in other networks.
	VpcSubnets *awsec2.SubnetSelection
	// Kubernetes says which pods the tier is; nil if it is none.
	Kubernetes *Kubernetes
	// Holds are the classes of the data that the tier stores or processes; empty says nothing. It changes no rule: the policies that
	// [Network.Require] names judge the flows by it.
	Holds DataClass
}

// tier is the part that the five kinds of tiers have in common.
type tier struct{ core wiring.Tier }

// ID returns the tier's id within its network.
func (t *tier) ID() string { return t.core.ID() }

// SecurityGroup returns the tier's security group, for constructs of the CDK library. Requests to open ports add no rules. The group
// records them, and synthesis fails if no declared flow covers a request.
func (t *tier) SecurityGroup() awsec2.ISecurityGroup { return t.core.Group() }

// SecurityGroups returns a list of the tier's security group alone, for props that need a list.
func (t *tier) SecurityGroups() *[]awsec2.ISecurityGroup {
	return &[]awsec2.ISecurityGroup{t.core.Group()}
}

// Subnets returns the tier's subnets, one for each zone, for props such as VpcSubnets. The result is nil for an imported tier.
func (t *tier) Subnets() *awsec2.SubnetSelection { return t.core.Subnets() }

// Vpc returns the network's VPC.
func (t *tier) Vpc() awsec2.IVpc { return t.core.Network().Vpc() }

// Connections returns the connections of the tier's security group, so that a tier is an awsec2.IConnectable. The group records requests
// to open ports, as SecurityGroup describes.
func (t *tier) Connections() awsec2.Connections { return t.core.Group().Connections() }

func (t *tier) end() wiring.Peer { return t.core.Peer() }

// make makes a tier of a network. self is the public struct that embeds t.
func (t *tier) make(self constructs.Construct, network *Network, kind arch.Kind, id string, props *TierProps) {
	if props == nil {
		props = &TierProps{}
	}
	t.core.Make(self, coreOf(network), kind, id, props.wiring())
	t.core.ArePods(props.Kubernetes.arch())
}

// wiring returns props in the terms of package wiring.
func (p *TierProps) wiring() wiring.TierProps {
	out := wiring.TierProps{Block: p.Block, Subnets: p.Subnets, VpcSubnets: p.VpcSubnets, Holds: string(p.Holds)}
	if p.SharesWith != nil {
		out.SharesWith = new(endOf(p.SharesWith))
	}
	return out
}
