package document

import "github.com/tierwall/tierwall/internal/diag"

// Resource is something that flows, grants, load balancers and web ACLs name. Its key is the name. A resource without an ARN is made in
// workloads.go and is written short: "uploads: bucket"; a text that begins with "arn:" is its ARN, for environments.
type Resource struct {
	Name string `yaml:"-"`
	// Type is bucket, table, queue, topic, secret, parameter, key, role, log-group, repository, function, event-bus, state-machine, stream,
	// delivery-stream, model, cluster, certificate, load-balancer or trust-store.
	Type string `yaml:"type" enum:"resource types"`
	// ARN may hold ${account} and ${region}, which stand for those of the environment, or import the ARN that another stack exports:
	// "import Uploads-ARN". Empty: workloads.go makes the resource.
	ARN string `yaml:"arn,omitempty" is:"resource"`
	// OnlyFrom lets only the network's endpoints reach the resource; nil leaves its policy alone.
	OnlyFrom *OnlyFrom     `yaml:"onlyFrom,omitempty"`
	At       diag.Position `yaml:"-"`
}

// OnlyFrom is written as true if it exempts nobody.
type OnlyFrom struct {
	Exempt []string `yaml:"exempt,omitempty" is:"text"` // ARNs of principals, with * and ?
}

// Grant is what a tier's workloads do with AWS services. Its key is the id of the tier.
type Grant struct {
	Tier string `yaml:"-"`
	// Roles are the roles that the workloads run with: names of resources, or ARNs.
	Roles []string      `yaml:"roles,omitempty" ref:"role"`
	Uses  []Use         `yaml:"uses,omitempty"`
	At    diag.Position `yaml:"-"`
}

// Use is a use of an AWS service. A use with words only is written as a text: "read uploads pictures/*".
type Use struct {
	// Use are the words: a verb, then what it needs. "VERB RESOURCE [KEYS...]", "VERB" or "call SERVICE ACTION, ACTION on ARN, ARN".
	Use string `yaml:"use,omitempty" ref:"use"`
	// Fargate is a use of its own, in place of Use.
	Fargate  *Fargate      `yaml:"fargate,omitempty"`
	For      []string      `yaml:"for,omitempty" ref:"role"` // roles, as in Grant.Roles
	AsCDK    bool          `yaml:"asCDK,omitempty"`
	Unsigned bool          `yaml:"unsigned,omitempty"`
	At       diag.Position `yaml:"-"`
}

// Fargate is what ECS tasks need to start. Its texts are names of resources, or ARNs.
type Fargate struct {
	Images        []string `yaml:"images" ref:"repository"`
	Logs          []string `yaml:"logs,omitempty" ref:"log-group"`
	Secrets       []string `yaml:"secrets,omitempty" ref:"secret"`
	Parameters    []string `yaml:"parameters,omitempty" ref:"parameter"`
	ExecutionRole string   `yaml:"executionRole,omitempty" ref:"role"`
}

// Endpoints are the choices for the network's VPC endpoints.
type Endpoints struct {
	Block int `yaml:"block,omitempty"`
	// Subnets are as in [Tier].
	Subnets      Texts              `yaml:"subnets,omitempty" ref:"subnets"`
	SharesWith   string             `yaml:"sharesWith,omitempty" ref:"tier"`
	Policies     string             `yaml:"policies,omitempty" enum:"by-owner,derived,open"` // by-owner, derived or open; empty is by-owner
	NoPolicy     []string           `yaml:"noPolicy,omitempty"`
	AnyRole      bool               `yaml:"anyRole,omitempty"`
	Organization string             `yaml:"organization,omitempty" is:"organization"`
	Accounts     []string           `yaml:"accounts,omitempty" is:"account"`
	PrefixLists  map[string]string  `yaml:"prefixLists,omitempty" is:"prefix list"` // ids by service
	Zones        map[string]Texts   `yaml:"zones,omitempty" is:"zone"`              // by service
	Existing     []ExistingEndpoint `yaml:"existing,omitempty"`
	At           diag.Position      `yaml:"-"`
}

// ExistingEndpoint is an endpoint that somebody else made. Its key is the short name of the service.
type ExistingEndpoint struct {
	Service       string `yaml:"-"`
	SecurityGroup string `yaml:"securityGroup,omitempty" is:"security group"` // empty for a gateway endpoint
}
