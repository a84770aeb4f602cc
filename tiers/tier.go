package tiers

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Tier is any of the five kinds of tier.
type Tier interface {
	constructs.Construct
	Peer
	ID() string
	SecurityGroup() awsec2.ISecurityGroup
	SecurityGroups() *[]awsec2.ISecurityGroup
	Subnets() *awsec2.SubnetSelection
	Vpc() awsec2.IVpc
	Connections() awsec2.Connections
}

// TierProps are the choices for a tier; nil is the zero TierProps. At most one of Block, Subnets and SharesWith is set.
type TierProps struct {
	// Block is the number of the tier's block of addresses, from 1. 0 is the default block of its kind (edge 1, web 2, app 3,
	// data 4, bastion 5), for the first tier of the kind; any further tier states its own, and the error names the next free
	// one. It is identity: another block is other subnets.
	Block int
	// Subnets are exact subnets in CIDR notation, one for each zone in the order of NetworkProps.AvailabilityZones. They may be
	// anywhere in the network's range where no other tier's subnets and no subnets of the network itself are.
	Subnets []string
	// SharesWith is a tier whose subnets this one uses as well. Its group is still its own; controls that only see subnets
	// let through what either tier needs, which the plan states as a widening.
	SharesWith Tier
	// VpcSubnets are the tier's existing subnets, in a network that wraps a VPC; required there, and not allowed elsewhere.
	VpcSubnets *awsec2.SubnetSelection
}

// tier is what the five kinds have in common.
type tier struct{ core wiring.Tier }

// ID returns the tier's id within its network, as given when it was made.
func (t *tier) ID() string { return t.core.ID() }

// SecurityGroup returns the tier's group, for constructs of the CDK library. What they ask it to open is recorded and held
// against the declared flows.
func (t *tier) SecurityGroup() awsec2.ISecurityGroup { return t.core.Group() }

// SecurityGroups returns the tier's group as a list, for props that want one.
func (t *tier) SecurityGroups() *[]awsec2.ISecurityGroup {
	return &[]awsec2.ISecurityGroup{t.core.Group()}
}

// Subnets returns the tier's subnets, one for each zone, for props such as VpcSubnets. It is nil for an imported tier.
func (t *tier) Subnets() *awsec2.SubnetSelection { return t.core.Subnets() }

// Vpc returns the network's VPC.
func (t *tier) Vpc() awsec2.IVpc { return t.core.Network().Vpc() }

// Connections makes the tier an awsec2.IConnectable. It is that of the tier's group: what is asked through it is recorded.
func (t *tier) Connections() awsec2.Connections { return t.core.Group().Connections() }

func (t *tier) end() wiring.Peer { return t.core.Peer() }

// make makes a tier of a network. self is the public struct that t is embedded in.
func (t *tier) make(self constructs.Construct, network *Network, kind arch.Kind, id string, props *TierProps) {
	if props == nil {
		props = &TierProps{}
	}
	t.core.Make(self, coreOf(network), kind, id, props.wiring())
}

// wiring puts props into the words of the core.
func (p *TierProps) wiring() wiring.TierProps {
	out := wiring.TierProps{Block: p.Block, Subnets: p.Subnets, VpcSubnets: p.VpcSubnets}
	if p.SharesWith != nil {
		out.SharesWith = new(endOf(p.SharesWith))
	}
	return out
}
