package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// WebTier is what answers the requests that the edge forwards. Its subnets are private: they reach the internet
// through a NAT gateway, and only if some flow of theirs goes there.
type WebTier struct {
	constructs.Construct
	tier
}

// NewWebTier adds a web tier to a network. The id is 1 to 64 letters, digits and hyphens, unique in the network, and part
// of every logical id. Props may be nil.
func NewWebTier(network *Network, id string, props *TierProps) *WebTier {
	t := &WebTier{}
	t.make(t, network, arch.Web, id, props)
	return t
}

// ImportWebTier makes a web tier of another stack or repository a peer: its group's rules for flows with this network are
// added from here. See [ImportProps].
func ImportWebTier(network *Network, id string, props *ImportProps) *WebTier {
	t := &WebTier{}
	t.importAs(t, network, arch.Web, id, props)
	return t
}

// AllowTo lets the tier open connections to a peer for a service.
func (t *WebTier) AllowTo(to WebTarget, s Service, options ...FlowOption) { t.allow(t, to, s, options) }

// AllowFrom lets a peer open connections to the tier for a service. It is the same flow as the peer's AllowTo.
func (t *WebTier) AllowFrom(from WebSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
