package document

import (
	"slices"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var zoneName = lazyregexp.New(`^([a-z]{2,4}(?:-[a-z]+)+-\d+)[a-z]$`)

// PlaceRegion returns the Region of an environment, or else that of its zones. It is empty if neither is known.
func (e Environment) PlaceRegion() string {
	if e.Region != "" || e.Document == nil {
		return e.Region
	}
	for _, zone := range e.Document.ZoneNames() {
		if m := zoneName.FindStringSubmatch(zone); m != nil {
			return m[1]
		}
	}
	return ""
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
