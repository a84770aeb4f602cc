package document

import (
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
)

// PlaceRegion returns the Region of an environment, or else that of its zones. It is empty if neither is known.
func (e Environment) PlaceRegion() string {
	if e.Region != "" || e.Document == nil {
		return e.Region
	}
	return arch.Network{Zones: e.Document.ZoneNames()}.Region()
}

// ZoneNames returns the names of the zones of the network, or of its existing subnets.
func (d *Document) ZoneNames() []string {
	if d.Network.VPC == nil {
		return d.Network.Zones
	}
	zones := slices.Clone(d.Network.Zones)
	for _, set := range d.Network.VPC.Subnets {
		for _, s := range set.Subnets {
			if !slices.Contains(zones, s.Zone) {
				zones = append(zones, s.Zone)
			}
		}
	}
	return zones
}
