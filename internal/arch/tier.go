package arch

import "github.com/tierwall/tierwall/internal/diag"

// Tier is a set of workloads with one security group.
type Tier struct {
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Internal says of an edge tier that it has no way to the internet.
	Internal bool `json:"internal,omitempty"`
	// Block is the number of its block; 0 is the kind's default block. At most one of Block, Subnets, SharesWith and
	// Imported is set.
	Block int `json:"block,omitempty"`
	// Subnets are exact subnets, one for each zone in the order of the network's Zones.
	Subnets []string `json:"subnets,omitempty"`
	// SharesWith is the id of the tier whose subnets it uses.
	SharesWith string `json:"sharesWith,omitempty"`
	// Imported is set on a tier that another stack or repository owns.
	Imported *Imported     `json:"imported,omitempty"`
	At       diag.Position `json:"at,omitzero"`
}

// Imported is what is known of a tier that somebody else owns.
type Imported struct {
	Group  Operand `json:"group"` // its security group's id
	Egress Egress  `json:"egress"`
}

// Egress says what an imported group lets out already.
type Egress int

const (
	// EgressUnknown says nothing: no flow may start there.
	EgressUnknown Egress = iota
	// EgressOpen says that the group lets everything out; no egress rule is added, as adding one would close it.
	EgressOpen
	// EgressRestricted says that the group has egress rules of its own, and ours are added to them.
	EgressRestricted
)

// FacesInternet reports whether a tier's subnets face the internet whatever its flows: a public edge tier's do. Any other
// tier's do once it may be reached from public addresses.
func (t Tier) FacesInternet() bool { return t.Kind == Edge && !t.Internal && t.Imported == nil }

// VisitorCode spells, as Go code, a peer from outside that may open connections to an edge tier.
func (t Tier) VisitorCode() string {
	if t.Internal {
		return "tiers.CIDR(\"192.168.0.0/16\").Via(gateway)"
	}
	return "tiers.Internet"
}

// endpointSubnets owns the subnets that all interface endpoints share. It is no id of a tier.
const endpointSubnets = "/endpoints"

// SubnetOwner is the id of the tier whose subnets t uses.
func (t Tier) SubnetOwner() string {
	switch {
	case t.SharesWith != "":
		return t.SharesWith
	case t.Kind == Endpoint && t.Imported == nil:
		return endpointSubnets
	}
	return t.ID
}
