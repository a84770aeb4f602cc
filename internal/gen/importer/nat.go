package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
)

var allocationID = lazyregexp.New(`eipalloc-[0-9a-f]{8,17}$`)

// nat says how many NAT gateways the network has, and with which addresses.
func (i *importer) nat(n *document.Network, v *reach.VPC) {
	gateways := i.natGateways(v)
	switch {
	case len(gateways) == 0:
		return
	case len(gateways) == 1 && len(n.Zones) > 1:
		n.NAT = "single"
	case len(gateways) != len(n.Zones):
		i.residual(gateways[0], "the network has %d NAT gateways for %d zones, and the new one has one for each zone", len(gateways),
			len(n.Zones))
	}
	for _, r := range gateways {
		i.assumeExists(r)
	}
	i.natAddresses(n, gateways)
}

// natGateways returns the NAT gateways to the internet, by zone.
func (i *importer) natGateways(v *reach.VPC) []*cfn.Resource {
	var parts []reach.Part
	for _, p := range i.top.Parts(v) {
		if p.Kind != "NAT gateway" {
			continue
		}
		if kind, _ := p.Resource.Get("ConnectivityType").Literal(); kind == "private" {
			i.residual(p.Resource, "the private NAT gateway %s is not imported: the new network has none", p.Resource.ID)
			continue
		}
		parts = append(parts, p)
	}
	slices.SortStableFunc(parts, func(a, b reach.Part) int { return strings.Compare(a.Zone, b.Zone) })
	var out []*cfn.Resource
	for _, p := range parts {
		out = append(out, p.Resource)
	}
	return out
}

// natAddresses keeps the addresses of the NAT gateways if the templates say all of them. Addresses that the templates make are made anew.
func (i *importer) natAddresses(n *document.Network, gateways []*cfn.Resource) {
	var ids []string
	for _, r := range gateways {
		if id := allocationOf(r.Get("AllocationId")); id != "" {
			ids = append(ids, id)
		}
	}
	wanted := len(n.Zones)
	if n.NAT == "single" {
		wanted = 1
	}
	if len(ids) != wanted || len(ids) != len(gateways) {
		i.residual(gateways[0], "the NAT gateways get new public addresses: tell those who admit the old ones, or set `natAddresses`")
		return
	}
	n.NATAddresses = ids
	i.assume("the Elastic IP addresses %s are free: a NAT gateway that still holds one keeps the new network from being made",
		strings.Join(ids, ", "))
}

// allocationOf returns the allocation id that a value states as an id or in an ARN; empty if it states none.
func allocationOf(v cfn.Value) string {
	text, _ := v.Literal()
	return allocationID.FindString(text)
}
