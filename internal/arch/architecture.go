package arch

import "github.com/tierwall/tierwall/internal/diag"

// Architecture is one network as its user declared it, nothing checked yet.
type Architecture struct {
	Network Network `json:"network"`
	Tiers   []Tier  `json:"tiers"`
	Flows   []Flow  `json:"flows"`
	// Protections are the web ACLs in front of tiers.
	Protections []Protection `json:"protections,omitempty"`
	// Grants are the uses of AWS services, and Roles those that tiers' workloads have.
	Grants []Grant    `json:"grants,omitempty"`
	Roles  []TierRole `json:"roles,omitempty"`
	// ClientAddresses are the load balancers that keep clients' addresses.
	ClientAddresses []ClientAddresses `json:"clientAddresses,omitempty"`
}

// Network is the frame of the tiers: an address range cut into blocks, over some availability zones; or somebody else's
// VPC, wrapped.
type Network struct {
	// Path names the network in messages: its construct path, "Shop/Network".
	Path string `json:"path"`
	// Wrapped says that VPC, subnets and routes are somebody else's. The address plan below is then empty.
	Wrapped bool `json:"wrapped,omitempty"`
	// Range is the IPv4 range in CIDR notation. A symbolic Range is given by IPAM at deployment; Bits is then its length.
	Range Operand `json:"range"`
	Bits  int     `json:"bits,omitempty"`
	// Blocks is how many blocks of equal size the range is cut into: 16, 32 or 64; 0 means 16.
	Blocks int `json:"blocks,omitempty"`
	// Zones are the names of one to four availability zones.
	Zones []string `json:"zones,omitempty"`
	// StackRegion is the Region of the network's stack, for a network without zones; empty if only the deployment knows it.
	StackRegion string `json:"stackRegion,omitempty"`
	// IPv6 makes the network dual-stack, with a /56 given by Amazon; of a wrapped VPC it says that it is.
	IPv6 bool `json:"ipv6,omitempty"`
	NAT  NAT  `json:"nat"`
	// NATSubnets, FirewallSubnets, TransitSubnets and IngressSubnets are exact subnets for what the network itself puts into
	// subnets, in the order of Zones; none are planned in block 0. There are as many of NATSubnets as there are NAT gateways,
	// and one of the others for each zone.
	NATSubnets      []string `json:"natSubnets,omitempty"`
	FirewallSubnets []string `json:"firewallSubnets,omitempty"`
	TransitSubnets  []string `json:"transitSubnets,omitempty"`
	IngressSubnets  []string `json:"ingressSubnets,omitempty"`
	// DefaultRoute leads the internet-bound traffic of private tiers to another network instead of NAT gateways; nil does not.
	DefaultRoute *Gateway `json:"defaultRoute,omitempty"`
	// Inspection leads traffic through a network firewall; nil does not.
	Inspection *Inspection `json:"inspection,omitempty"`
	Endpoints  Endpoints   `json:"endpoints,omitzero"`
	// Addresses is how many Elastic IP allocations were given for NAT gateways; 0 means that new ones are made.
	Addresses int    `json:"addresses,omitempty"`
	Layout    Layout `json:"layout"`
	// RulesPerGroup is the account's quota of rules per group, direction and address family; 0 means 60.
	RulesPerGroup int `json:"rulesPerGroup,omitempty"`
	// NetworkACLs says whether the tiers' subnets have network ACLs of their own. Those of a wrapped VPC never have.
	NetworkACLs NetworkACLs `json:"networkACLs,omitempty"`
	// EntriesPerNetworkACL is how many entries a network ACL may hold in each direction, of both address families together;
	// 0 means 19.
	EntriesPerNetworkACL int           `json:"entriesPerNetworkACL,omitempty"`
	At                   diag.Position `json:"at,omitzero"`
}

// NAT says how many NAT gateways stand between private tiers and the internet, where the flows need any.
type NAT int

const (
	// NATPerZone makes one NAT gateway in each zone, so that a zone's failure stays in that zone.
	NATPerZone NAT = iota
	// NATSingle makes one NAT gateway, in the first zone, for all: cheaper, and its zone's failure is everybody's.
	NATSingle
)

// NetworkACLs says whether the subnets of tiers have network ACLs beside the security groups.
type NetworkACLs int

const (
	// NetworkACLsOn derives them from the flows.
	NetworkACLsOn NetworkACLs = iota
	// NetworkACLsOff leaves the subnets to the VPC's default one, which lets everything through.
	NetworkACLsOff
)

// Layout says over how many stacks the resources are spread. It cannot change after the first deployment.
type Layout int

const (
	// OneStack puts everything into the stack that the network is in.
	OneStack Layout = iota
	// NestedStacks gives each tier's group and rules a nested stack of their own.
	NestedStacks
)

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
	Imported *Imported `json:"imported,omitempty"`
	// Declared is the tier's place among the declared ones, set by Check, for messages alone.
	Declared int           `json:"-"`
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

// Flow is a declared permission: From may open connections to To for Service.
type Flow struct {
	From Peer `json:"from"`
	To   Peer `json:"to"`
	// Service is in the syntax of ParseService.
	Service string  `json:"service"`
	Ports   []Ports `json:"-"`                 // set by Check
	Reason  string  `json:"reason,omitempty"`  // goes into the rules' descriptions
	Owner   string  `json:"owner,omitempty"`   // shown in messages and reports
	Expires string  `json:"expires,omitempty"` // last valid day, "2006-01-02"; empty is never
	// Exception lets the flow through although the table says no; it needs Reason and Owner.
	Exception bool `json:"exception,omitempty"`
	Path      Path `json:"path,omitzero"`
	// SID pins the numbers of its firewall rules, from this one on; 0 derives them.
	SID int `json:"sid,omitempty"`
	// At are the lines that declared it.
	At []diag.Position `json:"at,omitempty"`
}

// Path is the way a flow's packets take. The zero Path is direct.
type Path struct {
	Kind PathKind `json:"kind"`
	// Mode says how far an inspected path is in force.
	Mode Mode `json:"mode"`
	// Via is the gateway of a ThroughGateway path.
	Via Gateway `json:"via,omitzero"`
}

// words names the path in messages.
func (p Path) words() string {
	switch p.Kind {
	case Direct:
		return "direct"
	case Inspected:
		return "inspected" + map[Mode]string{Observe: ", observing", Prepare: ", prepared"}[p.Mode]
	}
	if p.Kind == ByGatewayEndpoint {
		return "by a gateway endpoint"
	}
	return "through " + p.Via.String()
}

// PathKind says what lies between the two ends of a flow.
type PathKind int

const (
	// Direct has only AWS's own router and gateways in between.
	Direct PathKind = iota
	// Inspected leads through firewall endpoints: references to security groups do not match on it.
	Inspected
	// ThroughGateway leaves by a transit gateway, a peering connection or a virtual private gateway.
	ThroughGateway
	// ByGatewayEndpoint leaves by a gateway endpoint, whose prefix list is more specific than any default route.
	ByGatewayEndpoint
)

// Mode is how far a control is in force: it is turned on, and off, one step per deployment.
type Mode int

const (
	// Enforce has the control decide.
	Enforce Mode = iota
	// Observe has traffic pass through the control, which reports and stops nothing.
	Observe
	// Prepare builds the control without leading traffic to it.
	Prepare
)

// Widening says that a control must let through more than was declared, and why.
type Widening struct {
	Control string // "routes", "security group"
	Path    string // the tiers concerned
	Carries string // what it lets through beyond the declared flows
	Reason  string
}
