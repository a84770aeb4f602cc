package arch

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/diag"
)

// Network is what the tiers are in: an address range that is cut into blocks, in some availability zones, or a wrapped VPC that somebody
// else owns.
type Network struct {
	// Path names the network in messages: its construct path, "Shop/Network".
	Path string `json:"path"`
	// Wrapped says that somebody else owns the VPC, its subnets and its routes. The address plan below is then empty.
	Wrapped bool `json:"wrapped,omitempty"`
	// Range is the IPv4 range in CIDR notation. IPAM assigns a symbolic Range at deployment; Bits is then its length.
	Range Operand `json:"range"`
	Bits  int     `json:"bits,omitempty"`
	// Blocks is how many blocks of equal size the range is cut into: 16, 32 or 64; 0 means 16.
	Blocks int `json:"blocks,omitempty"`
	// Zones are the names of one to four availability zones.
	Zones []string `json:"zones,omitempty"`
	// StackRegion is the Region of the network's stack; empty if only the deployment knows it.
	StackRegion string `json:"stackRegion,omitempty"`
	// IPv6 makes the network dual-stack, with a /56 from Amazon. For a wrapped VPC it says that the VPC is dual-stack.
	IPv6 bool `json:"ipv6,omitempty"`
	NAT  NAT  `json:"nat"`
	// NATSubnets, FirewallSubnets, TransitSubnets and IngressSubnets are exact subnets for the network's own resources, in the order of
	// Zones. If there are none, they are planned in block 0. There is one of NATSubnets for each NAT gateway, and one of the others for
	// each zone.
	NATSubnets      []string `json:"natSubnets,omitempty"`
	FirewallSubnets []string `json:"firewallSubnets,omitempty"`
	TransitSubnets  []string `json:"transitSubnets,omitempty"`
	IngressSubnets  []string `json:"ingressSubnets,omitempty"`
	// DefaultRoute leads the internet-bound traffic of private tiers to another network instead of to NAT gateways; nil is NAT gateways.
	DefaultRoute *Gateway `json:"defaultRoute,omitempty"`
	// Inspection leads traffic through a network firewall; nil is no firewall.
	Inspection *Inspection `json:"inspection,omitempty"`
	Endpoints  Endpoints   `json:"endpoints,omitzero"`
	// Addresses is the number of Elastic IP allocations given for NAT gateways; 0 makes new ones.
	Addresses int    `json:"addresses,omitempty"`
	Layout    Layout `json:"layout"`
	// RulesPerGroup is the account's quota of rules per group, direction and address family; 0 means 60.
	RulesPerGroup int `json:"rulesPerGroup,omitempty"`
	// NetworkACLs says whether the tiers' subnets have network ACLs of their own. The subnets of a wrapped VPC never have.
	NetworkACLs NetworkACLs `json:"networkACLs,omitempty"`
	// EntriesPerNetworkACL is the maximum number of entries of a network ACL in each direction, both address families together; 0 means 19.
	EntriesPerNetworkACL int           `json:"entriesPerNetworkACL,omitempty"`
	At                   diag.Position `json:"at,omitzero"`
	// Dialect is the language of the messages about the network.
	Dialect Dialect `json:"-"`
	// PeerNames are the names that a file gives to peers. Messages in FileDialect use them.
	PeerNames map[Peer]string `json:"-"`
}

// NAT says how many NAT gateways there are, if the flows need any.
type NAT int

const (
	// NATPerZone makes one NAT gateway in each zone, so that a zone's failure stays in that zone.
	NATPerZone NAT = iota
	// NATSingle makes one NAT gateway, in the first zone, for all. It is cheaper, but a failure of that zone affects every zone.
	NATSingle
)

// NetworkACLs says whether the subnets of tiers have network ACLs beside the security groups.
type NetworkACLs int

const (
	// NetworkACLsOn derives them from the flows.
	NetworkACLsOn NetworkACLs = iota
	// NetworkACLsOff leaves the subnets to the VPC's default network ACL, which allows everything.
	NetworkACLsOff
)

// Layout says in how many stacks the resources are. It cannot change after the first deployment.
type Layout int

const (
	// OneStack puts everything into the network's stack.
	OneStack Layout = iota
	// NestedStacks puts each tier's group and rules into a nested stack of their own.
	NestedStacks
)

// PathTo returns the diagnostic path of something in the network: "Shop/Network tiers.Web".
func (n Network) PathTo(path string) string { return strings.TrimSpace(n.Path + " " + path) }

// Subject returns the name of something in the network that a finding's ID has: "Shop/Network:Web".
func (n Network) Subject(of string) string { return n.Path + ":" + of }

// Region returns the network's Region, from the names of its zones or else from its stack; empty if it is unknown.
func (n Network) Region() string {
	for _, zone := range n.Zones {
		if _, err := ZoneSlot(zone); err == nil {
			return regionOf(zone)
		}
	}
	return n.StackRegion
}

// Partition returns the partition of the network's Region; empty if it is unknown.
func (n Network) Partition() string {
	switch region := n.Region(); {
	case region == "":
		return ""
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "us-iso") || strings.HasPrefix(region, "eu-iso") || strings.HasPrefix(region, "eusc-"):
		return ""
	}
	return "aws"
}

// Derived reports whether the policy of a service's endpoint is derived from the grants.
func (n Network) Derived(service string) bool {
	return (n.Endpoints.Policies == DerivedPolicies || n.Endpoints.Policies == PoliciesByOwner && !n.Wrapped) &&
		!slices.Contains(n.Endpoints.NoPolicy, service)
}

// EndpointBlock returns the block that interface endpoints are in: the last one by default, and 0 if they are in other subnets.
func (n Network) EndpointBlock() int {
	e := n.Endpoints
	if e.Block != 0 || len(e.Subnets) > 0 || e.SharesWith != "" || n.Wrapped {
		return e.Block
	}
	return max(n.Blocks, defaultBlocks) - 1
}

// PrefixList returns the id of the prefix list of a gateway endpoint's service; false if it is unknown.
func (n Network) PrefixList(service string) (Operand, bool) {
	if given, ok := n.Endpoints.PrefixLists[service]; ok {
		return given, true
	}
	id, ok := catalog.PrefixList(service, n.Region())
	return Operand{Text: id}, ok
}
