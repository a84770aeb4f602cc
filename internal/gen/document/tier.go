package document

import "github.com/tierwall/tierwall/internal/diag"

// Tier is a set of workloads with one security group. Its key is its id. A tier with a kind only is written short: "Web: web".
type Tier struct {
	ID       string `yaml:"-"`
	Kind     string `yaml:"kind" enum:"edge,web,app,data,bastion"` // edge, web, app, data or bastion
	Internal bool   `yaml:"internal,omitempty"`
	// InstanceConnect makes a bastion tier an EC2 Instance Connect endpoint.
	InstanceConnect bool `yaml:"instanceConnect,omitempty"`
	Block           int  `yaml:"block,omitempty"`
	// Subnets are exact subnets in CIDR notation, in the order of the network's zones; in an existing VPC it is the name of a [SubnetSet],
	// as one text.
	Subnets    Texts       `yaml:"subnets,omitempty" ref:"subnets"`
	SharesWith string      `yaml:"sharesWith,omitempty" ref:"tier"` // the id of another tier
	Import     *Import     `yaml:"import,omitempty"`
	Kubernetes *Kubernetes `yaml:"kubernetes,omitempty"`
	// Holds are the classes of the tier's data: cardholder, personal, secret, public, or labels of one's own. One needs no list.
	Holds Texts         `yaml:"holds,omitempty" is:"data class"`
	At    diag.Position `yaml:"-"`
}

// Import says that somebody else owns the tier's security group.
type Import struct {
	SecurityGroup string `yaml:"securityGroup" is:"security group"`       // "sg-0123456789abcdef0"
	Egress        string `yaml:"egress,omitempty" enum:"open,restricted"` // open or restricted; required if a flow starts at the tier
}

// Texts are texts of which a single one may be written without a list.
type Texts []string
