package arch

import "github.com/tierwall/tierwall/internal/diag"

// Tier is a set of workloads with one security group.
type Tier struct {
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Internal says that an edge tier does not face the internet.
	Internal bool `json:"internal,omitempty"`
	// InstanceConnect says that a bastion tier is an EC2 Instance Connect endpoint, by which IAM lets people connect.
	InstanceConnect bool `json:"instanceConnect,omitempty"`
	// VerifiedAccess says that a bastion tier holds endpoints of AWS Verified Access, by which people reach internal edge tiers.
	VerifiedAccess bool `json:"verifiedAccess,omitempty"`
	// Block is the number of its block; 0 is the kind's default block. At most one of Block, Subnets, SharesWith and
	// Imported is set.
	Block int `json:"block,omitempty"`
	// Subnets are exact subnets, one for each zone in the order of the network's Zones.
	Subnets []string `json:"subnets,omitempty"`
	// SharesWith is the id of the tier whose subnets this tier uses.
	SharesWith string `json:"sharesWith,omitempty"`
	// Holds are the classes of the data that the tier stores or processes, in alphabetical order.
	Holds []string `json:"holds,omitempty"`
	// Imported is set on a tier that another stack or repository owns.
	Imported *Imported `json:"imported,omitempty"`
	// Kubernetes says which pods the tier is; nil is none.
	Kubernetes *Kubernetes   `json:"kubernetes,omitempty"`
	At         diag.Position `json:"at,omitzero"`
}

// Imported describes a tier that somebody else owns.
type Imported struct {
	Group  Operand `json:"group"` // its security group's id
	Egress Egress  `json:"egress"`
}

// Egress says which outbound traffic an imported group already allows.
type Egress int

const (
	// EgressUnknown says nothing: no flow may start at the tier.
	EgressUnknown Egress = iota
	// EgressOpen says that the group allows all outbound traffic. No egress rule is added, because adding one would block the rest.
	EgressOpen
	// EgressRestricted says that the group has egress rules of its own. Ours are added to them.
	EgressRestricted
)

// VisitorCode returns Go code for a peer outside the network that may open connections to an edge tier.
func (t Tier) VisitorCode() string {
	if t.Internal {
		return "tiers.CIDR(\"192.168.0.0/16\").Via(gateway)"
	}
	return "tiers.Internet"
}

// visitorFlow returns lines of a file that let such a peer in.
func (t Tier) visitorFlow() string {
	flow := Flow{From: Peer{Kind: Internet}, To: TierPeer(t.Kind, t.ID), Service: "https"}
	if !t.Internal {
		return "flows:\n  " + Network{}.fileKey(flow) + ": customers"
	}
	flow.From = Peer{Kind: CIDR, Operand: Operand{Text: "company"}}
	return "peers:\n  company: {cidr: 192.168.0.0/16, via: tgw-0123456789abcdef0}\nflows:\n  " + Network{}.fileKey(flow) + ": staff"
}

// endpointSubnets owns the subnets that all interface endpoints share. It is no id of a tier.
const endpointSubnets = "/endpoints"

// SubnetOwner returns the id of the tier whose subnets t uses.
func (t Tier) SubnetOwner() string {
	switch {
	case t.SharesWith != "":
		return t.SharesWith
	case t.Kind == Endpoint && t.Imported == nil:
		return endpointSubnets
	}
	return t.ID
}
