package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// WebTier is a tier that answers the requests which the edge forwards. Its subnets are private: they reach the internet through a NAT
// gateway, and only if one of the tier's flows leads there.
type WebTier struct {
	constructs.Construct
	tier
}

// NewWebTier adds a web tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of the
// logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewWebTier(network *Network, id string, props *TierProps) *WebTier {
	t := &WebTier{}
	t.make(t, network, arch.Web, id, props)
	return t
}

// ImportWebTier makes a peer of a web tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportWebTier(network *Network, id string, props *ImportProps) *WebTier {
	t := &WebTier{}
	t.importAs(t, network, arch.Web, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *WebTier) AllowTo(to WebTarget, s Service, options ...FlowOption) { t.allow(t, to, s, options) }

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *WebTier) AllowFrom(from WebSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
