package reach

import "github.com/tierwall/tierwall/internal/reach/inspect"

// memo keeps what a topology has already computed, because proofs ask for the same thing many times. Whoever changes what the topology says
// replaces the memo whole, or removes the matrix, if the rest does not depend on the change.
type memo struct {
	layers         map[layerKey]layer            // see Topology.layer
	firewallBlocks map[*inspect.Firewall][]Block // see Topology.firewallBlocks
	vpcSubnets     map[*VPC][]*Subnet            // see Topology.subnetsIn
	plainVPCs      map[subnetsKey]*VPC           // see Topology.plainVPC
	kinds          map[kindKey][]Location        // see Topology.kinds
	outsideKinds   map[subnetsKey][]Location     // see Topology.RepresentativesOutside
	matrix         *Matrix                       // see Topology.Matrix
}

func newMemo() *memo {
	return &memo{
		layers: map[layerKey]layer{}, vpcSubnets: map[*VPC][]*Subnet{}, plainVPCs: map[subnetsKey]*VPC{}, kinds: map[kindKey][]Location{},
		outsideKinds: map[subnetsKey][]Location{}, firewallBlocks: map[*inspect.Firewall][]Block{},
	}
}
