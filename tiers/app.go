package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// AppTier is business logic. Its subnets are private: they reach the internet through a NAT gateway, and only if
// some flow of theirs goes there.
type AppTier struct {
	constructs.Construct
	tier
}

// NewAppTier adds an app tier to a network. The id is 1 to 64 letters, digits and hyphens, unique in the network, and part
// of every logical id. Props may be nil.
func NewAppTier(network *Network, id string, props *TierProps) *AppTier {
	t := &AppTier{}
	t.make(t, network, arch.App, id, props)
	return t
}

// ImportAppTier makes an app tier of another stack or repository a peer: its group's rules for flows with this network are
// added from here. See [ImportProps].
func ImportAppTier(network *Network, id string, props *ImportProps) *AppTier {
	t := &AppTier{}
	t.importAs(t, network, arch.App, id, props)
	return t
}

// AllowTo lets the tier open connections to a peer for a service.
func (t *AppTier) AllowTo(to AppTarget, s Service, options ...FlowOption) { t.allow(t, to, s, options) }

// AllowFrom lets a peer open connections to the tier for a service. It is the same flow as the peer's AllowTo.
func (t *AppTier) AllowFrom(from AppSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
