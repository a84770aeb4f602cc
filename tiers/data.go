package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// DataTier is databases, caches and queues. It opens connections to other data tiers
// only, and its subnets have no route to the internet.
type DataTier struct {
	constructs.Construct
	tier
}

// NewDataTier adds a data tier to a network. The id is 1 to 64 letters, digits and hyphens, unique in the network, and part
// of every logical id. Props may be nil.
func NewDataTier(network *Network, id string, props *TierProps) *DataTier {
	t := &DataTier{}
	t.make(t, network, arch.Data, id, props)
	return t
}

// ImportDataTier makes a data tier of another stack or repository a peer: its group's rules for flows with this network are
// added from here. See [ImportProps].
func ImportDataTier(network *Network, id string, props *ImportProps) *DataTier {
	t := &DataTier{}
	t.importAs(t, network, arch.Data, id, props)
	return t
}

// AllowTo lets the tier open connections to a peer for a service.
func (t *DataTier) AllowTo(to DataTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom lets a peer open connections to the tier for a service. It is the same flow as the peer's AllowTo.
func (t *DataTier) AllowFrom(from DataSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
