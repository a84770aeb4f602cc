package kubernetes

import (
	"maps"
	"slices"
)

// MaxPortsOfBlock is how many pairs of port and protocol the network policy agent of the VPC CNI holds for one block of addresses of a pod,
// over all policies (Amazon EKS User Guide, "Considerations" of network policies).
const MaxPortsOfBlock = 24

// CrowdedBlocks returns the blocks for which policies of the same pods have more pairs of port and protocol than the VPC CNI holds. The
// policies must select the same pods.
func CrowdedBlocks(policies ...NetworkPolicy) []string {
	pairs := map[string]map[Port]bool{}
	add := func(direction string, peers []Peer, ports []Port) {
		for _, p := range peers {
			if p.IPBlock == nil {
				continue
			}
			key := direction + " " + p.IPBlock.CIDR
			if pairs[key] == nil {
				pairs[key] = map[Port]bool{}
			}
			for _, port := range ports {
				pairs[key][port] = true
			}
		}
	}
	for _, p := range policies {
		for _, r := range p.Spec.Ingress {
			add("ingress from", r.From, r.Ports)
		}
		for _, r := range p.Spec.Egress {
			add("egress to", r.To, r.Ports)
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(pairs)), func(key string) bool { return len(pairs[key]) <= MaxPortsOfBlock })
}
