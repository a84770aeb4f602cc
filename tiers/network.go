package tiers

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/wiring"
)

// NAT says how many NAT gateways a network has where a private tier opens connections to the internet. A network without
// such flows has none.
type NAT int

const (
	// NATPerZone is the default: it makes one NAT gateway in each zone: a zone's failure stays in that zone.
	NATPerZone NAT = NAT(arch.NATPerZone)
	// NATSingle makes one NAT gateway for all zones, in the first: cheaper, and that zone's failure is everybody's.
	NATSingle NAT = NAT(arch.NATSingle)
)

// Layout says over how many stacks a network's resources are spread. It is chosen at birth: a rule that moves to another
// stack is made there before it is deleted here, which EC2 refuses.
type Layout int

const (
	// OneStack is the default: it puts everything into the stack that the network is in: up to 500 resources and 1 MB.
	OneStack Layout = Layout(arch.OneStack)
	// NestedStacks gives each tier's group, with the standalone rules that live with it, a nested stack of its own.
	NestedStacks Layout = Layout(arch.NestedStacks)
)

// NetworkACLs says whether the subnets of tiers have network ACLs beside the security groups.
type NetworkACLs int

const (
	// NetworkACLsOn is the default: each tier's subnets have a network ACL that lets through what the tier's flows need, path
	// MTU discovery and the replies to ports 1024 to 65535. Whatever else stands in these subnets needs flows, too; another
	// network that wraps the VPC, say. Subnets of a wrapped VPC never have.
	NetworkACLsOn NetworkACLs = NetworkACLs(arch.NetworkACLsOn)
	// NetworkACLsOff leaves the subnets to the VPC's default network ACL, which lets everything through.
	NetworkACLsOff NetworkACLs = NetworkACLs(arch.NetworkACLsOff)
)

// NetworkProps are the choices for a network. Either CIDR or IPAM, with AvailabilityZones, makes a VPC; or Vpc wraps an
// existing one.
type NetworkProps struct {
	// CIDR is the IPv4 range, a literal without host bits: "10.0.0.0/16". It is cut into Blocks blocks; one of 16 must be at
	// least a /24, so the range is from /16 to /20 (/18 with 64 blocks). If all subnets are stated exactly, it may be as small as
	// a /28.
	CIDR string
	// IPAM takes the range from an IPAM pool at deployment instead.
	IPAM *IPAM
	// AvailabilityZones are the names of one to four zones: "eu-west-1a". A subnet's place in its block is its zone's letter.
	AvailabilityZones []string
	// Blocks is how many tiers the address plan has room for, block 0 aside: 16 (as is 0), 32 or 64 blocks. It is identity.
	Blocks int
	// IPv6 makes the network dual-stack, with a /56 given by Amazon. Of a wrapped VPC it says that it is dual-stack.
	IPv6 bool
	// NAT says how many NAT gateways there are if any flow needs them. The zero value is NATPerZone.
	NAT NAT
	// DefaultRoute leads what private tiers send to the internet to another network instead of NAT gateways: to a
	// [TransitGateway] with a VPC behind it that inspects all egress, say. The zero Gateway does not.
	DefaultRoute Gateway
	// NATAllocationIDs are Elastic IP allocations for the NAT gateways, as many as there are gateways; nil makes new ones.
	NATAllocationIDs []string
	// NATSubnets are exact subnets for the NAT gateways, one for each gateway in the order of AvailabilityZones, as in an existing
	// address plan; nil plans them in block 0. Like the three below they may be anywhere in the range where no tier's block or
	// exact subnet is, and stating them where they are planned changes nothing. Moving those of NAT gateways replaces the gateways;
	// "tierwall upgrade" says how to do it without a failure.
	NATSubnets []string
	// FirewallSubnets are exact subnets for firewall endpoints, one for each zone in the order of AvailabilityZones; nil plans
	// them.
	FirewallSubnets []string
	// IngressSubnets are exact subnets for the firewall endpoints that traffic from the internet passes, like FirewallSubnets.
	IngressSubnets []string
	// TransitSubnets are exact subnets for attachments to transit gateways, like FirewallSubnets.
	TransitSubnets []string
	// Vpc is an existing VPC to wrap. Its subnets, routes and gateways stay as they are; every tier states its VpcSubnets.
	Vpc awsec2.IVpc
	// Layout is the zero value OneStack, or NestedStacks.
	Layout Layout
	// RulesPerGroup is the account's quota of rules per group, direction and address family, from 1 to 1000; 0 is AWS's
	// default of 60.
	RulesPerGroup int
	// NetworkACLs is the zero value NetworkACLsOn, or NetworkACLsOff.
	NetworkACLs NetworkACLs
	// EntriesPerNetworkACL is how many entries a network ACL may hold in each direction, of IPv4 and IPv6 together, from 1 to
	// 39; 0 is 19. AWS's quota of 20, which can be raised to 40, counts its own entry that denies the rest. Entries that do not
	// fit are made wider, which the plan states.
	EntriesPerNetworkACL int
	// SkipProof leaves this network out of the proof that every synth does of its templates; a warning says so.
	SkipProof bool
	// Today decides which flows have expired; the zero time is the day of the synth, in UTC.
	Today time.Time
}

// IPAM is an IPAM pool to take a network's range from.
type IPAM struct {
	PoolID        string // "ipam-pool-0123456789abcdef0", or a CDK token
	NetmaskLength int    // of the range, 16 to 20 (18 with 64 blocks)
}

// Network is a VPC with tiers. It is a construct: tiers are its children. Keep it in a field with a name: CDK does not take a struct
// that embeds it for the same construct.
type Network struct {
	constructs.Construct
	core wiring.Network
}

// NewNetwork makes a network. Whatever is wrong with props fails the synth. A nil scope panics.
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

// wiring puts props into the model's words.
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

// Summary returns a short readable text of what is derived: the tiers, who may talk to whom and why, and the totals. If
// something is wrong, it returns the errors instead. It may be called before the synth as well as after.
func (n *Network) Summary() string { return n.core.Summary() }

// FirewallSubnets returns the network's subnets for firewall endpoints, planned or exactly stated, one
// for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) FirewallSubnets() *awsec2.SubnetSelection { return n.core.FirewallSubnets() }

// IngressSubnets returns the network's subnets for the firewall endpoints that traffic from the internet passes, planned or
// exactly stated, one for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) IngressSubnets() *awsec2.SubnetSelection { return n.core.IngressSubnets() }

// TransitSubnets returns the network's subnets for transit gateway attachments, planned or exactly stated, one
// for each zone. They are made at the first call. It is nil for a network that wraps a VPC.
func (n *Network) TransitSubnets() *awsec2.SubnetSelection { return n.core.TransitSubnets() }
