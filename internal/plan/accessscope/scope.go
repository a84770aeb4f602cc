package accessscope

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// Scope is an access scope: the paths that match one of Match and none of Exclude are findings.
type Scope struct {
	ID      string // "Entrances"; it is identity
	Meaning string // of a finding
	Match   []Path
	Exclude []Path
}

// Path is a condition on paths.
type Path struct {
	Source, Destination End
	// ThroughBalancer says that the path passes through a load balancer.
	ThroughBalancer bool
}

// End is a condition on an end of a path. One of Groups and Subnets or Types is set.
type End struct {
	Groups  []string // ids of tiers: interfaces with their security groups
	Subnets []string // keys of subnets: interfaces in them
	Types   []string // types of resources
	Packet  Packet   // at this end
}

// Packet is a condition on the header of packets. The zero Packet is none.
type Packet struct {
	Protocol string // "tcp" or "udp"; empty is both
	Ports    string // destination ports, separated by commas: "443,8000-8010"; empty is all
	// From and To are the addresses or the prefix list of a peer outside. At most one of them is set.
	From, To arch.Peer
}

// The types of resources where paths come from outside of the network, or leave it.
const (
	internetGateway = "AWS::EC2::InternetGateway"
	virtualGateway  = "AWS::EC2::VPNGateway"
	transitGateway  = "AWS::EC2::TransitGatewayAttachment"
	peering         = "AWS::EC2::VPCPeeringConnection"
)

// BalancerType is the type of the load balancers that paths pass through.
const BalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"

// MaxPaths is the number of conditions of a scope that this package makes. AWS publishes no limit.
const MaxPaths = 1000

// IDs returns the ids of all scopes.
func IDs() []string { return []string{"Entrances", "Exits", "Tiers"} }

// Of returns the scopes of a network. A network without tiers has none.
func Of(p *plan.Plan) []Scope {
	b := newBuilder(p)
	if b.places.isEmpty() {
		return nil
	}
	outside := End{Types: []string{internetGateway, peering, transitGateway, virtualGateway}}
	return []Scope{
		{
			ID: "Entrances", Meaning: "something outside of the network reaches into it, and no flow declares that",
			Match: []Path{{Source: outside, Destination: b.places}}, Exclude: b.entrances(),
		},
		{
			ID: "Exits", Meaning: "something in the network reaches out of it, and no flow declares that",
			Match: []Path{{Source: b.places, Destination: outside}}, Exclude: b.exits(),
		},
		{
			ID: "Tiers", Meaning: "something in the network reaches a tier, and no flow declares that",
			Match: []Path{{Source: b.places, Destination: b.places}}, Exclude: b.between(),
		},
	}
}

// Paths is the number of conditions of a scope.
func (s Scope) Paths() int { return len(s.Match) + len(s.Exclude) }

// gatewaysOf returns the types of resources through which a flow from or to a peer outside goes.
func gatewaysOf(f arch.CheckedFlow) []string {
	if f.Path.Kind == arch.ThroughGateway {
		return []string{peering, transitGateway, virtualGateway}
	}
	return []string{internetGateway}
}
