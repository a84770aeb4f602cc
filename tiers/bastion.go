package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// BastionTier is administrators' way in. Its subnets face the internet only if a flow comes from public
// addresses.
type BastionTier struct {
	constructs.Construct
	tier
}

// NewBastionTier adds a bastion tier to a network. The id is 1 to 64 letters, digits and hyphens, unique in the network, and part
// of every logical id. Props may be nil.
func NewBastionTier(network *Network, id string, props *TierProps) *BastionTier {
	t := &BastionTier{}
	t.make(t, network, arch.Bastion, id, props)
	return t
}

// ImportBastionTier makes a bastion tier of another stack or repository a peer: its group's rules for flows with this network are
// added from here. See [ImportProps].
func ImportBastionTier(network *Network, id string, props *ImportProps) *BastionTier {
	t := &BastionTier{}
	t.importAs(t, network, arch.Bastion, id, props)
	return t
}

// AllowTo lets the tier open connections to a peer for a service.
func (t *BastionTier) AllowTo(to BastionTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom lets a peer open connections to the tier for a service. It is the same flow as the peer's AllowTo.
func (t *BastionTier) AllowFrom(from BastionSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
