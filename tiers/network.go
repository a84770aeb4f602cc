package tiers

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
)

// NAT selects how many NAT gateways a network has. A network has NAT gateways only if a private tier opens connections to the internet.
type NAT int

const (
	// NATPerZone is the default. It makes one NAT gateway in each zone, so that a zone's failure stays in that zone.
	NATPerZone NAT = iota
	// NATSingle makes one NAT gateway, in the first zone, for all. It is cheaper, but a failure of that zone affects every zone.
	NATSingle
)

// Layout selects how a network's resources are distributed over stacks. Choose it before the first deployment. With another layout a rule
// moves to another stack, and CloudFormation would create the new rule before it deletes the old one, which EC2 rejects as a duplicate.
type Layout int

const (
	// OneStack is the default. It puts all resources into the network's stack. CloudFormation limits a stack to 500 resources and 1 MB.
	OneStack Layout = iota
	// NestedStacks makes a nested stack for each tier. It holds the tier's security group and those standalone rules that belong to it.
	NestedStacks
)

// NetworkACLs selects whether the subnets of tiers have network ACLs beside the security groups.
type NetworkACLs int

const (
	// NetworkACLsOn is the default. It makes a network ACL for each tier's subnets. It allows the traffic of the tier's flows, replies to
	// ports 1024 to 65535, and path MTU discovery. Everything else in these subnets needs flows too, for example the tiers of another
	// network that wraps the VPC. The subnets of a wrapped VPC keep their network ACLs.
	NetworkACLsOn NetworkACLs = iota
	// NetworkACLsOff leaves the subnets to the VPC's default network ACL, which allows everything.
	NetworkACLsOff
)

// NetworkProps are the properties of a network. To make a VPC, set AvailabilityZones and either CIDR or IPAM. To wrap an existing VPC, set
// Vpc.
type NetworkProps struct {
	// CIDR is the IPv4 range, a literal without host bits: "10.0.0.0/16". The range is from /16 to /20, or to /18 with 64 blocks. If all
	// subnets are stated exactly, it may be as small as /28.
	CIDR string
	// IPAM takes the range from an IPAM pool at deployment. It replaces CIDR.
	IPAM *IPAM
	// AvailabilityZones are the names of one to four zones: "eu-west-1a". The letter of a zone decides the place of the zone's subnets in
	// their blocks.
	AvailabilityZones []string
	// Blocks is the number of blocks that the range is divided into: 16, 32 or 64; 0 means 16. Each tier needs a block, and block 0 is
	// reserved. Blocks is identity: another number moves all subnets.
	Blocks int
	// IPv6 makes the network dual-stack, with a /56 range from Amazon. If Vpc is set, it states that the VPC is dual-stack.
	IPv6 bool
	// NAT selects how many NAT gateways the network has if a flow needs them.
	NAT NAT
	// DefaultRoute sends the traffic of private tiers to the internet through another network instead of NAT gateways, for example
	// through a [TransitGateway] to a VPC that inspects all egress. The zero Gateway sends it through NAT gateways.
	DefaultRoute Gateway
	// NATAllocationIDs are the ids of the Elastic IP allocations for the NAT gateways, one for each gateway; nil allocates new addresses.
	NATAllocationIDs []string
	// NATSubnets are exact subnets for the NAT gateways in CIDR notation, one for each gateway in the order of AvailabilityZones; nil
	// plans them in block 0. Like the subnets in the next three fields, they may be anywhere in the range where no block or exact subnet
	// of a tier is. Stating them at their planned addresses changes nothing. Moving them replaces the NAT gateways; the command
	// "tierwall upgrade" says how to do this without an interruption.
	NATSubnets []string
	// FirewallSubnets are exact subnets for firewall endpoints in CIDR notation, one for each zone in the order of AvailabilityZones; nil
	// plans them in block 0.
	FirewallSubnets []string
	// IngressSubnets are exact subnets for the firewall endpoints that inspect traffic from the internet. The form is that of
	// FirewallSubnets.
	IngressSubnets []string
	// TransitSubnets are exact subnets for attachments to transit gateways. The form is that of FirewallSubnets.
	TransitSubnets []string
	// Vpc is an existing VPC to wrap; nil makes a VPC. The subnets, routes and gateways of a wrapped VPC stay as they are, and every tier
	// states its VpcSubnets.
	Vpc awsec2.IVpc
	// Layout selects how the resources are distributed over stacks.
	Layout Layout
	// RulesPerGroup is the account's quota of rules per security group, direction and address family, from 1 to 1000; 0 means AWS's
	// default of 60.
	RulesPerGroup int
	// NetworkACLs selects whether the subnets of tiers have network ACLs.
	NetworkACLs NetworkACLs
	// EntriesPerNetworkACL is the maximum number of entries of a network ACL in each direction, IPv4 and IPv6 together, from 1 to 39; 0
	// means 19. AWS's quota is 20 and can be raised to 40; it includes the entry that denies the rest. If a tier needs more entries, the
	// plan replaces them with wider ones and states that as a widening.
	EntriesPerNetworkACL int
	// SkipProof excludes this network from the proof of the templates that runs at every synthesis. A warning reports it.
	SkipProof bool
	// Today is the day that decides which flows have expired; the zero time is the day of the synthesis, in UTC.
	Today time.Time
}

// IPAM selects an IPAM pool that a network's range is taken from.
type IPAM struct {
	PoolID        string // the id of the pool, "ipam-pool-0123456789abcdef0", or a CDK token
	NetmaskLength int    // the size of the range in bits of its prefix, 16 to 20, or to 18 with 64 blocks
}

// Network is a VPC with tiers. It is a construct, and its tiers are its children. To keep a Network in a struct of your own, give the
// field a name: CDK does not recognise a struct that embeds a Network as the same construct.
type Network struct {
	constructs.Construct
	core wiring.Network
}

// NewNetwork makes a network. Mistakes in props fail synthesis. A nil scope panics.
func NewNetwork(scope constructs.Construct, id string, props *NetworkProps) *Network {
	at := diag.Caller()
	if scope == nil {
		panic(diag.Diagnostic{Summary: "the scope of a network is nil", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &NetworkProps{}
	}
	n := &Network{}
	n.core.Make(n, scope, id, props.wiring(at))
	return n
}

// wiring returns props in the terms of package wiring.
func (p *NetworkProps) wiring(at diag.Position) wiring.NetworkProps {
	out := wiring.NetworkProps{
		Declared: arch.Network{
			Range: arch.Operand{Text: p.CIDR}, Blocks: p.Blocks, Zones: p.AvailabilityZones, IPv6: p.IPv6,
			NAT: arch.NAT(p.NAT), Layout: arch.Layout(p.Layout),
			NATSubnets: p.NATSubnets, FirewallSubnets: p.FirewallSubnets, IngressSubnets: p.IngressSubnets, TransitSubnets: p.TransitSubnets,
			RulesPerGroup: p.RulesPerGroup, NetworkACLs: arch.NetworkACLs(p.NetworkACLs), EntriesPerNetworkACL: p.EntriesPerNetworkACL,
			At: at,
		},
		IPAM: (*wiring.IPAM)(p.IPAM), Vpc: p.Vpc, Allocations: p.NATAllocationIDs, SkipProof: p.SkipProof, Today: p.Today,
	}
	if p.DefaultRoute != (Gateway{}) {
		out.Declared.DefaultRoute = new(p.DefaultRoute.declared())
	}
	return out
}

// Vpc returns the network's VPC.
func (n *Network) Vpc() awsec2.IVpc { return n.core.Vpc() }

// Summary returns a short readable text of the plan: the tiers, who may talk to whom and why, and the totals. If the declaration has
// errors, Summary returns their text instead. It may be called before and after synthesis.
func (n *Network) Summary() string { return n.core.Summary() }

// FirewallSubnets returns the network's subnets for firewall endpoints, one for each zone. The first call makes them. The result is nil
// if the network wraps a VPC.
func (n *Network) FirewallSubnets() *awsec2.SubnetSelection { return n.core.FirewallSubnets() }

// IngressSubnets returns the network's subnets for the firewall endpoints that inspect traffic from the internet, one for each zone. The
// first call makes them. The result is nil if the network wraps a VPC.
func (n *Network) IngressSubnets() *awsec2.SubnetSelection { return n.core.IngressSubnets() }

// TransitSubnets returns the network's subnets for attachments to transit gateways, one for each zone. The first call makes them. The
// result is nil if the network wraps a VPC.
func (n *Network) TransitSubnets() *awsec2.SubnetSelection { return n.core.TransitSubnets() }
