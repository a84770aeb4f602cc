package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// AppTier is a tier of business logic. Its subnets are private: they reach the internet through a NAT gateway, and only if one of the
// tier's flows leads there.
type AppTier struct {
	constructs.Construct
	tier
}

// NewAppTier adds an app tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of the
// logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewAppTier(network *Network, id string, props *TierProps) *AppTier {
	t := &AppTier{}
	t.make(t, network, arch.App, id, props)
	return t
}

// ImportAppTier makes a peer of an app tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportAppTier(network *Network, id string, props *ImportProps) *AppTier {
	t := &AppTier{}
	t.importAs(t, network, arch.App, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *AppTier) AllowTo(to AppTarget, s Service, options ...FlowOption) { t.allow(t, to, s, options) }

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *AppTier) AllowFrom(from AppSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
