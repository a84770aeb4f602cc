package tiers

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// EdgeTier is a tier of load balancers, where traffic enters the network. By default it is public: its subnets face the internet. The
// subnets of an internal edge tier do not.
type EdgeTier struct {
	constructs.Construct
	tier
}

// EdgeTierProps are the properties of an edge tier. The zero value makes a public tier.
type EdgeTierProps struct {
	// Internal makes a tier of internal load balancers. The tier has no route to the internet, and Internet may not reach it.
	Internal bool

	// The properties below are the same as in TierProps.

	Block      int
	Subnets    []string
	SharesWith Tier
	VpcSubnets *awsec2.SubnetSelection
	Kubernetes *Kubernetes
	Holds      DataClass
}

// NewEdgeTier adds an edge tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of the
// logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewEdgeTier(network *Network, id string, props *EdgeTierProps) *EdgeTier {
	if props == nil {
		props = &EdgeTierProps{}
	}
	t := &EdgeTier{}
	common := TierProps{Block: props.Block, Subnets: props.Subnets, SharesWith: props.SharesWith, VpcSubnets: props.VpcSubnets,
		Holds: props.Holds}
	core := common.wiring()
	core.Internal = props.Internal
	t.core.Make(t, coreOf(network), arch.Edge, id, core)
	t.core.ArePods(props.Kubernetes.arch())
	return t
}

// ImportEdgeTier makes a peer of an edge tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportEdgeTier(network *Network, id string, props *ImportProps) *EdgeTier {
	t := &EdgeTier{}
	t.importAs(t, network, arch.Edge, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *EdgeTier) AllowTo(to EdgeTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *EdgeTier) AllowFrom(from EdgeSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
