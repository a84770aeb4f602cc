package document

import "github.com/tierwall/tierwall/internal/diag"

// Network is what the tiers are in.
type Network struct {
	// ID is the construct id; empty is "Network".
	ID    string   `yaml:"id,omitempty"`
	CIDR  string   `yaml:"cidr,omitempty"` // "10.0.0.0/16"
	IPAM  *IPAM    `yaml:"ipam,omitempty"` // in place of CIDR
	Zones []string `yaml:"zones,omitempty"`
	// Blocks is 16, 32 or 64; 0 is 16.
	Blocks int    `yaml:"blocks,omitempty"`
	IPv6   bool   `yaml:"ipv6,omitempty"`
	NAT    string `yaml:"nat,omitempty"` // per-zone or single; empty is per-zone
	// NATAddresses are allocation ids of Elastic IP addresses: "eipalloc-0123456789abcdef0".
	NATAddresses    []string `yaml:"natAddresses,omitempty"`
	NATSubnets      []string `yaml:"natSubnets,omitempty"` // exact subnets in CIDR notation, in the order of Zones, as the next three
	FirewallSubnets []string `yaml:"firewallSubnets,omitempty"`
	IngressSubnets  []string `yaml:"ingressSubnets,omitempty"`
	TransitSubnets  []string `yaml:"transitSubnets,omitempty"`
	// DefaultRoute is the id of a gateway, which tells its kind: "tgw-0123456789abcdef0", "pcx-..." or "vgw-...".
	DefaultRoute         string        `yaml:"defaultRoute,omitempty"`
	VPC                  *VPC          `yaml:"vpc,omitempty"`           // an existing VPC; nil makes one
	Layout               string        `yaml:"layout,omitempty"`        // one-stack or nested-stacks; empty is one-stack
	RulesPerGroup        int           `yaml:"rulesPerGroup,omitempty"` // the account's quota; 0 is 60
	NetworkACLs          string        `yaml:"networkACLs,omitempty"`   // derived or none; empty is derived
	EntriesPerNetworkACL int           `yaml:"entriesPerNetworkACL,omitempty"`
	SkipProof            bool          `yaml:"skipProof,omitempty"`
	At                   diag.Position `yaml:"-"`
}

// IPAM takes the network's range from a pool.
type IPAM struct {
	Pool    string `yaml:"pool"`    // "ipam-pool-0123456789abcdef0"
	Netmask int    `yaml:"netmask"` // bits, 16 to 20
}

// VPC is an existing VPC, whose subnets, routes and gateways belong to somebody else.
type VPC struct {
	ID      string      `yaml:"id"`
	CIDR    string      `yaml:"cidr"`
	Subnets []SubnetSet `yaml:"subnets"`
}

// SubnetSet is a named set of existing subnets. Its key is the name, which tiers use.
type SubnetSet struct {
	Name string `yaml:"-"`
	// Subnets are one subnet for each zone, in the order of the file. Their keys are the zones, their values the ids.
	Subnets []ZoneSubnet  `yaml:"-"`
	At      diag.Position `yaml:"-"`
}

// ZoneSubnet is the subnet of a zone.
type ZoneSubnet struct {
	Zone string `yaml:"-"`
	ID   string `yaml:"-"` // "subnet-0123456789abcdef0"
}
