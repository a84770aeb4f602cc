package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// BastionTier is a tier that administrators connect to first. Its subnets face the internet only if a flow comes from public addresses.
type BastionTier struct {
	constructs.Construct
	tier
}

// NewBastionTier adds a bastion tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of
// the logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewBastionTier(network *Network, id string, props *TierProps) *BastionTier {
	t := &BastionTier{}
	t.make(t, network, arch.Bastion, id, props)
	return t
}

// ImportBastionTier makes a peer of a bastion tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportBastionTier(network *Network, id string, props *ImportProps) *BastionTier {
	t := &BastionTier{}
	t.importAs(t, network, arch.Bastion, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *BastionTier) AllowTo(to BastionTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *BastionTier) AllowFrom(from BastionSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
