package tiers

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
)

// DataTier is a tier of databases, caches and queues. It opens connections only to other data tiers, and its subnets have no route to the
// internet.
type DataTier struct {
	constructs.Construct
	tier
}

// NewDataTier adds a data tier to a network. The id has 1 to 64 letters, digits and hyphens, is unique in the network, and is part of the
// logical ids of the tier's resources. If props is nil, every property has its zero value. A nil network panics.
func NewDataTier(network *Network, id string, props *TierProps) *DataTier {
	t := &DataTier{}
	t.make(t, network, arch.Data, id, props)
	return t
}

// ImportDataTier makes a peer of a data tier that another stack or repository owns. This network adds the rules of the flows with the
// imported tier to the tier's security group. If a required property of props is missing, synthesis fails. A nil network panics.
func ImportDataTier(network *Network, id string, props *ImportProps) *DataTier {
	t := &DataTier{}
	t.importAs(t, network, arch.Data, id, props)
	return t
}

// AllowTo declares that the tier may open connections to a peer for a service.
func (t *DataTier) AllowTo(to DataTarget, s Service, options ...FlowOption) {
	t.allow(t, to, s, options)
}

// AllowFrom declares that a peer may open connections to the tier for a service. If the peer is a tier, this is the same flow as the
// peer's AllowTo.
func (t *DataTier) AllowFrom(from DataSource, s Service, options ...FlowOption) {
	t.allow(from, t, s, options)
}
