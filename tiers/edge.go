package tiers

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// EdgeTier is load balancers, where traffic enters the network. A public one, the default, has subnets that face the
// internet; an internal one has not.
type EdgeTier struct {
	constructs.Construct
	tier
}

// EdgeTierProps are the choices for an edge tier; nil is the zero EdgeTierProps, a public tier. Block, Subnets, SharesWith
// and VpcSubnets are as in [TierProps].
type EdgeTierProps struct {
	// Internal makes a tier of internal load balancers: no route to the internet, and Internet may not reach it.
	Internal   bool
	Block      int
	Subnets    []string
	SharesWith Tier
	VpcSubnets *awsec2.SubnetSelection
}

// NewEdgeTier adds an edge tier to a network. The id is 1 to 64 letters, digits and hyphens, unique in the network, and
// part of every logical id. Props may be nil.
func NewEdgeTier(network *Network, id string, props *EdgeTierProps) *EdgeTier {
	if props == nil {
		props = &EdgeTierProps{}
	}
	t := &EdgeTier{}
	common := TierProps{Block: props.Block, Subnets: props.Subnets, SharesWith: props.SharesWith, VpcSubnets: props.VpcSubnets}
	core := common.wiring()
	core.Internal = props.Internal
	t.core.Make(t, coreOf(network), arch.Edge, id, core)
	return t
}

// ImportEdgeTier makes an edge tier of another stack or repository a peer: its group's rules for flows with this network are
// added from here. See [ImportProps].
func ImportEdgeTier(network *Network, id string, props *ImportProps) *EdgeTier {
	t := &EdgeTier{}
	t.importAs(t, network, arch.Edge, id, props)
	return t
}

// AllowTo lets the tier open connections to a peer for a service.
func (t *EdgeTier) AllowTo(to EdgeTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom lets a peer open connections to the tier for a service. It is the same flow as the peer's AllowTo.
func (t *EdgeTier) AllowFrom(from EdgeSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
