package document

import (
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// Network is what the tiers are in.
type Network struct {
	// ID is the construct id; empty is "Network".
	ID    string   `yaml:"id,omitempty" is:"id"`
	CIDR  string   `yaml:"cidr,omitempty" is:"range"` // "10.0.0.0/16"
	IPAM  *IPAM    `yaml:"ipam,omitempty"`            // in place of CIDR
	Zones []string `yaml:"zones,omitempty" is:"zone"`
	// Blocks is 16, 32 or 64; 0 is 16.
	Blocks int    `yaml:"blocks,omitempty" enum:"16,32,64"`
	IPv6   bool   `yaml:"ipv6,omitempty"`
	NAT    string `yaml:"nat,omitempty" enum:"per-zone,single"` // per-zone or single; empty is per-zone
	// NATAddresses are allocation ids of Elastic IP addresses: "eipalloc-0123456789abcdef0".
	NATAddresses []string `yaml:"natAddresses,omitempty" is:"allocation"`
	// NATSubnets and the next three are exact subnets in CIDR notation, in the order of Zones.
	NATSubnets      []string `yaml:"natSubnets,omitempty" is:"range"`
	FirewallSubnets []string `yaml:"firewallSubnets,omitempty" is:"range"`
	IngressSubnets  []string `yaml:"ingressSubnets,omitempty" is:"range"`
	TransitSubnets  []string `yaml:"transitSubnets,omitempty" is:"range"`
	// DefaultRoute is a gateway, as in [Peer].
	DefaultRoute         string        `yaml:"defaultRoute,omitempty" is:"gateway"`
	VPC                  *VPC          `yaml:"vpc,omitempty"`                                   // an existing VPC; nil makes one
	Layout               string        `yaml:"layout,omitempty" enum:"one-stack,nested-stacks"` // empty is one-stack
	RulesPerGroup        int           `yaml:"rulesPerGroup,omitempty"`                         // the account's quota; 0 is 60
	NetworkACLs          string        `yaml:"networkACLs,omitempty" enum:"derived,none"`       // derived or none; empty is derived
	EntriesPerNetworkACL int           `yaml:"entriesPerNetworkACL,omitempty"`
	SkipProof            bool          `yaml:"skipProof,omitempty"`
	At                   diag.Position `yaml:"-"`
}

// IPAM takes the network's range from a pool.
type IPAM struct {
	Pool    string `yaml:"pool" is:"pool"` // "ipam-pool-0123456789abcdef0"
	Netmask int    `yaml:"netmask"`        // bits, 16 to 20
}

// VPC is an existing VPC, whose subnets, routes and gateways belong to somebody else.
type VPC struct {
	ID      string      `yaml:"id" is:"VPC"`
	CIDR    string      `yaml:"cidr" is:"VPC range"`
	Subnets []SubnetSet `yaml:"subnets"`
}

// SubnetSet is a named set of existing subnets. Its key is the name, which tiers use.
type SubnetSet struct {
	Name string `yaml:"-"`
	// Subnets are one subnet for each zone, in the order of the file.
	Subnets []ZoneSubnet  `yaml:"-"`
	At      diag.Position `yaml:"-"`
}

// ConstructID returns the id that a subnet of the set has in the generated app.
func (s SubnetSet) ConstructID(of ZoneSubnet) string { return capitals(s.Name) + of.Zone }

// capitals writes a name as one word: "app-role" becomes "AppRole".
func capitals(name string) string {
	out := ""
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' }) {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// ZoneSubnet is the subnet of a zone. Its key is the zone. It is written as its id if its route table is not named.
type ZoneSubnet struct {
	Zone string `yaml:"-"`
	ID   string `yaml:"subnet" is:"subnet"` // "subnet-0123456789abcdef0"
	// RouteTable is the id of its route table, which gateway endpoints need: "rtb-0123456789abcdef0".
	RouteTable string `yaml:"routeTable,omitempty" is:"route table"`
}
