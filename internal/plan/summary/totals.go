package summary

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/catalog"
)

// totals counts what was derived.
func (w *writer) totals() {
	inline := 0
	for _, g := range w.p.Groups {
		inline += len(g.Ingress) + len(g.Egress)
	}
	acls := ""
	if entries := w.p.EntryCount(); entries > 0 {
		acls = fmt.Sprintf("%s with %d entries, ", count(len(w.p.NetworkACLs), "network ACL"), entries)
	}
	w.line(fmt.Sprintf("derived: %s, %s (%d in the groups, %d standalone), %s%s, %s%s; %d of %d resources of a stack",
		count(len(w.p.Groups), "security group"), count(inline+len(w.p.Rules), "rule"), inline, len(w.p.Rules), acls,
		count(len(w.p.Routes), "route"), count(len(w.p.NAT), "NAT gateway"), w.endpointTotals(), w.p.Resources(), catalog.ResourcesPerStack))
}

// endpointTotals counts the endpoints that the network makes, and their interfaces: each interface has its price.
func (w *writer) endpointTotals() string {
	made, interfaces := 0, 0
	for _, e := range w.p.VPCEndpoints {
		if e.Imported {
			continue
		}
		made++
		if !e.Gateway {
			interfaces += len(e.Subnets)
		}
	}
	switch {
	case made == 0:
		return ""
	case interfaces == 0: // Those of a wrapped VPC are not known.
		return ", " + count(made, "VPC endpoint")
	}
	return ", " + count(made, "VPC endpoint") + " with " + count(interfaces, "interface")
}
